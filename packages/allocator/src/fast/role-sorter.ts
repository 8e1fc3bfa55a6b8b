// The order of roles: a tree as in sorter/client-tree.ts, whose rules it follows, over rows of a SortBook. A leaf stands
// for a role with frameworks; a role that has both frameworks and roles below it is an inner node with a leaf named `.`.
import type { Bag } from './bag.js';
import { hdrfShare } from '../sorter/hdrf.js';
import type { HdrfNode } from '../sorter/hdrf.js';
import { SiblingOrder } from './sibling-order.js';
import type { SortBook } from './sort-book.js';

const VIRTUAL_LEAF = '.';

export class RoleSortNode<T> {
  readonly name: string;
  /** With the dot of a virtual leaf. */
  readonly path: string;
  readonly parent: RoleSortNode<T> | undefined;
  readonly row: number;
  /** In the order in which they came. */
  readonly children = new Map<string, RoleSortNode<T>>();
  readonly order: SiblingOrder;
  areRanksStale = true;
  /** What stands behind a leaf; undefined at inner nodes. */
  leaf: T | undefined;

  constructor(
    name: string,
    parent: RoleSortNode<T> | undefined,
    { path, row, book }: { path: string; row: number; book: SortBook },
  ) {
    this.name = name;
    this.parent = parent;
    this.path = path;
    this.row = row;
    this.order = new SiblingOrder(book);
  }

  childrenChanged(): void {
    this.areRanksStale = true;
    this.order.changed();
  }
}

/** What stands behind a leaf knows it. */
export interface Sorted<T> {
  sortNode: RoleSortNode<T> | undefined;
}

export class RoleSorter<T extends Sorted<T>> {
  readonly root: RoleSortNode<T>;
  /** By row. */
  readonly nodes: (RoleSortNode<T> | undefined)[] = [];
  readonly #book: SortBook;
  readonly #leaves = new Map<string, RoleSortNode<T>>();
  /** Also of paths that have no node yet. */
  readonly #weights = new Map<string, number>();
  /** Changes with the tree, its weights, and who takes part. */
  revision = 0;

  readonly #isScaled: boolean;
  readonly #takesPart: (leaf: T) => boolean;

  /** `isScaled`: shares of inner nodes are those of sorter/hdrf.ts. */
  constructor(book: SortBook, { isScaled, takesPart }: { isScaled: boolean; takesPart: (leaf: T) => boolean }) {
    this.#book = book;
    this.#isScaled = isScaled;
    this.#takesPart = takesPart;
    this.root = new RoleSortNode<T>('', undefined, { path: '', row: book.addRow(), book });
    this.nodes[this.root.row] = this.root;
  }

  leafOf(role: string): RoleSortNode<T> | undefined {
    return this.#leaves.get(role);
  }

  add(role: string, leaf: T): void {
    let node = this.root;
    for (const name of role.split('/')) {
      if (node !== this.root && node.leaf !== undefined) this.#pushDown(node);
      node = node.children.get(name) ?? this.#grow(node, name);
    }
    const end = node.children.size > 0 ? this.#grow(node, VIRTUAL_LEAF) : node;
    end.leaf = leaf;
    leaf.sortNode = end;
    this.#leaves.set(role, end);
    this.revision += 1;
  }

  /** It must hold nothing. */
  remove(role: string): void {
    let node = this.#leaves.get(role);
    if (node === undefined) return;
    this.#leaves.delete(role);
    if (node.leaf !== undefined) node.leaf.sortNode = undefined;
    node.leaf = undefined;
    for (; node?.parent !== undefined; node = node.parent) {
      if (node.children.size === 0) {
        node.parent.children.delete(node.name);
        node.parent.childrenChanged();
        this.nodes[node.row] = undefined;
        this.#book.dropRow(node.row);
      } else {
        this.#pullUp(node);
      }
    }
    this.revision += 1;
  }

  /** Whether some leaf of the node takes part. */
  takesPart(node: RoleSortNode<T>): boolean {
    if (node.leaf !== undefined) return this.#takesPart(node.leaf);
    for (const child of node.children.values()) if (this.takesPart(child)) return true;
    return false;
  }

  /** A role began or ceased to take part. */
  leafChanged(role: string): void {
    this.revision += 1;
    if (!this.#isScaled) return;
    for (let node = this.#leaves.get(role); node?.parent !== undefined; node = node.parent) node.parent.order.changed();
  }

  #hdrfNodeOf(node: RoleSortNode<T>): HdrfNode {
    const children = [...node.children.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return {
      weight: this.#book.weight[node.row]!,
      takesPart: this.takesPart(node),
      held: this.#book.totalNames.map((name) => this.#book.held.get(node.row, name)),
      children: children.map((child) => this.#hdrfNodeOf(child)),
    };
  }

  setWeight(path: string, weight: number): void {
    this.#weights.set(path, weight);
    let node: RoleSortNode<T> | undefined = this.root;
    for (const name of path.split('/')) node = node?.children.get(name);
    if (node === undefined) return;
    this.#book.weight[node.row] = weight;
    for (let at = node; at.parent !== undefined; at = at.parent) at.parent.order.changed();
    this.revision += 1;
  }

  /** The leaf and the nodes above it hold more, or less. */
  change(
    leaf: RoleSortNode<T>,
    agent: number,
    { bag, sign, isServed }: { bag: Bag; sign: 1 | -1; isServed: boolean },
  ): void {
    for (let node = leaf; node.parent !== undefined; node = node.parent) {
      if (sign > 0) this.#book.add(node.row, agent, bag);
      else this.#book.subtract(node.row, agent, bag);
      if (isServed) this.#book.served[node.row]! += 1;
      node.parent.order.changed();
    }
  }

  /** Something was offered in the role: its leaf and the nodes above move back among their siblings. */
  serve(leaf: RoleSortNode<T>, agent: number, bag: Bag): void {
    const book = this.#book;
    for (let node = leaf; node.parent !== undefined; node = node.parent) {
      const { order } = node.parent;
      if (this.#isScaled) order.changed();
      const isOrdered = order.isCurrent;
      const place = isOrdered ? order.placeOf(node.row) : 0;
      book.add(node.row, agent, bag);
      book.served[node.row]! += 1;
      book.refresh(node.row);
      if (isOrdered) order.moveBack(place);
    }
  }

  /** The share of a role's leaf for its weight. */
  shareOf(role: string): number {
    const { row } = this.#leaves.get(role)!;
    return this.#book.dominantShare(row) / this.#book.weight[row]!;
  }

  /** Makes the order of the children of `node` what it has to be. */
  prepare(node: RoleSortNode<T>): void {
    if (node.order.isCurrent) return;
    if (node.areRanksStale) {
      const inOrder = [...node.children.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
      inOrder.forEach(({ row }, rank) => (this.#book.rank[row] = rank));
      node.areRanksStale = false;
    }
    const scaledShare = (row: number) => hdrfShare(this.#hdrfNodeOf(this.nodes[row]!), this.#book.totalMilli);
    node.order.prepare(
      () => Array.from(node.children.values(), ({ row }) => row),
      this.#isScaled ? scaledShare : undefined,
    );
  }

  #grow(parent: RoleSortNode<T>, name: string): RoleSortNode<T> {
    const path = parent === this.root ? name : `${parent.path}/${name}`;
    const node = new RoleSortNode<T>(name, parent, { path, row: this.#book.addRow(), book: this.#book });
    this.#book.weight[node.row] = this.#weights.get(path) ?? 1;
    parent.children.set(name, node);
    parent.childrenChanged();
    this.nodes[node.row] = node;
    return node;
  }

  /** A leaf is to have children: what it stands for moves down into a virtual leaf. */
  #pushDown(node: RoleSortNode<T>): void {
    const virtual = this.#grow(node, VIRTUAL_LEAF);
    this.#book.copyRow(node.row, virtual.row);
    virtual.leaf = node.leaf;
    if (virtual.leaf !== undefined) virtual.leaf.sortNode = virtual;
    node.leaf = undefined;
    this.#leaves.set(node.path, virtual);
  }

  /** The virtual leaf is the only child left: the node stands for the role itself again. */
  #pullUp(node: RoleSortNode<T>): void {
    const virtual = node.children.get(VIRTUAL_LEAF);
    if (virtual === undefined || node.children.size > 1) return;
    node.leaf = virtual.leaf;
    if (node.leaf !== undefined) node.leaf.sortNode = node;
    node.children.clear();
    node.childrenChanged();
    this.nodes[virtual.row] = undefined;
    this.#book.dropRow(virtual.row);
    this.#leaves.set(node.path, node);
  }
}
