// Sorting and taking the first in an order: what is given to sortBy, sortByKey, takeOrdered and top.
import type { Environment } from '../closures/capture.js';
import type { ShippedFunction } from '../closures/types.js';
import type { KeyOf, SortOrder } from '../core/plan/operations.js';
import type { Compare } from '../data/ordering.js';
import type { OrderedSpec } from './actions.js';
import { given, type Dataset } from './dataset.js';
import { sorted } from './shuffling.js';

export interface SortOptions<K> {
  /** True when absent. */
  readonly ascending?: boolean;
  readonly partitions?: number;
  /** Order of two keys, as for Array.prototype.sort; the natural order when absent. */
  readonly compare?: (a: K, b: K) => number;
  /** Names the functions use from outside. */
  readonly env?: Environment;
}

type Fn = (...args: never[]) => unknown;

interface Prepared {
  readonly order: SortOrder;
  readonly functions: ShippedFunction[];
  readonly compare: Compare | undefined;
}

function prepare(dataset: Dataset, { operation, keyOf, options }: SortGiven): Prepared {
  const { env: environment, ascending = true, compare } = options;
  const functions: ShippedFunction[] = [];
  let key: KeyOf = { kind: 'pair' };
  if (keyOf !== undefined) {
    const shipped = given(dataset.host, keyOf, { operation, environment });
    functions.push(shipped);
    key = { kind: 'function', fn: shipped.id };
  }
  if (compare === undefined) return { order: { key, ascending }, functions, compare: undefined };
  const shipped = given(dataset.host, compare, { operation, environment, role: 'compare' });
  functions.push(shipped);
  return { order: { key, ascending, compare: shipped.id }, functions, compare };
}

interface SortGiven {
  readonly operation: string;
  /** Absent for pairs, which are sorted by their key. */
  readonly keyOf?: Fn | undefined;
  readonly options: SortOptions<unknown>;
}

export function sortedBy(dataset: Dataset, spec: SortGiven): Dataset {
  const { partitions } = spec.options;
  return sorted(dataset, { operation: spec.operation, ...prepare(dataset, spec), partitions });
}

/** What takeOrdered and top need; records are their own keys when no function is given. */
export function orderedBy(dataset: Dataset, spec: SortGiven & { readonly limit: number }): OrderedSpec {
  const { limit, keyOf } = spec;
  if (!Number.isInteger(limit) || limit < 0)
    throw new RangeError(`${spec.operation}(${limit}): expected a whole number of at least 0`);
  const prepared = prepare(dataset, keyOf === undefined ? { ...spec, keyOf: undefined } : spec);
  if (keyOf !== undefined) return { ...prepared, limit, keyOf: keyOf as unknown as (record: unknown) => unknown };
  const order: SortOrder = { ...prepared.order, key: { kind: 'function', fn: '#identity' } };
  return { ...prepared, order, limit, keyOf: (record) => record };
}
