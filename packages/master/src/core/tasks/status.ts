// Statuses that the master itself makes, and their way to a framework.
import type { TaskState, TaskStatus } from '@mini-mesos/proto';
import type { Context } from '../context.js';
import { hasCapability } from '../state/framework.js';
import type { FrameworkRecord } from '../state/framework.js';
import { countTaskEnd } from './transition.js';

export interface MasterStatus {
  taskId: string;
  agentId?: string | undefined;
  executorId?: string | undefined;
  state: TaskState;
  reason: TaskStatus.Reason;
  message?: string | undefined;
}

/** Without a uuid: nothing to acknowledge, because nobody would send it again. */
export function masterStatus(ctx: Context, status: MasterStatus): TaskStatus {
  const { taskId, agentId, executorId, state, reason, message } = status;
  return {
    task_id: { value: taskId },
    state,
    ...(message === undefined ? {} : { message }),
    source: 'SOURCE_MASTER',
    reason,
    ...(agentId === undefined ? {} : { agent_id: { value: agentId } }),
    ...(executorId === undefined ? {} : { executor_id: { value: executorId } }),
    timestamp: ctx.nowMs / 1000,
  };
}

export function sendStatus(ctx: Context, framework: FrameworkRecord, status: TaskStatus): void {
  ctx.deliver(framework, { type: 'UPDATE', update: { status } });
}

/** For tasks that never were: counted, sent, and forgotten. */
export function reject(ctx: Context, framework: FrameworkRecord, status: MasterStatus): void {
  const made = masterStatus(ctx, status);
  countTaskEnd(ctx, made, framework.id);
  sendStatus(ctx, framework, made);
}

/** TASK_LOST is all that a framework without PARTITION_AWARE understands of the finer states. */
export function asUnderstood(framework: FrameworkRecord, state: TaskState): TaskState {
  return hasCapability(framework.info, 'PARTITION_AWARE') ? state : 'TASK_LOST';
}
