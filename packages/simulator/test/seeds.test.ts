// Goal: a fixed set of seeds keeps all promises, and a seed is a complete description of its run. Method: run them.
import { describe, expect, test } from 'vitest';
import { failureReport, runSeed } from '../src/index.js';

const MINUTES = 2;
const SEEDS = Array.from({ length: 16 }, (_, index) => index + 1);
const TIME_LIMIT_MS = 120_000;

describe('whole clusters under faults', () => {
  test.each(SEEDS)(
    'seed %i keeps every promise',
    async (seed) => {
      const result = await runSeed(seed, { minutes: MINUTES });
      expect(result.violation, failureReport({ seed, minutes: MINUTES }, result)).toBeUndefined();
      expect(result.tasks).toBeGreaterThan(0);
    },
    TIME_LIMIT_MS,
  );

  test(
    'the same seed gives the same run, step by step',
    async () => {
      const [first, second] = [await runSeed(5, { minutes: 1 }), await runSeed(5, { minutes: 1 })];
      expect(second.steps).toBe(first.steps);
      expect(second.history).toEqual(first.history);
    },
    TIME_LIMIT_MS,
  );
});
