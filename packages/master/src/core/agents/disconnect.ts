// An agent's link closed. It keeps its tasks for a while: agents restart and networks hiccup.
import type { Context } from '../context.js';
import type { LinkId } from '../effects.js';
import { rescindInverseOffers } from '../maintenance/inverse-offers.js';
import { rescindOffers } from '../offers/remove.js';
import type { AgentRecord } from '../state/agent.js';
import { masterStatus, sendStatus } from '../tasks/status.js';
import { removeTask, updateTask } from '../tasks/transition.js';
import { drainProgress } from './drain.js';
import { removeExecutor } from './executors.js';

export function linkClosed(ctx: Context, linkId: LinkId): void {
  ctx.state.openingLinks.delete(linkId);
  const id = ctx.state.links.get(linkId);
  ctx.state.links.delete(linkId);
  const agent = id === undefined ? undefined : ctx.agent(id);
  // A link that a newer one replaced says nothing about the agent.
  if (agent?.link === linkId) disconnect(ctx, agent);
}

function disconnect(ctx: Context, agent: AgentRecord): void {
  ctx.log('info', 'agent disconnected', { agent: agent.id });
  agent.link = undefined;
  ctx.allocator({ type: 'deactivate-agent', agentId: agent.id });
  rescindOffers(ctx, agent);
  rescindInverseOffers(ctx, agent);
  loseUncheckpointed(ctx, agent);
  drainProgress(ctx, agent);
  ctx.setTimer({ for: 'agent-reregister', agent: agent.id }, ctx.config.agentReregisterTimeoutMs);
}

/** Tasks of frameworks without checkpointing die with the agent's process, so they are declared lost at once. */
function loseUncheckpointed(ctx: Context, agent: AgentRecord): void {
  for (const frameworkId of new Set([...agent.tasks.keys(), ...agent.executors.keys()])) {
    const framework = ctx.framework(frameworkId);
    if (!framework || framework.info.checkpoint) continue;
    for (const record of [...(agent.tasks.get(frameworkId)?.values() ?? [])]) {
      const { task } = record;
      const status = masterStatus(ctx, {
        taskId: task.task_id.value,
        agentId: agent.id,
        executorId: task.executor_id?.value,
        state: 'TASK_LOST',
        reason: 'REASON_AGENT_DISCONNECTED',
        message: `Agent ${agent.info.hostname} disconnected`,
      });
      updateTask(ctx, record, status);
      removeTask(ctx, record);
      sendStatus(ctx, framework, status);
    }
    for (const executorId of [...(agent.executors.get(frameworkId)?.keys() ?? [])]) {
      removeExecutor(ctx, agent, frameworkId, executorId);
    }
  }
}
