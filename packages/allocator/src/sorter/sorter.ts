// A sorter keeps what its clients hold and says in which order they are to be served. There is one for roles, and one
// for the frameworks of each role. Clients are paths (`a/b`) for roles, and plain names for frameworks.
import type { Quantities, Resources } from '@mini-mesos/resources';
import { ClientTree, withAncestors } from './client-tree.js';
import type { SortNode } from './client-tree.js';
import { DrfOrdering, weightedShare } from './drf-ordering.js';
import type { Ordering } from './ordering.js';
import { RandomOrdering } from './random-ordering.js';
import type { ClusterTotal } from './share.js';

export type SorterKind = 'drf' | 'random' | 'hdrf';

export interface SorterOptions {
  kind: SorterKind;
  total: ClusterTotal;
  /** Whether `/` means nothing in the names of clients. */
  isFlat: boolean;
  /** Of the lottery; means nothing to 'drf'. */
  seed?: number | undefined;
}

export class Sorter {
  readonly #tree: ClientTree;
  readonly #total: ClusterTotal;
  readonly #ordering: Ordering;
  #active = 0;

  constructor({ kind, total, isFlat, seed = 0 }: SorterOptions) {
    this.#tree = new ClientTree({ isFlat });
    this.#total = total;
    this.#ordering = kind === 'random' ? new RandomOrdering(seed) : new DrfOrdering(total, kind);
  }

  /** Clients, active or not. */
  get size(): number {
    return this.#tree.size;
  }

  /** Active clients. */
  get activeSize(): number {
    return this.#active;
  }

  has(client: string): boolean {
    return this.#tree.leaf(client) !== undefined;
  }

  /** A new client is inactive and holds nothing. */
  add(client: string): void {
    if (this.has(client)) throw new RangeError(`client ${client} is in the sorter already`);
    this.#tree.add(client);
    this.#ordering.changed();
  }

  remove(client: string): void {
    this.setActive(client, false);
    this.#tree.remove(client);
    this.#ordering.changed();
  }

  /** Inactive clients are not listed, and keep what they hold. */
  setActive(client: string, isActive: boolean): void {
    const leaf = this.#leaf(client);
    const kind = isActive ? 'active' : 'inactive';
    if (leaf.kind === kind) return;
    leaf.kind = kind;
    this.#active += isActive ? 1 : -1;
    this.#ordering.changed();
  }

  /** Of a client or of a path above clients, present or to come. */
  setWeight(path: string, weight: number): void {
    this.#tree.setWeight(path, weight);
    this.#ordering.changed();
  }

  /** `resources` have no allocation, here and below. Counts as one allocation, which decides ties. */
  allocated(client: string, agentId: string, resources: Resources): void {
    const leaf = this.#leaf(client);
    for (const node of withAncestors(leaf)) {
      node.ledger.add(agentId, resources);
      node.allocations += 1;
    }
    this.#ordering.grew(leaf);
  }

  unallocated(client: string, agentId: string, resources: Resources): void {
    for (const node of withAncestors(this.#leaf(client))) node.ledger.subtract(agentId, resources);
    this.#ordering.changed();
  }

  /** Part of what the client holds turned into something else. Not an allocation. */
  converted(client: string, agentId: string, { from, to }: { from: Resources; to: Resources }): void {
    for (const node of withAncestors(this.#leaf(client))) {
      node.ledger.subtract(agentId, from);
      node.ledger.add(agentId, to);
    }
    this.#ordering.changed();
  }

  /** Whether the client holds anything anywhere. */
  holds(client: string): boolean {
    return !this.#leaf(client).ledger.isEmpty;
  }

  heldOn(client: string, agentId: string): Resources {
    return this.#leaf(client).ledger.on(agentId);
  }

  /** Of the scalars that the client holds. */
  quantitiesOf(client: string): Quantities {
    return this.#leaf(client).ledger.quantities;
  }

  /** The dominant share for the client's weight. */
  shareOf(client: string): number {
    return weightedShare(this.#leaf(client), this.#total);
  }

  /** The active clients, first served first. */
  order(salt = 0): readonly string[] {
    return this.#ordering.list(this.#tree.root, salt);
  }

  #leaf(client: string): SortNode {
    const leaf = this.#tree.leaf(client);
    if (leaf === undefined) throw new RangeError(`client ${client} is not in the sorter`);
    return leaf;
  }
}
