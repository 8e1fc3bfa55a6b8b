// Datasets whose records change place: aggregations, sorting, repartitioning, and what is made of them.
import type { Aggregate, Partitioner, SortOrder } from '../core/plan/operations.js';
import type { LineageNode } from '../core/plan/lineage.js';
import type { ShippedFunction } from '../closures/types.js';
import { decodeFrames, encodeFrames } from '../data/frames.js';
import { compareValues, reversed, type Compare } from '../data/ordering.js';
import { Dataset, functionTable, nameAtCaller, SAME, type NodeParts } from './dataset.js';
import { checkPartitions } from './sources.js';

/** Partitions of a shuffle that does not say: the configured parallelism, else as many as the largest parent has. */
async function partitionCount(parents: readonly Dataset[], wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) return wanted;
  const [first] = parents;
  const configured = first?.host.configuredParallelism;
  if (configured !== undefined) return configured;
  const nodes = await Promise.all(parents.map((parent) => parent.plan()));
  return Math.max(1, ...nodes.map((node) => node.partitions));
}

interface ShuffleSpec {
  readonly partitioner: Partitioner;
  readonly functions: readonly ShippedFunction[];
  readonly aggregate?: Aggregate;
  readonly mapSideCombine?: boolean;
  readonly sort?: SortOrder;
  readonly placement?: string;
}

function shuffledParts(parent: LineageNode, shuffleId: number, spec: ShuffleSpec): NodeParts {
  const { partitioner, functions, aggregate, mapSideCombine = false, sort, placement } = spec;
  const combine = mapSideCombine && aggregate !== undefined;
  return {
    operation: {
      kind: 'shuffled',
      shuffleId,
      mapPartitions: parent.partitions,
      combined: combine,
      ...(aggregate === undefined ? {} : { aggregate }),
      ...(sort === undefined ? {} : { sort }),
    },
    edges: [
      {
        kind: 'shuffle',
        parent,
        shuffleId,
        partitioner,
        functions: functionTable(functions),
        ...(combine ? { aggregate } : {}),
      },
    ],
    partitions: partitioner.partitions,
    functions,
    placement,
  };
}

/** How pairs are placed by hash; equal texts mean that equal keys are in equal partitions. */
function hashPlacement(partitions: number): string {
  return `hash:${partitions}`;
}

export interface AggregateSpec {
  readonly operation: string;
  readonly aggregate: Aggregate;
  readonly functions: readonly ShippedFunction[];
  readonly mapSideCombine: boolean;
  readonly partitions?: number | undefined;
}

/** Pairs with equal keys become one. Data that is placed rightly already is not moved. */
export function aggregated(
  parent: Dataset,
  { operation, aggregate, functions, mapSideCombine, partitions }: AggregateSpec,
): Dataset {
  checkPartitions(partitions, operation);
  return new Dataset(parent.host, nameAtCaller(operation), async () => {
    const node = await parent.plan();
    const count = await partitionCount([parent], partitions);
    const placement = hashPlacement(count);
    if (node.placement === placement) {
      const edges = [{ kind: 'narrow', parent: node, map: SAME } as const];
      return { operation: { kind: 'aggregate', aggregate }, edges, partitions: count, functions, placement };
    }
    const partitioner: Partitioner = { kind: 'hash', partitions: count };
    return shuffledParts(node, parent.host.nextShuffleId(), {
      partitioner,
      functions,
      aggregate,
      mapSideCombine,
      placement,
    });
  });
}

/** Pairs placed by the hash of their key, or by a function of it. */
export function partitionedBy(parent: Dataset, partitions: number | undefined, place?: ShippedFunction): Dataset {
  checkPartitions(partitions, 'partitionBy');
  return new Dataset(parent.host, nameAtCaller('partitionBy'), async () => {
    const count = await partitionCount([parent], partitions);
    return place === undefined ? hashPlaced(parent, count) : functionPlaced(parent, count, place);
  });
}

async function hashPlaced(parent: Dataset, partitions: number): Promise<NodeParts> {
  const node = await parent.plan();
  const placement = hashPlacement(partitions);
  if (node.placement === placement) {
    return {
      operation: { kind: 'concat' },
      edges: [{ kind: 'narrow', parent: node, map: SAME }],
      partitions,
      placement,
    };
  }
  return shuffledParts(node, parent.host.nextShuffleId(), {
    partitioner: { kind: 'hash', partitions },
    functions: [],
    placement,
  });
}

async function functionPlaced(parent: Dataset, partitions: number, place: ShippedFunction): Promise<NodeParts> {
  const node = await parent.plan();
  const placement = `function:${place.id}:${partitions}`;
  const partitioner: Partitioner = { kind: 'function', partitions, fn: place.id };
  return shuffledParts(node, parent.host.nextShuffleId(), { partitioner, functions: [place], placement });
}

/** Groups the pairs of several datasets by key. Parents that are placed alike are read where they are. */
export function cogrouped(
  parents: readonly [Dataset, ...Dataset[]],
  operation: string,
  partitions: number | undefined,
): Dataset {
  checkPartitions(partitions, operation);
  const { host } = parents[0];
  return new Dataset(host, nameAtCaller(operation), async () => {
    const count = await partitionCount(parents, partitions);
    const placed = parents.map((parent) => placedParent(parent, count));
    const nodes = await Promise.all(placed.map((parent) => parent.plan()));
    const edges = nodes.map((node) => ({ kind: 'narrow', parent: node, map: SAME }) as const);
    return { operation: { kind: 'cogroup' }, edges, partitions: count, placement: hashPlacement(count) };
  });
}

function placedParent(parent: Dataset, partitions: number): Dataset {
  return new Dataset(parent.host, `partition ${parent.name}`, () => hashPlaced(parent, partitions));
}

/** Records dealt out evenly over new partitions. */
export function repartitioned(parent: Dataset, partitions: number): Dataset {
  checkPartitions(partitions, 'repartition');
  return new Dataset(parent.host, nameAtCaller('repartition'), async () => {
    const node = await parent.plan();
    return shuffledParts(node, parent.host.nextShuffleId(), {
      partitioner: { kind: 'roundRobin', partitions },
      functions: [],
    });
  });
}

export interface SortSpec {
  readonly operation: string;
  readonly order: SortOrder;
  readonly functions: readonly ShippedFunction[];
  /** The order as the driver can use it, for the bounds. */
  readonly compare: Compare | undefined;
  readonly partitions?: number | undefined;
}

/** Keys sampled for each partition of a sort, and how many more because partitions differ in size (Spark: RangePartitioner). */
const SAMPLE_PER_PARTITION = 20;
const SAMPLE_TOTAL_MAX = 1_000_000;
const OVERSAMPLING = 3;
/** Fixed, so that the same data is cut the same way every time. */
const SAMPLE_SEED = 0x5eed;

/** Records in order over all partitions. Finding where to cut takes a job that looks at the keys. */
export function sorted(parent: Dataset, { operation, order, functions, compare, partitions }: SortSpec): Dataset {
  checkPartitions(partitions, operation);
  return new Dataset(parent.host, nameAtCaller(operation), async () => {
    const node = await parent.plan();
    const count = await partitionCount([parent], partitions);
    const natural = compare ?? compareValues;
    const bounds =
      count === 1
        ? []
        : await sampleBounds(parent, node, {
            order,
            functions,
            count,
            compare: order.ascending ? natural : reversed(natural),
          });
    const partitioner: Partitioner = {
      kind: 'range',
      partitions: bounds.length + 1,
      bounds: encodeFrames(bounds),
      order,
    };
    return shuffledParts(node, parent.host.nextShuffleId(), { partitioner, functions, sort: order });
  });
}

interface Sampling {
  readonly order: SortOrder;
  readonly functions: readonly ShippedFunction[];
  readonly count: number;
  readonly compare: Compare;
}

async function sampleBounds(
  parent: Dataset,
  node: LineageNode,
  { order, functions, count, compare }: Sampling,
): Promise<unknown[]> {
  const wanted = Math.min(SAMPLE_PER_PARTITION * count, SAMPLE_TOTAL_MAX);
  const size = Math.ceil((wanted * OVERSAMPLING) / Math.max(1, node.partitions));
  const action = { kind: 'reservoir', size, seed: SAMPLE_SEED, key: order.key } as const;
  const answers = await parent.host.runAction(node, action, functions, { name: `sample keys of ${parent.name}` });
  const samples = answers
    .map((frames) => decodeFrames(frames))
    .map(([records, ...keys]) => ({ records: records as number, keys }));
  return chooseBounds(samples, count, compare);
}

/** Cuts so that every partition gets about the same share; a sampled key stands for as many records as it was drawn from. */
function chooseBounds(
  samples: readonly { records: number; keys: unknown[] }[],
  count: number,
  compare: Compare,
): unknown[] {
  const weighted = samples.flatMap(({ records, keys }) => keys.map((key) => ({ key, weight: records / keys.length })));
  weighted.sort((a, b) => compare(a.key, b.key));
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const step = total / count;
  const bounds: unknown[] = [];
  let seen = 0;
  let target = step;
  for (const { key, weight } of weighted) {
    seen += weight;
    if (seen < target || bounds.length >= count - 1) continue;
    // Equal keys stay together, so a bound is never repeated.
    if (bounds.length === 0 || compare(bounds.at(-1), key) < 0) {
      bounds.push(key);
      target += step;
    }
  }
  return bounds;
}
