// The books of the fast allocator: the same three as in state/cluster.ts, in rows of numbers.
import { parentRole, Quantities, Resources } from '@mini-mesos/resources';
import type { AgentDescription } from '../commands.js';
import type { Settings } from '../options.js';
import { isNoQuota } from '../quota/quota.js';
import type { Quota } from '../quota/quota.js';
import { hashText, mix } from '../hash.js';
import type { BookHolder, ClusterBook } from '../state/books.js';
import type { FrameworkState } from '../state/framework-state.js';
import { BagTable } from './bag.js';
import type { Bag } from './bag.js';
import { Client, Holding, RoleRecord } from './entities.js';
import { FastAgent } from './fast-agent.js';
import { FastFilters } from './filters.js';
import { NameTable } from './names.js';
import { QuantityTable } from './quantity-table.js';
import { RoleSorter } from './role-sorter.js';
import { SortBook } from './sort-book.js';

/** Kinds of agents that are told apart; more of them are judged one by one. */
const KINDS_MAX = 4_096;

/** What a holder is in the fast books. */
export interface FastHolder extends BookHolder {
  readonly agent: FastAgent;
}

export class FastCluster implements ClusterBook {
  readonly settings: Settings;
  readonly agents = new Map<string, FastAgent>();
  readonly frameworks = new Map<string, FrameworkState>();
  whitelist: ReadonlySet<string> | undefined;
  /** Changes when somebody may be able to take what he could not: agents looked through before are looked at again. */
  revision = 0;
  /**
   * Changes when quota may let through what it held back: somebody holds less, something is free that was not, quota or
   * totals changed, or somebody wants more. During a cycle there is always less to get.
   */
  loosenings = 0;
  readonly names = new NameTable();
  readonly bags = new BagTable(this.names);
  readonly book: SortBook;
  readonly roleSorter: RoleSorter<RoleRecord>;
  readonly roles = new Map<string, RoleRecord>();
  /** By row of the role: what its subtree holds that counts by being held, and what is reserved for it. */
  readonly counted = new QuantityTable(this.names);
  readonly reserved = new QuantityTable(this.names);
  /** By row of the SortBook. */
  readonly clients: (Client | undefined)[] = [];
  readonly fastFilters = new FastFilters(this.bags);
  /** Top-level roles with quota. */
  readonly withQuota = new Set<RoleRecord>();
  /** Scalars of all agents; one row. */
  readonly #totals = new QuantityTable(this.names);
  readonly #byFramework = new Map<string, Map<string, Client>>();
  readonly #kinds = new Map<string, number>();
  readonly #holdings = new Map<string, Map<string, Holding>>();
  readonly #freeSlots: number[] = [];
  #slots = 0;
  readonly #freeRoleRows: number[] = [];
  #roleRows = 0;

  constructor(settings: Settings) {
    this.settings = settings;
    this.book = new SortBook(this.names, new Set(settings.fairShareExcluded));
    this.roleSorter = new RoleSorter(this.book, {
      isScaled: settings.roleSorter === 'hdrf',
      takesPart: ({ activeClients }) => activeClients > 0,
    });
  }

  readonly filters = {
    add: (
      { frameworkId, role, agentId }: { frameworkId: string; role: string; agentId: string },
      filter: { refused: Resources; expiresAtMs: number },
    ): void => this.fastFilters.add(this.client(frameworkId, role)!, this.agents.get(agentId)!, filter),
    clearFramework: (frameworkId: string, roles?: Iterable<string>): void => {
      const clients = this.#byFramework.get(frameworkId);
      if (clients === undefined) return;
      for (const role of roles ?? [...clients.keys()]) {
        const client = clients.get(role);
        if (client !== undefined) this.fastFilters.clearClient(client);
      }
    },
    clearAgent: (agentId: string): void => {
      const agent = this.agents.get(agentId);
      if (agent !== undefined) this.fastFilters.clearAgent(agent);
    },
  };

  client(frameworkId: string, role: string): Client | undefined {
    return this.#byFramework.get(frameworkId)?.get(role);
  }

  addAgent(id: string, description: AgentDescription): FastAgent {
    const agent = new FastAgent(id, this.#freeSlots.pop() ?? this.#slots++, {
      bags: this.bags,
      region: this.settings.region,
      holdingOf: this.#holdingOf,
      kindOf: this.#kindOf,
    });
    agent.description = description;
    this.agents.set(id, agent);
    return agent;
  }

  dropAgent(agent: FastAgent): void {
    this.fastFilters.clearAgent(agent);
    this.agents.delete(agent.id);
    this.#freeSlots.push(agent.slot);
    const holders = new Set(agent.pieces.map(({ holding }) => holding.frameworkId));
    agent.clear();
    for (const frameworkId of holders) this.forgetHoldings(frameworkId);
  }

  agentsHeldBy(frameworkId: string): FastAgent[] {
    const holdings = [...(this.#holdings.get(frameworkId)?.values() ?? [])];
    if (holdings.every(({ pieces }) => pieces === 0)) return [];
    return [...this.agents.values()].filter((agent) =>
      agent.pieces.some(({ holding }) => holding.frameworkId === frameworkId),
    );
  }

  readonly #kindOf = ({ attributes, domain }: AgentDescription): number => {
    const key = JSON.stringify([attributes, domain?.fault_domain]);
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      if (this.#kinds.size >= KINDS_MAX) return -1;
      kind = this.#kinds.size;
      this.#kinds.set(key, kind);
    }
    return kind;
  };

  readonly #holdingOf = (frameworkId: string, role: string): Holding => {
    let ofFramework = this.#holdings.get(frameworkId);
    if (ofFramework === undefined) this.#holdings.set(frameworkId, (ofFramework = new Map()));
    let holding = ofFramework.get(role);
    if (holding === undefined) ofFramework.set(role, (holding = new Holding(frameworkId, role)));
    return holding;
  };

  /** Who holds nothing any more and is nobody's client is forgotten. */
  forgetHoldings(frameworkId: string): void {
    const ofFramework = this.#holdings.get(frameworkId);
    if (ofFramework === undefined) return;
    for (const [role, { pieces }] of ofFramework) {
      if (pieces === 0 && this.client(frameworkId, role) === undefined) ofFramework.delete(role);
    }
    if (ofFramework.size === 0) this.#holdings.delete(frameworkId);
  }

  /** Scalars of all agents, deactivated ones too. */
  get total(): Quantities {
    return this.#totals.quantities(0);
  }

  /** What is free on all agents and counts by being held, added to `sums` by number of the name. */
  addHeadroom(sums: Float64Array): void {
    for (const { free } of this.agents.values()) {
      const { countedNames, countedMilli } = free;
      for (let i = 0; i < countedNames.length; i += 1) sums[countedNames[i]!]! += countedMilli[i]!;
    }
  }

  /** The same as quantities. */
  get headroom(): Quantities {
    const sums = new Float64Array(this.names.names.length);
    this.addHeadroom(sums);
    return Quantities.of(this.names.names.map((name, i) => [name, sums[i]!] as const));
  }

  setTotal(agent: FastAgent, total: Resources): void {
    const before = agent.totalBag;
    this.loosenings += 1;
    agent.total = total;
    const after = agent.totalBag;
    this.#addTotal(after, 1);
    this.#addTotal(before, -1);
    this.book.totalChanged(() => this.total);
    if (after.owners.length > 0) this.#moveReservations(total.reserved(), 1);
    if (before.owners.length > 0) this.#moveReservations(before.resources.reserved(), -1);
  }

  /** A shared volume counts once. */
  #addTotal({ names, milli, shared }: Bag, sign: 1 | -1): void {
    this.#totals.ensure(0);
    this.#totals.add(0, names, milli, sign);
    for (const part of shared) {
      if (part.name !== undefined) this.#totals.add(0, [part.name], [part.milli], sign);
    }
  }

  #moveReservations(reserved: Resources, sign: 1 | -1): void {
    if (reserved.isEmpty) return;
    for (const [role, part] of reserved.scalars().reservedByRole()) {
      const { entries } = part.quantities();
      const names = entries.map(({ name }) => this.names.of(name));
      const milli = entries.map((entry) => entry.milli);
      for (let at: RoleRecord | undefined = this.ensureRole(role); at !== undefined; at = at.parent) {
        this.reserved.ensure(at.row);
        this.reserved.add(at.row, names, milli, sign);
      }
      if (sign < 0) this.#tidy(role);
    }
  }

  ensureRole(name: string): RoleRecord {
    const known = this.roles.get(name);
    if (known !== undefined) return known;
    const above = parentRole(name);
    const parent = above === undefined ? undefined : this.ensureRole(above);
    const role = new RoleRecord(name, parent, { row: this.#freeRoleRows.pop() ?? this.#roleRows++, book: this.book });
    this.counted.ensure(role.row);
    this.reserved.ensure(role.row);
    if (parent !== undefined) parent.childCount += 1;
    this.roles.set(name, role);
    return role;
  }

  #tidy(name: string): void {
    let role = this.roles.get(name);
    while (role !== undefined && this.#isForgettable(role)) {
      this.roles.delete(role.name);
      this.counted.clear(role.row);
      this.reserved.clear(role.row);
      this.#freeRoleRows.push(role.row);
      if (role.parent !== undefined) role.parent.childCount -= 1;
      role = role.parent;
    }
  }

  #isForgettable(role: RoleRecord): boolean {
    return (
      role.childCount === 0 &&
      role.clients.length === 0 &&
      role.weight === 1 &&
      isNoQuota(role.quota) &&
      this.reserved.isEmpty(role.row)
    );
  }

  setWeight(role: string, weight: number): void {
    this.ensureRole(role).weight = weight;
    this.#tidy(role);
    this.roleSorter.setWeight(role, weight);
  }

  quotas(): Quota[] {
    return Array.from(this.withQuota, ({ quota }) => quota);
  }

  setQuota(role: string, quota: Quota): void {
    const record = this.ensureRole(role);
    this.loosenings += 1;
    record.quota = quota;
    if (isNoQuota(quota)) this.withQuota.delete(record);
    else this.withQuota.add(record);
    record.guarantees = quota.guarantees.entries.map(({ name, milli }) => ({ name: this.names.of(name), milli }));
    record.limits = quota.limits.entries.map(({ name, milli }) => ({ name: this.names.of(name), milli }));
    record.isUnsatisfied = false;
    this.#tidy(role);
  }

  enterRole(framework: FrameworkState, name: string): Client {
    const role = this.ensureRole(name);
    let client = this.client(framework.id, name);
    if (client === undefined) {
      if (role.clients.length === 0) this.roleSorter.add(name, role);
      client = new Client(framework, role, { row: this.book.addRow(), holding: this.#holdingOf(framework.id, name) });
      client.describe(this.settings.minAllocatable);
      this.clients[client.row] = client;
      role.addClient(client);
      let ofFramework = this.#byFramework.get(framework.id);
      if (ofFramework === undefined) this.#byFramework.set(framework.id, (ofFramework = new Map()));
      ofFramework.set(name, client);
    }
    this.#setActive(client);
    return client;
  }

  #setActive(client: Client, isActive = client.framework.wantsOffers(client.role.name)): void {
    const { role } = client;
    const before = role.activeClients > 0;
    role.setActive(client, isActive);
    if (before !== role.activeClients > 0) this.roleSorter.leafChanged(role.name);
  }

  leaveRole(framework: FrameworkState, name: string): void {
    const client = this.client(framework.id, name);
    if (client === undefined) return;
    const { role } = client;
    if (framework.roles.has(name) || client.holding.pieces > 0) {
      this.#setActive(client);
      return;
    }
    this.fastFilters.clearClient(client);
    this.#setActive(client, false);
    role.removeClient(client);
    this.clients[client.row] = undefined;
    this.book.dropRow(client.row);
    const ofFramework = this.#byFramework.get(framework.id)!;
    ofFramework.delete(name);
    if (ofFramework.size === 0) this.#byFramework.delete(framework.id);
    this.forgetHoldings(framework.id);
    if (role.clients.length > 0) return;
    this.roleSorter.remove(name);
    this.#tidy(name);
  }

  /** After the framework was described anew. */
  described(framework: FrameworkState): void {
    for (const client of this.#byFramework.get(framework.id)?.values() ?? []) {
      client.describe(this.settings.minAllocatable);
    }
  }

  release({ framework, role, agent }: FastHolder, resources: Resources): void {
    agent.release(framework.id, resources.allocate(role));
    this.strikeFromBooks({ framework, role, agent }, resources);
  }

  convert({ framework, role, agent }: FastHolder, { from, to }: { from: Resources; to: Resources }): void {
    agent.release(framework.id, from.allocate(role));
    agent.hold(framework.id, to.allocate(role));
    const client = this.enterRole(framework, role);
    const [less, more] = [this.bags.of(from), this.bags.of(to)];
    this.#changeBooks(client, agent, { bag: less, sign: -1, isServed: false });
    this.#changeBooks(client, agent, { bag: more, sign: 1, isServed: false });
    if (!framework.roles.has(role)) this.leaveRole(framework, role);
  }

  enterInBooks({ framework, role, agent }: FastHolder, resources: Resources): void {
    const client = this.enterRole(framework, role);
    this.#changeBooks(client, agent, { bag: this.bags.of(resources), sign: 1, isServed: true });
  }

  strikeFromBooks({ framework, role, agent }: FastHolder, resources: Resources): void {
    const client = this.client(framework.id, role)!;
    this.#changeBooks(client, agent, { bag: this.bags.of(resources), sign: -1, isServed: false });
    if (!framework.roles.has(role)) this.leaveRole(framework, role);
  }

  /** A piece came back whole: the short way of `release`. */
  strikePiece(client: Client, agent: FastAgent, bag: Bag): void {
    this.#changeBooks(client, agent, { bag, sign: -1, isServed: false });
    if (!client.framework.roles.has(client.role.name)) this.leaveRole(client.framework, client.role.name);
  }

  #changeBooks(client: Client, agent: FastAgent, change: { bag: Bag; sign: 1 | -1; isServed: boolean }): void {
    const { bag, sign, isServed } = change;
    if (sign < 0) this.loosenings += 1;
    if (sign > 0) this.book.add(client.row, agent.slot, bag);
    else this.book.subtract(client.row, agent.slot, bag);
    if (isServed) this.book.served[client.row]! += 1;
    client.role.order.changed();
    this.roleSorter.change(client.role.sortNode!, agent.slot, change);
    this.count(client.role, bag, sign);
  }

  /** The role and those above it hold more, or less, of what counts by being held. */
  count(role: RoleRecord, { countedNames, countedMilli }: Bag, sign: 1 | -1): void {
    if (countedNames.length === 0) return;
    for (let at: RoleRecord | undefined = role; at !== undefined; at = at.parent) {
      this.counted.ensure(at.row);
      this.counted.add(at.row, countedNames, countedMilli, sign);
    }
  }

  /** What counts against the quota of the role. */
  consumed(role: RoleRecord, name: number): number {
    return this.counted.get(role.row, name) + this.reserved.get(role.row, name);
  }

  /** Of the lottery of a role's frameworks. */
  seedOf(role: string): number {
    return mix(this.settings.seed, hashText(role));
  }
}
