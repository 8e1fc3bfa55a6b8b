// A dataset before it is planned: what an RDD wraps. Its lineage node is made when a job first needs it, because some
// nodes need work for that: listing files, sampling keys, counting partitions.
import type { LineageNode, NarrowEdge, ShuffleEdge } from '../core/plan/lineage.js';
import type { Operation, PartitionMap, ResultAction, StorageLevel, TaskInput } from '../core/plan/operations.js';
import { captureFunction, ClosureError, type Environment } from '../closures/capture.js';
import type { ShippedFunction } from '../closures/types.js';
import { callerPosition } from '../closures/position.js';

export interface RunOptions {
  /** Partitions to compute; all when absent. */
  readonly partitions?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** What datasets need from the driver. */
export interface DatasetHost {
  nextRddId(): number;
  nextShuffleId(): number;
  /** spark.default.parallelism, when it is set. */
  readonly configuredParallelism: number | undefined;
  /** The parallelism of an application that says nothing. */
  readonly defaultParallelism: number;
  readonly maxPartitionBytes: number;
  /** Runs an action; frames by position among the partitions. */
  runAction(
    node: LineageNode,
    action: ResultAction,
    functions: readonly ShippedFunction[],
    options: RunOptions & { name: string },
  ): Promise<Uint8Array[]>;
  /** A function is about to travel: large ones are warned about. */
  functionGiven(shipped: ShippedFunction): void;
  storageChanged(rddId: number, level: StorageLevel | undefined): void;
  watch(node: LineageNode): void;
}

/** What a node consists of, but for its id. */
export interface NodeParts {
  readonly operation: Operation;
  readonly edges: readonly (NarrowEdge | ShuffleEdge)[];
  readonly partitions: number;
  readonly inputs?: readonly TaskInput[];
  readonly functions?: readonly ShippedFunction[];
  readonly placement?: string | undefined;
}

export class Dataset {
  readonly id: number;
  readonly host: DatasetHost;
  name: string;
  private level: StorageLevel | undefined;
  private readonly build: () => Promise<NodeParts>;
  private planned: Promise<LineageNode> | undefined;
  private node: LineageNode | undefined;

  constructor(host: DatasetHost, name: string, build: () => Promise<NodeParts>) {
    this.host = host;
    this.id = host.nextRddId();
    this.name = name;
    this.build = build;
  }

  /** The lineage node; made once. A failure is not remembered: files may appear. */
  plan(): Promise<LineageNode> {
    this.planned ??= this.createNode().catch((error: unknown) => {
      this.planned = undefined;
      throw error;
    });
    return this.planned;
  }

  private async createNode(): Promise<LineageNode> {
    const { functions = [], inputs, placement, ...parts } = await this.build();
    this.node = {
      ...parts,
      id: this.id,
      name: this.name,
      functions: functionTable(functions),
      storage: this.level,
      ...(inputs === undefined ? {} : { inputs }),
      ...(placement === undefined ? {} : { placement }),
    };
    this.host.watch(this.node);
    return this.node;
  }

  get storage(): StorageLevel | undefined {
    return this.level;
  }

  set storage(level: StorageLevel | undefined) {
    this.level = level;
    if (this.node !== undefined) this.node.storage = level;
    this.host.storageChanged(this.id, level);
  }
}

export function functionTable(functions: readonly ShippedFunction[]): Map<string, ShippedFunction> {
  return new Map(functions.map((shipped) => [shipped.id, shipped]));
}

export const SAME: PartitionMap = { kind: 'same' };

/** A dataset made from one parent, partition by partition. */
export function derive(
  parent: Dataset,
  name: string,
  {
    operation,
    functions = [],
    keepsPlacement = false,
  }: { operation: Operation; functions?: readonly ShippedFunction[]; keepsPlacement?: boolean },
): Dataset {
  return new Dataset(parent.host, name, async () => {
    const node = await parent.plan();
    const { partitions, placement } = node;
    const edges = [{ kind: 'narrow', parent: node, map: SAME } as const];
    return { operation, edges, partitions, functions, ...(keepsPlacement ? { placement } : {}) };
  });
}

export interface Given {
  /** The operation as users call it. */
  readonly operation: string;
  readonly environment?: Environment | undefined;
  readonly role?: string;
  /** The operation waits for what an async function returns. */
  readonly mayBeAsync?: boolean;
}

/** Checks a function now and makes it ready to travel. Throws ClosureError. */
export function given(host: DatasetHost, fn: unknown, options: Given): ShippedFunction {
  const shipped = captureFunction(fn, options);
  if (shipped.isAsync && options.mayBeAsync !== true) {
    throw new ClosureError(
      `${shipped.label} is async, but ${options.operation} does not wait: await in a map before it`,
    );
  }
  host.functionGiven(shipped);
  return shipped;
}

/** 'reduceByKey at words.mjs:12', the name of a dataset. */
export function nameAtCaller(operation: string): string {
  const position = callerPosition();
  return position === undefined
    ? operation
    : `${operation} at ${position.file.slice(position.file.lastIndexOf('/') + 1)}:${position.line}`;
}
