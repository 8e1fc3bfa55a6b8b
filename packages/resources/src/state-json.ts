// Resources as /state and its relatives print them (Mesos: json(…, Resources) in src/common/http.cpp).
import type { ItemList } from './items/algebra.js';
import { fromMilli } from './values/milli.js';
import { addValues, printValue } from './values/value.js';
import type { ResourceValue } from './values/value.js';

/** Printed even where there are none of them. */
const ALWAYS_PRINTED = ['disk', 'mem', 'gpus', 'cpus'] as const;

const ZERO: ResourceValue = { type: 'SCALAR', milli: 0 };

/**
 * Sums over all reservations and allocations by name: scalars as numbers, ranges as `"[31000-32000]"`, sets as
 * `"{a, b}"`; revocable ones under `<name>_revocable`. disk, mem, gpus and cpus are always there.
 */
export function resourcesToStateJson({ items }: { readonly items: ItemList }): Record<string, number | string> {
  const sums = new Map<string, ResourceValue>(ALWAYS_PRINTED.map((name) => [name, ZERO]));
  for (const { name, value, revocable } of items) {
    const key = revocable ? `${name}_revocable` : name;
    const sum = sums.get(key);
    sums.set(key, sum?.type === value.type ? addValues(sum, value) : value);
  }
  return Object.fromEntries(
    [...sums].map(([name, value]) => [name, value.type === 'SCALAR' ? fromMilli(value.milli) : printValue(value)]),
  );
}
