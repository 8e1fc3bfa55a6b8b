// Goal: whatever happens, in whatever order, offers are sound and nothing leaks. Method: random histories of commands,
// each cycle judged by a model with bookkeeping of its own (world.ts).
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { operations, World } from './world.js';
import type { Operation } from './world.js';

test('[property] offers are free, wanted, understood, within quota, and not refused; all that goes out comes back', () => {
  let cycles = 0;
  let offers = 0;
  const history = (steps: readonly Operation[], seed: number) => {
    const world = new World({ seed });
    for (const step of steps) offers += world.apply(step).length;
    cycles += world.rig.allocator.runs;
    world.end();
  };
  fc.assert(fc.property(operations(120), fc.nat(), history), { numRuns: 150 });
  // The histories are worth something: cycles run and offers are made.
  expect([cycles > 1_000, offers > 1_000]).toEqual([true, true]);
}, 120_000);

test.each(['drf', 'random'] as const)(
  '[property] the same history gives the same offers with %s sorters',
  (kind) => {
    const play = (steps: readonly Operation[], seed: number) => {
      const world = new World({ seed, roleSorter: kind, frameworkSorter: kind });
      return steps.flatMap((step) =>
        world.apply(step).map((offer) => ({ ...offer, resources: String(offer.resources) })),
      );
    };
    fc.assert(
      fc.property(operations(60), fc.nat(), (steps, seed) => {
        expect(play(steps, seed)).toEqual(play(steps, seed));
      }),
      { numRuns: 30 },
    );
  },
  120_000,
);
