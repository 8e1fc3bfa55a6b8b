// Goal: a seed repeats everything, streams do not disturb each other, draws are fair. Method: literals pin the
// sequence, so that a journal replays on a later version; properties and counts for the rest.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeededRandom } from '@mini-mesos/daemon';

const draws = (random: SeededRandom, count: number) => Array.from({ length: count }, () => random.uint32());

test('the sequence of a seed is pinned', () => {
  expect(draws(new SeededRandom('mini-mesos'), 4)).toEqual([2321437978, 3062116317, 2471131528, 2283483852]);
});

test('property: the same seed draws the same, another one differs', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      fc.pre(one !== other);
      expect(draws(new SeededRandom(one), 8)).toEqual(draws(new SeededRandom(one), 8));
      expect(draws(new SeededRandom(one), 8)).not.toEqual(draws(new SeededRandom(other), 8));
    }),
  );
});

test('a stream depends on its name and the seed, not on what was drawn elsewhere', () => {
  const untouched = new SeededRandom(7);
  const drawnFrom = new SeededRandom(7);
  draws(drawnFrom, 100);
  expect(draws(drawnFrom.stream('offers'), 5)).toEqual(draws(untouched.stream('offers'), 5));
  expect(draws(untouched.stream('offers'), 5)).not.toEqual(draws(untouched.stream('backoff'), 5));
});

test('numbers below a bound are whole, in range and about equally often', () => {
  const random = new SeededRandom(1);
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (let draw = 0; draw < 70_000; draw += 1) {
    const drawn = random.below(counts.length);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  // 10,000 each; five standard deviations are about 460.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(460);
  for (const bound of [0, 1.5, -1, 2 ** 33]) expect(() => random.below(bound)).toThrow('expected a whole number');
});

test('fractions lie in [0, 1), and between two bounds', () => {
  const random = new SeededRandom(2);
  const drawn = Array.from({ length: 10_000 }, () => random.float());
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(Math.abs(drawn.reduce((sum, value) => sum + value, 0) / drawn.length - 0.5)).toBeLessThan(0.02);
  const jitter = random.between({ low: 10, high: 20 });
  expect(jitter >= 10 && jitter < 20).toBe(true);
});

test('property: shuffling keeps the values and leaves the argument alone', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (values, seed) => {
      const before = [...values];
      const shuffled = new SeededRandom(seed).shuffled(values);
      expect(values).toEqual(before);
      expect(shuffled.toSorted((a, b) => a - b)).toEqual(values.toSorted((a, b) => a - b));
    }),
  );
});

test('picks one of the values, none of none, and as many bytes as wanted', () => {
  const random = new SeededRandom(3);
  expect(['a', 'b']).toContain(random.pick(['a', 'b']));
  expect(random.pick([])).toBeUndefined();
  expect(random.bytes(16)).toHaveLength(16);
});
