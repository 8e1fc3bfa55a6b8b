// What the agent writes down, so that it can go on after a restart: one record for each change. A record is written
// before the effects that rely on it are performed; one that promises something to somebody else is also synced to disk.
import type {
  DrainConfig,
  ExecutorInfo,
  FrameworkInfo,
  link,
  Operation,
  Resource,
  Task,
  TaskInfo,
} from '@mini-mesos/proto';
import type { ExecutorKind } from '../model.js';

/** How far the process of a command task or of a pod's task is. Times in milliseconds since the epoch. */
export interface TaskProcessState {
  taskId: string;
  /** The UUID of its container: the executor's own for a command task. */
  containerId: string;
  /** When it was seen to run; its maximal completion time counts from here. */
  launchedMs?: number | undefined;
  /** Of a task that was not handed over yet: its launch is given up. */
  kill?: { startedMs: number; deadlineMs: number } | undefined;
  tookTooLong?: boolean | undefined;
}

/** Names an executor. */
interface OfExecutor {
  frameworkId: string;
  executorId: string;
}

export type CheckpointRecord =
  | { type: 'framework'; info: FrameworkInfo }
  /** It is shut down: nobody acknowledges its updates any more. */
  | { type: 'framework-ending'; frameworkId: string }
  | { type: 'executor'; frameworkId: string; info: ExecutorInfo; kind: ExecutorKind; containerId: string }
  /** It was told to end. */
  | ({ type: 'executor-ending' } & OfExecutor)
  /** Its container is gone, and every task of it has its end written down. */
  | ({ type: 'executor-ended' } & OfExecutor)
  | ({ type: 'executor-removed' } & OfExecutor)
  /** Tasks that the executor is to get, not yet handed over. */
  | ({ type: 'tasks'; tasks: TaskInfo[]; isGroup: boolean } & OfExecutor)
  | ({ type: 'delivered'; taskIds: string[] } & OfExecutor)
  | ({ type: 'process'; process: TaskProcessState } & OfExecutor)
  | { type: 'update'; update: link.StatusUpdate }
  | { type: 'acknowledged'; frameworkId: string; taskId: string; uuid: string }
  | { type: 'drain'; config: DrainConfig; startedMs: number }
  | { type: 'drained' }
  /** The operation will have succeeded if the remembered resources are these. */
  | { type: 'operation-applying'; operation: Operation; resources: Resource[] }
  /** Its `latest_status` waits for an acknowledgement. */
  | { type: 'operation'; operation: Operation }
  | { type: 'operation-over'; uuid: string }
  /** A task as it stands, in place of the records that led there. */
  | ({ type: 'task'; info: TaskInfo; task: Task; group?: string[]; delivered: boolean } & OfExecutor)
  /** The updates of a task that wait for an acknowledgement, oldest first, and the newest one that has it. */
  | {
      type: 'stream';
      frameworkId: string;
      taskId: string;
      pending: link.StatusUpdate[];
      acknowledged?: { uuid: string; state: Task['state'] } | undefined;
    };

/**
 * Whether somebody outside of the agent relies on it: then it has to survive the machine, not only the process. An
 * acknowledgement is one because the next update, which the framework sees after it, must never be followed by the one
 * that was acknowledged.
 */
export function isPromise({ type }: CheckpointRecord): boolean {
  return type === 'update' || type === 'acknowledged' || type === 'operation';
}
