// Operations on datasets of pairs.
import { encodeFrames } from '../data/frames.js';
import { canonicalText } from '../data/keys.js';
import type { Environment } from '../closures/capture.js';
import { Dataset, derive, given, nameAtCaller } from './dataset.js';
import { aggregated, cogrouped, partitionedBy } from './shuffling.js';

export type AnyMerge = (a: unknown, b: unknown) => unknown;
type Fn = (...args: never[]) => unknown;
/** A value of the left with the one of the right, if there is any. */
export type Joined<V, W> = [V, W | undefined];

interface Options {
  readonly partitions?: number | undefined;
  readonly environment?: Environment | undefined;
}

export function reduceByKey(parent: Dataset, fn: AnyMerge, { partitions, environment }: Options): Dataset {
  const merge = given(parent.host, fn, { operation: 'reduceByKey', environment });
  const aggregate = { kind: 'reduce', merge: merge.id } as const;
  return aggregated(parent, {
    operation: 'reduceByKey',
    aggregate,
    functions: [merge],
    mapSideCombine: true,
    partitions,
  });
}

export interface AggregateByKey extends Options {
  readonly operation: string;
  readonly zero: unknown;
  readonly add: Fn;
  readonly merge: Fn;
}

export function aggregateByKey(
  parent: Dataset,
  { operation, zero, add, merge, partitions, environment }: AggregateByKey,
): Dataset {
  const mergeValue = given(parent.host, add, { operation, environment, role: 'first' });
  const mergeCombiners = given(parent.host, merge, { operation, environment, role: 'second' });
  const aggregate = {
    kind: 'combine',
    zero: encodeFrames([zero]),
    mergeValue: mergeValue.id,
    mergeCombiners: mergeCombiners.id,
  } as const;
  return aggregated(parent, {
    operation,
    aggregate,
    functions: [mergeValue, mergeCombiners],
    mapSideCombine: true,
    partitions,
  });
}

export interface CombineByKey extends Options {
  readonly create: Fn;
  readonly mergeValue: Fn;
  readonly mergeCombiners: Fn;
}

export function combineByKey(parent: Dataset, spec: CombineByKey): Dataset {
  const { partitions, environment } = spec;
  const capture = (fn: Fn, role: string) => given(parent.host, fn, { operation: 'combineByKey', environment, role });
  const create = capture(spec.create, 'createCombiner');
  const mergeValue = capture(spec.mergeValue, 'mergeValue');
  const mergeCombiners = capture(spec.mergeCombiners, 'mergeCombiners');
  const aggregate = {
    kind: 'combine',
    create: create.id,
    mergeValue: mergeValue.id,
    mergeCombiners: mergeCombiners.id,
  } as const;
  const functions = [create, mergeValue, mergeCombiners];
  return aggregated(parent, { operation: 'combineByKey', aggregate, functions, mapSideCombine: true, partitions });
}

export function groupByKey(parent: Dataset, partitions: number | undefined): Dataset {
  // Collecting values on the map side would move as many bytes and cost memory twice.
  return aggregated(parent, {
    operation: 'groupByKey',
    aggregate: { kind: 'group' },
    functions: [],
    mapSideCombine: false,
    partitions,
  });
}

export function cogroup(left: Dataset, right: Dataset, partitions: number | undefined): Dataset {
  return cogrouped([left, right], 'cogroup', partitions);
}

const JOINS = {
  join: '#innerJoin',
  leftOuterJoin: '#leftJoin',
  rightOuterJoin: '#rightJoin',
  fullOuterJoin: '#fullJoin',
} as const;

export function joined(
  left: Dataset,
  right: Dataset,
  { operation, partitions }: { operation: keyof typeof JOINS; partitions: number | undefined },
): Dataset {
  const groups = cogrouped([left, right], operation, partitions);
  return derive(groups, nameAtCaller(operation), {
    operation: { kind: 'flatMapValues', fn: JOINS[operation] },
    keepsPlacement: true,
  });
}

export function subtractByKey(left: Dataset, right: Dataset, partitions: number | undefined): Dataset {
  const groups = cogrouped([left, right], 'subtractByKey', partitions);
  return derive(groups, nameAtCaller('subtractByKey'), {
    operation: { kind: 'flatMapValues', fn: '#subtractValues' },
    keepsPlacement: true,
  });
}

export function partitionBy(
  parent: Dataset,
  { partitions, place, environment }: Options & { readonly place?: ((key: never) => number) | undefined },
): Dataset {
  if (place === undefined) return partitionedBy(parent, partitions);
  if (partitions === undefined) throw new RangeError('partitionBy with a function needs the number of partitions');
  return partitionedBy(parent, partitions, given(parent.host, place, { operation: 'partitionBy', environment }));
}

/** [key, count] pairs. */
export function countsByKey(parent: Dataset): Dataset {
  const ones = derive(parent, nameAtCaller('countByKey'), { operation: { kind: 'map', fn: '#keyWithOne' } });
  return aggregated(ones, {
    operation: 'countByKey',
    aggregate: { kind: 'reduce', merge: '#add' },
    functions: [],
    mapSideCombine: true,
  });
}

/** The values of one key. */
export function withKey(parent: Dataset, key: unknown): Dataset {
  const canonical = typeof key === 'object' && key !== null ? canonicalText(key) : undefined;
  if (canonical !== undefined)
    throw new TypeError('lookup of a structural key: use filter with a function that compares it');
  const same = given(parent.host, (pair: [unknown, unknown]) => Object.is(pair[0], wanted) || pair[0] === wanted, {
    operation: 'lookup',
    environment: { wanted: key },
  });
  const matching = derive(parent, nameAtCaller('lookup'), {
    operation: { kind: 'filter', fn: same.id },
    functions: [same],
    keepsPlacement: true,
  });
  return derive(matching, nameAtCaller('lookup'), { operation: { kind: 'values' } });
}

/** Stands for the looked-up key where the function above runs. */
declare const wanted: unknown;
