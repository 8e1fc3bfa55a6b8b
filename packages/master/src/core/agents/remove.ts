// The end of an agent. What became of its tasks depends on why it went.
import type { TaskState, TaskStatus, TimeInfo } from '@mini-mesos/proto';
import type { FrameworkId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { forgetOperation } from '../operations/forget.js';
import { rescindInverseOffers } from '../maintenance/inverse-offers.js';
import { rescindOffers } from '../offers/remove.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';
import { masterStatus, sendStatus } from '../tasks/status.js';
import { removeTask, updateTask } from '../tasks/transition.js';
import { removeExecutor } from './executors.js';

/** What is said of each task of an agent that went. */
export interface TaskFate {
  state: TaskState;
  reason: TaskStatus.Reason;
  message: string;
  /** Keeps the task among its framework's unreachable ones: the agent may bring it back. */
  unreachable?: boolean;
  unreachableTime?: TimeInfo;
}

/** Unregistered, replaced, or told to end by an operator: its tasks are lost whatever its frameworks understand. */
export function removeAgent(
  ctx: Context,
  agent: AgentRecord,
  { cause, reason }: { cause: string; reason?: 'unregistered' | 'registered' },
): void {
  if (agent.isLeaving) return;
  agent.isLeaving = true;
  ctx.persist({ type: 'remove-agent', agent: agent.id }, () => {
    ctx.log('info', `removed agent: ${cause}`, { agent: agent.id });
    ctx.count('master/slave_removals');
    if (reason !== undefined) ctx.count(`master/slave_removals/reason_${reason}`);
    dropAgent(ctx, agent, () => ({
      state: 'TASK_LOST',
      reason: 'REASON_AGENT_REMOVED',
      message: `Agent ${agent.info.hostname} removed: ${cause}`,
    }));
  });
}

/** Takes the agent and all it holds off the books and tells everyone. The registry knows already. */
export function dropAgent(ctx: Context, agent: AgentRecord, fate: (framework: FrameworkRecord) => TaskFate): void {
  ctx.allocator({ type: 'remove-agent', agentId: agent.id });
  for (const frameworkId of [...agent.tasks.keys()]) endTasks(ctx, agent, { frameworkId, fate });
  for (const [frameworkId, executors] of [...agent.executors]) {
    for (const executorId of [...executors.keys()]) removeExecutor(ctx, agent, frameworkId, executorId);
  }
  rescindOffers(ctx, agent);
  rescindInverseOffers(ctx, agent);
  for (const operation of [...agent.operations.values()]) forgetOperation(ctx, agent, operation);
  ctx.cancelTimer({ for: 'ping', agent: agent.id });
  ctx.cancelTimer({ for: 'agent-reregister', agent: agent.id });
  if (agent.link !== undefined) {
    ctx.state.links.delete(agent.link);
    ctx.emit({ type: 'link-close', link: agent.link, reason: 'the agent was removed' });
  }
  ctx.state.agents.delete(agent.id);
  ctx.state.removals.delete(agent.id);
  ctx.state.removedAgents.set(agent.id, true);
  for (const framework of ctx.state.frameworks.values()) {
    ctx.deliver(framework, { type: 'FAILURE', failure: { agent_id: { value: agent.id } } });
  }
  // Mesos says this only of agents that unregister; whoever follows the stream needs it of every agent that goes.
  ctx.publish({ type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: agent.id } } });
}

function endTasks(
  ctx: Context,
  agent: AgentRecord,
  { frameworkId, fate }: { frameworkId: FrameworkId; fate: (framework: FrameworkRecord) => TaskFate },
): void {
  const framework = ctx.framework(frameworkId);
  if (!framework) return;
  const { state, reason, message, unreachable, unreachableTime } = fate(framework);
  for (const record of [...(agent.tasks.get(frameworkId)?.values() ?? [])]) {
    const { task } = record;
    const status: TaskStatus = {
      ...masterStatus(ctx, {
        taskId: task.task_id.value,
        agentId: agent.id,
        executorId: task.executor_id?.value,
        state,
        reason,
        message,
      }),
      ...(unreachableTime ? { unreachable_time: unreachableTime } : {}),
    };
    updateTask(ctx, record, status);
    removeTask(ctx, record, { unreachable: unreachable ?? false });
    sendStatus(ctx, framework, status);
  }
}
