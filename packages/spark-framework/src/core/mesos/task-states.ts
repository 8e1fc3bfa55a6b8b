// What a Mesos task state means for an executor (MesosSchedulerUtils.mesosToTaskState).
import type { TaskState, TaskStatus } from '@mini-mesos/proto';

export type ExecutorState = 'launching' | 'running' | 'finished' | 'failed' | 'killed' | 'lost';

export function executorState(state: TaskState): ExecutorState {
  switch (state) {
    case 'TASK_STAGING':
    case 'TASK_STARTING':
      return 'launching';
    case 'TASK_RUNNING':
    case 'TASK_KILLING':
      return 'running';
    case 'TASK_FINISHED':
      return 'finished';
    case 'TASK_FAILED':
    case 'TASK_GONE':
    case 'TASK_GONE_BY_OPERATOR':
      return 'failed';
    case 'TASK_KILLED':
      return 'killed';
    case 'TASK_LOST':
    case 'TASK_ERROR':
    case 'TASK_DROPPED':
    case 'TASK_UNKNOWN':
    case 'TASK_UNREACHABLE':
      return 'lost';
  }
}

/** The executor is gone. */
export function isOver(state: ExecutorState): boolean {
  return state !== 'launching' && state !== 'running';
}

/** It counts against its agent. */
export function isFailure(state: ExecutorState): boolean {
  return state === 'failed' || state === 'lost';
}

/** Reasons that tell of the executor itself, not of its agent, its master or an operator. */
const OWN_REASONS: ReadonlySet<string> = new Set([
  'REASON_COMMAND_EXECUTOR_FAILED',
  'REASON_EXECUTOR_TERMINATED',
  'REASON_CONTAINER_LIMITATION',
  'REASON_CONTAINER_LIMITATION_MEMORY',
  'REASON_CONTAINER_LIMITATION_DISK',
]);

/** It ended by what it ran: TASK_FAILED without a reason of somebody else's. */
export function endedByItself({ state, reason }: Pick<TaskStatus, 'state' | 'reason'>): boolean {
  return state === 'TASK_FAILED' && (reason === undefined || OWN_REASONS.has(reason));
}

/**
 * A master that has just begun to lead answers so for every task whose agent has not come back to it yet: it says what
 * the master knows, not how the executor is.
 */
export function isIgnorance({ state, reason }: Pick<TaskStatus, 'state' | 'reason'>): boolean {
  const unknown = state === 'TASK_UNKNOWN' || state === 'TASK_LOST' || state === 'TASK_UNREACHABLE';
  return unknown && reason === 'REASON_RECONCILIATION';
}

/** 'TASK_FAILED (REASON_…): message', for messages. */
export function describeStatus({ state, reason, message }: TaskStatus): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  return `Mesos says ${state}${why}${message === undefined || message === '' ? '' : `: ${message}`}`;
}
