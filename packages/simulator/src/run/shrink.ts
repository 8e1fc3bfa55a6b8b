// Makes a failing run small: leaves out faults, half of them first, then one by one, and ends the run earlier, as long as
// the same promise is still broken.
import type { Tampering } from '../cluster/tampering.js';
import type { Scenario } from '../faults/scenario.js';
import type { Invariant } from '../checks/violation.js';
import { runScenario, scenarioFor, withFaults } from './run-seed.js';
import type { SeedOptions } from './run-seed.js';
import type { RunResult } from './simulation.js';

export interface Shrunk {
  /** Numbers of the faults that are left. */
  readonly faults: readonly number[];
  readonly minutes: number;
  readonly result: RunResult;
}

export interface ShrinkOptions {
  minutes: number;
  invariant: Invariant;
  /** Fresh for every run. */
  tampering?: (() => Tampering) | undefined;
  reshape?: SeedOptions['reshape'];
  /** Runs that may be spent. */
  runsMax: number;
}

export async function shrink(seed: number, options: ShrinkOptions): Promise<Shrunk | undefined> {
  const { invariant, tampering } = options;
  const whole = scenarioFor(seed, options);
  let runs = 0;
  const attempt = async (faults: readonly number[], minutes: number): Promise<Shrunk | undefined> => {
    runs += 1;
    const scenario: Scenario = { ...withFaults(whole, faults), activeMs: minutes * 60_000 };
    const result = await runScenario(scenario, tampering?.());
    return result.violation?.invariant === invariant ? { faults, minutes, result } : undefined;
  };
  let best = await attempt(
    whole.faults.map((_, index) => index),
    options.minutes,
  );
  if (!best) return undefined;
  for (let size = Math.ceil(best.faults.length / 2); size >= 1 && best.faults.length > 0; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.faults.length && runs < options.runsMax;) {
      const { faults, minutes }: Shrunk = best;
      const smaller = await attempt([...faults.slice(0, at), ...faults.slice(at + size)], minutes);
      if (smaller) best = smaller;
      else at += size;
    }
  }
  while (best.minutes > 0.5 && runs < options.runsMax) {
    const shorter = await attempt(best.faults, best.minutes / 2);
    if (!shorter) break;
    best = shorter;
  }
  return best;
}
