// The outstanding offers, so that using a dead one is an error before a call is made: Mesos answers an ACCEPT that names
// one dead offer by giving back all of them and dropping every task.
//
// O1  An offer is taken at most once.
// O2  What was rescinded, taken or lost with the connection cannot be taken, and the error says which it was.
// O3  An offer that the scheduler has not been shown yet when it is rescinded is never shown.
import { failure, success } from '../errors.js';
import type { Result } from '../errors.js';

/** More offers than the largest known cluster has agents. Offers beyond are surplus, for the caller to decline. */
export const OFFERS_MAX = 100_000;
/** Ids of dead offers that are remembered for the text of errors; older ones are forgotten. */
export const DEAD_OFFERS_MAX = 10_000;

interface HasId {
  id: { value: string };
}

type Death = 'was rescinded' | 'was used already' | 'was lost with the connection to the master';

export class OfferBook<T extends HasId> {
  readonly #offers = new Map<string, { offer: T; isShown: boolean }>();
  readonly #dead = new Map<string, Death>();

  /** The outstanding offers, oldest first. */
  get outstanding(): T[] {
    return [...this.#offers.values()].map(({ offer }) => offer);
  }

  /** Notes new offers; returns those that are too many. */
  add(offers: readonly T[]): T[] {
    const surplus: T[] = [];
    for (const offer of offers) {
      if (this.#offers.size >= OFFERS_MAX) surplus.push(offer);
      else this.#offers.set(offer.id.value, { offer, isShown: false });
    }
    return surplus;
  }

  /** Those of `offers` that are still outstanding. They count as shown from now on. */
  show(offers: readonly T[]): T[] {
    return offers.filter(({ id }) => {
      const entry = this.#offers.get(id.value);
      if (entry) entry.isShown = true;
      return entry !== undefined;
    });
  }

  /** Whether the scheduler has to hear of it: it was shown the offer and has not used it. */
  rescind(id: string): boolean {
    const entry = this.#offers.get(id);
    if (!entry) return false;
    this.#die(id, 'was rescinded');
    return entry.isShown;
  }

  /** Takes offers out for use: all of them, or none and the reason. */
  take(ids: readonly string[]): Result<T[]> {
    const taken = new Map<string, T>();
    if (ids.length === 0) return failure('MM_SDK_OFFER_GONE', 'no offer is named');
    for (const id of ids) {
      const entry = this.#offers.get(id);
      if (!entry) return failure('MM_SDK_OFFER_GONE', `offer ${id} ${this.#dead.get(id) ?? 'is not outstanding'}`);
      if (taken.has(id)) return failure('MM_SDK_OFFER_GONE', `offer ${id} is named twice in one call`);
      taken.set(id, entry.offer);
    }
    for (const id of taken.keys()) this.#die(id, 'was used already');
    return success([...taken.values()]);
  }

  /** Undoes `take` after the master refused the call as a whole, so that the offers still stand there. */
  giveBack(offers: readonly T[]): void {
    for (const offer of offers) {
      if (this.#dead.get(offer.id.value) !== 'was used already') continue;
      this.#dead.delete(offer.id.value);
      this.#offers.set(offer.id.value, { offer, isShown: true });
    }
  }

  /** The connection broke: nothing is outstanding any more. */
  clear(): void {
    for (const id of this.#offers.keys()) this.#die(id, 'was lost with the connection to the master');
    // A call that was under way when the connection broke cannot give its offers back.
    for (const [id, death] of this.#dead) {
      if (death === 'was used already') this.#dead.set(id, 'was lost with the connection to the master');
    }
  }

  #die(id: string, death: Death): void {
    this.#offers.delete(id);
    this.#dead.set(id, death);
    for (const oldest of this.#dead.keys()) {
      if (this.#dead.size <= DEAD_OFFERS_MAX) return;
      this.#dead.delete(oldest);
    }
  }
}

interface Combinable extends HasId {
  agent_id: { value: string };
  allocation_info?: { role?: string | undefined } | undefined;
}

/** One ACCEPT takes offers of one agent, allocated to one role (Mesos, src/master/validation.cpp, offer::validate). */
export function combinable(offers: readonly Combinable[]): Result<undefined> {
  const [first, ...rest] = offers;
  for (const offer of rest) {
    if (offer.agent_id.value !== first?.agent_id.value) {
      return differ(first, offer, 'agents', first?.agent_id.value, offer.agent_id.value);
    }
    const [role, otherRole] = [first.allocation_info?.role, offer.allocation_info?.role];
    if (role !== otherRole) return differ(first, offer, 'roles', role, otherRole);
  }
  return success(undefined);
}

function differ(
  first: Combinable | undefined,
  other: Combinable,
  what: string,
  ...values: (string | undefined)[]
): Result<undefined> {
  const text = `offers ${first?.id.value} and ${other.id.value} are of the ${what} ${values.join(' and ')}`;
  return failure('MM_SDK_OFFERS_DO_NOT_COMBINE', text);
}
