// Quota during one cycle of the fast allocator: what of a bag a role may get, as in quota/quota-book.ts. Consumption is
// read from the books, which know of each offer at once; what is required and available is kept here.
import { Limits, Quantities } from '@mini-mesos/resources';
import { countsWhenHeld } from '../quota/quota.js';
import type { Bag } from './bag.js';
import type { FastCluster } from './cluster.js';
import type { RoleRecord } from './entities.js';

export class QuotaCuts {
  readonly #cluster: FastCluster;
  /** By number of the name. */
  #required = new Float64Array(8);
  #available = new Float64Array(8);
  /** Names of which something is required. */
  #requiredNames = 0;
  /** Whether quota or a chop size can make an offer smaller than what is free. */
  isInForce = false;
  readonly #totals: number[] = [];

  constructor(cluster: FastCluster) {
    this.#cluster = cluster;
  }

  /** To be called when a cycle begins. */
  begin(): void {
    const { withQuota, names, settings } = this.#cluster;
    this.isInForce = withQuota.size > 0 || !settings.chopSize.isEmpty;
    this.#requiredNames = 0;
    if (withQuota.size === 0) return;
    const count = names.names.length;
    if (this.#required.length < count) {
      this.#required = new Float64Array(2 * count);
      this.#available = new Float64Array(2 * count);
    }
    this.#required.fill(0);
    this.#available.fill(0);
    this.#cluster.addHeadroom(this.#available);
    for (const role of withQuota) {
      role.isUnsatisfied = false;
      for (const { name, milli } of role.guarantees) {
        const missing = milli - this.#cluster.consumed(role, name);
        if (missing <= 0) continue;
        role.isUnsatisfied = true;
        if (this.#required[name] === 0) this.#requiredNames += 1;
        this.#required[name]! += missing;
      }
    }
  }

  /** Whether anything is guaranteed that is not consumed yet. */
  get isAnythingMissing(): boolean {
    return this.#requiredNames > 0;
  }

  #missing(role: RoleRecord, name: number): number {
    for (const guarantee of role.guarantees) {
      if (guarantee.name === name) return Math.max(0, guarantee.milli - this.#cluster.consumed(role, name));
    }
    return 0;
  }

  /** How much more of a name fits into the limits of the role, and with nested limits of those above it. */
  #roomIn(role: RoleRecord, name: number): number {
    let room = Infinity;
    for (let at: RoleRecord | undefined = role; at !== undefined; at = at.parent) {
      for (const limit of at.limits) {
        if (limit.name === name) room = Math.min(room, Math.max(0, limit.milli - this.#cluster.consumed(at, name)));
      }
      if (!this.#cluster.settings.nestedLimits) break;
    }
    return room;
  }

  #surplus(name: number): number {
    return this.#requiredNames === 0 ? Infinity : Math.max(0, this.#available[name]! - this.#required[name]!);
  }

  /** Stage two: all that may go to the role. The same bag where that is everything. */
  rest(role: RoleRecord, usable: Bag): Bag {
    const { countedNames, countedMilli, isCountedDivisible } = usable;
    const totals = this.#totals;
    if (totals.length !== countedNames.length) totals.length = countedNames.length;
    let isWhole = true;
    for (let i = 0; i < countedNames.length; i += 1) {
      const name = countedNames[i]!;
      const room = Math.min(this.#roomIn(role, name), this.#surplus(name), this.#chop(name));
      const total = Math.min(countedMilli[i]!, room);
      if (total < countedMilli[i]!) isWhole = false;
      totals[i] = total;
    }
    if (isWhole) return usable;
    return isCountedDivisible ? usable.cutTo(totals) : this.#restOfWholes(role, usable);
  }

  #chop(name: number): number {
    const { chopSize } = this.#cluster.settings;
    return chopSize.isEmpty ? Infinity : (chopSize.get(this.#cluster.names.names[name]!) ?? Infinity);
  }

  /** Stage one: what satisfies guarantees and what else may go with it; undefined where it satisfies nothing. */
  guaranteed(role: RoleRecord, usable: Bag): Bag | undefined {
    const { countedNames, countedMilli, isCountedDivisible } = usable;
    if (!isCountedDivisible) return this.#guaranteedOfWholes(role, usable);
    const totals = this.#totals;
    if (totals.length !== countedNames.length) totals.length = countedNames.length;
    let isWhole = true;
    let isProgress = false;
    for (let i = 0; i < countedNames.length; i += 1) {
      const name = countedNames[i]!;
      const guaranteed = Math.min(countedMilli[i]!, this.#missing(role, name));
      if (guaranteed > 0) isProgress = true;
      const room = Math.min(Math.max(0, this.#roomIn(role, name) - guaranteed), this.#surplus(name));
      const total = guaranteed + Math.min(countedMilli[i]! - guaranteed, room);
      if (total < countedMilli[i]!) isWhole = false;
      totals[i] = total;
    }
    if (!isProgress) return undefined;
    return isWhole ? usable : usable.cutTo(totals);
  }

  /** Somebody in `role` was offered the bag; the books know of it already. */
  charge(role: RoleRecord, { countedNames, countedMilli }: Bag): void {
    if (this.#cluster.withQuota.size === 0) return;
    const { top } = role;
    for (let i = 0; i < countedNames.length; i += 1) {
      const name = countedNames[i]!;
      const milli = countedMilli[i]!;
      this.#available[name] = Math.max(0, this.#available[name]! - milli);
      for (const guarantee of top.guarantees) {
        if (guarantee.name !== name) continue;
        const after = this.#cluster.consumed(top, name);
        const less = Math.max(0, guarantee.milli - after + milli) - Math.max(0, guarantee.milli - after);
        if (less <= 0) continue;
        this.#required[name]! -= less;
        if (this.#required[name] === 0) this.#requiredNames -= 1;
      }
    }
    if (top.isUnsatisfied) top.isUnsatisfied = top.guarantees.some(({ name }) => this.#missing(top, name) > 0);
  }

  // Where whole disks count, cutting takes one item after the other, as the plain allocator does it.

  #limitsLeft(role: RoleRecord, names: readonly number[], besides = Quantities.EMPTY): Limits {
    const rooms = names.map((name) => [this.#cluster.names.names[name]!, this.#roomIn(role, name)] as const);
    return Limits.of(rooms.filter(([, room]) => room < Infinity)).minus(besides);
  }

  #surplusOf(names: readonly number[]): Limits {
    const rooms = names.map((name) => [this.#cluster.names.names[name]!, this.#surplus(name)] as const);
    return Limits.of(rooms.filter(([, room]) => room < Infinity));
  }

  #restOfWholes(role: RoleRecord, usable: Bag): Bag {
    const { countedNames, notCounted, resources } = usable;
    const counted = resources
      .filter(countsWhenHeld)
      .shrinkToLimits(this.#limitsLeft(role, countedNames))
      .shrinkToLimits(this.#surplusOf(countedNames))
      .shrinkToLimits(this.#cluster.settings.chopSize);
    return this.#cluster.bags.of(notCounted.plus(counted));
  }

  #guaranteedOfWholes(role: RoleRecord, usable: Bag): Bag | undefined {
    const { countedNames, notCounted, resources } = usable;
    const countable = resources.filter(countsWhenHeld);
    const missing = countedNames.map((name) => [this.#cluster.names.names[name]!, this.#missing(role, name)] as const);
    const guaranteed = countable.shrinkTo(Quantities.of(missing));
    if (guaranteed.isEmpty) return undefined;
    const more = countable
      .minus(guaranteed)
      .shrinkToLimits(this.#limitsLeft(role, countedNames, guaranteed.quantities()))
      .shrinkToLimits(this.#surplusOf(countedNames));
    return this.#cluster.bags.of(notCounted.plus(guaranteed).plus(more));
  }
}
