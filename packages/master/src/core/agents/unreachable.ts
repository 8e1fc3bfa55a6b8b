// An agent that does not answer, or did not come back in time. It may return, with its tasks.
import type { AgentId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { AgentRecord } from '../state/agent.js';
import { hasCapability } from '../state/framework.js';
import { dropAgent } from './remove.js';

export function markUnreachable(ctx: Context, agent: AgentRecord, cause: string): void {
  if (agent.isLeaving) return;
  agent.isLeaving = true;
  const atMs = ctx.nowMs;
  ctx.persist({ type: 'mark-unreachable', agent: agent.id, atMs }, () => {
    dropAgent(ctx, agent, (framework) => ({
      state: hasCapability(framework.info, 'PARTITION_AWARE') ? 'TASK_UNREACHABLE' : 'TASK_LOST',
      reason: 'REASON_AGENT_REMOVED',
      message: cause,
      unreachable: true,
      unreachableTime: { nanoseconds: atMs * 1e6 },
    }));
    recordFate(ctx, { id: agent.id, atMs, cause });
  });
}

/** The registry knows already. */
export function recordFate(ctx: Context, { id, atMs, cause }: { id: AgentId; atMs: number; cause: string }): void {
  ctx.log('warn', `marked agent unreachable: ${cause}`, { agent: id });
  ctx.count('master/slave_unreachable_completed');
  ctx.count('master/slave_removals');
  ctx.count('master/slave_removals/reason_unhealthy');
  ctx.state.unreachableAgents.set(id, { id, unreachableAtMs: atMs });
}
