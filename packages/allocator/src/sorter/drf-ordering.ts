// Weighted dominant resource fairness over a tree: whoever holds least for his weight comes first, among siblings, at
// every level. Ties go to the one that was served less often, then to the lower path (Mesos: sorter/drf/sorter.cpp).
import { clientOf, withAncestors } from './client-tree.js';
import type { SortNode } from './client-tree.js';
import { hdrfShare } from './hdrf.js';
import type { HdrfNode } from './hdrf.js';
import type { Ordering } from './ordering.js';
import { dominantShare } from './share.js';
import type { ClusterTotal } from './share.js';

/** A node's share for its weight. */
export const weightedShare = (node: SortNode, total: ClusterTotal): number =>
  dominantShare(node.ledger.quantities, total) / node.weight;

const takesPart = ({ kind, children }: SortNode): boolean =>
  kind === 'active' || (kind === 'inner' && [...children.values()].some(takesPart));

function hdrfNodeOf(node: SortNode, total: ClusterTotal): HdrfNode {
  const children = [...node.children.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    weight: node.weight,
    takesPart: takesPart(node),
    held: total.counting.map(({ name }) => node.ledger.quantities.get(name)),
    children: children.map((child) => hdrfNodeOf(child, total)),
  };
}

/** The same for 'hdrf'; see hdrf.ts. */
const scaledShare = (node: SortNode, total: ClusterTotal): number =>
  hdrfShare(
    hdrfNodeOf(node, total),
    total.counting.map(({ milli }) => milli),
  );

interface Place {
  readonly node: SortNode;
  share: number;
}

function compare(left: Place, right: Place): number {
  return (
    left.share - right.share ||
    left.node.allocations - right.node.allocations ||
    (left.node.path < right.node.path ? -1 : 1)
  );
}

export class DrfOrdering implements Ordering {
  readonly #total: ClusterTotal;
  readonly #kind: 'drf' | 'hdrf';
  readonly #shareOf: typeof weightedShare;
  /** The children of each inner node in order; empty when everything is to be sorted again. */
  readonly #sorted = new Map<SortNode, Place[]>();
  #sortedForVersion = -1;
  #list: readonly string[] | undefined;

  constructor(total: ClusterTotal, kind: 'drf' | 'hdrf' = 'drf') {
    this.#total = total;
    this.#shareOf = kind === 'drf' ? weightedShare : scaledShare;
    this.#kind = kind;
  }

  changed(): void {
    this.#sorted.clear();
    this.#list = undefined;
  }

  /** Moves the leaf and the nodes above it among their siblings; nobody else's place changes. */
  grew(leaf: SortNode): void {
    this.#list = undefined;
    if (this.#sortedForVersion !== this.#total.version || this.#kind === 'hdrf') this.changed();
    for (const node of withAncestors(leaf)) {
      const siblings = this.#sorted.get(node.parent!);
      if (siblings !== undefined) this.#reinsert(siblings, node);
    }
  }

  list(root: SortNode): readonly string[] {
    if (this.#sortedForVersion !== this.#total.version) this.changed();
    this.#sortedForVersion = this.#total.version;
    this.#list ??= [...this.#walk(root)];
    return this.#list;
  }

  *#walk(node: SortNode): Iterable<string> {
    for (const { node: child } of this.#sortedChildren(node)) {
      if (child.kind === 'active') yield clientOf(child);
      else if (child.kind === 'inner') yield* this.#walk(child);
    }
  }

  #sortedChildren(node: SortNode): readonly Place[] {
    let places = this.#sorted.get(node);
    if (places === undefined) {
      places = [...node.children.values()].map((child) => ({ node: child, share: this.#shareOf(child, this.#total) }));
      places.sort(compare);
      this.#sorted.set(node, places);
    }
    return places;
  }

  #reinsert(siblings: Place[], node: SortNode): void {
    const [place] = siblings.splice(
      siblings.findIndex((sibling) => sibling.node === node),
      1,
    );
    place!.share = this.#shareOf(node, this.#total);
    let low = 0;
    let high = siblings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(siblings[middle]!, place!) < 0) low = middle + 1;
      else high = middle;
    }
    siblings.splice(low, 0, place!);
  }
}
