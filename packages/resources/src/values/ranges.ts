// Interval lists. "Normal" means sorted by begin, not overlapping, not adjacent: every function but normaliseRanges
// takes normal lists and gives normal lists, in linear time. Bounds are whole numbers from 0 to 2^53 - 1.
import { fail, ok } from '../result.js';
import type { Result } from '../result.js';
import { parseWholeNumber } from './number-text.js';

/** Whole numbers from `begin` to `end`, both included. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

export type Ranges = readonly Range[];

function isNormal(ranges: Ranges): boolean {
  for (let i = 1; i < ranges.length; i += 1) {
    if (ranges[i]!.begin <= ranges[i - 1]!.end + 1) return false;
  }
  return true;
}

/** Adds `range` to the end of a normal list whose last range does not begin later. */
function append(ranges: Range[], range: Range): void {
  const last = ranges[ranges.length - 1];
  if (last === undefined || range.begin > last.end + 1) ranges.push(range);
  else if (range.end > last.end) ranges[ranges.length - 1] = { begin: last.begin, end: range.end };
}

/** Sorts, and joins what overlaps or touches. Gives back the same list where it is normal already. */
export function normaliseRanges(ranges: Ranges): Ranges {
  if (isNormal(ranges)) return ranges;
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) append(result, range);
  return result;
}

export function addRanges(left: Ranges, right: Ranges): Ranges {
  if (right.length === 0) return left;
  if (left.length === 0) return right;
  const result: Range[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const a = left[i];
    const b = right[j];
    if (b === undefined || (a !== undefined && a.begin <= b.begin)) {
      append(result, a!);
      i += 1;
    } else {
      append(result, b);
      j += 1;
    }
  }
  return result;
}

export function subtractRanges(left: Ranges, right: Ranges): Ranges {
  if (left.length === 0 || right.length === 0) return left;
  const result: Range[] = [];
  let j = 0;
  for (const { begin, end } of left) {
    let rest = begin;
    while (j < right.length && right[j]!.end < rest) j += 1;
    for (let k = j; k < right.length && right[k]!.begin <= end; k += 1) {
      if (right[k]!.begin > rest) result.push({ begin: rest, end: right[k]!.begin - 1 });
      rest = right[k]!.end + 1;
    }
    if (rest <= end) result.push({ begin: rest, end });
  }
  return result;
}

export function intersectRanges(left: Ranges, right: Ranges): Ranges {
  const result: Range[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const a = left[i]!;
    const b = right[j]!;
    const begin = Math.max(a.begin, b.begin);
    const end = Math.min(a.end, b.end);
    if (begin <= end) result.push({ begin, end });
    if (a.end < b.end) i += 1;
    else j += 1;
  }
  return result;
}

/** Whether every number of `inner` is in `outer`. */
export function containsRanges(outer: Ranges, inner: Ranges): boolean {
  let i = 0;
  for (const { begin, end } of inner) {
    while (i < outer.length && outer[i]!.end < begin) i += 1;
    const candidate = outer[i];
    if (candidate === undefined || candidate.begin > begin || candidate.end < end) return false;
  }
  return true;
}

/** Whether `number` is in one of the ranges. */
export function rangesInclude(ranges: Ranges, number: number): boolean {
  return ranges.some(({ begin, end }) => begin <= number && number <= end);
}

export function rangesEqual(left: Ranges, right: Ranges): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  return left.every((range, i) => range.begin === right[i]!.begin && range.end === right[i]!.end);
}

/** How many whole numbers the ranges hold. */
export function countRanges(ranges: Ranges): number {
  let count = 0;
  for (const { begin, end } of ranges) count += end - begin + 1;
  return count;
}

/** The lowest `count` numbers of the ranges (all of them where there are fewer). */
export function lowestOfRanges(ranges: Ranges, count: number): Ranges {
  const result: Range[] = [];
  let missing = count;
  for (const { begin, end } of ranges) {
    if (missing <= 0) break;
    const last = Math.min(end, begin + missing - 1);
    result.push({ begin, end: last });
    missing -= last - begin + 1;
  }
  return result;
}

/** As Mesos prints ranges: `[31000-32000, 33000-33001]`. */
export function printRanges(ranges: Ranges): string {
  return `[${ranges.map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`;
}

/**
 * Reads `[1-2, 4-6]`. As in Mesos the text is cut at brackets, dashes, commas and line ends, and the pieces are taken
 * in pairs; spaces must be gone already. The result is normal.
 */
export function readRanges(text: string): Result<Ranges> {
  const tokens = text.split(/[[\]\-,\n]+/).filter((token) => token !== '');
  if (tokens.length % 2 !== 0) return fail('Expecting one or more "ranges"');
  const ranges: Range[] = [];
  for (let i = 0; i < tokens.length; i += 2) {
    const begin = parseWholeNumber(tokens[i]!);
    const end = parseWholeNumber(tokens[i + 1]!);
    if (begin === undefined || end === undefined) {
      return fail(`Expecting non-negative integers in '${tokens[i]}-${tokens[i + 1]}'`);
    }
    if (begin > end) return fail(`Expecting begin <= end in '${tokens[i]}-${tokens[i + 1]}'`);
    ranges.push({ begin, end });
  }
  return ok(normaliseRanges(ranges));
}
