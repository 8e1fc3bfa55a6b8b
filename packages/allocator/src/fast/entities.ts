// What the fast allocator keeps of roles, and of frameworks in roles ("clients").
import type { Quantities } from '@mini-mesos/resources';
import { NO_QUOTA } from '../quota/quota.js';
import type { Quota } from '../quota/quota.js';
import type { FrameworkState } from '../state/framework-state.js';
import { NEEDS_REFINED, NEEDS_REVOCABLE, NEEDS_SHARED } from './bag.js';
import type { Bag } from './bag.js';
import type { FastAgent } from './fast-agent.js';
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
  /** Where hostnames make no difference, by kind of agent: 1 passes, 2 does not. */
  judgedKinds = new Uint8Array(0);
  isBlindToHostnames = false;

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
    this.isBlindToHostnames = constraints.isBlindToHostnames(this.role.name);
    this.judgedKinds = new Uint8Array(0);
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
    if (this.isBlindToHostnames && agent.kind >= 0) return this.#excludesKind(agent);
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

  #excludesKind(agent: FastAgent): boolean {
    const { kind } = agent;
    if (kind >= this.judgedKinds.length) {
      const judged = new Uint8Array(2 * kind + 8);
      judged.set(this.judgedKinds);
      this.judgedKinds = judged;
    }
    if (this.judgedKinds[kind] === 0) {
      const isExcluded = this.framework.constraints.excludes(this.role.name, agent.description);
      this.judgedKinds[kind] = isExcluded ? 2 : 1;
    }
    return this.judgedKinds[kind] === 2;
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
