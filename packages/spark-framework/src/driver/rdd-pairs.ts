// Operations of RDDs of pairs. TypeScript allows them where the records are [key, value].
import type { Environment } from '../closures/capture.js';
import * as actions from './actions.js';
import type { ActionOptions } from './actions.js';
import { derive, nameAtCaller } from './dataset.js';
import * as pairs from './pair-operations.js';
import type { AnyMerge, Joined } from './pair-operations.js';
import type { RDD } from './rdd.js';
import { RddBase, type AnyRecord, type Pairs, type Widen } from './rdd-base.js';
import * as sets from './set-operations.js';
import { sortedBy, type SortOptions } from './sort-operations.js';

export abstract class RddPairs<T> extends RddBase<T> {
  keys<K, V>(this: Pairs<K, V>): RDD<K> {
    return this.wrap(derive(this.dataset, nameAtCaller('keys'), { operation: { kind: 'keys' } }));
  }

  values<K, V>(this: Pairs<K, V>): RDD<V> {
    return this.wrap(derive(this.dataset, nameAtCaller('values'), { operation: { kind: 'values' } }));
  }

  mapValues<K, V, W extends AnyRecord>(this: Pairs<K, V>, fn: (value: V) => W, env?: Environment): RDD<[K, W]> {
    return this.element('mapValues', fn, env);
  }

  flatMapValues<K, V, W extends AnyRecord>(
    this: Pairs<K, V>,
    fn: (value: V) => Iterable<W>,
    env?: Environment,
  ): RDD<[K, W]> {
    return this.element('flatMapValues', fn, env);
  }

  /** Merges the values of each key with an associative function; they meet in the order of partition and position. */
  reduceByKey<K, V>(
    this: Pairs<K, V>,
    fn: (a: Widen<V>, b: Widen<V>) => Widen<V>,
    partitions?: number,
    env?: Environment,
  ): RDD<[K, Widen<V>]> {
    return this.wrap(pairs.reduceByKey(this.dataset, fn as AnyMerge, { partitions, environment: env }));
  }

  /** Like reduceByKey, starting every key of every partition from `zero`. */
  foldByKey<K, V>(
    this: Pairs<K, V>,
    zero: Widen<V>,
    fn: (a: Widen<V>, b: Widen<V>) => Widen<V>,
    partitions?: number,
    env?: Environment,
  ): RDD<[K, Widen<V>]> {
    return this.wrap(
      pairs.aggregateByKey(this.dataset, {
        operation: 'foldByKey',
        zero,
        add: fn,
        merge: fn,
        partitions,
        environment: env,
      }),
    );
  }

  aggregateByKey<K, V, C>(
    this: Pairs<K, V>,
    zero: C,
    seqOp: (sum: C, value: V) => C,
    combOp: (a: C, b: C) => C,
    partitions?: number,
    env?: Environment,
  ): RDD<[K, C]> {
    return this.wrap(
      pairs.aggregateByKey(this.dataset, {
        operation: 'aggregateByKey',
        zero,
        add: seqOp,
        merge: combOp,
        partitions,
        environment: env,
      }),
    );
  }

  combineByKey<K, V, C>(
    this: Pairs<K, V>,
    create: (value: V) => C,
    mergeValue: (sum: C, value: V) => C,
    mergeCombiners: (a: C, b: C) => C,
    partitions?: number,
    env?: Environment,
  ): RDD<[K, C]> {
    return this.wrap(
      pairs.combineByKey(this.dataset, { create, mergeValue, mergeCombiners, partitions, environment: env }),
    );
  }

  /** All values of each key, in the order of partition and position. One key's values must fit in memory. */
  groupByKey<K, V>(this: Pairs<K, V>, partitions?: number): RDD<[K, V[]]> {
    return this.wrap(pairs.groupByKey(this.dataset, partitions));
  }

  cogroup<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>, partitions?: number): RDD<[K, [V[], W[]]]> {
    return this.wrap(pairs.cogroup(this.dataset, other.dataset, partitions));
  }

  join<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>, partitions?: number): RDD<[K, [V, W]]> {
    return this.wrap(pairs.joined(this.dataset, other.dataset, { operation: 'join', partitions }));
  }

  leftOuterJoin<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>, partitions?: number): RDD<[K, Joined<V, W>]> {
    return this.wrap(pairs.joined(this.dataset, other.dataset, { operation: 'leftOuterJoin', partitions }));
  }

  rightOuterJoin<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>, partitions?: number): RDD<[K, [V | undefined, W]]> {
    return this.wrap(pairs.joined(this.dataset, other.dataset, { operation: 'rightOuterJoin', partitions }));
  }

  fullOuterJoin<K, V, W>(
    this: Pairs<K, V>,
    other: Pairs<K, W>,
    partitions?: number,
  ): RDD<[K, [V | undefined, W | undefined]]> {
    return this.wrap(pairs.joined(this.dataset, other.dataset, { operation: 'fullOuterJoin', partitions }));
  }

  /** Pairs whose key is not in the other. */
  subtractByKey<K, V>(this: Pairs<K, V>, other: Pairs<K, unknown>, partitions?: number): RDD<[K, V]> {
    return this.wrap(pairs.subtractByKey(this.dataset, other.dataset, partitions));
  }

  /** Pairs placed by the hash of their key, or by a function from key to partition. Later joins need not move them. */
  partitionBy<K, V>(
    this: Pairs<K, V>,
    partitions?: number,
    place?: (key: K) => number,
    env?: Environment,
  ): RDD<[K, V]> {
    return this.wrap(pairs.partitionBy(this.dataset, { partitions, place, environment: env }));
  }

  sortByKey<K, V>(this: Pairs<K, V>, options: SortOptions<K> = {}): RDD<[K, V]> {
    return this.wrap(sortedBy(this.dataset, { operation: 'sortByKey', options: options as SortOptions<unknown> }));
  }

  async countByKey<K>(this: Pairs<K, unknown>, options?: ActionOptions): Promise<Map<K, number>> {
    return new Map((await actions.collect(pairs.countsByKey(this.dataset), options)) as [K, number][]);
  }

  async countByValue(options?: ActionOptions): Promise<Map<T, number>> {
    return new Map((await actions.collect(sets.countsByValue(this.dataset), options)) as [T, number][]);
  }

  /** The pairs as a Map; of equal keys the last one counts. */
  async collectAsMap<K, V>(this: Pairs<K, V>, options?: ActionOptions): Promise<Map<K, V>> {
    return new Map(await (this as RDD<unknown> as RDD<[K, V]>).collect(options));
  }

  /** All values of a key. */
  async lookup<K, V>(this: Pairs<K, V>, key: K, options?: ActionOptions): Promise<V[]> {
    return (await actions.collect(pairs.withKey(this.dataset, key), options)) as V[];
  }
}
