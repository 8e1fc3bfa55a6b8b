// Actions: jobs that bring something back to the program, or write it somewhere.
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFrames, encodeFrames } from '../data/frames.js';
import type { ResultAction, SortOrder } from '../core/plan/operations.js';
import type { ShippedFunction } from '../closures/types.js';
import { compareValues, reversed, type Compare } from '../data/ordering.js';
import { SeededRandom } from '../data/random.js';
import { sortRecords } from '../executor/compute/sorting.js';
import { TEMPORARY_FOLDER } from '../executor/compute/save-text.js';
import type { Dataset } from './dataset.js';
import { FileError, localPath } from './files.js';

export interface ActionOptions {
  /** Cancels the job when aborted. */
  readonly signal?: AbortSignal | undefined;
}

interface Run {
  readonly name: string;
  readonly functions?: readonly ShippedFunction[];
  readonly partitions?: readonly number[];
  readonly options?: ActionOptions | undefined;
}

/** Runs an action; the records of each partition's answer. */
export async function runAction(
  dataset: Dataset,
  action: ResultAction,
  { name, functions = [], partitions, options }: Run,
): Promise<unknown[][]> {
  const node = await dataset.plan();
  const answers = await dataset.host.runAction(node, action, functions, {
    name,
    signal: options?.signal,
    ...(partitions === undefined ? {} : { partitions }),
  });
  return answers.map((frames) => decodeFrames(frames));
}

export async function collect(dataset: Dataset, options: ActionOptions | undefined): Promise<unknown[]> {
  const parts = await runAction(dataset, { kind: 'collect' }, { name: 'collect', options });
  return parts.flat();
}

export async function count(dataset: Dataset, options: ActionOptions | undefined): Promise<number> {
  const parts = await runAction(dataset, { kind: 'count' }, { name: 'count', options });
  return parts.reduce((sum, [partial]) => sum + (partial as number), 0);
}

/** Partitions looked at first, and by how much more of them when that is not enough (Spark: limit.scaleUpFactor 4). */
const TAKE_SCALE_UP = 4;

/** The first records: looks at one partition, then at more until there are enough. */
export async function take(dataset: Dataset, limit: number, options: ActionOptions | undefined): Promise<unknown[]> {
  if (!Number.isInteger(limit) || limit < 0)
    throw new RangeError(`take(${limit}): expected a whole number of at least 0`);
  const { partitions } = await dataset.plan();
  const taken: unknown[] = [];
  for (let next = 0, width = 1; taken.length < limit && next < partitions; width *= TAKE_SCALE_UP) {
    const these = Array.from({ length: Math.min(width, partitions - next) }, (_, index) => next + index);
    const action = { kind: 'take', limit: limit - taken.length } as const;
    const parts = await runAction(dataset, action, { name: 'take', partitions: these, options });
    for (const part of parts) for (const record of part) if (taken.length < limit) taken.push(record);
    next += these.length;
  }
  return taken;
}

export interface OrderedSpec {
  readonly limit: number;
  readonly order: SortOrder;
  readonly functions: readonly ShippedFunction[];
  readonly keyOf: (record: unknown) => unknown;
  readonly compare: Compare | undefined;
}

/** The first records in an order: each partition's first ones, merged. */
export async function takeOrdered(
  dataset: Dataset,
  spec: OrderedSpec,
  options: ActionOptions | undefined,
): Promise<unknown[]> {
  const { limit, order, functions, keyOf, compare } = spec;
  const parts = await runAction(
    dataset,
    { kind: 'ordered', limit, order },
    { name: 'takeOrdered', functions, options },
  );
  const natural = compare ?? compareValues;
  const by = {
    keyOf,
    natural: compare === undefined,
    ascending: order.ascending,
    compare: order.ascending ? natural : reversed(natural),
  };
  return sortRecords(parts.flat(), by).slice(0, limit);
}

type Merge = (a: unknown, b: unknown) => unknown;

/** Partial results are merged in the order of partitions. */
export async function reduce(
  dataset: Dataset,
  { shipped, merge }: { shipped: ShippedFunction; merge: Merge },
  options: ActionOptions | undefined,
): Promise<unknown> {
  const parts = await runAction(
    dataset,
    { kind: 'reduce', merge: shipped.id },
    { name: 'reduce', functions: [shipped], options },
  );
  const partials = parts.flat();
  if (partials.length === 0) throw new Error('reduce of an empty dataset has no result: use fold with a start value');
  return partials.reduce(merge);
}

export interface AggregateSpec {
  readonly name: string;
  readonly zero: unknown;
  readonly add: ShippedFunction | string;
  readonly merge: Merge;
}

/** Every partition starts from the zero value, and so does the merge of partitions. */
export async function aggregate(
  dataset: Dataset,
  { name, zero, add, merge }: AggregateSpec,
  options: ActionOptions | undefined,
): Promise<unknown> {
  const encoded = encodeFrames([zero]);
  const builtin = typeof add === 'string';
  const action = { kind: 'aggregate', zero: encoded, merge: builtin ? add : add.id } as const;
  const parts = await runAction(dataset, action, { name, functions: builtin ? [] : [add], options });
  return parts.flat().reduce(merge, decodeFrames(encoded)[0]);
}

/** A uniform sample of exactly `size` records, or fewer when there are not as many; in random order. */
export async function takeSample(
  dataset: Dataset,
  { withReplacement, size, seed }: { withReplacement: boolean; size: number; seed: number },
  options: ActionOptions | undefined,
): Promise<unknown[]> {
  const random = new SeededRandom(seed, -1);
  const parts = await runAction(dataset, { kind: 'reservoir', size, seed }, { name: 'takeSample', options });
  const pools = parts.map(([records, ...sample]) => ({
    left: records as number,
    total: records as number,
    sample: shuffled(sample, random),
  }));
  const total = pools.reduce((sum, pool) => sum + pool.total, 0);
  const chosen: unknown[] = [];
  const wanted = withReplacement && total > 0 ? size : Math.min(size, total);
  while (chosen.length < wanted) {
    // A partition is drawn by how many of its records are still in the urn, then one of its sample.
    let place = random.below(pools.reduce((sum, pool) => sum + pool.left, 0));
    const pool = pools.find(({ left }) => (place -= left) < 0);
    if (pool === undefined) break;
    if (withReplacement) {
      chosen.push(pool.sample[random.below(pool.sample.length)]);
    } else {
      chosen.push(pool.sample.pop());
      pool.left--;
    }
  }
  return chosen;
}

function shuffled(records: readonly unknown[], random: SeededRandom): unknown[] {
  const order = [...records];
  for (let index = order.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    [order[index], order[other]] = [order[other], order[index]];
  }
  return order;
}

/** Writes one file per partition into a new folder, then a marker that all are complete. */
export async function saveAsTextFile(
  dataset: Dataset,
  path: string,
  options: (ActionOptions & { gzip?: boolean }) | undefined,
): Promise<void> {
  const directory = localPath(path);
  if (await exists(directory)) throw new FileError(`${path} exists already: remove it or choose another output folder`);
  await mkdir(directory, { recursive: true });
  const action = { kind: 'saveText', directory, gzip: options?.gzip === true } as const;
  await runAction(dataset, action, { name: 'saveAsTextFile', options });
  await rm(join(directory, TEMPORARY_FOLDER), { recursive: true, force: true });
  await writeFile(join(directory, '_SUCCESS'), '');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The records one partition at a time; the next partition is computed while one is read. */
export async function* iterate(dataset: Dataset, options: ActionOptions | undefined): AsyncGenerator {
  const { partitions } = await dataset.plan();
  const fetch = (partition: number): Promise<unknown[][]> =>
    runAction(dataset, { kind: 'collect' }, { name: 'iterate', partitions: [partition], options });
  let ahead = partitions > 0 ? fetch(0) : undefined;
  for (let partition = 0; partition < partitions; partition++) {
    const parts = await (ahead as Promise<unknown[][]>);
    ahead = partition + 1 < partitions ? fetch(partition + 1) : undefined;
    // Nobody may wait for it, when the loop is left early.
    ahead?.catch(() => undefined);
    for (const part of parts) yield* part;
  }
}

/** Count, mean, variance and so on of numbers. */
export interface Stats {
  readonly count: number;
  readonly sum: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Of the population: divided by the count. */
  readonly variance: number;
  readonly stdev: number;
  /** Divided by the count less one. */
  readonly sampleVariance: number;
  readonly sampleStdev: number;
}
