// Inverse offers: frameworks that hold something on a machine that will be unavailable are asked to leave it. Their
// answers inform the operator and bind nobody.
//
//   I1  a framework has at most one inverse offer of an agent that it did not answer
//   I2  after an answer it is asked again, once the filter of the answer is over and while it still holds something
//   I3  another unavailability makes all that was asked and answered before void
import type { allocator, InverseOffer, scheduler } from '@mini-mesos/proto';
import type { AgentId, FrameworkId, OfferId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { REFUSE_SECONDS_DEFAULT } from '../offers/remove.js';
import { isActive } from '../state/agent.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';

/** As for offers: longer filters are cut to a year. */
const REFUSE_SECONDS_MAX = 365 * 24 * 3600;

/** Asks whoever is to be asked, now and with every allocation interval while agents are to become unavailable. */
export function askFrameworks(ctx: Context): void {
  const byFramework = new Map<FrameworkRecord, InverseOffer[]>();
  let isOver = true;
  for (const agent of ctx.state.agents.values()) {
    if (!agent.unavailability) continue;
    isOver = false;
    if (!isActive(agent)) continue;
    for (const id of holders(ctx, agent)) {
      const framework = ctx.framework(id);
      if (framework?.phase !== 'connected' || !isDue(ctx, agent, id)) continue;
      const offer = makeInverseOffer(ctx, { agent, framework, unavailability: agent.unavailability });
      const list = byFramework.get(framework);
      if (list) list.push(offer);
      else byFramework.set(framework, [offer]);
    }
  }
  for (const [framework, offers] of byFramework) {
    ctx.deliver(framework, { type: 'INVERSE_OFFERS', inverse_offers: { inverse_offers: offers } });
  }
  if (isOver) ctx.cancelTimer({ for: 'inverse-offers' });
  else ctx.setTimer({ for: 'inverse-offers' }, ctx.config.allocationIntervalMs);
}

/** Frameworks that use something of the agent, or are offered it. */
function holders({ state }: Context, agent: AgentRecord): FrameworkId[] {
  const ids = new Set(agent.used.keys());
  for (const id of agent.offers) {
    const offer = state.offers.get(id);
    if (offer) ids.add(offer.frameworkId);
  }
  return [...ids].sort();
}

function isDue(ctx: Context, agent: AgentRecord, id: FrameworkId): boolean {
  const state = agent.inverseOffers.get(id);
  return state?.outstanding === undefined && (state?.filteredUntilMs ?? 0) <= ctx.nowMs;
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
  { answer, status }: { answer: Answer; status: allocator.InverseOfferStatus.Status },
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
      filteredUntilMs: ctx.nowMs + filterMs(answer.filters?.refuse_seconds),
    });
  }
}

function filterMs(refuseSeconds = REFUSE_SECONDS_DEFAULT): number {
  const seconds = refuseSeconds >= 0 ? refuseSeconds : REFUSE_SECONDS_DEFAULT;
  return Math.min(seconds, REFUSE_SECONDS_MAX) * 1000;
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

function rescind(ctx: Context, framework: FrameworkRecord, offer: InverseOffer): void {
  forget(ctx, framework, offer);
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
  for (const offer of framework.inverseOffers.values()) forget(ctx, framework, offer);
  dropInverseFilters(ctx, framework);
}

/** REVIVE, or a lost connection. */
export function dropInverseFilters({ state }: Context, framework: FrameworkRecord): void {
  if (state.registry.machines.size === 0) return;
  for (const agent of state.agents.values()) {
    const asked = agent.inverseOffers.get(framework.id);
    if (asked) asked.filteredUntilMs = undefined;
  }
}
