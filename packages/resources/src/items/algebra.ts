// Arithmetic on canonical lists of items: sorted by key, one item per key (several only of whole items), none empty.
// Two lists are walked side by side, so every operation is linear.
import { addValues, containsValue, isEmptyValue, subtractValues, valuesEqual } from '../values/value.js';
import { withAllocation, withSharedCount, withValue } from './item.js';
import type { ResourceItem } from './item.js';

/** A canonical list. Made by `canonical` or by the operations here. */
export type ItemList = readonly ResourceItem[];

export const NO_ITEMS: ItemList = [];

const isEmptyItem = (item: ResourceItem): boolean =>
  isEmptyValue(item.value) || (item.sharedCount !== undefined && !(item.sharedCount > 0));

/** Adds two items of equal key to the end of `result`. */
function pushSum(result: ResourceItem[], left: ResourceItem, right: ResourceItem): void {
  const a = left.value;
  const b = right.value;
  if (left.kind === 'divisible') {
    const sum = a.type === 'SCALAR' && b.type === 'SCALAR';
    result.push(withValue(left, sum ? { type: 'SCALAR', milli: a.milli + b.milli } : addValues(a, b)));
  } else if (left.kind === 'shared') {
    result.push(withSharedCount(left, (left.sharedCount ?? 0) + (right.sharedCount ?? 0)));
  } else {
    result.push(left, right);
  }
}

/** Adds to the end of `result` what is left of `left` without `right`, of equal key. */
function pushDifference(result: ResourceItem[], left: ResourceItem, right: ResourceItem): void {
  const a = left.value;
  const b = right.value;
  if (left.kind === 'divisible') {
    if (a.type === 'SCALAR' && b.type === 'SCALAR') {
      if (a.milli > b.milli) result.push(withValue(left, { type: 'SCALAR', milli: a.milli - b.milli }));
      return;
    }
    const rest = subtractValues(a, b);
    if (!isEmptyValue(rest)) result.push(withValue(left, rest));
  } else if (left.kind === 'shared') {
    const rest = (left.sharedCount ?? 0) - (right.sharedCount ?? 0);
    if (rest > 0) result.push(withSharedCount(left, rest));
  }
}

/** The canonical list of any items: empty ones dropped, those of equal key merged. */
export function canonical(items: readonly ResourceItem[]): ItemList {
  const sorted = items.filter((item) => !isEmptyItem(item));
  sorted.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const result: ResourceItem[] = [];
  for (const item of sorted) {
    const last = result[result.length - 1];
    if (last !== undefined && last.key === item.key) {
      result.pop();
      pushSum(result, last, item);
    } else {
      result.push(item);
    }
  }
  return result;
}

export function addItems(left: ItemList, right: ItemList): ItemList {
  if (right.length === 0) return left;
  if (left.length === 0) return right;
  const result: ResourceItem[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const a = left[i]!;
    const b = right[j]!;
    if (a.key === b.key) {
      pushSum(result, a, b);
      i += 1;
      j += 1;
    } else if (a.key < b.key) {
      result.push(a);
      i += 1;
    } else {
      result.push(b);
      j += 1;
    }
  }
  for (; i < left.length; i += 1) result.push(left[i]!);
  for (; j < right.length; j += 1) result.push(right[j]!);
  return result;
}

/** What is left of `left`; what `right` has too much is ignored. */
export function subtractItems(left: ItemList, right: ItemList): ItemList {
  if (left.length === 0 || right.length === 0) return left;
  const result: ResourceItem[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const a = left[i]!;
    const b = right[j]!;
    if (a.key === b.key) {
      pushDifference(result, a, b);
      i += 1;
      j += 1;
    } else if (a.key < b.key) {
      result.push(a);
      i += 1;
    } else {
      j += 1;
    }
  }
  for (; i < left.length; i += 1) result.push(left[i]!);
  return result;
}

function containsItem(outer: ResourceItem, inner: ResourceItem): boolean {
  const a = outer.value;
  const b = inner.value;
  if (outer.kind === 'shared') return (outer.sharedCount ?? 0) >= (inner.sharedCount ?? 0);
  if (outer.kind === 'whole') return true;
  return a.type === 'SCALAR' && b.type === 'SCALAR' ? b.milli <= a.milli : containsValue(a, b);
}

/** Whether `inner` can be taken out of `outer`: counted, so two equal whole items need two. */
export function containsItems(outer: ItemList, inner: ItemList): boolean {
  if (inner.length > outer.length) return false;
  let i = 0;
  for (const item of inner) {
    while (i < outer.length && outer[i]!.key < item.key) i += 1;
    const candidate = outer[i];
    if (candidate === undefined || candidate.key !== item.key || !containsItem(candidate, item)) return false;
    i += 1;
  }
  return true;
}

export function itemsEqual(left: ItemList, right: ItemList): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  return left.every((a, i) => {
    const b = right[i]!;
    return a.key === b.key && a.sharedCount === b.sharedCount && valuesEqual(a.value, b.value);
  });
}

/** All items allocated to `role`, or to nobody. */
export function reallocate(items: ItemList, role: string | undefined): ItemList {
  const first = items[0]?.allocationRole;
  const result = items.map((item) => withAllocation(item, role));
  // Items of one allocation keep their order under another (see key.ts); of several, some may become one.
  return items.every((item) => item.allocationRole === first) ? result : canonical(result);
}
