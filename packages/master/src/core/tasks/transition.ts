// How the master's picture of a task changes: a new status, and the end of its memory.
import type { TaskStatus, TaskState } from '@mini-mesos/proto';
import { isTerminal } from '@mini-mesos/wire';
import type { AgentId, FrameworkId, TaskId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { discharge } from '../state/agent.js';
import { rememberStatus } from '../state/task.js';
import type { TaskRecord } from '../state/task.js';

const CHECK_REASONS: ReadonlySet<TaskStatus.Reason | undefined> = new Set<TaskStatus.Reason | undefined>([
  'REASON_TASK_CHECK_STATUS_UPDATED',
  'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED',
]);

/** Whether a task in this state holds no resources any more. */
export function isReleased(state: TaskState): boolean {
  return isTerminal(state) || state === 'TASK_UNREACHABLE';
}

/**
 * Takes note of a status. `latest` is the newest state the agent knows, which may be ahead of the status being
 * forwarded; resources go back as soon as that one is terminal, before anyone acknowledged anything.
 */
export function updateTask(ctx: Context, record: TaskRecord, status: TaskStatus, latest = status.state): void {
  const { task } = record;
  const before = task.state;
  if (!isTerminal(before)) task.state = latest;
  const isNews = task.statuses?.at(-1)?.state !== status.state || CHECK_REASONS.has(status.reason);
  rememberStatus(task, status);
  if (isNews) {
    ctx.publish({
      type: 'TASK_UPDATED',
      task_updated: { framework_id: task.framework_id, status, state: task.state },
    });
  }
  if (isReleased(before) || !isReleased(task.state)) return;
  releaseResources(ctx, record);
  countTaskEnd(ctx, status, task.framework_id.value as FrameworkId);
}

function releaseResources(ctx: Context, { task, resources }: TaskRecord): void {
  const frameworkId = task.framework_id.value as FrameworkId;
  const agent = ctx.agent(task.agent_id.value as AgentId);
  if (!agent) return;
  discharge(agent, frameworkId, resources);
  ctx.allocator({ type: 'recover', frameworkId, agentId: agent.id, resources });
}

/** The counters `master/tasks_<state>` and `master/task_<state>/source_<source>/reason_<reason>`. */
export function countTaskEnd(ctx: Context, status: TaskStatus, frameworkId?: FrameworkId): void {
  if (!isTerminal(status.state)) return;
  const state = status.state.slice('TASK_'.length).toLowerCase();
  ctx.count(`master/tasks_${state}`);
  const framework = frameworkId === undefined ? undefined : ctx.framework(frameworkId);
  if (framework) {
    const { terminalTasks } = framework.counters;
    terminalTasks.set(status.state, (terminalTasks.get(status.state) ?? 0) + 1);
  }
  if (status.reason === undefined) return;
  const source = (status.source ?? 'SOURCE_MASTER').toLowerCase();
  // The old names of agents live on in the names of metrics.
  const reason = status.reason.toLowerCase().replaceAll('agent', 'slave');
  ctx.count(`master/task_${state}/${source.replace('agent', 'slave')}/${reason}`);
}

/**
 * Forgets a live task: into the completed ones, or into the unreachable ones of its framework. One that is not
 * terminal gives its resources back first.
 */
export function removeTask(ctx: Context, record: TaskRecord, { unreachable = false } = {}): void {
  const { task } = record;
  const frameworkId = task.framework_id.value as FrameworkId;
  const taskId = task.task_id.value as TaskId;
  if (!isReleased(task.state)) releaseResources(ctx, record);
  const agent = ctx.agent(task.agent_id.value as AgentId);
  const tasks = agent?.tasks.get(frameworkId);
  tasks?.delete(taskId);
  if (tasks?.size === 0) agent?.tasks.delete(frameworkId);
  forgetKill(ctx, record);
  const framework = ctx.framework(frameworkId);
  if (!framework) return;
  framework.tasks.delete(taskId);
  if (unreachable) framework.unreachableTasks.set(taskId, record);
  else completeTask(framework, record);
}

export function completeTask(
  framework: { completedTasks: { set(key: string, record: TaskRecord): void } },
  record: TaskRecord,
): void {
  // An id may be used again once its task is done, so it is not the key alone.
  framework.completedTasks.set(
    `${record.task.agent_id.value} ${record.task.task_id.value} ${record.task.statuses?.[0]?.timestamp}`,
    record,
  );
}

function forgetKill(ctx: Context, { task }: TaskRecord): void {
  const agent = ctx.agent(task.agent_id.value as AgentId);
  const frameworkId = task.framework_id.value as FrameworkId;
  const kills = agent?.killedTasks.get(frameworkId);
  kills?.delete(task.task_id.value as TaskId);
  if (kills?.size === 0) agent?.killedTasks.delete(frameworkId);
}
