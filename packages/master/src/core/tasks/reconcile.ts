// RECONCILE: what the master knows of a framework's tasks. Answers carry no uuid: nothing to acknowledge.
import type { scheduler, TaskStatus } from '@mini-mesos/proto';
import type { AgentId, TaskId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { FrameworkRecord } from '../state/framework.js';
import type { TaskRecord } from '../state/task.js';
import { asUnderstood, masterStatus, sendStatus } from './status.js';

/** No tasks: all that the master has of the framework, but for unreachable ones. */
export function reconcile(ctx: Context, framework: FrameworkRecord, call: scheduler.Call.Reconcile): void {
  ctx.count('master/messages_reconcile_tasks');
  const tasks = call.tasks ?? [];
  if (tasks.length === 0) {
    for (const record of framework.tasks.values()) sendStatus(ctx, framework, latest(ctx, record));
    return;
  }
  for (const task of tasks) reconcileTask(ctx, framework, task);
}

export function reconcileTask(ctx: Context, framework: FrameworkRecord, asked: scheduler.Call.Reconcile.Task): void {
  const record = framework.tasks.get(asked.task_id.value as TaskId);
  const status = record ? latest(ctx, record) : unknown(ctx, framework, asked);
  if (status) sendStatus(ctx, framework, status);
}

/** The state of the last update, if there was one: a newer state is on its way as an update of its own. */
function latest(ctx: Context, { task, updateState }: TaskRecord): TaskStatus {
  const newest = task.statuses?.at(-1);
  return {
    ...masterStatus(ctx, {
      taskId: task.task_id.value,
      agentId: task.agent_id.value,
      executorId: task.executor_id?.value,
      state: updateState ?? task.status_update_state ?? task.state,
      reason: 'REASON_RECONCILIATION',
      message: 'Reconciliation: Latest task state',
    }),
    ...(newest?.healthy === undefined ? {} : { healthy: newest.healthy }),
    ...(newest?.check_status ? { check_status: newest.check_status } : {}),
    ...(newest?.container_status ? { container_status: newest.container_status } : {}),
  };
}

/** Nothing at all while an agent that may run the task has not come back after a failover of the master. */
function unknown(
  ctx: Context,
  framework: FrameworkRecord,
  asked: scheduler.Call.Reconcile.Task,
): TaskStatus | undefined {
  const { state } = ctx;
  const id = asked.agent_id?.value as AgentId | undefined;
  const isAwaited = id === undefined ? state.recoveredAgents.size > 0 : state.recoveredAgents.has(id);
  if (isAwaited) return undefined;
  const answer = (taskState: TaskStatus['state'], message: string): TaskStatus =>
    masterStatus(ctx, {
      taskId: asked.task_id.value,
      agentId: id,
      state: asUnderstood(framework, taskState),
      reason: 'REASON_RECONCILIATION',
      message: `Reconciliation: Task is ${message}`,
    });
  if (id !== undefined && state.agents.has(id)) return answer('TASK_GONE', 'unknown to the agent');
  const unreachable = id === undefined ? undefined : state.unreachableAgents.get(id);
  if (unreachable) {
    const nanoseconds = unreachable.unreachableAtMs * 1e6;
    return { ...answer('TASK_UNREACHABLE', 'unreachable'), unreachable_time: { nanoseconds } };
  }
  if (id !== undefined && state.goneAgents.has(id)) return answer('TASK_GONE_BY_OPERATOR', 'gone');
  return answer('TASK_UNKNOWN', 'unknown');
}
