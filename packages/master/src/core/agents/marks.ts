// What operators decided about an agent: whether it drains, and whether it is offered. The registry holds it, for agents
// that are away too; the record of a registered agent shows it.
import type { AgentId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { rescindInverseOffers } from '../maintenance/inverse-offers.js';
import { rescindOffers } from '../offers/remove.js';
import type { AgentRecord } from '../state/agent.js';

/** Registered, unreachable, or not back yet since this master leads. */
export function isKnownAgent({ state: { registry } }: Context, id: AgentId): boolean {
  return registry.agents.has(id) || registry.unreachable.has(id);
}

/** Brings the record up to date with the registry. */
export function showMarks({ state: { registry } }: Context, agent: AgentRecord): void {
  const { drain, deactivated = false } = registry.agents.get(agent.id) ?? {};
  agent.drainInfo = drain;
  agent.deactivated = deactivated;
}

/** No more offers of it; those that are out are taken back. What runs there goes on. */
export function stopOffering(ctx: Context, agent: AgentRecord): void {
  ctx.allocator({ type: 'deactivate-agent', agentId: agent.id });
  rescindOffers(ctx, agent);
  rescindInverseOffers(ctx, agent);
}
