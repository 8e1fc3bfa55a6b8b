// Goal: every byte of every file is in exactly one partition, in order, and partitions are of the wanted size. Method:
// random files and targets.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupFiles, splitFiles } from '../src/core/plan/file-splits.js';

const files = fc
  .array(fc.record({ bytes: fc.integer({ min: 0, max: 5_000_000 }), gz: fc.boolean() }), { maxLength: 30 })
  .map((list) =>
    list.map(({ bytes, gz }, index) => ({ path: `/f${String(index).padStart(3, '0')}${gz ? '.gz' : ''}`, bytes })),
  );
const options = fc.record({
  minPartitions: fc.integer({ min: 1, max: 20 }),
  maxPartitionBytes: fc.integer({ min: 50_000, max: 3_000_000 }),
});

test('splits cover every file exactly once, in order', () => {
  fc.assert(
    fc.property(files, options, (list, split) => {
      const ranges = splitFiles(list, split).flat();
      for (const { path, bytes } of list) {
        const own = ranges.filter((range) => range.path === path);
        if (path.endsWith('.gz')) {
          expect(own).toEqual([{ path, start: 0 }]);
          continue;
        }
        let at = 0;
        for (const range of own) {
          expect(range.start).toBe(at);
          at = range.end as number;
        }
        expect(at).toBe(bytes);
      }
      expect(ranges.map(({ path }) => path)).toEqual(ranges.map(({ path }) => path).toSorted());
    }),
  );
});

test('no partition is much larger than the target, unless a file cannot be cut', () => {
  fc.assert(
    fc.property(files, options, (list, split) => {
      const plain = list.filter(({ path }) => !path.endsWith('.gz'));
      for (const ranges of splitFiles(plain, split)) {
        const bytes = ranges.reduce((sum, { start, end }) => sum + (end as number) - start, 0);
        expect(bytes).toBeLessThanOrEqual(split.maxPartitionBytes * 1.1 + 1);
      }
    }),
  );
});

test('a large file has as many partitions as are wanted at least', () => {
  expect(splitFiles([{ path: '/a', bytes: 1000 }], { minPartitions: 7, maxPartitionBytes: 1e9 })).toHaveLength(7);
  expect(
    splitFiles([{ path: '/a', bytes: 100_000_000 }], { minPartitions: 2, maxPartitionBytes: 32 * 1024 ** 2 }),
  ).toHaveLength(3);
  expect(splitFiles([], { minPartitions: 2, maxPartitionBytes: 100 })).toEqual([[]]);
});

test('whole files are grouped, each once', () => {
  fc.assert(
    fc.property(files, options, (list, split) => {
      expect(groupFiles(list, split).flat()).toEqual(list.map(({ path }) => path));
    }),
  );
});
