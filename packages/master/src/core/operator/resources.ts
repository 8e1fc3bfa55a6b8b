// Operators reserve resources of an agent and make volumes of them, or undo it. What is asked for may lie in offers:
// those are rescinded first, one by one, until it is free. The agent makes it durable; the answer does not wait for that.
import type { master, Offer } from '@mini-mesos/proto';
import { Resources, upgradeResource, validateResources } from '@mini-mesos/resources';
import type { AgentId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { offersOf, REFUSE_SECONDS_DEFAULT, rescindOffer } from '../offers/remove.js';
import { allocatorDescription } from '../agents/add.js';
import { applyOperation } from '../operations/apply.js';
import { availableOn } from '../operations/available.js';
import { mapResources, resourcesIn } from '../operations/resources.js';
import { invalidConversion } from '../operations/validate.js';
import { agentPid } from '../state/agent.js';
import type { AgentRecord } from '../state/agent.js';
import type { Asked } from './calls.js';

export function convertResources(ctx: Context, call: master.Call, { request, principal }: Asked): void {
  const refuse = (text: string) => ctx.answer(request, 400, text);
  const { agentId, operation: given } = operationOf(call);
  const agent = ctx.agent(agentId);
  if (!agent) return refuse('No agent found with specified ID');
  const malformed = validateResources(resourcesIn(given));
  if (malformed !== undefined) return refuse(malformed);
  const operation = mapResources(given, upgradeResource);
  const invalid = invalidConversion(operation, { agent, principal });
  if (invalid !== undefined) return refuse(`Invalid ${operation.type} operation${where(agent, operation)}: ${invalid}`);
  const conversions = Resources.conversionsOf(operation);
  if (!conversions.ok) return refuse(`Invalid ${operation.type} operation: ${conversions.error}`);
  if (agent.link === undefined) {
    return ctx.answer(request, 409, `Agent ${agent.id} is disconnected: try again when it is back`);
  }
  rescindFor(ctx, agent, { operation, consumed: Resources.sum(conversions.value.map(({ consumed }) => consumed)) });
  const applied = availableOn(agent).applyOperation(operation);
  if (!applied.ok) return ctx.answer(request, 409, applied.error);
  applyOperation(ctx, agent, { info: operation });
  // The allocator may have given the resources away meanwhile; then the offers are not made.
  agent.hasChangedTotal = true;
  ctx.allocator({ type: 'update-agent', agentId: agent.id, agent: allocatorDescription(agent), total: agent.total });
  ctx.log('info', `an operator's ${operation.type} goes to its agent`, { agent: agent.id });
  ctx.answer(request, 202);
}

function operationOf(call: master.Call): { agentId: AgentId; operation: Offer.Operation } {
  const of = (agent: { value: string } | undefined, operation: Offer.Operation) => ({
    agentId: (agent?.value ?? '') as AgentId,
    operation,
  });
  switch (call.type) {
    case 'RESERVE_RESOURCES': {
      const { agent_id: agent, ...reserve } = call.reserve_resources ?? {};
      return of(agent, { type: 'RESERVE', reserve });
    }
    case 'UNRESERVE_RESOURCES': {
      const { agent_id: agent, ...unreserve } = call.unreserve_resources ?? {};
      return of(agent, { type: 'UNRESERVE', unreserve });
    }
    case 'CREATE_VOLUMES': {
      const { agent_id: agent, ...create } = call.create_volumes ?? {};
      return of(agent, { type: 'CREATE', create });
    }
    case 'DESTROY_VOLUMES': {
      const { agent_id: agent, ...destroy } = call.destroy_volumes ?? {};
      return of(agent, { type: 'DESTROY', destroy });
    }
    case 'GROW_VOLUME': {
      const { agent_id: agent, ...grow } = call.grow_volume ?? {};
      return of(agent, { type: 'GROW_VOLUME', grow_volume: grow as Offer.Operation.GrowVolume });
    }
    default: {
      const { agent_id: agent, ...shrink } = call.shrink_volume ?? {};
      return of(agent, { type: 'SHRINK_VOLUME', shrink_volume: shrink as Offer.Operation.ShrinkVolume });
    }
  }
}

/** Mesos names the agent for the operations that make something. */
function where(agent: AgentRecord, { type }: Offer.Operation): string {
  if (type === 'UNRESERVE' || type === 'DESTROY') return '';
  return ` on agent ${agent.id} at ${agentPid(agent)} (${agent.info.hostname})`;
}

/**
 * Rescinds the offers that hold something of what the operation needs, until they would be enough for it. The
 * frameworks do not get the same again at once, so that the operator wins.
 */
function rescindFor(
  ctx: Context,
  agent: AgentRecord,
  { operation, consumed }: { operation: Offer.Operation; consumed: Resources },
): void {
  let recovered = Resources.EMPTY;
  let missing = consumed.unallocate();
  for (const offer of offersOf(ctx, agent.offers)) {
    const offered = offer.resources.unallocate();
    if (missing.minus(offered).equals(missing)) continue;
    recovered = recovered.plus(offered);
    missing = missing.minus(offered);
    rescindOffer(ctx, offer, REFUSE_SECONDS_DEFAULT);
    if (recovered.applyOperation(operation).ok) return;
  }
}
