// Inverse offers: whoever holds something on an agent that is to be maintained is asked to give it back. One is out per
// framework and agent at a time, and another follows each answer, unless the framework asked for a pause. Both
// allocators use this (Mesos: generateInverseOffers and updateInverseOffer in hierarchical.cpp).
import type { Unavailability } from '@mini-mesos/proto';

export type InverseOfferResponse = 'ACCEPT' | 'DECLINE';

/** To be sent to the framework: the whole agent will be unavailable. */
export interface InverseOffer {
  readonly frameworkId: string;
  readonly agentId: string;
  readonly unavailability: Unavailability;
}

export interface InverseOfferStatus {
  readonly frameworkId: string;
  readonly response: InverseOfferResponse;
  readonly atMs: number;
}

interface Maintenance {
  readonly unavailability: Unavailability;
  readonly outstanding: Set<string>;
  readonly statuses: Map<string, InverseOfferStatus>;
  /** By framework: until when it wants no inverse offer. */
  readonly refusedUntilMs: Map<string, number>;
}

export class InverseOffers {
  readonly #byAgent = new Map<string, Maintenance>();
  #made: InverseOffer[] = [];

  /** Agents with a maintenance to come. */
  get agentIds(): Iterable<string> {
    return this.#byAgent.keys();
  }

  /** What was offered, answered and refused for another time is forgotten. */
  schedule(agentId: string, unavailability: Unavailability | undefined): void {
    this.#byAgent.delete(agentId);
    if (unavailability === undefined) return;
    this.#byAgent.set(agentId, {
      unavailability,
      outstanding: new Set(),
      statuses: new Map(),
      refusedUntilMs: new Map(),
    });
  }

  /** It went. */
  forgetFramework(frameworkId: string): void {
    this.clearFramework(frameworkId);
    for (const { statuses } of this.#byAgent.values()) statuses.delete(frameworkId);
  }

  /** It cannot be reached, or wants offers again. */
  clearFramework(frameworkId: string, { isGone = true } = {}): void {
    for (const { outstanding, refusedUntilMs } of this.#byAgent.values()) {
      if (isGone) outstanding.delete(frameworkId);
      refusedUntilMs.delete(frameworkId);
    }
  }

  /** No response: the inverse offer was taken back. */
  answered(
    agentId: string,
    frameworkId: string,
    answer: { response: InverseOfferResponse | undefined; atMs: number; refusedUntilMs: number | undefined },
  ): void {
    const maintenance = this.#byAgent.get(agentId);
    if (maintenance === undefined) return;
    maintenance.outstanding.delete(frameworkId);
    const { response, atMs, refusedUntilMs } = answer;
    if (response !== undefined) maintenance.statuses.set(frameworkId, { frameworkId, response, atMs });
    if (refusedUntilMs !== undefined) maintenance.refusedUntilMs.set(frameworkId, refusedUntilMs);
  }

  /** After a cycle that looked at the agent; `frameworkIds` hold something of it and are connected. */
  make(agentId: string, frameworkIds: Iterable<string>, nowMs: number): void {
    const maintenance = this.#byAgent.get(agentId)!;
    for (const frameworkId of frameworkIds) {
      if (maintenance.outstanding.has(frameworkId)) continue;
      if ((maintenance.refusedUntilMs.get(frameworkId) ?? -Infinity) > nowMs) continue;
      maintenance.outstanding.add(frameworkId);
      this.#made.push({ frameworkId, agentId, unavailability: maintenance.unavailability });
    }
  }

  /** Those that were made since the last call. */
  take(): InverseOffer[] {
    const made = this.#made;
    this.#made = [];
    return made;
  }

  /** The last answers about the agent, in order of frameworks. */
  statusesOf(agentId: string): InverseOfferStatus[] {
    const statuses = [...(this.#byAgent.get(agentId)?.statuses.values() ?? [])];
    return statuses.sort((a, b) => (a.frameworkId < b.frameworkId ? -1 : 1));
  }
}
