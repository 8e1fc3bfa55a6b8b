// The shape of a sorter: its clients are leaves, and what lies above a leaf are the components of its path. A client
// that has other clients below it is the leaf `.` of its own inner node: `a` and `a/b` give a -> { ., b }, so that the
// role competes with its children. (Mesos: DRFSorter::add and remove in src/master/allocator/mesos/sorter/drf.)
import { Ledger } from './ledger.js';

/** Name of the leaf that stands for a client with clients below it. No component of a role may be a dot. */
const VIRTUAL_LEAF = '.';

const WEIGHT_DEFAULT = 1;

export interface SortNode {
  readonly name: string;
  /** With the dot of a virtual leaf. */
  readonly path: string;
  /** Undefined at the root only. */
  readonly parent: SortNode | undefined;
  readonly children: Map<string, SortNode>;
  /** Inactive leaves keep what they hold and are not listed. */
  kind: 'inner' | 'active' | 'inactive';
  weight: number;
  /** What the subtree holds. Not kept for the root, whose share nobody asks for. */
  ledger: Ledger;
  /** How often something was allocated in the subtree, ever. */
  allocations: number;
}

/** The path by which users of the sorter know a leaf. */
export const clientOf = (leaf: SortNode): string =>
  leaf.name === VIRTUAL_LEAF && leaf.parent !== undefined ? leaf.parent.path : leaf.path;

/** A node and those above it, without the root. */
export function* withAncestors(node: SortNode): Iterable<SortNode> {
  for (let at = node; at.parent !== undefined; at = at.parent) yield at;
}

export class ClientTree {
  readonly root: SortNode = {
    name: '',
    path: '',
    parent: undefined,
    children: new Map(),
    kind: 'inner',
    weight: WEIGHT_DEFAULT,
    ledger: Ledger.empty(),
    allocations: 0,
  };
  readonly #leaves = new Map<string, SortNode>();
  /** Also of paths that have no node yet. */
  readonly #weights = new Map<string, number>();
  readonly #isFlat: boolean;

  /** A flat tree does not look for components: the ids of frameworks are names, not paths. */
  constructor({ isFlat }: { isFlat: boolean }) {
    this.#isFlat = isFlat;
  }

  get size(): number {
    return this.#leaves.size;
  }

  leaf(client: string): SortNode | undefined {
    return this.#leaves.get(client);
  }

  /** Adds an inactive client that holds nothing. It must not be there. */
  add(client: string): void {
    let node = this.root;
    for (const name of this.#componentsOf(client)) {
      if (node.kind !== 'inner') this.#pushDown(node);
      node = node.children.get(name) ?? this.#grow(node, name);
    }
    // The path ends at a node with clients below it, or at a new one.
    const leaf = node.children.size > 0 ? this.#grow(node, VIRTUAL_LEAF) : node;
    leaf.kind = 'inactive';
    this.#leaves.set(client, leaf);
  }

  /** Removes a client and what it holds. It must be there. */
  remove(client: string): void {
    const leaf = this.#leaves.get(client)!;
    this.#leaves.delete(client);
    const held = [...leaf.ledger.agentIds].map((agentId) => ({ agentId, resources: leaf.ledger.on(agentId) }));
    for (const { name, parent } of [...withAncestors(leaf)]) {
      const above = parent!;
      const child = above.children.get(name)!;
      if (child.kind !== 'inner' || child.children.size === 0) above.children.delete(name);
      else this.#pullUp(child);
      if (above === this.root) return;
      for (const { agentId, resources } of held) above.ledger.subtract(agentId, resources);
    }
  }

  /** Of a client's path or of one above it; 1 where none was set. */
  setWeight(path: string, weight: number): void {
    this.#weights.set(path, weight);
    const node = this.#find(path);
    if (node !== undefined) node.weight = weight;
  }

  #find(path: string): SortNode | undefined {
    let node: SortNode | undefined = this.root;
    for (const name of this.#componentsOf(path)) node = node?.children.get(name);
    return node;
  }

  #componentsOf(client: string): string[] {
    return this.#isFlat ? [client] : client.split('/');
  }

  #grow(parent: SortNode, name: string): SortNode {
    const path = parent.parent === undefined ? name : `${parent.path}/${name}`;
    const node: SortNode = {
      name,
      path,
      parent,
      children: new Map(),
      kind: 'inner',
      weight: this.#weights.get(path) ?? WEIGHT_DEFAULT,
      ledger: Ledger.empty(),
      allocations: 0,
    };
    parent.children.set(name, node);
    return node;
  }

  /** A leaf is to have children: the client moves down into a virtual leaf. */
  #pushDown(node: SortNode): void {
    const virtual = this.#grow(node, VIRTUAL_LEAF);
    virtual.kind = node.kind;
    virtual.ledger = node.ledger.copy();
    virtual.allocations = node.allocations;
    node.kind = 'inner';
    this.#leaves.set(node.path, virtual);
  }

  /** The virtual leaf is the only child left: the node is the client itself again. */
  #pullUp(node: SortNode): void {
    const virtual = node.children.get(VIRTUAL_LEAF);
    if (virtual === undefined || node.children.size > 1) return;
    node.kind = virtual.kind;
    node.children.clear();
    this.#leaves.set(node.path, node);
  }
}
