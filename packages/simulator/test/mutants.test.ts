// Goal: the simulator bites. Method: every deliberate mistake has to be caught within a few seeds, by a check that it
// concerns.
import { expect, test } from 'vitest';
import { MUTANTS, runSeed } from '../src/index.js';

const MINUTES = 3;
/** No mutant needs as many. */
const SEEDS_MAX = 25;
const TIME_LIMIT_MS = 120_000;

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
  'catches %s',
  async (_name, { breaks, mistake, reshape, tampering }) => {
    for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
      const { violation } = await runSeed(seed, { minutes: MINUTES, reshape, tampering: tampering() });
      if (!violation) continue;
      expect(breaks, violation.message).toContain(violation.invariant);
      return;
    }
    expect.fail(`${SEEDS_MAX} seeds did not find out that ${mistake}`);
  },
  TIME_LIMIT_MS,
);
