// Whether the offers of an ACCEPT can be used together. Texts are Mesos' (src/master/validation.cpp, namespace offer).
import type { scheduler } from '@mini-mesos/proto';
import type { OfferId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { FrameworkRecord } from '../state/framework.js';
import type { OfferRecord } from '../state/offer.js';

/** The offers as one: same framework, same agent, same role; or why not. */
export function usableOffers(
  ctx: Context,
  framework: FrameworkRecord,
  { offer_ids: ids = [] }: scheduler.Call.Accept,
): { ok: true; offers: [OfferRecord, ...OfferRecord[]] } | { ok: false; error: string } {
  const fail = (error: string) => ({ ok: false as const, error });
  const seen = new Set<string>();
  for (const { value } of ids) {
    if (seen.has(value)) return fail(`Duplicate offer ${value} in offer list`);
    seen.add(value);
  }
  const offers: OfferRecord[] = [];
  for (const { value } of ids) {
    const offer = ctx.state.offers.get(value as OfferId);
    if (!offer) return fail(`Offer ${value} is no longer valid`);
    offers.push(offer);
  }
  const [first, ...rest] = offers;
  if (!first) return fail('No offers specified');
  const foreign = offers.find((offer) => offer.frameworkId !== framework.id);
  if (foreign) {
    return fail(
      `Offer ${foreign.id} has invalid framework ${foreign.frameworkId} while framework ${framework.id} is expected`,
    );
  }
  const other = rest.find((offer) => offer.role !== first.role);
  if (other) {
    return fail(
      `Aggregated offers must be allocated to the same role. Offer ${other.id} uses role '${other.role}' but another is using role '${first.role}'`,
    );
  }
  const stray = rest.find((offer) => offer.agentId !== first.agentId);
  if (stray) {
    return fail(
      `Aggregated offers must belong to one single agent. Offer ${stray.id} uses agent ${stray.agentId} and agent ${first.agentId}`,
    );
  }
  return { ok: true, offers: [first, ...rest] };
}
