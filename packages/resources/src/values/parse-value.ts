// Values in flag text, of which the text alone decides the type (Mesos: src/common/values.cpp, parse).
import { fail, ok } from '../result.js';
import type { Result } from '../result.js';
import { toMilli } from './milli.js';
import { parseNumber } from './number-text.js';
import { readRanges } from './ranges.js';
import { readSet } from './sets.js';
import type { Range } from './ranges.js';
import type { RangesValue, ScalarValue, SetValue } from './value.js';

/** A scalar also keeps the number as written, because attributes and the check for too small values need it. */
export interface ParsedScalar extends ScalarValue {
  readonly value: number;
}

export interface TextValue {
  readonly type: 'TEXT';
  readonly text: string;
}

export type ParsedValue = ParsedScalar | RangesValue | SetValue | TextValue;

/** The smallest positive double that is not subnormal (C's DBL_MIN): Mesos refuses what is closer to zero. */
const SMALLEST_NORMAL = 2 ** -1022;

const BRACKETS = [
  ['{', '}'],
  ['[', ']'],
  ['(', ')'],
] as const;

function bracketsMatch(text: string): boolean {
  return BRACKETS.every(([open, close]) => {
    let depth = 0;
    for (const character of text) {
      if (character === open) depth += 1;
      else if (character === close) depth -= 1;
      if (depth < 0) return false;
    }
    return depth === 0;
  });
}

function parseScalarOrText(text: string): Result<ParsedValue> {
  const value = parseNumber(text);
  if (value === undefined || !Number.isFinite(value)) return ok({ type: 'TEXT', text });
  if (value !== 0 && Math.abs(value) < SMALLEST_NORMAL) return fail('Subnormal values not supported');
  // A negative number is text, which then is refused wherever a scalar is wanted.
  if (value < 0) return ok({ type: 'TEXT', text });
  return ok({ type: 'SCALAR', value, milli: toMilli(value) });
}

/**
 * Reads one value: a leading `[` means ranges, a leading `{` a set, a number a scalar, anything else is text. All
 * spaces are removed first. Ranges come joined and sorted; set items as written, duplicates included.
 */
export function parseValue(text: string): Result<ParsedValue> {
  const compact = text.replaceAll(' ', '');
  if (compact === '') return fail('Expecting non-empty string');
  if (!bracketsMatch(compact)) return fail('Mismatched brackets');
  if (compact.startsWith('[')) {
    const ranges = readRanges(compact);
    return ranges.ok ? ok({ type: 'RANGES', ranges: ranges.value }) : ranges;
  }
  if (compact.includes('[')) return fail("Unexpected '[' found");
  if (compact.startsWith('{')) return ok({ type: 'SET', items: readSet(compact) });
  if (compact.includes('{')) return fail("Unexpected '{' found");
  return parseScalarOrText(compact);
}

/** Reads `[1-2, 4-6]` and nothing else; sorted and joined. */
export function parseRanges(text: string): Result<readonly Range[]> {
  const value = parseValue(text);
  if (!value.ok) return value;
  return value.value.type === 'RANGES' ? ok(value.value.ranges) : fail(`Expecting ranges, not '${text}'`);
}

/** Reads `{a, b}` and nothing else; in the order written, without duplicates. */
export function parseSet(text: string): Result<readonly string[]> {
  const value = parseValue(text);
  if (!value.ok) return value;
  return value.value.type === 'SET' ? ok([...new Set(value.value.items)]) : fail(`Expecting a set, not '${text}'`);
}
