// Quota during one cycle: what each role with quota has consumed, what must be held back for guarantees that are not
// satisfied yet (the required headroom), and what is left to hold back from (the available headroom).
import { Limits, Quantities, roleAncestors } from '@mini-mesos/resources';
import type { Resources } from '@mini-mesos/resources';
import { isNoQuota } from './quota.js';
import type { Quota } from './quota.js';

/** What a book is opened with. */
export interface QuotaSource {
  /** Roles, with or without quota. */
  readonly accounts: Iterable<{ readonly role: string; readonly quota: Quota; readonly consumed: Quantities }>;
  /** What counts by being held and nobody holds, of all agents: those that a cycle does not look at can satisfy later. */
  readonly available: () => Quantities;
  /** Whether limits of the roles above hold too. */
  readonly isNested: boolean;
}

interface Account {
  readonly quota: Quota;
  consumed: Quantities;
}

const unsatisfiedOf = ({ quota, consumed }: Account): Quantities => quota.guarantees.minus(consumed);

export class QuotaBook {
  readonly #accounts = new Map<string, Account>();
  /** Whether limits of the roles above hold too. */
  readonly #isNested: boolean;
  #required = Quantities.EMPTY;
  #available = Quantities.EMPTY;

  constructor({ accounts, available, isNested }: QuotaSource) {
    this.#isNested = isNested;
    for (const { role, quota, consumed } of accounts) {
      if (!isNoQuota(quota)) this.#accounts.set(role, { quota, consumed });
    }
    if (this.#accounts.size === 0) return;
    this.#required = Quantities.sum([...this.#accounts.values()].map(unsatisfiedOf));
    this.#available = available();
  }

  /** What counts by being held and nobody holds, beyond what is guaranteed and not consumed yet; undefined: no matter. */
  get surplus(): Quantities | undefined {
    return this.#required.isEmpty ? undefined : this.#available.minus(this.#required);
  }

  /** Roles whose guarantees are not satisfied, and what they miss. */
  get missing(): { role: string; missing: Quantities }[] {
    return [...this.#accounts]
      .map(([role, account]) => ({ role, missing: unsatisfiedOf(account) }))
      .filter(({ missing }) => !missing.isEmpty);
  }

  /** The role, itself or above, whose limits cut `resources` on top of what it consumes. */
  limiting(role: string, resources: Resources): (Account & { role: string }) | undefined {
    for (const at of this.#isNested ? [role, ...roleAncestors(role)] : [role]) {
      const account = this.#accounts.get(at);
      if (account === undefined) continue;
      const cut = resources.shrinkToLimits(account.quota.limits.minus(account.consumed));
      if (!cut.equals(resources)) return { role: at, ...account };
    }
    return undefined;
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
    const limits = this.#limitsLeft(role);
    const limited = limits.isEmpty ? resources : resources.shrinkToLimits(limits.minus(besides));
    return this.#required.isEmpty ? limited : limited.shrinkTo(this.#available.minus(this.#required));
  }

  /** What the role may get before it is at its limits, or with nested limits a role above it is at its own. */
  #limitsLeft(role: string): Limits {
    const left = new Map<string, number>();
    for (const at of this.#isNested ? [role, ...roleAncestors(role)] : [role]) {
      const account = this.#accounts.get(at);
      if (account === undefined) continue;
      for (const { name, milli } of account.quota.limits.minus(account.consumed).entries) {
        left.set(name, Math.min(left.get(name) ?? Infinity, milli));
      }
    }
    return Limits.of(left);
  }

  /** Somebody in `role` was offered so much of what counts by being held. */
  charge(role: string, quantities: Quantities): void {
    this.#available = this.#available.minus(quantities);
    for (const at of [role, ...roleAncestors(role)]) {
      const account = this.#accounts.get(at);
      if (account === undefined) continue;
      this.#required = this.#required.minus(unsatisfiedOf(account));
      account.consumed = account.consumed.plus(quantities);
      this.#required = this.#required.plus(unsatisfiedOf(account));
    }
  }
}
