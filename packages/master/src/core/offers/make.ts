// Turns what the allocator gave into offers: one for each (framework, role, agent), all of a framework in one event.
import type { Allocation } from '@mini-mesos/allocator';
import type { Offer } from '@mini-mesos/proto';
import type { AgentId, FrameworkId, OfferId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { isStillThere } from '../operations/available.js';
import { isActive } from '../state/agent.js';
import type { AgentRecord } from '../state/agent.js';
import { hasCapability } from '../state/framework.js';
import type { FrameworkRecord } from '../state/framework.js';
import type { OfferRecord } from '../state/offer.js';

/** The allocator may have worked on a state that is past: what nobody can be offered any more goes back to it. */
export function makeOffers(ctx: Context, allocations: readonly Allocation[]): void {
  const byFramework = new Map<FrameworkRecord, Offer[]>();
  for (const allocation of allocations) {
    const framework = ctx.framework(allocation.frameworkId as FrameworkId);
    const agent = ctx.agent(allocation.agentId as AgentId);
    const isPast =
      framework?.phase !== 'connected' ||
      !agent ||
      !isActive(agent) ||
      (agent.hasChangedTotal && !isStillThere(agent, allocation.resources));
    if (isPast) {
      ctx.allocator({ type: 'recover', ...allocation });
      continue;
    }
    const offer = makeOffer(ctx, { framework, agent, allocation });
    const offers = byFramework.get(framework);
    const message = offerMessage(offer, framework);
    if (offers) offers.push(message);
    else byFramework.set(framework, [message]);
  }
  for (const [framework, offers] of byFramework) {
    framework.counters.offersSent += offers.length;
    ctx.log('debug', `sending ${offers.length} offers`, { framework: framework.id });
    ctx.deliver(framework, { type: 'OFFERS', offers: { offers } });
  }
}

function makeOffer(
  ctx: Context,
  { framework, agent, allocation }: { framework: FrameworkRecord; agent: AgentRecord; allocation: Allocation },
): OfferRecord {
  const id = `${ctx.config.info.id}-O${ctx.state.nextOfferNumber++}` as OfferId;
  const executors = [...(agent.executors.get(framework.id)?.keys() ?? [])].sort();
  const offer: OfferRecord = {
    id,
    frameworkId: framework.id,
    agentId: agent.id,
    role: allocation.role,
    resources: allocation.resources,
    message: {
      id: { value: id },
      framework_id: { value: framework.id },
      agent_id: { value: agent.id },
      hostname: agent.info.hostname,
      url: {
        scheme: 'http',
        address: { hostname: agent.info.hostname, ip: agent.ip, port: agent.info.port ?? 5051 },
        path: '/slave(1)',
      },
      attributes: agent.info.attributes,
      allocation_info: { role: allocation.role },
      domain: agent.info.domain,
      executor_ids: executors.map((value) => ({ value })),
      unavailability: agent.unavailability,
    },
  };
  ctx.state.offers.set(id, offer);
  framework.offers.add(id);
  agent.offers.add(id);
  agent.offered = agent.offered.plus(offer.resources);
  if (ctx.config.offerTimeoutMs !== undefined) {
    ctx.setTimer({ for: 'offer-timeout', offer: id }, ctx.config.offerTimeoutMs);
  }
  return offer;
}

/** The offer in the form that the framework's capabilities ask for. */
export function offerMessage(offer: OfferRecord, { info }: FrameworkRecord): Offer {
  const isMultiRole = hasCapability(info, 'MULTI_ROLE');
  const resources = isMultiRole ? offer.resources : offer.resources.unallocate();
  const format = hasCapability(info, 'RESERVATION_REFINEMENT') ? 'refined' : 'pre-refinement';
  const { allocation_info: _, ...unallocated } = offer.message;
  return { ...(isMultiRole ? offer.message : unallocated), resources: resources.toProto(format) };
}
