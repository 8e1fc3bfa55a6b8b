// One agent: what it has in all, who holds what of it, and what is left to offer.
import { attributesEqual, isShared, Quantities, Resources } from '@mini-mesos/resources';
import type { Unavailability } from '@mini-mesos/proto';
import type { AgentDescription } from '../commands.js';
import { hashText } from '../hash.js';
import { countedQuantities } from '../quota/quota.js';

/** An offer that a cycle made, and where who got it stood when the agent's turn began. */
export interface OfferTrace {
  readonly frameworkId: string;
  readonly role: string;
  /** Without allocation. */
  readonly resources: Resources;
  readonly roleShare: number;
  readonly frameworkShare: number;
}

export class AgentState {
  readonly id: string;
  /** Decides, with a salt, about its place in a cycle. */
  readonly hash: number;
  description: AgentDescription;
  isActive = true;
  unavailability: Unavailability | undefined;
  /** The last cycle that looked at it, and the offers that it made. */
  lastCycle = 0;
  lastOffers: readonly OfferTrace[] = [];
  #total = Resources.EMPTY;
  /** By framework id, with allocation. Also of frameworks that were not added yet. */
  readonly #held = new Map<string, Resources>();
  #heldInAll = Resources.EMPTY;
  #available: Resources | undefined;
  #headroom: Quantities | undefined;

  constructor(id: string, description: AgentDescription) {
    this.id = id;
    this.hash = hashText(id);
    this.description = description;
  }

  get total(): Resources {
    return this.#total;
  }

  set total(total: Resources) {
    this.#total = total;
    this.#forget();
  }

  /** Without allocation. */
  get heldInAll(): Resources {
    return this.#heldInAll;
  }

  get held(): ReadonlyMap<string, Resources> {
    return this.#held;
  }

  heldBy(frameworkId: string): Resources {
    return this.#held.get(frameworkId) ?? Resources.EMPTY;
  }

  /**
   * What can be offered. Never negative: where the total shrank below what is held, nothing is left. Shared volumes are
   * always there, one copy of each, because being used does not use them up.
   */
  get available(): Resources {
    this.#available ??= this.#total.nonShared().minus(this.#heldInAll).plus(this.#total.filter(isShared));
    return this.#available;
  }

  /** What is left of what could satisfy somebody's guarantee. */
  get headroom(): Quantities {
    this.#headroom ??= countedQuantities(this.available);
    return this.#headroom;
  }

  get hasGpus(): boolean {
    return this.#total.scalarMilli('gpus') > 0;
  }

  beginCycle(number: number): void {
    this.lastCycle = number;
    this.lastOffers = [];
  }

  /** `resources` are allocated. */
  hold(frameworkId: string, resources: Resources): void {
    if (resources.isEmpty) return;
    this.#held.set(frameworkId, this.heldBy(frameworkId).plus(resources));
    this.#heldInAll = this.#heldInAll.plus(resources.unallocate());
    this.#forget();
  }

  /** `resources` are allocated, and the framework must hold them. */
  release(frameworkId: string, resources: Resources): void {
    const left = this.heldBy(frameworkId).minus(resources);
    if (left.isEmpty) this.#held.delete(frameworkId);
    else this.#held.set(frameworkId, left);
    this.#heldInAll = this.#heldInAll.minus(resources.unallocate());
    this.#forget();
  }

  #forget(): void {
    this.#available = undefined;
    this.#headroom = undefined;
  }
}

/** Whether two descriptions are the same to the allocator. */
export function sameDescription(left: AgentDescription, right: AgentDescription): boolean {
  const [a, b] = [left.domain?.fault_domain, right.domain?.fault_domain];
  return (
    left.hostname === right.hostname &&
    attributesEqual(left.attributes, right.attributes) &&
    sameMembers(left.capabilities, right.capabilities) &&
    a?.region.name === b?.region.name &&
    a?.zone.name === b?.zone.name
  );
}

function sameMembers(left: readonly string[], right: readonly string[]): boolean {
  const [a, b] = [new Set(left), new Set(right)];
  return a.size === b.size && left.every((member) => b.has(member));
}
