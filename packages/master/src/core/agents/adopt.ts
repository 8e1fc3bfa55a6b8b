// What a returning agent runs, held against what the master remembers.
import type { FrameworkInfo, link, Task } from '@mini-mesos/proto';
import type { ExecutorId, FrameworkId, TaskId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { recoverFramework } from '../frameworks/recover.js';
import { isRemoved } from '../frameworks/removed.js';
import { addOperation } from '../operations/add.js';
import { charge } from '../state/agent.js';
import type { AgentRecord } from '../state/agent.js';
import { hasCapability } from '../state/framework.js';
import { recoveredTask } from '../state/task.js';
import { masterStatus, sendStatus } from '../tasks/status.js';
import { isReleased } from '../tasks/transition.js';
import { addExecutor, removeExecutor } from './executors.js';

/** Takes over everything that an agent brings along which this master did not have registered. */
export function adoptTasks(ctx: Context, agent: AgentRecord, call: link.Call.Reregister): void {
  for (const info of call.frameworks ?? []) adoptFramework(ctx, info);
  forgetUnreachable(ctx, agent);
  for (const executor of call.executors ?? []) {
    const id = executor.framework_id?.value as FrameworkId | undefined;
    if (id !== undefined && ctx.framework(id)) addExecutor(ctx, agent, executor);
  }
  for (const task of call.tasks ?? []) adoptTask(ctx, agent, task);
  for (const operation of call.operations ?? []) addOperation(ctx, agent, operation);
}

function adoptFramework(ctx: Context, info: FrameworkInfo): void {
  const id = info.id?.value as FrameworkId | undefined;
  if (id === undefined || ctx.framework(id) || isRemoved(ctx.state, id)) return;
  recoverFramework(ctx, info);
}

function adoptTask(ctx: Context, agent: AgentRecord, task: Task): void {
  const framework = ctx.framework(task.framework_id.value as FrameworkId);
  if (!framework) return;
  const record = recoveredTask(task);
  const taskId = task.task_id.value as TaskId;
  let tasks = agent.tasks.get(framework.id);
  if (!tasks) agent.tasks.set(framework.id, (tasks = new Map()));
  tasks.set(taskId, record);
  framework.tasks.set(taskId, record);
  if (!isReleased(task.state)) charge(agent, framework.id, record.resources);
  // After a failover of the master frameworks reconcile; it is an agent thought to be lost that is news.
  if (ctx.state.recoveredAgents.has(agent.id)) return;
  const newest = task.statuses?.at(-1);
  sendStatus(ctx, framework, {
    ...masterStatus(ctx, {
      taskId,
      agentId: agent.id,
      executorId: task.executor_id?.value,
      // What the agent tells next: an end that is told now must not be followed by an older update.
      state: task.status_update_state ?? task.state,
      reason: 'REASON_AGENT_REREGISTERED',
      message: ctx.state.unreachableAgents.has(agent.id)
        ? 'Unreachable agent re-reregistered'
        : 'Unknown agent reregistered',
    }),
    ...(newest?.healthy === undefined ? {} : { healthy: newest.healthy }),
    ...(newest?.check_status ? { check_status: newest.check_status } : {}),
    ...(newest?.container_status ? { container_status: newest.container_status } : {}),
  });
}

/** Tasks that were unreachable with this agent are live again, or gone for good: the agent's word counts. */
function forgetUnreachable(ctx: Context, agent: AgentRecord): void {
  for (const framework of ctx.state.frameworks.values()) {
    for (const record of [...framework.unreachableTasks.values()]) {
      if (record.task.agent_id.value === agent.id) {
        framework.unreachableTasks.delete(record.task.task_id.value as TaskId);
      }
    }
  }
}

/**
 * What this master gave up when the connection broke, and what runs all the same: tasks of frameworks without
 * checkpointing, when not the agent but its link was lost. They are taken back, and frameworks hear of it; Mesos leaves
 * them to run unknown, and offers what they use to others. Returns whether there were any.
 */
export function takeBack(ctx: Context, agent: AgentRecord, call: link.Call.Reregister): boolean {
  const executors = (call.executors ?? []).filter(({ framework_id, executor_id }) => {
    const id = framework_id?.value as FrameworkId | undefined;
    const isKnown = id !== undefined && agent.executors.get(id)?.has(executor_id.value as ExecutorId);
    return id !== undefined && ctx.framework(id) && !isKnown;
  });
  const tasks = (call.tasks ?? []).filter(({ framework_id, task_id, state }) => {
    const id = framework_id.value as FrameworkId;
    return ctx.framework(id) && !isReleased(state) && !agent.tasks.get(id)?.has(task_id.value as TaskId);
  });
  for (const executor of executors) addExecutor(ctx, agent, executor);
  for (const task of tasks) adoptTask(ctx, agent, task);
  return executors.length + tasks.length > 0;
}

/**
 * For an agent that stayed registered: executors it no longer has are forgotten, kills it may have missed are repeated,
 * and it is asked for each task it did not name, whose fate it tells in a status update.
 */
export function reconcileKnown(
  ctx: Context,
  agent: AgentRecord,
  call: link.Call.Reregister,
): link.TaskReconciliation[] {
  const named = new Set((call.tasks ?? []).map((task) => `${task.framework_id.value} ${task.task_id.value}`));
  const alive = new Set((call.executors ?? []).map((e) => `${e.framework_id?.value} ${e.executor_id.value}`));
  for (const [frameworkId, executors] of [...agent.executors]) {
    for (const executorId of [...executors.keys()]) {
      if (!alive.has(`${frameworkId} ${executorId}`)) removeExecutor(ctx, agent, frameworkId, executorId);
    }
  }
  for (const [frameworkId, taskIds] of agent.killedTasks) {
    for (const taskId of taskIds) {
      if (!named.has(`${frameworkId} ${taskId}`)) continue;
      ctx.tell(agent, {
        type: 'KILL_TASK',
        kill_task: { framework_id: { value: frameworkId }, task_id: { value: taskId } },
      });
    }
  }
  return [...agent.tasks].flatMap(([frameworkId, tasks]) => {
    const framework = ctx.framework(frameworkId);
    const partitionAware = framework ? hasCapability(framework.info, 'PARTITION_AWARE') : false;
    return [...tasks.keys()]
      .filter((taskId) => !named.has(`${frameworkId} ${taskId}`))
      .map((taskId) => ({
        framework_id: { value: frameworkId },
        task_id: { value: taskId },
        partition_aware: partitionAware,
      }));
  });
}
