// RDD: the typed face of a dataset. Transformations are lazy and check their functions at once; actions run jobs.
// Every function may use only what it declares; other names come in through the `env` argument (see closures/).
import type { Environment } from '../closures/capture.js';
import { describeLineage } from '../core/plan/lineage.js';
import * as actions from './actions.js';
import { Dataset, derive, given, nameAtCaller, SAME } from './dataset.js';
import { RddActions } from './rdd-actions.js';
import type { AnyRecord, Fn } from './rdd-base.js';
import * as sets from './set-operations.js';
import { repartitioned } from './shuffling.js';
import { sortedBy, type SortOptions } from './sort-operations.js';
import { StorageLevels, type StorageLevelName } from './storage-levels.js';

export class RDD<T> extends RddActions<T> {
  protected wrap<U>(dataset: Dataset): RDD<U> {
    return new RDD(dataset);
  }

  get id(): number {
    return this.dataset.id;
  }

  get name(): string {
    return this.dataset.name;
  }

  /** Names the dataset in progress lines, failure reports and the lineage. */
  setName(name: string): this {
    this.dataset.name = name;
    return this;
  }

  /** Number of partitions. Looks at files and runs sampling jobs where that decides it. */
  async getNumPartitions(): Promise<number> {
    return (await this.dataset.plan()).partitions;
  }

  /** The lineage, shuffles indented. */
  async toDebugString(): Promise<string> {
    return describeLineage(await this.dataset.plan());
  }

  // One record at a time

  map<U extends AnyRecord>(fn: (record: T) => Promise<U>, env?: Environment): RDD<U>;
  map<U extends AnyRecord>(fn: (record: T) => U, env?: Environment): RDD<U>;
  map<U>(fn: (record: T) => U | Promise<U>, env?: Environment): RDD<U> {
    return this.element('map', fn, env);
  }

  filter<S extends T>(fn: (record: T) => record is S, env?: Environment): RDD<S>;
  filter(fn: (record: T) => unknown, env?: Environment): RDD<T>;
  filter(fn: (record: T) => unknown, env?: Environment): RDD<T> {
    return this.element('filter', fn, env);
  }

  flatMap<U extends AnyRecord>(fn: (record: T) => Iterable<U> | Promise<Iterable<U>>, env?: Environment): RDD<U> {
    return this.element('flatMap', fn, env);
  }

  keyBy<K extends AnyRecord>(fn: (record: T) => K, env?: Environment): RDD<[K, T]> {
    return this.element('keyBy', fn, env);
  }

  // Whole partitions

  /** The function gets all records of a partition, lazily, and gives any iterable. */
  mapPartitions<U extends AnyRecord>(
    fn: (records: Iterable<T>) => Iterable<U> | AsyncIterable<U> | Promise<Iterable<U>>,
    env?: Environment,
    options: { preservesPartitioning?: boolean } = {},
  ): RDD<U> {
    return this.partitionStep('mapPartitions', fn, {
      env,
      withIndex: false,
      keepsPlacement: options.preservesPartitioning === true,
    });
  }

  mapPartitionsWithIndex<U extends AnyRecord>(
    fn: (partition: number, records: Iterable<T>) => Iterable<U> | AsyncIterable<U> | Promise<Iterable<U>>,
    env?: Environment,
  ): RDD<U> {
    return this.partitionStep('mapPartitionsWithIndex', fn, { env, withIndex: true, keepsPlacement: false });
  }

  private partitionStep<U>(
    operation: string,
    fn: Fn,
    { env, withIndex, keepsPlacement }: { env: Environment | undefined; withIndex: boolean; keepsPlacement: boolean },
  ): RDD<U> {
    const shipped = given(this.dataset.host, fn, { operation, environment: env, mayBeAsync: true });
    const step = { kind: 'mapPartitions', fn: shipped.id, withIndex } as const;
    return new RDD(
      derive(this.dataset, nameAtCaller(operation), { operation: step, functions: [shipped], keepsPlacement }),
    );
  }

  /** Each partition as one array. */
  glom(): RDD<T[]> {
    return new RDD(derive(this.dataset, nameAtCaller('glom'), { operation: { kind: 'glom' } }));
  }

  /** A random part of the records, the same one every time for the same seed. */
  sample(withReplacement: boolean, fraction: number, seed = 1): RDD<T> {
    if (!(fraction >= 0) || (!withReplacement && fraction > 1)) {
      throw new RangeError(
        `sample: fraction ${fraction}: expected ${withReplacement ? 'at least 0' : 'a number from 0 to 1'}`,
      );
    }
    const operation = { kind: 'sample', fraction, withReplacement, seed } as const;
    return new RDD(derive(this.dataset, nameAtCaller('sample'), { operation, keepsPlacement: true }));
  }

  /** Pairs every record with its position. Counts the partitions first, when there are several. */
  zipWithIndex(): RDD<[T, number]> {
    const parent = this.dataset;
    return new RDD(
      new Dataset(parent.host, nameAtCaller('zipWithIndex'), async () => {
        const node = await parent.plan();
        const last = node.partitions - 1;
        const partitions = Array.from({ length: Math.max(0, last) }, (_, index) => index);
        const counts = await actions.runAction(parent, { kind: 'count' }, { name: 'zipWithIndex', partitions });
        const offsets = [0];
        for (const [records] of counts) offsets.push((offsets.at(-1) as number) + (records as number));
        return {
          operation: { kind: 'zipWithIndex', offsets },
          edges: [{ kind: 'narrow', parent: node, map: SAME }],
          partitions: node.partitions,
        };
      }),
    );
  }

  // Several datasets

  union(...others: RDD<T>[]): RDD<T> {
    return new RDD(sets.union([this.dataset, ...others.map((other) => other.dataset)]));
  }

  /** Records in both, each once. */
  intersection(other: RDD<T>, partitions?: number): RDD<T> {
    return new RDD(sets.intersection(this.dataset, other.dataset, partitions));
  }

  /** Records that are not in the other. */
  subtract(other: RDD<T>, partitions?: number): RDD<T> {
    return new RDD(sets.subtract(this.dataset, other.dataset, partitions));
  }

  /** Every record with every record of the other. */
  cartesian<U>(other: RDD<U>): RDD<[T, U]> {
    return new RDD(sets.cartesian(this.dataset, other.dataset));
  }

  /** Records at the same place; both must have the same partitions with the same numbers of records. */
  zip<U>(other: RDD<U>): RDD<[T, U]> {
    return new RDD(sets.zip(this.dataset, other.dataset));
  }

  distinct(partitions?: number): RDD<T> {
    return new RDD(sets.distinct(this.dataset, partitions));
  }

  /** The same records dealt out evenly over new partitions. */
  repartition(partitions: number): RDD<T> {
    return new RDD(repartitioned(this.dataset, partitions));
  }

  /** Fewer partitions without moving data: neighbours are read one after another. */
  coalesce(partitions: number, shuffle = false): RDD<T> {
    return new RDD(shuffle ? repartitioned(this.dataset, partitions) : sets.coalesce(this.dataset, partitions));
  }

  /** All records in the order of a key. Equal keys keep the order of partition and position. */
  sortBy<K extends AnyRecord>(keyOf: (record: T) => K, options: SortOptions<K> = {}): RDD<T> {
    return new RDD(sortedBy(this.dataset, { operation: 'sortBy', keyOf, options: options as SortOptions<unknown> }));
  }

  groupBy<K extends AnyRecord>(fn: (record: T) => K, partitions?: number, env?: Environment): RDD<[K, T[]]> {
    return this.keyBy(fn, env).groupByKey(partitions);
  }

  // Caching

  /** Keeps partitions once they were computed; MEMORY_ONLY as in Spark when nothing is said. */
  persist(level: StorageLevelName = 'MEMORY_ONLY'): this {
    this.dataset.storage = StorageLevels[level];
    return this;
  }

  cache(): this {
    return this.persist('MEMORY_ONLY');
  }

  unpersist(): this {
    this.dataset.storage = undefined;
    return this;
  }
}
