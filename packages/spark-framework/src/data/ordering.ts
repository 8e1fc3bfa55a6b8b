// The order sortBy and sortByKey use: total over every value that can be a key. Kinds come in the order null,
// undefined, booleans, numbers and bigints (NaN after all), Dates, strings (by code unit, as JavaScript's <), arrays
// (element by element, the shorter first), plain objects (by their sorted properties).
import { canonicalText, KeyError } from './keys.js';

/** Negative when a comes first, positive when b does, 0 when they are the same in this order. */
export type Compare = (a: unknown, b: unknown) => number;

/** The natural order. Total: any two values compare, and 0 means the same key (1 comes right before 1n). */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  const rankA = rank(a);
  const rankB = rank(b);
  if (rankA !== rankB) return rankA - rankB;
  return compareSameRank(a, b, rankA);
}

const RANK = { null: 0, undefined: 1, boolean: 2, number: 3, date: 4, string: 5, array: 6, object: 7 } as const;

function rank(value: unknown): number {
  switch (typeof value) {
    case 'undefined':
      return RANK.undefined;
    case 'boolean':
      return RANK.boolean;
    case 'number':
    case 'bigint':
      return RANK.number;
    case 'string':
      return RANK.string;
    case 'object':
      if (value === null) return RANK.null;
      if (Array.isArray(value)) return RANK.array;
      return isDate(value) ? RANK.date : RANK.object;
    default:
      throw new KeyError(
        `a ${typeof value} has no place in an order: sort by strings, numbers, dates or arrays of them`,
      );
  }
}

function isDate(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Date]';
}

function compareSameRank(a: unknown, b: unknown, kind: number): number {
  switch (kind) {
    case RANK.boolean:
      return Number(a) - Number(b);
    case RANK.number:
      return compareMixedNumbers(a as number | bigint, b as number | bigint);
    case RANK.date:
      return compareNumbers((a as { getTime(): number }).getTime(), (b as { getTime(): number }).getTime());
    case RANK.array:
      return compareArrays(a as unknown[], b as unknown[]);
    case RANK.object:
      return compareText(canonicalText(a), canonicalText(b));
    default:
      return 0;
  }
}

/** Numeric order with NaN last and -0 equal to 0. */
export function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return (a !== a ? 1 : 0) - (b !== b ? 1 : 0);
}

function compareMixedNumbers(a: number | bigint, b: number | bigint): number {
  if (a !== a) return b !== b ? 0 : 1;
  if (b !== b) return -1;
  if (a < b) return -1;
  if (a > b) return 1;
  return typeof a === typeof b ? 0 : typeof a === 'number' ? -1 : 1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareArrays(a: unknown[], b: unknown[]): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const order = compareValues(a[index], b[index]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** The opposite order; stable sorts stay stable under it, because equal stays equal. */
export function reversed(compare: Compare): Compare {
  return (a, b) => compare(b, a);
}
