// The three values a resource can have, and arithmetic between two of the same type. Inside a resource ranges are
// normal and set items sorted, so that equal values are the same lists.
import { printMilli } from './milli.js';
import {
  addRanges,
  containsRanges,
  countRanges,
  intersectRanges,
  lowestOfRanges,
  normaliseRanges,
  printRanges,
  rangesEqual,
  subtractRanges,
} from './ranges.js';
import type { Range } from './ranges.js';
import { containsSet, intersectSets, printSet, subtractSets, unionSets } from './sets.js';

export interface ScalarValue {
  readonly type: 'SCALAR';
  /** Thousandths of a unit. */
  readonly milli: number;
}

export interface RangesValue {
  readonly type: 'RANGES';
  readonly ranges: readonly Range[];
}

export interface SetValue {
  readonly type: 'SET';
  readonly items: readonly string[];
}

export type ResourceValue = ScalarValue | RangesValue | SetValue;

/** Two values of the same type, or undefined: the one place where types are matched. */
function paired<T>(
  left: ResourceValue,
  right: ResourceValue,
  combine: {
    readonly scalar: (left: number, right: number) => T;
    readonly ranges: (left: readonly Range[], right: readonly Range[]) => T;
    readonly set: (left: readonly string[], right: readonly string[]) => T;
  },
): T {
  if (left.type === 'SCALAR' && right.type === 'SCALAR') return combine.scalar(left.milli, right.milli);
  if (left.type === 'RANGES' && right.type === 'RANGES') return combine.ranges(left.ranges, right.ranges);
  if (left.type === 'SET' && right.type === 'SET') return combine.set(left.items, right.items);
  throw new TypeError(`values of different types cannot be combined: ${left.type} and ${right.type}`);
}

const scalar = (milli: number): ResourceValue => ({ type: 'SCALAR', milli });
const ofRanges = (ranges: readonly Range[]): ResourceValue => ({ type: 'RANGES', ranges });
const ofSet = (items: readonly string[]): ResourceValue => ({ type: 'SET', items });

const ADD = {
  scalar: (left: number, right: number) => scalar(left + right),
  ranges: (left: readonly Range[], right: readonly Range[]) => ofRanges(addRanges(left, right)),
  set: (left: readonly string[], right: readonly string[]) => ofSet(unionSets(left, right).toSorted()),
};

const SUBTRACT = {
  scalar: (left: number, right: number) => scalar(Math.max(0, left - right)),
  ranges: (left: readonly Range[], right: readonly Range[]) => ofRanges(subtractRanges(left, right)),
  set: (left: readonly string[], right: readonly string[]) => ofSet(subtractSets(left, right)),
};

const INTERSECT = {
  scalar: (left: number, right: number) => scalar(Math.min(left, right)),
  ranges: (left: readonly Range[], right: readonly Range[]) => ofRanges(intersectRanges(left, right)),
  set: (left: readonly string[], right: readonly string[]) => ofSet(intersectSets(left, right)),
};

const CONTAINS = {
  scalar: (left: number, right: number) => right <= left,
  ranges: containsRanges,
  set: containsSet,
};

const EQUALS = {
  scalar: (left: number, right: number) => left === right,
  ranges: rangesEqual,
  set: (left: readonly string[], right: readonly string[]) =>
    left.length === right.length && left.every((item, i) => item === right[i]),
};

export const addValues = (left: ResourceValue, right: ResourceValue): ResourceValue => paired(left, right, ADD);

/** What is left; never below nothing (as in Mesos, where taking too much leaves nothing). */
export const subtractValues = (left: ResourceValue, right: ResourceValue): ResourceValue =>
  paired(left, right, SUBTRACT);

export const intersectValues = (left: ResourceValue, right: ResourceValue): ResourceValue =>
  paired(left, right, INTERSECT);

export const containsValue = (outer: ResourceValue, inner: ResourceValue): boolean => paired(outer, inner, CONTAINS);

export const valuesEqual = (left: ResourceValue, right: ResourceValue): boolean => paired(left, right, EQUALS);

/** Ranges sorted and joined, set items sorted and without duplicates. */
export function normaliseValue(value: ResourceValue): ResourceValue {
  switch (value.type) {
    case 'SCALAR':
      return value;
    case 'RANGES':
      return ofRanges(normaliseRanges(value.ranges));
    case 'SET':
      return ofSet([...new Set(value.items)].toSorted());
  }
}

/** Nothing at all: zero (or less, or not a number), no ranges, no items. */
export function isEmptyValue(value: ResourceValue): boolean {
  switch (value.type) {
    case 'SCALAR':
      return !(value.milli > 0);
    case 'RANGES':
      return value.ranges.length === 0;
    case 'SET':
      return value.items.length === 0;
  }
}

/** Size in thousandths: of a scalar itself; ranges and sets count their elements, each as one whole. */
export function quantityOf(value: ResourceValue): number {
  switch (value.type) {
    case 'SCALAR':
      return value.milli;
    case 'RANGES':
      return countRanges(value.ranges) * 1000;
    case 'SET':
      return value.items.length * 1000;
  }
}

/** The part of `value` whose size is at most `milli`: ranges and sets keep their lowest whole elements. */
export function cutValue(value: ResourceValue, milli: number): ResourceValue {
  switch (value.type) {
    case 'SCALAR':
      return scalar(Math.min(value.milli, milli));
    case 'RANGES':
      return ofRanges(lowestOfRanges(value.ranges, Math.floor(milli / 1000)));
    case 'SET':
      return ofSet(value.items.slice(0, Math.floor(milli / 1000)));
  }
}

/** As Mesos prints values: `1.5`, `[1-2, 4-4]`, `{a, b}`. */
export function printValue(value: ResourceValue): string {
  switch (value.type) {
    case 'SCALAR':
      return printMilli(value.milli);
    case 'RANGES':
      return printRanges(value.ranges);
    case 'SET':
      return printSet(value.items);
  }
}
