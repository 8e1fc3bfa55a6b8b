// Goal: interval lists compute like the sets of numbers they stand for. Method: Mesos' vectors, then random lists
// against a Set of integers.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addRanges,
  containsRanges,
  countRanges,
  intersectRanges,
  lowestOfRanges,
  normaliseRanges,
  parseRanges,
  printRanges,
  rangesEqual,
  rangesInclude,
  subtractRanges,
} from '@mini-mesos/resources';
import type { Range } from '@mini-mesos/resources';
import { anyRanges } from './support/arbitraries.js';
import { must } from './support/build.js';

const ranges = (text: string): readonly Range[] => must(parseRanges(text));

describe('reading joins what overlaps and what touches', () => {
  test.each([
    ['[4-6, 6-8, 5-9, 3-4, 2-5, 4-6, 1-1, 10-10, 4-6]', '[1-10]'],
    ['[4-6, 6-8]', '[4-8]'],
    ['[6-8, 4-6]', '[4-8]'],
    ['[1-10, 8-10]', '[1-10]'],
    ['[1-11, 8-10]', '[1-11]'],
    ['[1-4, 4-5, 7-8, 8-10]', '[1-5, 7-10]'],
    ['[7-8, 1-4, [8-10], 4-5]', '[1-5, 7-10]'],
    ['[4-6, 7-8]', '[4-8]'],
    ['[4-6, 7-7, 8-8, 9-9]', '[4-9]'],
    ['[4-6, 7-7, 9-10, 9-11]', '[4-7, 9-11]'],
    ['[6-8, 6-8, 4-6, 6-8]', '[4-8]'],
    ['[1,2-3,4]', '[1-4]'],
    ['[0x10-0x20]', '[16-32]'],
  ])('%s is %s', (text, joined) => {
    expect(printRanges(ranges(text))).toBe(joined);
  });
});

test('what is not ranges is refused', () => {
  expect(parseRanges('{a}')).toEqual({ ok: false, error: "Expecting ranges, not '{a}'" });
  expect(parseRanges('[1-2')).toEqual({ ok: false, error: 'Mismatched brackets' });
});

describe('addition', () => {
  test.each([
    ['[3-8]', '[4-10]', '[3-10]'],
    ['[3-8]', '[1-4]', '[1-8]'],
    ['[2-3]', '[1-4]', '[1-4]'],
    ['[2-3]', '[4-6]', '[2-6]'],
    ['[3-5]', '[1-2]', '[1-5]'],
    ['[3-5, 7-8]', '[6-6]', '[3-8]'],
    ['[1-4, 9-10, 20-22, 26-30]', '[5-8, 23-25]', '[1-10, 20-30]'],
    ['[1-10, 5-30, 50-60]', '[1-65, 70-80]', '[1-65, 70-80]'],
    ['[20000-40000]', '[30000-50000, 10000-20000]', '[10000-50000]'],
    ['[]', '[1-2]', '[1-2]'],
  ])('%s and %s', (left, right, sum) => {
    expect(printRanges(addRanges(ranges(left), ranges(right)))).toBe(sum);
  });
});

describe('subtraction', () => {
  test.each([
    ['[]', '[1-10]', '[]'],
    ['[3-8]', '[]', '[3-8]'],
    ['[3-8]', '[1-10]', '[]'],
    ['[3-8]', '[3-5]', '[6-8]'],
    ['[3-8]', '[5-8]', '[3-4]'],
    ['[3-8]', '[5-6]', '[3-4, 7-8]'],
    ['[3-8]', '[1-3]', '[4-8]'],
    ['[3-8]', '[5-10]', '[3-4]'],
    ['[3-8]', '[9-10]', '[3-8]'],
    ['[3-8]', '[1-2]', '[3-8]'],
    ['[1-10, 20-30, 40-50]', '[2-9, 15-45, 48-50]', '[1-1, 10-10, 46-47]'],
    ['[20000-40000]', '[10000-20000, 30000-50000]', '[20001-29999]'],
  ])('%s without %s', (left, right, rest) => {
    expect(printRanges(subtractRanges(ranges(left), ranges(right)))).toBe(rest);
  });
});

describe('against a set of integers', () => {
  const numbers = (list: readonly Range[]): Set<number> => {
    const all = new Set<number>();
    for (const { begin, end } of list) for (let n = begin; n <= end; n += 1) all.add(n);
    return all;
  };
  const sorted = (all: Iterable<number>): number[] => [...all].sort((a, b) => a - b);
  const isNormal = (list: readonly Range[]): boolean =>
    list.every(({ begin, end }, i) => begin <= end && begin > (list[i - 1]?.end ?? -2) + 1);
  const normal = anyRanges.map(normaliseRanges);

  test('normalising keeps the numbers and leaves gaps between ranges', () => {
    fc.assert(
      fc.property(anyRanges, (list) => {
        const result = normaliseRanges(list);
        expect(isNormal(result)).toBe(true);
        expect(sorted(numbers(result))).toEqual(sorted(numbers(list)));
      }),
    );
  });

  test('addition, subtraction and intersection are union, difference and intersection', () => {
    fc.assert(
      fc.property(normal, normal, (left, right) => {
        const a = numbers(left);
        const b = numbers(right);
        const sum = addRanges(left, right);
        const rest = subtractRanges(left, right);
        const common = intersectRanges(left, right);
        expect([sum, rest, common].every(isNormal)).toBe(true);
        expect(sorted(numbers(sum))).toEqual(sorted(new Set([...a, ...b])));
        expect(sorted(numbers(rest))).toEqual(sorted([...a].filter((n) => !b.has(n))));
        expect(sorted(numbers(common))).toEqual(sorted([...a].filter((n) => b.has(n))));
      }),
    );
  });

  test('containment, equality, count and membership', () => {
    fc.assert(
      fc.property(normal, normal, fc.nat(50), (left, right, n) => {
        const a = numbers(left);
        const b = numbers(right);
        expect(containsRanges(left, right)).toBe([...b].every((number) => a.has(number)));
        expect(containsRanges(addRanges(left, right), right)).toBe(true);
        expect(rangesEqual(left, right)).toBe(sorted(a).join() === sorted(b).join());
        expect(countRanges(left)).toBe(a.size);
        expect(rangesInclude(left, n)).toBe(a.has(n));
      }),
    );
  });

  test('the lowest n are the n lowest', () => {
    fc.assert(
      fc.property(normal, fc.nat(60), (list, count) => {
        expect(sorted(numbers(lowestOfRanges(list, count)))).toEqual(sorted(numbers(list)).slice(0, count));
      }),
    );
  });

  test('what is printed can be read back', () => {
    fc.assert(
      fc.property(normal, (list) => {
        expect(ranges(printRanges(list))).toEqual(list);
      }),
    );
  });
});
