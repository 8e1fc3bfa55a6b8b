// Inverse offers: frameworks that hold something on a machine that will be unavailable are asked to leave it. The
// allocator says who is to be asked, and when again after an answer; the answers inform the operator and bind nobody.
//
//   I1  a framework has at most one inverse offer of an agent that it did not answer
//   I2  whatever ends an inverse offer is told the allocator, or it would never make the next
//   I3  another unavailability makes all that was asked and answered before void
import type { InverseOffer as Wanted } from '@mini-mesos/allocator';
import type { InverseOffer, scheduler, Unavailability } from '@mini-mesos/proto';
import type { AgentId, FrameworkId, OfferId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { REFUSE_SECONDS_DEFAULT } from '../offers/remove.js';
import { isActive } from '../state/agent.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';

/** All of a framework in one event. The allocator may have worked on a state that is past. */
export function makeInverseOffers(ctx: Context, wanted: readonly Wanted[]): void {
  const byFramework = new Map<FrameworkRecord, InverseOffer[]>();
  for (const { agentId, frameworkId, unavailability } of wanted) {
    const agent = ctx.agent(agentId as AgentId);
    // With another unavailability the allocator has begun anew already.
    if (!agent || !sameTimes(agent.unavailability, unavailability)) continue;
    const framework = ctx.framework(frameworkId as FrameworkId);
    if (framework?.phase !== 'connected' || !isActive(agent)) {
      ctx.allocator({ type: 'answer-inverse-offer', agentId, frameworkId });
      continue;
    }
    const offer = makeInverseOffer(ctx, { agent, framework, unavailability });
    const list = byFramework.get(framework);
    if (list) list.push(offer);
    else byFramework.set(framework, [offer]);
  }
  for (const [framework, offers] of byFramework) {
    ctx.deliver(framework, { type: 'INVERSE_OFFERS', inverse_offers: { inverse_offers: offers } });
  }
}

export function sameTimes(a: Unavailability | undefined, b: Unavailability | undefined): boolean {
  return a?.start.nanoseconds === b?.start.nanoseconds && a?.duration?.nanoseconds === b?.duration?.nanoseconds;
}

function makeInverseOffer(
  ctx: Context,
  {
    agent,
    framework,
    unavailability,
  }: { agent: AgentRecord; framework: FrameworkRecord; unavailability: InverseOffer['unavailability'] },
): InverseOffer {
  const id = `${ctx.config.info.id}-O${ctx.state.nextOfferNumber++}` as OfferId;
  const offer: InverseOffer = {
    id: { value: id },
    url: {
      scheme: 'http',
      address: { hostname: agent.info.hostname, ip: agent.ip, port: agent.info.port ?? 5051 },
      path: '/slave(1)',
    },
    framework_id: { value: framework.id },
    agent_id: { value: agent.id },
    unavailability,
  };
  const { status } = agent.inverseOffers.get(framework.id) ?? {};
  agent.inverseOffers.set(framework.id, { outstanding: id, status });
  framework.inverseOffers.set(id, offer);
  if (ctx.config.offerTimeoutMs !== undefined) {
    ctx.setTimer({ for: 'inverse-offer-timeout', offer: id }, ctx.config.offerTimeoutMs);
  }
  return offer;
}

type Answer = scheduler.Call.AcceptInverseOffers | scheduler.Call.DeclineInverseOffers;

/** Inverse offers that are not outstanding, or another framework's, are passed over. */
export function answerInverseOffers(
  ctx: Context,
  framework: FrameworkRecord,
  { answer, status }: { answer: Answer; status: 'ACCEPT' | 'DECLINE' },
): void {
  for (const { value } of answer.inverse_offer_ids ?? []) {
    const offer = framework.inverseOffers.get(value as OfferId);
    const agent = offer && forget(ctx, framework, offer);
    if (!agent) {
      ctx.log('debug', 'ignored an answer to an inverse offer that is not outstanding', { offer: value });
      continue;
    }
    agent.inverseOffers.set(framework.id, {
      status: { status, framework_id: { value: framework.id }, timestamp: { nanoseconds: ctx.nowMs * 1e6 } },
    });
    ctx.allocator({
      type: 'answer-inverse-offer',
      agentId: agent.id,
      frameworkId: framework.id,
      response: status,
      refuseSeconds: answer.filters?.refuse_seconds ?? REFUSE_SECONDS_DEFAULT,
    });
  }
}

/** Takes it off the books; returns its agent. */
function forget(ctx: Context, framework: FrameworkRecord, { id, agent_id: agentId }: InverseOffer) {
  framework.inverseOffers.delete(id.value as OfferId);
  if (ctx.config.offerTimeoutMs !== undefined) {
    ctx.cancelTimer({ for: 'inverse-offer-timeout', offer: id.value as OfferId });
  }
  const agent = agentId && ctx.agent(agentId.value as AgentId);
  const state = agent?.inverseOffers.get(framework.id);
  if (state) state.outstanding = undefined;
  return agent;
}

/** Nobody answers it any more: the allocator may make another. */
function release(ctx: Context, framework: FrameworkRecord, offer: InverseOffer): void {
  const agent = forget(ctx, framework, offer);
  if (agent) ctx.allocator({ type: 'answer-inverse-offer', agentId: agent.id, frameworkId: framework.id });
}

function rescind(ctx: Context, framework: FrameworkRecord, offer: InverseOffer): void {
  release(ctx, framework, offer);
  ctx.deliver(framework, { type: 'RESCIND_INVERSE_OFFER', rescind_inverse_offer: { inverse_offer_id: offer.id } });
}

export function inverseOfferTimedOut(ctx: Context, id: OfferId): void {
  for (const framework of ctx.state.frameworks.values()) {
    const offer = framework.inverseOffers.get(id);
    if (offer) return rescind(ctx, framework, offer);
  }
}

/** Takes back what the frameworks of an agent did not answer. */
export function rescindInverseOffers(ctx: Context, agent: AgentRecord): void {
  for (const [frameworkId, { outstanding }] of agent.inverseOffers) {
    const framework = ctx.framework(frameworkId);
    const offer = outstanding === undefined ? undefined : framework?.inverseOffers.get(outstanding);
    if (framework && offer) rescind(ctx, framework, offer);
  }
}

/** A framework that is away, or whose stream was replaced, answers nothing of what it was asked, and may be asked anew. */
export function dropInverseOffers(ctx: Context, framework: FrameworkRecord): void {
  for (const offer of [...framework.inverseOffers.values()]) release(ctx, framework, offer);
}
