// Quota during one cycle: what each role with quota has consumed, what must be held back for guarantees that are not
// satisfied yet (the required headroom), and what is left to hold back from (the available headroom).
import { Limits, Quantities } from '@mini-mesos/resources';
import type { Resources } from '@mini-mesos/resources';
import type { Cluster } from '../state/cluster.js';
import { isNoQuota } from './quota.js';
import type { Quota } from './quota.js';

interface Account {
  readonly quota: Quota;
  consumed: Quantities;
}

const unsatisfiedOf = ({ quota, consumed }: Account): Quantities => quota.guarantees.minus(consumed);

/** Quota is set on top-level roles only, and what roles below them hold counts there. */
const topLevelOf = (role: string): string => role.split('/', 1)[0]!;

export class QuotaBook {
  readonly #accounts = new Map<string, Account>();
  #required = Quantities.EMPTY;
  #available = Quantities.EMPTY;

  constructor({ roles, agents }: Cluster) {
    for (const { role, quota, consumed } of roles.topLevel()) {
      if (!isNoQuota(quota)) this.#accounts.set(role, { quota, consumed });
    }
    if (this.#accounts.size === 0) return;
    this.#required = Quantities.sum([...this.#accounts.values()].map(unsatisfiedOf));
    // Of all agents: those that this cycle does not look at can satisfy a guarantee later.
    this.#available = Quantities.sum([...agents.values()].map(({ headroom }) => headroom));
  }

  /** What is guaranteed to the role and not consumed yet. A role below another has no quota of its own. */
  unsatisfied(role: string): Quantities {
    const account = this.#accounts.get(role);
    return account === undefined ? Quantities.EMPTY : unsatisfiedOf(account);
  }

  /**
   * As much of `resources`, all of which count by being held, as the role may get on top of `besides`: up to its limits,
   * and not out of what others are guaranteed. The same object where all of it fits without being looked at.
   */
  allowed(role: string, resources: Resources, besides = Quantities.EMPTY): Resources {
    const limits = this.#accounts.get(role)?.quota.limits ?? Limits.NONE;
    const limited = limits.isEmpty
      ? resources
      : resources.shrinkToLimits(limits.minus(this.#accounts.get(role)!.consumed).minus(besides));
    return this.#required.isEmpty ? limited : limited.shrinkTo(this.#available.minus(this.#required));
  }

  /** Somebody in `role` was offered so much of what counts by being held. */
  charge(role: string, quantities: Quantities): void {
    this.#available = this.#available.minus(quantities);
    const account = this.#accounts.get(topLevelOf(role));
    if (account === undefined) return;
    this.#required = this.#required.minus(unsatisfiedOf(account));
    account.consumed = account.consumed.plus(quantities);
    this.#required = this.#required.plus(unsatisfiedOf(account));
  }
}
