// Actions of RDDs: they run jobs and bring something back.
import type { Environment } from '../closures/capture.js';
import { mergeMoments, type Moments } from '../executor/compute/builtins.js';
import * as actions from './actions.js';
import type { ActionOptions, Stats } from './actions.js';
import { given } from './dataset.js';
import type { AnyMerge } from './pair-operations.js';
import type { RDD } from './rdd.js';
import type { AnyRecord, Widen } from './rdd-base.js';
import { RddPairs } from './rdd-pairs.js';
import { orderedBy, type SortOptions } from './sort-operations.js';

export abstract class RddActions<T> extends RddPairs<T> {
  collect(options?: ActionOptions): Promise<T[]> {
    return actions.collect(this.dataset, options) as Promise<T[]>;
  }

  count(options?: ActionOptions): Promise<number> {
    return actions.count(this.dataset, options);
  }

  take(limit: number, options?: ActionOptions): Promise<T[]> {
    return actions.take(this.dataset, limit, options) as Promise<T[]>;
  }

  /** The first record; rejects when there is none. */
  async first(options?: ActionOptions): Promise<T> {
    const [record] = (await actions.take(this.dataset, 1, options)) as [T?];
    if (record === undefined && !(await this.hasAny(options))) throw new Error('first of an empty dataset');
    return record as T;
  }

  private async hasAny(options: ActionOptions | undefined): Promise<boolean> {
    return (await actions.take(this.dataset, 1, options)).length > 0;
  }

  async isEmpty(options?: ActionOptions): Promise<boolean> {
    return !(await this.hasAny(options));
  }

  /** The smallest records in the natural order, or in the order of a key. */
  takeOrdered<K extends AnyRecord>(
    limit: number,
    keyOf?: (record: T) => K,
    options: SortOptions<K> & ActionOptions = {},
  ): Promise<T[]> {
    const spec = orderedBy(this.dataset, {
      operation: 'takeOrdered',
      limit,
      keyOf,
      options: options as SortOptions<unknown>,
    });
    return actions.takeOrdered(this.dataset, spec, options) as Promise<T[]>;
  }

  /** The largest records, the largest first. */
  top<K extends AnyRecord>(
    limit: number,
    keyOf?: (record: T) => K,
    options: SortOptions<K> & ActionOptions = {},
  ): Promise<T[]> {
    return this.takeOrdered(limit, keyOf, { ...options, ascending: options.ascending === false });
  }

  takeSample(withReplacement: boolean, size: number, seed = 1, options?: ActionOptions): Promise<T[]> {
    return actions.takeSample(this.dataset, { withReplacement, size, seed }, options) as Promise<T[]>;
  }

  reduce(fn: (a: Widen<T>, b: Widen<T>) => Widen<T>, env?: Environment, options?: ActionOptions): Promise<Widen<T>> {
    const shipped = given(this.dataset.host, fn, { operation: 'reduce', environment: env });
    return actions.reduce(this.dataset, { shipped, merge: fn as AnyMerge }, options) as Promise<Widen<T>>;
  }

  fold(
    zero: Widen<T>,
    fn: (a: Widen<T>, b: Widen<T>) => Widen<T>,
    env?: Environment,
    options?: ActionOptions,
  ): Promise<Widen<T>> {
    const add = given(this.dataset.host, fn, { operation: 'fold', environment: env });
    return actions.aggregate(this.dataset, { name: 'fold', zero, add, merge: fn as AnyMerge }, options) as Promise<
      Widen<T>
    >;
  }

  aggregate<C>(
    zero: C,
    seqOp: (sum: C, record: T) => C,
    combOp: (a: C, b: C) => C,
    env?: Environment,
    options?: ActionOptions,
  ): Promise<C> {
    const add = given(this.dataset.host, seqOp, { operation: 'aggregate', role: 'seqOp', environment: env });
    return actions.aggregate(
      this.dataset,
      { name: 'aggregate', zero, add, merge: combOp as AnyMerge },
      options,
    ) as Promise<C>;
  }

  async foreach(fn: (record: T) => unknown, env?: Environment, options?: ActionOptions): Promise<void> {
    const shipped = given(this.dataset.host, fn, { operation: 'foreach', environment: env, mayBeAsync: true });
    await actions.runAction(
      this.dataset,
      { kind: 'foreach', fn: shipped.id },
      { name: 'foreach', functions: [shipped], options },
    );
  }

  async foreachPartition(
    fn: (records: Iterable<T>) => unknown,
    env?: Environment,
    options?: ActionOptions,
  ): Promise<void> {
    const shipped = given(this.dataset.host, fn, { operation: 'foreachPartition', environment: env, mayBeAsync: true });
    await actions.runAction(
      this.dataset,
      { kind: 'foreachPartition', fn: shipped.id },
      { name: 'foreachPartition', functions: [shipped], options },
    );
  }

  /** One file of lines per partition in a new folder; strings as they are, objects as JSON. */
  saveAsTextFile(path: string, options?: ActionOptions & { gzip?: boolean }): Promise<void> {
    return actions.saveAsTextFile(this.dataset, path, options);
  }

  /** The records one by one, partition after partition, without holding all of them. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    yield* actions.iterate(this.dataset, undefined) as AsyncGenerator<T>;
  }

  // Numbers

  async stats(this: RDD<number>, options?: ActionOptions): Promise<Stats> {
    const zero: Moments = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    const merge = mergeMoments as unknown as AnyMerge;
    const result = (await actions.aggregate(
      this.dataset,
      { name: 'stats', zero, add: '#moments', merge },
      options,
    )) as Moments;
    const [count, mean, squares, min, max, sum] = result;
    const variance = count === 0 ? Number.NaN : squares / count;
    const sampleVariance = count < 2 ? Number.NaN : squares / (count - 1);
    return {
      count,
      sum,
      mean: count === 0 ? Number.NaN : mean,
      min,
      max,
      variance,
      stdev: Math.sqrt(variance),
      sampleVariance,
      sampleStdev: Math.sqrt(sampleVariance),
    };
  }

  /** Added in the order of partition and position, so the same data gives the same sum every time. */
  sum(this: RDD<number>, options?: ActionOptions): Promise<number> {
    const spec = { name: 'sum', zero: 0, add: '#add', merge: ((a: number, b: number) => a + b) as AnyMerge };
    return actions.aggregate(this.dataset, spec, options) as Promise<number>;
  }

  async mean(this: RDD<number>, options?: ActionOptions): Promise<number> {
    return (await this.stats(options)).mean;
  }

  /** The largest number, -Infinity when there is none. */
  max(this: RDD<number>, options?: ActionOptions): Promise<number> {
    const spec = {
      name: 'max',
      zero: Number.NEGATIVE_INFINITY,
      add: '#max',
      merge: ((a: number, b: number) => Math.max(a, b)) as AnyMerge,
    };
    return actions.aggregate(this.dataset, spec, options) as Promise<number>;
  }

  /** The smallest number, Infinity when there is none. */
  min(this: RDD<number>, options?: ActionOptions): Promise<number> {
    const spec = {
      name: 'min',
      zero: Number.POSITIVE_INFINITY,
      add: '#min',
      merge: ((a: number, b: number) => Math.min(a, b)) as AnyMerge,
    };
    return actions.aggregate(this.dataset, spec, options) as Promise<number>;
  }
}
