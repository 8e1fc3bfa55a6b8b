// Offers that end without being accepted: declined, rescinded, timed out, or void with their framework or agent.
import type { scheduler } from '@mini-mesos/proto';
import type { OfferId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';
import type { OfferRecord } from '../state/offer.js';

/** Mesos' default where a framework sends no filter (Filters.refuse_seconds in mesos.proto). */
export const REFUSE_SECONDS_DEFAULT = 5;

/** Takes the offer off the books. Its resources stay charged in the allocator until someone recovers them. */
export function forgetOffer(ctx: Context, offer: OfferRecord): void {
  ctx.state.offers.delete(offer.id);
  ctx.framework(offer.frameworkId)?.offers.delete(offer.id);
  const agent = ctx.agent(offer.agentId);
  if (agent) {
    agent.offers.delete(offer.id);
    agent.offered = agent.offered.minus(offer.resources);
  }
  if (ctx.config.offerTimeoutMs !== undefined) ctx.cancelTimer({ for: 'offer-timeout', offer: offer.id });
}

/** Gives the offer's resources back without telling the framework. `refuseSeconds` keeps them from it for a while. */
export function discardOffer(ctx: Context, offer: OfferRecord, refuseSeconds?: number): void {
  forgetOffer(ctx, offer);
  ctx.allocator({
    type: 'recover',
    frameworkId: offer.frameworkId,
    agentId: offer.agentId,
    resources: offer.resources,
    refuseSeconds,
  });
}

/** Gives the offer's resources back and tells the framework. `refuseSeconds` keeps them from it for a while. */
export function rescindOffer(ctx: Context, offer: OfferRecord, refuseSeconds?: number): void {
  const framework = ctx.framework(offer.frameworkId);
  if (framework) {
    framework.counters.offersRescinded++;
    ctx.deliver(framework, { type: 'RESCIND', rescind: { offer_id: { value: offer.id } } });
  }
  discardOffer(ctx, offer, refuseSeconds);
}

export function offersOf(ctx: Context, ids: Iterable<OfferId>): OfferRecord[] {
  return [...ids].flatMap((id) => ctx.state.offers.get(id) ?? []);
}

export function rescindOffers(ctx: Context, owner: AgentRecord | FrameworkRecord): void {
  for (const offer of offersOf(ctx, owner.offers)) rescindOffer(ctx, offer);
}

export function discardOffers(ctx: Context, owner: FrameworkRecord): void {
  for (const offer of offersOf(ctx, owner.offers)) discardOffer(ctx, offer);
}

/** DECLINE. Offers that are no longer outstanding, or another framework's, are passed over. */
export function decline(ctx: Context, framework: FrameworkRecord, call: scheduler.Call.Decline): void {
  const refuseSeconds = call.filters?.refuse_seconds ?? REFUSE_SECONDS_DEFAULT;
  for (const { value } of call.offer_ids ?? []) {
    const offer = ctx.state.offers.get(value as OfferId);
    if (offer?.frameworkId === framework.id) {
      framework.counters.offersDeclined++;
      discardOffer(ctx, offer, refuseSeconds);
    } else {
      ctx.log('debug', 'ignored the decline of an offer that is not outstanding', {
        offer: value,
        framework: framework.id,
      });
    }
  }
}
