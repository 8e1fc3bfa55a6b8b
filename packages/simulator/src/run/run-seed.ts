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
  /** Changes the scenario before faults are left out. */
  reshape?: ((scenario: Scenario) => Scenario) | undefined;
}

export function runSeed(seed: number, options: SeedOptions): Promise<RunResult> {
  return runScenario(withFaults(scenarioFor(seed, options), options.faults), options.tampering);
}

export function scenarioFor(seed: number, { minutes, reshape }: Pick<SeedOptions, 'minutes' | 'reshape'>): Scenario {
  const scenario = scenarioOf(seed, { minutes });
  return reshape ? reshape(scenario) : scenario;
}

export function runScenario(scenario: Scenario, tampering?: Tampering): Promise<RunResult> {
  return new Simulation(scenario, tampering).run();
}

export function withFaults(scenario: Scenario, faults: readonly number[] | undefined): Scenario {
  if (!faults) return scenario;
  const kept = new Set(faults);
  return { ...scenario, faults: scenario.faults.filter((_, index) => kept.has(index)) };
}
