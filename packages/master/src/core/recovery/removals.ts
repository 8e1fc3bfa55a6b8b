// Which agent is declared unreachable when. With --agent_removal_rate_limit they take turns, so that an operator can
// still act when a whole network seems gone; one that is heard of while it waits stays.
import type { AgentId } from '@mini-mesos/wire';
import { markUnreachable, recordFate } from '../agents/unreachable.js';
import type { Context } from '../context.js';

/** Now, or when it is its turn. */
export function scheduleRemoval(ctx: Context, id: AgentId, cause: string): void {
  const { state, config } = ctx;
  if (state.removals.has(id) || state.agents.get(id)?.isLeaving === true) return;
  ctx.count('master/slave_unreachable_scheduled');
  if (!config.agentRemovalRate) return remove(ctx, id, cause);
  state.removals.set(id, cause);
  if (state.removals.size === 1) arm(ctx);
}

/** It was heard of. */
export function cancelRemoval(ctx: Context, id: AgentId): void {
  if (ctx.state.removals.delete(id)) ctx.count('master/slave_unreachable_canceled');
}

export function removalsDue(ctx: Context): void {
  const { state, config } = ctx;
  const [next] = state.removals;
  if (!next) return;
  const [id, cause] = next;
  state.removals.delete(id);
  const { permits = 1, intervalMs = 0 } = config.agentRemovalRate ?? {};
  state.nextRemovalAtMs = ctx.nowMs + intervalMs / permits;
  remove(ctx, id, cause);
  if (state.removals.size > 0) arm(ctx);
}

function arm(ctx: Context): void {
  ctx.setTimer({ for: 'agent-removals' }, Math.max(0, ctx.state.nextRemovalAtMs - ctx.nowMs));
}

function remove(ctx: Context, id: AgentId, cause: string): void {
  const agent = ctx.agent(id);
  if (agent) markUnreachable(ctx, agent, cause);
  else markRecoveredUnreachable(ctx, id, cause);
}

/** The fate of an agent that this master never saw: nobody knows which tasks it had. */
function markRecoveredUnreachable(ctx: Context, id: AgentId, cause: string): void {
  if (!ctx.state.recoveredAgents.has(id) || isComingBack(ctx, id)) return;
  const atMs = ctx.nowMs;
  ctx.persist({ type: 'mark-unreachable', agent: id, atMs }, () => {
    // It may have come back meanwhile, but what it said is stored behind this.
    if (!ctx.state.recoveredAgents.delete(id)) return;
    ctx.count('master/recovery_slave_removals');
    recordFate(ctx, { id, atMs, cause });
    for (const framework of ctx.state.frameworks.values()) {
      ctx.deliver(framework, { type: 'FAILURE', failure: { agent_id: { value: id } } });
    }
  });
}

/** Its return is on its way to the registry. */
function isComingBack({ state }: Context, id: AgentId): boolean {
  return [...state.openingLinks.values()].includes(id);
}
