// The fast allocator: the same commands and the same offers as the plain one.
import { Quantities } from '@mini-mesos/resources';
import type { Allocation, AllocatorCommand } from '../commands.js';
import { Candidates } from '../cycle/candidates.js';
import { explain } from '../explain/explain.js';
import type { Explanation, ExplainQuestion } from '../explain/explanation.js';
import { handleCommand } from '../handlers/index.js';
import { refusalMs } from '../filters/refusal-time.js';
import { settingsOf } from '../options.js';
import type { AllocatorOptions } from '../options.js';
import { InverseOffers } from '../maintenance/inverse-offers.js';
import type { InverseOffer, InverseOfferStatus } from '../maintenance/inverse-offers.js';
import { HoldOff } from '../recovery/hold-off.js';
import type { AgentView, RoleView } from '../views.js';
import { FastCluster } from './cluster.js';
import { FastCycle } from './cycle.js';
import { explainSourceOf } from './explain-source.js';
import { viewAgent, viewRole } from './views.js';

/** After these somebody may be able to take what he could not take before, whatever the agent. */
const OPENING: ReadonlySet<AllocatorCommand['type']> = new Set([
  'add-framework',
  'activate-framework',
  'update-framework',
  'revive',
]);

export class FastAllocator {
  readonly #cluster: FastCluster;
  readonly #cycle: FastCycle;
  readonly #candidates = new Candidates();
  readonly #inverseOffers = new InverseOffers();
  readonly #holdOff = new HoldOff();
  #runs = 0;
  #isBatch = false;

  constructor(options: AllocatorOptions = {}) {
    this.#cluster = new FastCluster(settingsOf(options));
    this.#cycle = new FastCycle(this.#cluster);
  }

  /** @throws {BrokenCommandError} where the command contradicts what went before; nothing has changed then */
  handle(command: AllocatorCommand, nowMs: number): void {
    if (command.type === 'recover' && this.#recoverPiece(command, nowMs)) return;
    if (OPENING.has(command.type)) {
      this.#cluster.revision += 1;
      this.#cluster.loosenings += 1;
    }
    const cluster = this.#cluster;
    const desk = {
      cluster,
      candidates: this.#candidates,
      inverseOffers: this.#inverseOffers,
      holdOff: this.#holdOff,
      nowMs,
    };
    handleCommand(desk, command);
    this.#holdOff.check(cluster.agents.size, nowMs);
    if (command.type === 'recover') cluster.forgetHoldings(command.frameworkId);
  }

  /** The short way where what was offered comes back, or a part of it. */
  #recoverPiece(command: Extract<AllocatorCommand, { type: 'recover' }>, nowMs: number): boolean {
    const { frameworkId, resources, refuseSeconds } = command;
    const cluster = this.#cluster;
    const agent = cluster.agents.get(command.agentId);
    const { items } = resources;
    const role = items.length === 0 ? undefined : items[0]!.allocationRole;
    if (agent === undefined || role === undefined) return false;
    for (let i = 1; i < items.length; i += 1) if (items[i]!.allocationRole !== role) return false;
    const client = cluster.client(frameworkId, role);
    if (client === undefined) return false;
    const { holding } = client;
    const bag = agent.giveBack(holding, resources) ?? agent.giveBackPart(holding, resources.unallocate());
    if (bag === undefined) return false;
    const { allocationIntervalMs, offerFreedAtOnce } = cluster.settings;
    const isSubscribed = client.framework.roles.has(role);
    cluster.strikePiece(client, agent, bag);
    const lastsMs = refuseSeconds === undefined ? undefined : refusalMs(refuseSeconds, allocationIntervalMs);
    if (lastsMs !== undefined && isSubscribed) {
      cluster.fastFilters.add(client, agent, { refused: bag, expiresAtMs: nowMs + lastsMs });
    }
    if (offerFreedAtOnce) this.#candidates.request(agent.id);
    return true;
  }

  /** An allocation interval is over: the next cycle looks at all agents. Filters need ticks to end. */
  tick(nowMs: number): void {
    this.#cluster.fastFilters.expire(nowMs);
    this.#holdOff.check(this.#cluster.agents.size, nowMs);
    this.#candidates.requestAll();
    this.#isBatch = true;
  }

  /** Whether agents wait for a cycle, after a tick or after a command that should not wait for one. */
  get isRunRequested(): boolean {
    return this.#candidates.isRequested && !this.#holdOff.isOn;
  }

  /** Runs a cycle over the agents that wait for one. The offers are charged to their frameworks from now on. */
  allocate(nowMs: number): Allocation[] {
    this.#holdOff.check(this.#cluster.agents.size, nowMs);
    if (this.#holdOff.isOn) return [];
    const inMaintenance = [...this.#inverseOffers.agentIds].filter((agentId) => this.#candidates.has(agentId));
    this.#runs += 1;
    this.#cluster.fastFilters.expire(nowMs);
    const allocations = this.#cycle.run(this.#candidates.take(this.#cluster.agents), this.#runs);
    if (this.#isBatch) this.#cluster.fastFilters.batchRunEnded();
    this.#isBatch = false;
    for (const agentId of inMaintenance) this.#inverseOffers.make(agentId, this.#connectedHolders(agentId), nowMs);
    return allocations;
  }

  #connectedHolders(agentId: string): string[] {
    const { agents, frameworks } = this.#cluster;
    const holders = [...(agents.get(agentId)?.held.keys() ?? [])].sort();
    return holders.filter((frameworkId) => frameworks.get(frameworkId)?.isActive === true);
  }

  /** Inverse offers of the cycles since the last call, to be sent; see `answer-inverse-offer`. */
  takeInverseOffers(): InverseOffer[] {
    return this.#inverseOffers.take();
  }

  /** The last answers to inverse offers of the agent. */
  inverseOfferStatuses(agentId: string): InverseOfferStatus[] {
    return this.#inverseOffers.statusesOf(agentId);
  }

  /** Cycles so far. */
  get runs(): number {
    return this.#runs;
  }

  /** Scalars of all agents, deactivated ones too. */
  get total(): Quantities {
    return this.#cluster.total;
  }

  /** Scalars that are offered or allocated, reserved and revocable ones too; copies of a shared volume count once. */
  get offeredOrAllocated(): Quantities {
    const agents = [...this.#cluster.agents.values()];
    return Quantities.sum(agents.map(({ heldInAll }) => Quantities.fromScalars(heldInAll)));
  }

  /** All roles that something is known of, in order of names. */
  get roles(): RoleView[] {
    const names = [...this.#cluster.roles.keys()].sort();
    return names.map((name) => viewRole(this.#cluster, this.#cluster.roles.get(name)!));
  }

  role(role: string): RoleView | undefined {
    const record = this.#cluster.roles.get(role);
    return record && viewRole(this.#cluster, record);
  }

  agent(agentId: string): AgentView | undefined {
    const agent = this.#cluster.agents.get(agentId);
    return agent && viewAgent(agent);
  }

  /** Why a framework gets, or does not get, offers: of one role and agent, or of all. Costs nothing until it is asked. */
  explain(question: ExplainQuestion, nowMs: number): Explanation {
    return explain(
      explainSourceOf(this.#cluster, { cycle: this.#runs, pause: this.#holdOff.describe(this.#cluster.agents.size) }),
      question,
      nowMs,
    );
  }

  /** Offer filters in force, by role; one that is over counts until the next cycle. */
  get activeFilters(): ReadonlyMap<string, number> {
    return new Map(this.#cluster.fastFilters.countByRole);
  }
}
