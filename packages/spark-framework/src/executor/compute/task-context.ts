// What a running task may ask for: its inputs, its functions, shuffle data, cached blocks, memory and a place to spill.
import type { Frame } from '../../data/frames.js';
import type { Callable } from '../../closures/compile.js';
import type { PlacedInput } from '../../core/plan/lineage.js';
import type { FunctionRef, StorageLevel } from '../../core/plan/operations.js';
import type { TaskMetrics } from '../../core/task-metrics.js';

export interface TaskFunction {
  /** The reference a plan names it by. */
  readonly id: string;
  readonly call: Callable;
  readonly isAsync: boolean;
  /** For messages: 'the function given to map'. */
  readonly label: string;
}

/** Frames one after another; null at the end. */
export interface FrameStream {
  next(): Frame | null | Promise<Frame | null>;
  close(): void;
}

/** Access to the outputs of map tasks, in order of their map partition. */
export interface ShuffleReads {
  open(shuffleId: number, reducePartition: number): Promise<FrameStream>;
}

/** Access to cached partitions of the executor and its peers. */
export interface CachedBlocks {
  /** The block's frames from wherever it is; undefined when nobody has it. */
  read(blockId: string): Promise<FrameStream | undefined>;
  /** A sink for a block being computed; `commit` keeps it, `abort` drops it. */
  write(blockId: string, level: StorageLevel): BlockWrite;
}

export interface BlockWrite {
  append(frame: Uint8Array): void;
  commit(): void;
  abort(): void;
}

export interface TaskContext {
  readonly taskId: number;
  readonly stageId: number;
  readonly attempt: number;
  readonly partition: number;
  readonly inputs: readonly PlacedInput[];
  readonly shuffles: ShuffleReads;
  readonly blocks: CachedBlocks;
  /** Bytes one buffer of the task may hold before it spills. */
  readonly memoryBytes: number;
  readonly spillDirectory: string;
  readonly metrics: TaskMetrics;
  fn(ref: FunctionRef): TaskFunction;
  /** Throws TaskKilledError when the task is to end; called between batches. */
  checkKilled(): void;
}

/** Thrown inside a task that was told to stop. */
export class TaskKilledError extends Error {
  override name = 'TaskKilledError';
}

/** Thrown when map output could not be had: the driver makes it again. */
export class FetchFailedError extends Error {
  override name = 'FetchFailedError';
  readonly shuffleId: number;
  /** -1 when it is not known which map outputs there are. */
  readonly mapPartition: number;
  /** Executor that should have had it; undefined when the driver knows of none. */
  readonly executorId: string | undefined;
  constructor(
    message: string,
    at: { shuffleId: number; mapPartition: number; executorId?: string | undefined; cause?: unknown },
  ) {
    super(message, { cause: at.cause });
    this.shuffleId = at.shuffleId;
    this.mapPartition = at.mapPartition;
    this.executorId = at.executorId;
  }
}
