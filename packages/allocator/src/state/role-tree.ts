// The roles that somebody knows of: subscribed to, holding something, with reservations, weight or quota, and the roles
// above those. What is reserved and held is summed up along the tree, because quota counts whole subtrees.
import { parentRole, Quantities } from '@mini-mesos/resources';
import type { Resources } from '@mini-mesos/resources';
import { countedQuantities, isNoQuota, NO_QUOTA } from '../quota/quota.js';
import type { Quota } from '../quota/quota.js';
import type { Sorter } from '../sorter/sorter.js';

export const WEIGHT_DEFAULT = 1;

export class RoleNode {
  readonly role: string;
  readonly parent: RoleNode | undefined;
  quota: Quota = NO_QUOTA;
  weight = WEIGHT_DEFAULT;
  /** Subscribed, or still holding something allocated to the role. */
  readonly frameworkIds = new Set<string>();
  /** There is one exactly while there are frameworks. */
  frameworkSorter: Sorter | undefined;
  /** Reserved scalars of the subtree on all agents, held by somebody or not. */
  reserved = Quantities.EMPTY;
  /** What the subtree holds that counts by being held. */
  held = Quantities.EMPTY;
  childCount = 0;

  constructor(role: string, parent: RoleNode | undefined) {
    this.role = role;
    this.parent = parent;
  }

  /** What counts against the quota of the role. */
  get consumed(): Quantities {
    return this.reserved.plus(this.held);
  }

  get isForgettable(): boolean {
    return (
      this.childCount === 0 &&
      this.frameworkIds.size === 0 &&
      this.reserved.isEmpty &&
      this.weight === WEIGHT_DEFAULT &&
      isNoQuota(this.quota)
    );
  }
}

function* withAncestors(node: RoleNode): Iterable<RoleNode> {
  for (let at: RoleNode | undefined = node; at !== undefined; at = at.parent) yield at;
}

export class RoleTree {
  readonly #nodes = new Map<string, RoleNode>();

  get(role: string): RoleNode | undefined {
    return this.#nodes.get(role);
  }

  /** In order of names. */
  all(): RoleNode[] {
    return [...this.#nodes.values()].sort((a, b) => (a.role < b.role ? -1 : 1));
  }

  /** Roles without a role above them: the only ones that can have quota. */
  topLevel(): RoleNode[] {
    return [...this.#nodes.values()].filter(({ parent }) => parent === undefined);
  }

  /** The node of a role, made if need be, with all above it. */
  ensure(role: string): RoleNode {
    const known = this.#nodes.get(role);
    if (known !== undefined) return known;
    const above = parentRole(role);
    const parent = above === undefined ? undefined : this.ensure(above);
    const node = new RoleNode(role, parent);
    if (parent !== undefined) parent.childCount += 1;
    this.#nodes.set(role, node);
    return node;
  }

  /** Forgets the role, and those above it, as far as nothing is known of them any more. */
  tidy(role: string): void {
    let node = this.#nodes.get(role);
    while (node?.isForgettable === true) {
      this.#nodes.delete(node.role);
      if (node.parent !== undefined) node.parent.childCount -= 1;
      node = node.parent;
    }
  }

  /** The reservations of an agent change. */
  moveReservations({ from, to }: { from: Resources; to: Resources }): void {
    for (const [role, reserved] of to.scalars().reservedByRole()) {
      for (const node of withAncestors(this.ensure(role))) node.reserved = node.reserved.plus(reserved.quantities());
    }
    for (const [role, reserved] of from.scalars().reservedByRole()) {
      for (const node of withAncestors(this.ensure(role))) node.reserved = node.reserved.minus(reserved.quantities());
      this.tidy(role);
    }
  }

  /** Frameworks of `role`, which must be known, hold `to` instead of `from`. */
  moveHeld(role: string, { from, to }: { from: Resources; to: Resources }): void {
    const [less, more] = [countedQuantities(from), countedQuantities(to)];
    if (less.isEmpty && more.isEmpty) return;
    for (const node of withAncestors(this.ensure(role))) node.held = node.held.minus(less).plus(more);
  }
}
