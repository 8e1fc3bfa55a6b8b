// Which resources a framework refused, in a role, on an agent, and until when. An offer is filtered if a refusal there
// contains all of it; as soon as there is more of anything on the agent, it goes out again.
import type { Resources } from '@mini-mesos/resources';
import { ExpiryQueue } from './expiry-queue.js';
import type { Expiring } from './expiry-queue.js';

/** What filters are kept for. */
export interface FilterPlace {
  readonly frameworkId: string;
  readonly role: string;
  readonly agentId: string;
}

export interface OfferFilter extends Expiring, FilterPlace {
  /** Without allocation. */
  readonly refused: Resources;
  /** Whether a batch run has seen it; only then its time counts. */
  isSeen: boolean;
}

/**
 * Most filters in one place. They differ in what they refuse, so nobody sensible has more than a few; at the maximum
 * the one that ends first makes room.
 */
export const FILTERS_PER_PLACE_MAX = 64;

/** Whether `right` filters nothing, at no time, that `left` does not. */
const covers = (left: OfferFilter, right: OfferFilter): boolean =>
  left.expiresAtMs >= right.expiresAtMs && (right.isSeen || !left.isSeen) && left.refused.contains(right.refused);

export class OfferFilters {
  /** By framework, role and agent: how a cycle asks. No entry is empty. */
  readonly #places = new Map<string, Map<string, Map<string, OfferFilter[]>>>();
  readonly #byAgent = new Map<string, Set<OfferFilter>>();
  readonly #countByRole = new Map<string, number>();
  /** Filters that some batch run has seen. */
  readonly #expiring = new ExpiryQueue<OfferFilter>();
  /** Filters made since the last batch run: however late that is, they hold until it has seen them. */
  #unseen: OfferFilter[] = [];
  #serial = 0;

  /** Filters in force, by role. */
  get countByRole(): ReadonlyMap<string, number> {
    return this.#countByRole;
  }

  /** `refused` must have no allocation. A filter that makes another one superfluous replaces it. */
  add(place: FilterPlace, { refused, expiresAtMs }: { refused: Resources; expiresAtMs: number }): void {
    const { frameworkId, role, agentId } = place;
    const filter: OfferFilter = {
      frameworkId,
      role,
      agentId,
      refused,
      expiresAtMs,
      serial: (this.#serial += 1),
      isSeen: false,
      isGone: false,
    };
    const present = this.at(place);
    if (present.some((other) => covers(other, filter))) return;
    for (const other of present.filter((other) => covers(filter, other))) this.#end(other);
    const left = this.at(place);
    if (left.length >= FILTERS_PER_PLACE_MAX) this.#end(left.reduce((a, b) => (b.expiresAtMs < a.expiresAtMs ? b : a)));
    this.#insert(filter);
  }

  /** Whether `offered`, which must have no allocation, was refused there. */
  refuses(place: FilterPlace, offered: Resources): boolean {
    return this.at(place).some(({ refused }) => refused.contains(offered));
  }

  /** Ends the filters whose time has come and that a batch run has seen. */
  expire(nowMs: number): void {
    let expired = this.#expiring.popExpired(nowMs);
    while (expired !== undefined) {
      this.#remove(expired);
      expired = this.#expiring.popExpired(nowMs);
    }
  }

  /** A run over all agents is over: whatever filter there is has been seen by it. */
  batchRunEnded(): void {
    for (const filter of this.#unseen) {
      if (filter.isGone) continue;
      filter.isSeen = true;
      this.#expiring.push(filter);
    }
    this.#unseen = [];
  }

  clearFramework(frameworkId: string, roles?: Iterable<string>): void {
    for (const role of roles ?? [...(this.#places.get(frameworkId)?.keys() ?? [])]) {
      const agents = this.#places.get(frameworkId)?.get(role);
      for (const filters of [...(agents?.values() ?? [])]) for (const filter of [...filters]) this.#end(filter);
    }
  }

  clearAgent(agentId: string): void {
    for (const filter of [...(this.#byAgent.get(agentId) ?? [])]) this.#end(filter);
  }

  at({ frameworkId, role, agentId }: FilterPlace): readonly OfferFilter[] {
    return this.#places.get(frameworkId)?.get(role)?.get(agentId) ?? [];
  }

  #insert(filter: OfferFilter): void {
    const { frameworkId, role, agentId } = filter;
    let roles = this.#places.get(frameworkId);
    if (roles === undefined) this.#places.set(frameworkId, (roles = new Map()));
    let agents = roles.get(role);
    if (agents === undefined) roles.set(role, (agents = new Map()));
    const filters = agents.get(agentId);
    if (filters === undefined) agents.set(agentId, [filter]);
    else filters.push(filter);
    const ofAgent = this.#byAgent.get(agentId);
    if (ofAgent === undefined) this.#byAgent.set(agentId, new Set([filter]));
    else ofAgent.add(filter);
    this.#countByRole.set(role, (this.#countByRole.get(role) ?? 0) + 1);
    this.#unseen.push(filter);
  }

  /** Before its time. */
  #end(filter: OfferFilter): void {
    filter.isGone = true;
    if (filter.isSeen) this.#expiring.noteGone();
    this.#remove(filter);
  }

  #remove(filter: OfferFilter): void {
    const { frameworkId, role, agentId } = filter;
    const roles = this.#places.get(frameworkId)!;
    const agents = roles.get(role)!;
    const left = agents.get(agentId)!.filter((other) => other !== filter);
    if (left.length > 0) agents.set(agentId, left);
    else agents.delete(agentId);
    if (agents.size === 0) roles.delete(role);
    if (roles.size === 0) this.#places.delete(frameworkId);

    const ofAgent = this.#byAgent.get(agentId)!;
    ofAgent.delete(filter);
    if (ofAgent.size === 0) this.#byAgent.delete(agentId);

    const count = this.#countByRole.get(role)! - 1;
    if (count > 0) this.#countByRole.set(role, count);
    else this.#countByRole.delete(role);
  }
}
