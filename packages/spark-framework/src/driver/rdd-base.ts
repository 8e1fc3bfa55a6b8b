// What every face of a dataset shares: the dataset, and how to make an RDD of another one.
import type { Environment } from '../closures/capture.js';
import type { ElementOperation } from '../core/plan/operations.js';
import { derive, given, nameAtCaller, type Dataset } from './dataset.js';
import type { RDD } from './rdd.js';

/** Anything; a union that makes TypeScript infer `[k, v]` as a pair. */
export type AnyRecord = [unknown] | {} | null | undefined;
/** number for 1, string for 'a': what folding values of a literal type gives. */
export type Widen<T> = T extends number
  ? number
  : T extends string
    ? string
    : T extends boolean
      ? boolean
      : T extends bigint
        ? bigint
        : T;
export type Pairs<K, V> = RDD<readonly [K, V]>;
export type Fn = (...args: never[]) => unknown;

export abstract class RddBase<T> {
  /** @internal */
  readonly dataset: Dataset;

  /** @internal */
  constructor(dataset: Dataset) {
    this.dataset = dataset;
  }

  protected abstract wrap<U>(dataset: Dataset): RDD<U>;

  /** Keeps the type parameter in the type, for programs that never call a method. */
  declare protected readonly recordType: T;

  protected element<U>(
    kind: Exclude<ElementOperation['kind'], 'keys' | 'values'>,
    fn: Fn,
    environment: Environment | undefined,
  ): RDD<U> {
    const shipped = given(this.dataset.host, fn, { operation: kind, environment, mayBeAsync: true });
    const keepsPlacement = kind === 'filter' || kind === 'mapValues' || kind === 'flatMapValues';
    const operation = { kind, fn: shipped.id };
    return this.wrap(derive(this.dataset, nameAtCaller(kind), { operation, functions: [shipped], keepsPlacement }));
  }
}
