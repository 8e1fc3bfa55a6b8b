// The last step of a drain: an agent that should run nothing any more and runs nothing any more is drained.
import type { Context } from '../context.js';
import type { AgentRecord } from '../state/agent.js';

export function drainProgress(ctx: Context, agent: AgentRecord): void {
  if (agent.drainInfo?.state !== 'DRAINING') return;
  if (agent.tasks.size > 0 || agent.operations.size > 0) return;
  agent.drainInfo = { ...agent.drainInfo, state: 'DRAINED' };
  ctx.log('info', 'agent is drained', { agent: agent.id });
}
