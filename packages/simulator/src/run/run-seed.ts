// Runs a seed, with some of its faults left out where asked.
import type { Tampering } from '../cluster/tampering.js';
import { scenarioOf } from '../faults/scenario.js';
import type { Scenario } from '../faults/scenario.js';
import { Simulation } from './simulation.js';
import type { RunResult } from './simulation.js';

export interface SeedOptions {
  minutes: number;
  /** Numbers of the faults that happen; all unless given. */
  faults?: readonly number[] | undefined;
  tampering?: Tampering | undefined;
}

export function runSeed(seed: number, options: SeedOptions): Promise<RunResult> {
  return runScenario(withFaults(scenarioOf(seed, options), options.faults), options.tampering);
}

export function runScenario(scenario: Scenario, tampering?: Tampering): Promise<RunResult> {
  return new Simulation(scenario, tampering).run();
}

export function withFaults(scenario: Scenario, faults: readonly number[] | undefined): Scenario {
  if (!faults) return scenario;
  const kept = new Set(faults);
  return { ...scenario, faults: scenario.faults.filter((_, index) => kept.has(index)) };
}
