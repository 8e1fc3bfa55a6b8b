// What an executor and its worker threads say to each other.
import type { LaunchTask, Location, PlanMessage, TaskResult } from '../../protocol.js';
import type { StorageLevel } from '../../core/plan/operations.js';

/** Given to a worker thread when it starts. */
export interface WorkerData {
  readonly executorId: string;
  /** Bytes one buffer of a task may hold before it spills. */
  readonly taskMemoryBytes: number;
  /** Largest result sent at once. */
  readonly directResultBytesMax: number;
  readonly localDirectory: string;
  /** Sent with requests to other executors. */
  readonly token: string;
  readonly fetch: FetchSettings;
  /** One Int32: the kill flag of the running task (0 run, 1 stop). */
  readonly killFlag: SharedArrayBuffer;
}

export interface FetchSettings {
  readonly maxRetries: number;
  readonly retryWaitMs: number;
  readonly timeoutMs: number;
}

export type ToWorker =
  | { readonly type: 'plan'; readonly plan: PlanMessage }
  | { readonly type: 'dropPlans'; readonly planIds: readonly string[] }
  | { readonly type: 'dropBroadcast'; readonly id: number }
  | { readonly type: 'run'; readonly task: LaunchTask }
  | { readonly type: 'answer'; readonly id: number; readonly value?: unknown; readonly error?: string };

export type FromWorker =
  | {
      readonly type: 'done';
      readonly taskId: number;
      readonly result: TaskResult;
      readonly mapOutput?: WrittenMapOutput;
      readonly stored?: SharedArrayBuffer;
    }
  | { readonly type: 'ask'; readonly id: number; readonly method: keyof WorkerRequests; readonly ask: unknown };

export interface WrittenMapOutput {
  readonly shuffleId: number;
  readonly mapPartition: number;
  readonly path: string;
  readonly extents: number[][];
}

/** One map output's share for a reduce partition. */
export interface Segment {
  readonly mapPartition: number;
  readonly taskId: number;
  readonly location: Location;
  /** Set when this executor wrote it: read without asking anybody. */
  readonly local?: { readonly path: string; readonly extents: number[] };
}

export type BlockAnswer =
  | { readonly kind: 'memory'; readonly bytes: SharedArrayBuffer }
  | { readonly kind: 'disk'; readonly path: string }
  | { readonly kind: 'none' };

export interface WorkerRequests {
  segments: {
    ask: { shuffleId: number; reducePartition: number };
    answer: { segments: Segment[]; missing: number[] };
  };
  /** An executor is known to be gone. */
  isLost: { ask: { executorId: string }; answer: boolean };
  readBlock: { ask: { blockId: string }; answer: BlockAnswer };
  /** Bytes in memory, or a file the store takes over. False when there was no room and it was dropped. */
  storeBlock: {
    ask: { blockId: string; level: StorageLevel; bytes?: SharedArrayBuffer; path?: string; size: number };
    answer: boolean;
  };
  broadcast: { ask: { id: number }; answer: SharedArrayBuffer };
  /** Folder where a module bundle was unpacked. */
  bundle: { ask: { hash: string }; answer: string };
}
