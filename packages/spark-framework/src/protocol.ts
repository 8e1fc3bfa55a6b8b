// The messages between driver and executors, and between an executor and its worker threads. All of them are plain
// data: msgpack between processes, structured clone between threads.
import type { ShippedFunction } from './closures/types.js';
import type { PlacedInput, StagePlan } from './core/plan/lineage.js';
import type { TaskMetrics } from './core/task-metrics.js';

/** Where an executor serves shuffle data and blocks. */
export interface Location {
  readonly executorId: string;
  readonly host: string;
  readonly port: number;
}

/** A stage's plan with the functions it names; sent to an executor before its first task. */
export interface PlanMessage {
  readonly planId: string;
  readonly plan: StagePlan;
  readonly functions: readonly ShippedFunction[];
}

export interface LaunchTask {
  readonly taskId: number;
  readonly stageId: number;
  readonly stageAttempt: number;
  readonly planId: string;
  readonly partition: number;
  readonly attempt: number;
  readonly inputs: readonly PlacedInput[];
  /** Where cached partitions this task may read are, by block id. */
  readonly cached: Readonly<Record<string, readonly Location[]>>;
}

/** An error as it travels. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

export type AccumulatorUpdate = readonly [id: number, value: Uint8Array];

interface Counted {
  readonly metrics: TaskMetrics;
}

export type TaskResult =
  | (Counted & {
      readonly status: 'success';
      /** Frames, for a result task small enough to be sent at once. */
      readonly result?: Uint8Array;
      /** Size of a result that waits in the executor's block store under `task_<id>`. */
      readonly storedResultBytes?: number;
      /** Bytes for each reduce partition, for a map task. */
      readonly mapSizes?: readonly number[];
      readonly accumulators: readonly AccumulatorUpdate[];
    })
  | (Counted & {
      readonly status: 'failed';
      readonly error: ErrorReport;
      /** Trying again cannot help. */ readonly fatal?: boolean;
    })
  | (Counted & {
      readonly status: 'fetchFailed';
      readonly shuffleId: number;
      readonly mapPartition: number;
      readonly executorId?: string;
      readonly message: string;
    })
  | (Counted & { readonly status: 'killed'; readonly reason: string });

/** Block id under which an executor keeps a result too large to send at once. */
export function resultBlockId(taskId: number): string {
  return `task_${taskId}`;
}

/** Messages an executor gets without answering them. */
export type ToExecutor =
  | { readonly type: 'plan'; readonly plan: PlanMessage }
  | { readonly type: 'dropPlans'; readonly planIds: readonly string[] }
  | { readonly type: 'launch'; readonly task: LaunchTask }
  | { readonly type: 'kill'; readonly taskId: number; readonly reason: string }
  | { readonly type: 'removeRdd'; readonly rddId: number }
  | { readonly type: 'removeShuffle'; readonly shuffleId: number }
  | { readonly type: 'removeBroadcast'; readonly id: number }
  | { readonly type: 'removeBlock'; readonly blockId: string }
  | { readonly type: 'executorLost'; readonly executorId: string }
  | { readonly type: 'stop'; readonly reason: string };

/** Messages the driver gets without answering them. */
export type ToDriver =
  | { readonly type: 'taskDone'; readonly taskId: number; readonly result: TaskResult }
  | { readonly type: 'heartbeat'; readonly running: readonly number[] }
  | { readonly type: 'blockAdded'; readonly blockId: string; readonly bytes: number; readonly inMemory: boolean }
  | { readonly type: 'blockRemoved'; readonly blockId: string };

export interface Registration {
  readonly executorId: string;
  /** Name of the machine, for locality and messages. */
  readonly host: string;
  /** Where it serves data; port 0 when it serves nobody. */
  readonly dataHost: string;
  readonly dataPort: number;
  readonly cores: number;
  readonly pid: number;
  /** Where the executor's output can be read, for failure reports. */
  readonly logs?: string;
}

/** The first thing an executor asks, before it sets itself up. */
export interface Hello {
  readonly executorId: string;
  readonly token: string;
}

export interface Welcome {
  /** Spark properties as given to the driver. */
  readonly conf: Readonly<Record<string, string>>;
}

/** Where the outputs of a shuffle's map tasks are, by map partition, for one reduce partition. */
export interface MapOutputTable {
  readonly locations: readonly Location[];
  /** Index into `locations`; anything beyond it means that the output is missing. */
  readonly at: Uint32Array;
  /** Task that wrote the output: attempts write files of their own. */
  readonly taskIds: Float64Array;
  /** Bytes for the reduce partition that was asked for. */
  readonly bytes: Float64Array;
}

/** Questions an executor asks the driver, with their answers. */
export interface DriverRequests {
  hello: { ask: Hello; answer: Welcome };
  register: { ask: Registration; answer: null };
  mapOutputs: { ask: { shuffleId: number; reducePartition: number }; answer: MapOutputTable };
  broadcast: { ask: { id: number; offset: number; length: number }; answer: { bytes: Uint8Array; total: number } };
  bundle: { ask: { hash: string; offset: number; length: number }; answer: { bytes: Uint8Array; total: number } };
}

/** Questions the driver asks an executor. */
export interface ExecutorRequests {
  readBlock: { ask: { blockId: string; offset: number; length: number }; answer: { bytes: Uint8Array } };
}
