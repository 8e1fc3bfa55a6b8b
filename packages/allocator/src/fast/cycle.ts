// One allocation cycle of the fast allocator: the same walk as cycle/stages.ts over arrays. Agents on which nobody could
// take anything are not looked at again until something that concerns them changes.
import type { Resources } from '@mini-mesos/resources';
import type { Allocation } from '../commands.js';
import { mix, mixOne } from '../hash.js';
import type { Bag } from './bag.js';
import type { FastCluster } from './cluster.js';
import { CycleOrder } from './cycle-order.js';
import type { Client, RoleRecord } from './entities.js';
import type { FastAgent } from './fast-agent.js';
import { FrameworkLots, RoleLots } from './lots.js';
import { QuotaCuts } from './quota-cuts.js';
import type { RoleSortNode } from './role-sorter.js';

export class FastCycle {
  readonly #cluster: FastCluster;
  readonly #quota: QuotaCuts;
  readonly #order = new CycleOrder();
  readonly #roleLots: RoleLots | undefined;
  readonly #frameworkLots: FrameworkLots | undefined;
  readonly #agents: FastAgent[] = [];
  #made: Allocation[] = [];
  /** Offers that later ones may be added to, by agent: places in `made`. */
  readonly #places = new Map<FastAgent, number[]>();
  /** Whether offers are chopped: an agent's turn ends with the first then, and another begins. */
  readonly #isChopped: boolean;
  /** Shared volumes that are in an offer of this cycle, and so in no other. */
  readonly #shared = new Map<FastAgent, Bag>();
  // The agent at hand.
  #agent!: FastAgent;
  #stage: 1 | 2 = 2;
  #draw = 0;
  readonly #isLottery: boolean;
  /** Whether quota made an offer smaller, or kept it from being made. */
  #isCut = false;
  /** Whether anybody was refused, in this turn, for a reason that lies in the agent. */
  #isAgentsFault = false;
  readonly #served: Client[] = [];
  readonly #taken: Bag[] = [];
  /** How many of them count. */
  #servedCount = 0;

  constructor(cluster: FastCluster) {
    this.#cluster = cluster;
    this.#quota = new QuotaCuts(cluster);
    this.#isChopped = !cluster.settings.chopSize.isEmpty;
    const { roleSorter, frameworkSorter } = cluster.settings;
    if (roleSorter === 'random') this.#roleLots = new RoleLots(cluster);
    this.#isLottery = roleSorter === 'random' || frameworkSorter === 'random';
    if (frameworkSorter === 'random') this.#frameworkLots = new FrameworkLots(cluster);
  }

  run(candidates: Iterable<FastAgent>, number: number): Allocation[] {
    this.#made = [];
    this.#places.clear();
    this.#shared.clear();
    this.#gather(candidates, number);
    this.#quota.begin();
    const salt = mix(this.#cluster.settings.seed, number);
    if (this.#quota.isAnythingMissing) this.#runStage(1, mix(salt, 1));
    this.#runStage(2, mix(salt, 2));
    return this.#made;
  }

  #gather(candidates: Iterable<FastAgent>, number: number): void {
    const { whitelist, revision, loosenings } = this.#cluster;
    const agents = this.#agents;
    agents.length = 0;
    for (const agent of candidates) {
      if (!agent.isActive || (whitelist !== undefined && !whitelist.has(agent.description.hostname))) continue;
      agent.lastCycle = number;
      agent.lastOffer = undefined;
      if (agent.free.isEmpty) continue;
      if (agent.idleSince === revision && (agent.cutSince < 0 || agent.cutSince === loosenings)) continue;
      agents.push(agent);
    }
  }

  #runStage(stage: 1 | 2, salt: number): void {
    const agents = this.#agents;
    const order = this.#order.of(agents, salt);
    this.#stage = stage;
    for (let i = 0; i < agents.length; i += 1) {
      const agent = agents[order[i]!]!;
      if (stage === 1 && !this.#quota.isAnythingMissing) return;
      this.#agent = agent;
      this.#isCut = false;
      let made = this.#runTurn(salt, 0);
      if (this.#isChopped && stage === 2) for (let turn = 1; made > 0; turn += 1) made = this.#runTurn(salt, turn);
      if (stage === 2 && agent.lastOffer === undefined) {
        agent.idleSince = this.#cluster.revision;
        agent.cutSince = this.#isCut ? this.#cluster.loosenings : -1;
      }
    }
  }

  /** The number of offers that it made. */
  #runTurn(salt: number, turn: number): number {
    const agent = this.#agent;
    const { free } = agent;
    const { loosenings } = this.#cluster;
    if (free.isEmpty) return 0;
    if (free.refusedAt === loosenings && this.#stage === 2) {
      this.#isCut = true;
      return 0;
    }
    this.#isAgentsFault = this.#shared.has(agent);
    if (this.#isLottery) this.#draw = turn === 0 ? mixOne(salt, agent.hash) : mix(salt, agent.hash, turn);
    if (this.#roleLots === undefined) this.#walk(this.#cluster.roleSorter.root);
    else this.#walkByLot(this.#roleLots);
    const made = this.#servedCount;
    if (made > 0) this.#enterInBooks();
    else if (this.#isCut && !this.#isAgentsFault && this.#stage === 2) free.refusedAt = loosenings;
    return made;
  }

  get #isTurnOver(): boolean {
    return this.#agent.free.isEmpty || (this.#isChopped && this.#stage === 2 && this.#servedCount > 0);
  }

  /** Whether the turn is over. */
  #walk(node: RoleSortNode<RoleRecord>): boolean {
    const sorter = this.#cluster.roleSorter;
    sorter.prepare(node);
    const { rows, size } = node.order;
    for (let i = 0; i < size; i += 1) {
      const child = sorter.nodes[rows[i]!]!;
      const role = child.leaf;
      if (role === undefined) {
        if (this.#walk(child)) return true;
      } else if (role.activeClients > 0 && (this.#stage === 2 || role.isUnsatisfied)) {
        this.#offerInRole(role);
        if (this.#isTurnOver) return true;
      }
    }
    return false;
  }

  #walkByLot(lots: RoleLots): void {
    lots.shake(this.#draw);
    for (let role = lots.draw(); role !== undefined; role = lots.draw()) {
      if (role.activeClients > 0 && (this.#stage === 2 || role.isUnsatisfied)) this.#offerInRole(role);
      if (this.#isTurnOver) return;
    }
  }

  #availableTo(role: RoleRecord): Bag {
    const bag = this.#agent.free.allocatableTo(role.name);
    if (this.#shared.size === 0) return bag;
    const offered = this.#shared.get(this.#agent);
    return offered === undefined ? bag : bag.minus(offered);
  }

  #offerInRole(role: RoleRecord): void {
    const { free } = this.#agent;
    const { clients, loosenings } = this.#cluster;
    if (role.refusedBag === free && role.refusedAt === loosenings && this.#stage === 2) {
      this.#isCut = true;
      return;
    }
    const available = this.#availableTo(role);
    if (available.isEmpty) return;
    if (this.#isClosed(role, available)) {
      role.refusedBag = free;
      role.refusedAt = loosenings;
      this.#isCut = true;
      return;
    }
    const before = this.#servedCount;
    const wasAgentsFault = this.#isAgentsFault;
    const wasCut = this.#isCut;
    this.#isAgentsFault = this.#shared.has(this.#agent);
    this.#isCut = false;
    if (this.#frameworkLots === undefined) {
      role.prepare();
      this.#offerInOrder(role, clients, available);
    } else {
      this.#offerByLot(role, this.#frameworkLots, available);
    }
    if (this.#servedCount === before && this.#stage === 2 && this.#isCut && !this.#isAgentsFault) {
      role.refusedBag = free;
      role.refusedAt = loosenings;
    }
    this.#isAgentsFault ||= wasAgentsFault;
    this.#isCut ||= wasCut;
  }

  /** Whether quota leaves the role less than any minimum offer size, whoever asks. */
  #isClosed(role: RoleRecord, available: Bag): boolean {
    if (!this.#quota.isInForce || this.#stage === 1 || this.#shared.has(this.#agent)) return false;
    const { minAllocatable } = this.#cluster.settings;
    if (!role.areMinimaGlobal(minAllocatable)) return false;
    const most = this.#quota.rest(role, available);
    return most !== available && !most.isLargeEnough(minAllocatable);
  }

  #offerInOrder(role: RoleRecord, clients: readonly (Client | undefined)[], from: Bag): void {
    const { rows, size } = role.order;
    let available = from;
    for (let i = 0; i < size; i += 1) {
      if (!this.#offerTo(clients[rows[i]!]!, available)) continue;
      available = this.#availableTo(role);
      if (available.isEmpty || this.#isTurnOver || (this.#stage === 1 && !role.isUnsatisfied)) return;
    }
  }

  #offerByLot(role: RoleRecord, lots: FrameworkLots, from: Bag): void {
    let available = from;
    lots.shake(role, this.#draw);
    for (let client = lots.draw(); client !== undefined; client = lots.draw()) {
      if (!this.#offerTo(client, available)) continue;
      available = this.#availableTo(role);
      if (available.isEmpty || this.#isTurnOver || (this.#stage === 1 && !role.isUnsatisfied)) return;
    }
  }

  #offerTo(client: Client, available: Bag): boolean {
    if (this.#isRefusedForAgent(client)) {
      this.#isAgentsFault = true;
      return false;
    }
    const { fastFilters } = this.#cluster;
    const usable = available.understoodWith(client.understands);
    let offered: Bag | undefined = usable;
    if (this.#quota.isInForce) {
      const { role } = client;
      offered = this.#stage === 1 ? this.#quota.guaranteed(role, usable) : this.#quota.rest(role, usable);
      if (offered === undefined) return false;
      if (offered !== usable) this.#isCut = true;
    }
    if (!offered.isLargeEnough(client.minima)) return false;
    if (fastFilters.refuses(client, this.#agent, offered)) {
      this.#isAgentsFault = true;
      return false;
    }
    this.#make(client, offered);
    return true;
  }

  /** Those gates of cycle/gates.ts, the cheapest first, that do not depend on quota; which refuses makes no difference. */
  #isRefusedForAgent(client: Client): boolean {
    const agent = this.#agent;
    const { fastFilters, settings } = this.#cluster;
    return (
      fastFilters.isAllRefused(client, agent) ||
      (client.isConstrained && client.excludes(agent)) ||
      (agent.hasGpus && settings.filterGpuResources && !client.knowsGpus) ||
      (agent.isElsewhere && !client.knowsRegions) ||
      (client.hasManyRoles && !agent.hasManyRoles) ||
      (client.role.isNested && !agent.hasNestedRoles)
    );
  }

  #make(client: Client, offered: Bag): void {
    const agent = this.#agent;
    const { role, holding } = client;
    const { book, roleSorter } = this.#cluster;
    const roleShare =
      this.#cluster.settings.roleSorter === 'drf' ? book.share[role.sortNode!.row]! : roleSorter.shareOf(role.name);
    const frameworkShare = this.#frameworkLots === undefined ? book.share[client.row]! : book.dominantShare(client.row);
    agent.take({ holding, bag: offered, roleShare, frameworkShare, earlier: agent.lastOffer, next: undefined });
    this.#cluster.count(role, offered, 1);
    this.#quota.charge(role, offered);
    if (offered.shared.length > 0) {
      const before = this.#shared.get(agent);
      this.#shared.set(agent, before === undefined ? offered.sharedPart : before.plus(offered.sharedPart));
    }
    this.#served[this.#servedCount] = client;
    this.#taken[this.#servedCount] = offered;
    this.#servedCount += 1;
    this.#record(client, offered.allocatedTo(role.name));
  }

  /** Offers of both stages, and of several turns, to the same client of the same agent become one. */
  #record({ framework, role }: Client, resources: Resources): void {
    const agent = this.#agent;
    const places = this.#places.size > 0 ? this.#places.get(agent) : undefined;
    for (const at of places ?? []) {
      const before = this.#made[at]!;
      if (before.frameworkId !== framework.id || before.role !== role.name) continue;
      this.#made[at] = { ...before, resources: before.resources.plus(resources) };
      return;
    }
    if (places !== undefined) places.push(this.#made.length);
    else if (this.#stage === 1 || this.#isChopped) this.#places.set(agent, [this.#made.length]);
    this.#made.push({ frameworkId: framework.id, role: role.name, agentId: agent.id, resources });
  }

  /** Who got something of the agent moves back, now that its turn is over. */
  #enterInBooks(): void {
    const { book, roleSorter } = this.#cluster;
    const { slot } = this.#agent;
    for (let i = 0; i < this.#servedCount; i += 1) {
      const client = this.#served[i]!;
      const bag = this.#taken[i]!;
      const { order } = client.role;
      const isOrdered = order.isCurrent;
      const place = isOrdered ? order.placeOf(client.row) : 0;
      book.add(client.row, slot, bag);
      book.served[client.row]! += 1;
      book.refresh(client.row);
      if (isOrdered) order.moveBack(place);
      roleSorter.serve(client.role.sortNode!, slot, bag);
    }
    this.#servedCount = 0;
  }
}
