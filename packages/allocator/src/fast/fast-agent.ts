// One agent of the fast allocator: what it has in all, who holds what of it in which pieces, and what is free. As long as
// all that is held is inside the total and overlaps nowhere, what is free is kept up to date piece by piece.
import { haveOverlap, isShared, Resources } from '@mini-mesos/resources';
import type { Unavailability } from '@mini-mesos/proto';
import type { AgentDescription } from '../commands.js';
import { hashText } from '../hash.js';
import type { AgentBook } from '../state/books.js';
import type { Bag, BagTable } from './bag.js';
import type { Holding } from './entities.js';
import type { FastFilter } from './filters.js';

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
  /** A number for what constraints can see of it but its hostname; -1 where it has none. */
  readonly kindOf: (description: AgentDescription) => number;
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
  /** Agents of one kind have the same attributes and domain. */
  kind = 0;
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
    this.kind = this.#in.kindOf(description);
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
