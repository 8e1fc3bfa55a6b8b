// Dominant shares: how much of the whole cluster somebody holds of the resource of which he holds most.
import { Quantities } from '@mini-mesos/resources';
import type { Quantity } from '@mini-mesos/resources';

/** The scalars of all agents, deactivated ones too: what shares are shares of. All sorters of an allocator use one. */
export class ClusterTotal {
  /** Names that do not count in shares, such as scarce gpus. */
  readonly excluded: ReadonlySet<string>;
  #quantities = Quantities.EMPTY;
  #version = 0;

  constructor(excluded: Iterable<string> = []) {
    this.excluded = new Set(excluded);
  }

  get quantities(): Quantities {
    return this.#quantities;
  }

  /** Those that count in shares. */
  get counting(): readonly Quantity[] {
    return this.#quantities.entries.filter(({ name }) => !this.excluded.has(name));
  }

  /** Changes whenever the quantities do, and all shares with them. */
  get version(): number {
    return this.#version;
  }

  /** An agent that had `before` now has `after`. */
  replace(before: Quantities, after: Quantities): void {
    this.#quantities = this.#quantities.minus(before).plus(after);
    this.#version += 1;
  }
}

/** From 0 up; above 1 where more is held than there is. Exact up to one rounding, so equal shares compare equal. */
export function dominantShare(held: Quantities, total: ClusterTotal): number {
  let share = 0;
  for (const { name, milli } of total.quantities.entries) {
    if (!total.excluded.has(name)) share = Math.max(share, held.get(name) / milli);
  }
  return share;
}
