// The end of a framework: teardown by itself or an operator, or a failover timeout that passed.
import { isTerminal } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { drainProgress } from '../agents/drain.js';
import { removeExecutor } from '../agents/executors.js';
import { dropInverseOffers } from '../maintenance/inverse-offers.js';
import { discardOffers } from '../offers/remove.js';
import type { FrameworkRecord } from '../state/framework.js';
import type { TaskRecord } from '../state/task.js';
import { masterStatus } from '../tasks/status.js';
import { completeTask, removeTask, updateTask } from '../tasks/transition.js';

/** For good: once the registry knows, so that no later leader takes it back. */
export function endFramework(ctx: Context, framework: FrameworkRecord, done: () => void = () => undefined): void {
  ctx.persist({ type: 'remove-framework', framework: framework.id, atMs: ctx.nowMs }, () => {
    if (ctx.framework(framework.id) === framework) removeFramework(ctx, framework);
    done();
  });
}

function removeFramework(ctx: Context, framework: FrameworkRecord): void {
  ctx.log('info', 'removing framework', { framework: framework.id, name: framework.info.name });
  detach(ctx, framework);
  for (const agent of ctx.state.agents.values()) {
    ctx.tell(agent, { type: 'SHUTDOWN_FRAMEWORK', shutdown_framework: { framework_id: { value: framework.id } } });
  }
  for (const record of [...framework.tasks.values()]) {
    killInMemory(ctx, framework, record);
    removeTask(ctx, record);
  }
  for (const [taskId, record] of [...entriesOf(framework.unreachableTasks)]) {
    killInMemory(ctx, framework, record);
    framework.unreachableTasks.delete(taskId);
    completeTask(framework, record);
  }
  for (const [agentId, executors] of [...framework.executors]) {
    const agent = ctx.agent(agentId);
    for (const executorId of [...executors.keys()]) if (agent) removeExecutor(ctx, agent, framework.id, executorId);
  }
  for (const agent of ctx.state.agents.values()) {
    agent.inverseOffers.delete(framework.id);
    drainProgress(ctx, agent);
  }
  framework.unregisteredAtMs = ctx.nowMs;
  ctx.state.frameworks.delete(framework.id);
  ctx.state.completedFrameworks.set(framework.id, framework);
  ctx.allocator({ type: 'remove-framework', frameworkId: framework.id });
  ctx.publish({ type: 'FRAMEWORK_REMOVED', framework_removed: { framework_info: framework.info } });
}

function* entriesOf<K, V>(map: { keys(): Iterable<K>; get(key: K): V | undefined }): Iterable<[K, V]> {
  for (const key of [...map.keys()]) {
    const value = map.get(key);
    if (value !== undefined) yield [key, value];
  }
}

function detach(ctx: Context, framework: FrameworkRecord): void {
  discardOffers(ctx, framework);
  dropInverseOffers(ctx, framework);
  ctx.cancelTimer({ for: 'framework-failover', framework: framework.id });
  if (framework.connection === undefined) return;
  ctx.cancelTimer({ for: 'heartbeat', connection: framework.connection });
  ctx.state.connections.delete(framework.connection);
  ctx.emit({ type: 'close-connection', connection: framework.connection });
  framework.connection = undefined;
  framework.phase = 'disconnected';
}

/** Nobody is told: the framework asked for it, or is not there. Tasks that have ended stay as they ended. */
function killInMemory(ctx: Context, framework: FrameworkRecord, record: TaskRecord): void {
  const { task } = record;
  if (isTerminal(task.state)) return;
  const status = masterStatus(ctx, {
    taskId: task.task_id.value,
    agentId: task.agent_id.value,
    executorId: task.executor_id?.value,
    state: 'TASK_KILLED',
    reason: 'REASON_FRAMEWORK_REMOVED',
    message: `Framework ${framework.id} removed`,
  });
  updateTask(ctx, record, status);
}
