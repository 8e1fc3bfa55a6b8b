// What the fast allocator keeps of agents, roles, and of frameworks in roles ("clients").
import { isShared, haveOverlap, Resources } from '@mini-mesos/resources';
import type { Quantities } from '@mini-mesos/resources';
import type { Unavailability } from '@mini-mesos/proto';
import type { AgentDescription } from '../commands.js';
import { hashText } from '../hash.js';
import { NO_QUOTA } from '../quota/quota.js';
import type { Quota } from '../quota/quota.js';
import type { AgentBook } from '../state/books.js';
import type { FrameworkState } from '../state/framework-state.js';
import { NEEDS_REFINED, NEEDS_REVOCABLE, NEEDS_SHARED } from './bag.js';
import type { Bag, BagTable } from './bag.js';
import type { FastFilter } from './filters.js';
import type { RoleSortNode } from './role-sorter.js';
import { SiblingOrder } from './sibling-order.js';
import type { SortBook } from './sort-book.js';

/** Somebody who can hold something: a framework, added or not, in a role. */
export class Holding {
  readonly frameworkId: string;
  readonly role: string;
  /** How many pieces, on all agents. */
  pieces = 0;

  constructor(frameworkId: string, role: string) {
    this.frameworkId = frameworkId;
    this.role = role;
  }
}

/** A framework in a role, in which it is subscribed or holds something. */
export class Client {
  readonly framework: FrameworkState;
  readonly role: RoleRecord;
  /** In the SortBook; filters are found by it too. */
  readonly row: number;
  /** Takes part in the role's order. */
  isActive = false;
  readonly holding: Holding;
  /** Its filters, the newest first. */
  firstFilter: FastFilter | undefined;
  // What a cycle asks of the framework, by the role.
  minima: readonly Quantities[] = [];
  isConstrained = false;
  knowsGpus = false;
  knowsRegions = false;
  hasManyRoles = false;
  /** NEEDS_ bits of what it understands. */
  understands = 0;
  /** By agent: a version of its description that passes the constraints, or minus one that does not. */
  judged = new Int32Array(0);

  constructor(framework: FrameworkState, role: RoleRecord, { row, holding }: { row: number; holding: Holding }) {
    this.framework = framework;
    this.role = role;
    this.row = row;
    this.holding = holding;
  }

  /** After the framework was described anew. */
  describe(globalMinima: readonly Quantities[]): void {
    const { capabilities, constraints } = this.framework;
    this.minima = this.framework.minAllocatableOf(this.role.name, globalMinima);
    this.isConstrained = constraints.concerns(this.role.name);
    this.judged = new Int32Array(0);
    this.role.revision += 1;
    this.knowsGpus = capabilities.has('GPU_RESOURCES');
    this.knowsRegions = capabilities.has('REGION_AWARE');
    this.hasManyRoles = capabilities.has('MULTI_ROLE');
    this.understands =
      (capabilities.has('SHARED_RESOURCES') ? NEEDS_SHARED : 0) |
      (capabilities.has('REVOCABLE_RESOURCES') ? NEEDS_REVOCABLE : 0) |
      (capabilities.has('RESERVATION_REFINEMENT') ? NEEDS_REFINED : 0);
  }

  /** Whether the framework does not want the agent in this role. */
  excludes(agent: FastAgent): boolean {
    const { slot } = agent;
    if (slot >= this.judged.length) {
      const judged = new Int32Array(2 * slot + 8);
      judged.set(this.judged);
      this.judged = judged;
    }
    const known = this.judged[slot];
    if (known === agent.describedAt) return false;
    if (known === -agent.describedAt) return true;
    const isExcluded = this.framework.constraints.excludes(this.role.name, agent.description);
    this.judged[slot] = isExcluded ? -agent.describedAt : agent.describedAt;
    return isExcluded;
  }
}

export interface NamedAmount {
  readonly name: number;
  readonly milli: number;
}

/** A role that something is known of. */
export class RoleRecord {
  readonly name: string;
  readonly parent: RoleRecord | undefined;
  readonly top: RoleRecord;
  readonly isNested: boolean;
  /** In the tables of what is held and reserved. */
  readonly row: number;
  weight = 1;
  quota: Quota = NO_QUOTA;
  /** The quota, by number of the name. */
  guarantees: readonly NamedAmount[] = [];
  limits: readonly NamedAmount[] = [];
  /** What nobody in the role could get anything of, because of quota, and when: a count of loosenings. */
  refusedBag: Bag | undefined;
  refusedAt = -1;
  /** During a cycle: whether anything of its guarantees is missing. */
  isUnsatisfied = false;
  childCount = 0;
  /** Its leaf among roles, while it has clients. */
  sortNode: RoleSortNode<RoleRecord> | undefined;
  /** In order of ids. Empty: the role is in no order. */
  readonly clients: Client[] = [];
  activeClients = 0;
  /** Changes with who takes part, and with what they say of themselves. */
  revision = 0;
  #areMinimaGlobal = true;
  #minimaRevision = -1;
  readonly order: SiblingOrder;
  areRanksStale = true;
  readonly #book: SortBook;

  constructor(name: string, parent: RoleRecord | undefined, { row, book }: { row: number; book: SortBook }) {
    this.name = name;
    this.parent = parent;
    this.top = parent?.top ?? this;
    this.isNested = parent !== undefined;
    this.row = row;
    this.order = new SiblingOrder(book);
    this.#book = book;
  }

  /** Whether nobody in the role has minimum offer sizes of his own. */
  areMinimaGlobal(minima: readonly Quantities[]): boolean {
    if (this.#minimaRevision !== this.revision) {
      this.#minimaRevision = this.revision;
      this.#areMinimaGlobal = this.clients.every((client) => client.minima === minima);
    }
    return this.#areMinimaGlobal;
  }

  addClient(client: Client): void {
    let at = this.clients.length;
    while (at > 0 && this.clients[at - 1]!.framework.id > client.framework.id) at -= 1;
    this.clients.splice(at, 0, client);
    this.revision += 1;
    this.areRanksStale = true;
    this.order.changed();
  }

  removeClient(client: Client): void {
    this.setActive(client, false);
    this.clients.splice(this.clients.indexOf(client), 1);
    this.revision += 1;
    this.areRanksStale = true;
    this.order.changed();
  }

  setActive(client: Client, isActive: boolean): void {
    if (client.isActive === isActive) return;
    client.isActive = isActive;
    this.activeClients += isActive ? 1 : -1;
    this.revision += 1;
    this.order.changed();
  }

  /** Makes the order of the role's frameworks what it has to be. */
  prepare(): void {
    if (this.order.isCurrent) return;
    if (this.areRanksStale) this.clients.forEach(({ row }, rank) => (this.#book.rank[row] = rank));
    this.areRanksStale = false;
    this.order.prepare(() => this.clients.filter(({ isActive }) => isActive).map(({ row }) => row));
  }
}

/** Something that a framework holds on an agent in one piece. */
export interface Piece {
  readonly holding: Holding;
  readonly bag: Bag;
  /** As an offer: the shares, for their weights, of the role and the framework when it was made. */
  readonly roleShare: number;
  readonly frameworkShare: number;
  /** The one that the same cycle made of the agent before. */
  readonly earlier: Piece | undefined;
  /** On the same agent. */
  next: Piece | undefined;
}

/** What an agent asks of the cluster that it is in. */
export interface AgentSurroundings {
  readonly bags: BagTable;
  /** Of the master. */
  readonly region: string | undefined;
  readonly holdingOf: (frameworkId: string, role: string) => Holding;
}

let descriptions = 0;

export class FastAgent implements AgentBook {
  readonly id: string;
  readonly slot: number;
  readonly hash: number;
  isActive = true;
  unavailability: Unavailability | undefined;
  hasManyRoles = false;
  hasNestedRoles = false;
  hasGpus = false;
  isElsewhere = false;
  /** Grows with each description. */
  describedAt = 0;
  totalBag: Bag;
  /** What can be offered. */
  free: Bag;
  /** The revision of the cluster in which nobody could take anything of it. */
  idleSince = -1;
  /** Where quota had a part in that: a count of loosenings. */
  cutSince = -1;
  /** The last cycle that looked at it, and the offers that it made. */
  lastCycle = 0;
  lastOffer: Piece | undefined;
  /** Filters by row of the client; several of one client are chained. */
  filters: Map<number, FastFilter> | undefined;
  /** What is free, or was, when some client was found to refuse all of it. */
  refusedBag: Bag | undefined;
  /** The newest first. */
  #first: Piece | undefined;
  readonly #bags: BagTable;
  #description!: AgentDescription;
  #total = Resources.EMPTY;
  /** Where what is held is not inside the total, or overlaps: then it is kept as it was added and taken away. */
  #heldInAll: Resources | undefined;
  /** What was taken last, and what was free before and after it. */
  #taken: Bag | undefined;
  #before: Bag | undefined;
  #after: Bag | undefined;
  readonly #in: AgentSurroundings;

  constructor(id: string, slot: number, surroundings: AgentSurroundings) {
    this.id = id;
    this.slot = slot;
    this.hash = hashText(id);
    this.#in = surroundings;
    this.#bags = surroundings.bags;
    this.free = surroundings.bags.empty;
    this.totalBag = this.free;
  }

  get description(): AgentDescription {
    return this.#description;
  }

  set description(description: AgentDescription) {
    this.#description = description;
    this.hasManyRoles = description.capabilities.includes('MULTI_ROLE');
    this.hasNestedRoles = description.capabilities.includes('HIERARCHICAL_ROLE');
    const own = description.domain?.fault_domain?.region.name;
    this.isElsewhere = own !== undefined && this.#in.region !== undefined && own !== this.#in.region;
    this.describedAt = descriptions += 1;
    this.idleSince = -1;
  }

  get total(): Resources {
    return this.#total;
  }

  set total(total: Resources) {
    const [before, after] = [this.totalBag, this.#bags.of(total)];
    this.totalBag = after;
    this.#total = total;
    this.hasGpus = total.scalarMilli('gpus') > 0;
    this.idleSince = -1;
    const isRegular = this.#heldInAll === undefined && before.shared.length === 0 && after.shared.length === 0;
    const held = isRegular ? before.minus(this.free) : undefined;
    if (held !== undefined && total.contains(held.resources)) this.#setFree(after.minus(held));
    else this.#settle();
  }

  get available(): Resources {
    return this.free.resources;
  }

  get pieces(): readonly Piece[] {
    const pieces: Piece[] = [];
    for (let piece = this.#first; piece !== undefined; piece = piece.next) pieces.push(piece);
    return pieces;
  }

  /** Without allocation. */
  get heldInAll(): Resources {
    return this.#heldInAll ?? Resources.sum(this.pieces.map(({ bag }) => bag.resources));
  }

  get held(): ReadonlyMap<string, Resources> {
    const ids = new Set(this.pieces.map(({ holding }) => holding.frameworkId));
    return new Map(Array.from(ids, (id) => [id, this.heldBy(id)]));
  }

  heldBy(frameworkId: string): Resources {
    const own = this.pieces.filter(({ holding }) => holding.frameworkId === frameworkId);
    if (own.length === 0) return Resources.EMPTY;
    return Resources.sum(own.map(({ bag, holding }) => bag.allocatedTo(holding.role)));
  }

  #heldIn(holding: Holding): Resources {
    return Resources.sum(this.pieces.filter((piece) => piece.holding === holding).map(({ bag }) => bag.resources));
  }

  #addPiece(holding: Holding, bag: Bag): void {
    this.#first = { holding, bag, roleShare: 0, frameworkShare: 0, earlier: undefined, next: this.#first };
    holding.pieces += 1;
  }

  #removePiece(gone: Piece): void {
    gone.holding.pieces -= 1;
    if (this.#first === gone) {
      this.#first = gone.next;
      return;
    }
    let before = this.#first!;
    while (before.next !== gone) before = before.next!;
    before.next = gone.next;
  }

  /** A part of what is free goes to somebody. Shared volumes stay free, however many copies are held. */
  take(piece: Piece): void {
    const { holding, bag } = piece;
    const before = this.free;
    piece.next = this.#first;
    this.#first = piece;
    this.lastOffer = piece;
    holding.pieces += 1;
    if (this.#heldInAll === undefined) {
      this.#setFree(before.minus(bag.unshared));
    } else {
      this.#heldInAll = this.#heldInAll.plus(bag.resources);
      this.#recompute();
    }
    this.#taken = bag;
    this.#before = before;
    this.#after = this.free;
  }

  /** Gives back a piece, if exactly that is held; undefined where it is not. */
  giveBack(holding: Holding, resources: Resources): Bag | undefined {
    for (let piece = this.#first; piece !== undefined; piece = piece.next) {
      if (piece.holding !== holding) continue;
      if (piece.bag.allocatedTo(holding.role) !== resources && !piece.bag.isSameAs(resources)) continue;
      this.#removePiece(piece);
      this.#freed(piece.bag);
      return piece.bag;
    }
    return undefined;
  }

  /** Gives back part of a piece, if one holds it all; undefined where none does. `resources` have no allocation. */
  giveBackPart(holding: Holding, resources: Resources): Bag | undefined {
    for (let piece = this.#first; piece !== undefined; piece = piece.next) {
      if (piece.holding !== holding || !piece.bag.resources.contains(resources)) continue;
      const bag = this.#bags.of(resources);
      this.#removePiece(piece);
      const rest = piece.bag.minus(bag);
      if (!rest.isEmpty) this.#addPiece(holding, rest);
      this.#freed(bag);
      return bag;
    }
    return undefined;
  }

  #freed(bag: Bag): void {
    if (this.#heldInAll !== undefined) {
      this.#heldInAll = this.#heldInAll.minus(bag.resources);
      this.#settle();
    } else if (this.#taken === bag && this.#after === this.free) {
      this.#setFree(this.#before!);
      this.#taken = undefined;
    } else {
      this.#setFree(this.free.plus(bag.unshared));
    }
  }

  /** `resources` are allocated. */
  hold(frameworkId: string, resources: Resources): void {
    for (const [role, part] of resources.allocatedByRole()) {
      const bag = this.#bags.of(part.unallocate());
      const unshared = bag.unshared;
      this.#addPiece(this.#in.holdingOf(frameworkId, role), bag);
      if (this.#heldInAll === undefined && this.free.resources.contains(unshared.resources)) {
        this.#setFree(this.free.minus(unshared));
      } else {
        if (this.#heldInAll !== undefined) this.#heldInAll = this.#heldInAll.plus(bag.resources);
        this.#settle();
      }
    }
  }

  /** `resources` are allocated, and the framework must hold them. */
  release(frameworkId: string, resources: Resources): void {
    for (const [role, part] of resources.allocatedByRole()) {
      const holding = this.#in.holdingOf(frameworkId, role);
      const bag = this.#bags.of(part.unallocate());
      const left = this.#heldIn(holding).minus(bag.resources);
      for (const piece of this.pieces) if (piece.holding === holding) this.#removePiece(piece);
      if (!left.isEmpty) this.#addPiece(holding, this.#bags.of(left));
      if (this.#heldInAll === undefined) {
        this.#setFree(this.free.plus(bag.unshared));
      } else {
        this.#heldInAll = this.#heldInAll.minus(bag.resources);
        this.#settle();
      }
    }
  }

  /** The agent goes, and nobody holds anything of it any more. */
  clear(): void {
    for (const { holding } of this.pieces) holding.pieces -= 1;
    this.#first = undefined;
    this.#heldInAll = undefined;
    this.#setFree(this.#bags.empty);
  }

  /** After any change: works out what is free, and whether the short ways may be taken from now on. */
  #settle(): void {
    if (this.#first === undefined && this.#heldInAll === undefined) {
      this.#taken = undefined;
      this.#setFree(this.totalBag);
      return;
    }
    const all = this.pieces.map(({ bag }) => bag.resources);
    const sum = Resources.sum(all);
    const isRegular =
      (this.#heldInAll === undefined || this.#heldInAll.equals(sum)) &&
      this.#total.nonShared().contains(sum.nonShared()) &&
      !haveOverlap(all);
    this.#heldInAll = isRegular ? undefined : (this.#heldInAll ?? sum);
    this.#recompute();
  }

  #recompute(): void {
    const total = this.#total;
    const held = this.heldInAll;
    this.#taken = undefined;
    this.#setFree(this.#bags.of(total.nonShared().minus(held).plus(total.filter(isShared))));
  }

  #setFree(free: Bag): void {
    if (free === this.free) return;
    this.free = free;
    this.idleSince = -1;
  }
}
