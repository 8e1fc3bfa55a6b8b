// The allocator: takes commands, and when told to, makes offers. It does nothing by itself and knows no clock; whoever
// owns it says what time it is, ticks once per allocation interval, and runs a cycle when one is wanted.
import { Quantities } from '@mini-mesos/resources';
import type { Allocation, AllocatorCommand } from './commands.js';
import { Candidates, offerable } from './cycle/candidates.js';
import { runCycle } from './cycle/cycle.js';
import type { Explanation, ExplainQuestion } from './explain/explanation.js';
import { explain } from './explain/explain.js';
import type { ExplainedAgent, ExplainSource } from './explain/source.js';
import { handleCommand } from './handlers/index.js';
import { settingsOf } from './options.js';
import type { AllocatorOptions } from './options.js';
import type { AgentState } from './state/agent-state.js';
import { Cluster } from './state/cluster.js';
import { viewAgent, viewRole } from './views.js';
import { InverseOffers } from './maintenance/inverse-offers.js';
import type { InverseOffer, InverseOfferStatus } from './maintenance/inverse-offers.js';
import { HoldOff } from './recovery/hold-off.js';
import type { AgentView, RoleView } from './views.js';

function explainedAgent(agent: AgentState): ExplainedAgent {
  const { id, isActive, description, hasGpus, available, lastCycle, lastOffers } = agent;
  const heldBy = (frameworkId: string) => agent.heldBy(frameworkId);
  return { id, isActive, description, hasGpus, available, held: () => agent.held, heldBy, lastCycle, lastOffers };
}

export class Allocator {
  readonly #cluster: Cluster;
  readonly #candidates = new Candidates();
  readonly #inverseOffers = new InverseOffers();
  readonly #holdOff = new HoldOff();
  #runs = 0;
  #isBatch = false;

  constructor(options: AllocatorOptions = {}) {
    this.#cluster = new Cluster(settingsOf(options));
  }

  /** @throws {BrokenCommandError} where the command contradicts what went before; nothing has changed then */
  handle(command: AllocatorCommand, nowMs: number): void {
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
  }

  /** An allocation interval is over: the next cycle looks at all agents. Filters need ticks to end. */
  tick(nowMs: number): void {
    this.#cluster.filters.expire(nowMs);
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
    this.#cluster.filters.expire(nowMs);
    const allocations = runCycle(this.#cluster, this.#takeCandidates(), this.#runs);
    if (this.#isBatch) this.#cluster.filters.batchRunEnded();
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

  #takeCandidates(): AgentState[] {
    const { agents, whitelist } = this.#cluster;
    return offerable(this.#candidates.take(agents), whitelist);
  }

  /** Cycles so far. */
  get runs(): number {
    return this.#runs;
  }

  /** Scalars of all agents, deactivated ones too. */
  get total(): Quantities {
    return this.#cluster.total.quantities;
  }

  /** Scalars that are offered or allocated, reserved and revocable ones too; copies of a shared volume count once. */
  get offeredOrAllocated(): Quantities {
    const agents = [...this.#cluster.agents.values()];
    return Quantities.sum(agents.map(({ heldInAll }) => Quantities.fromScalars(heldInAll)));
  }

  /** All roles that something is known of, in order of names. */
  get roles(): RoleView[] {
    return this.#cluster.roles.all().map((node) => viewRole(this.#cluster, node));
  }

  role(role: string): RoleView | undefined {
    const node = this.#cluster.roles.get(role);
    return node && viewRole(this.#cluster, node);
  }

  agent(agentId: string): AgentView | undefined {
    const agent = this.#cluster.agents.get(agentId);
    return agent && viewAgent(agent);
  }

  /** Why a framework gets, or does not get, offers: of one role and agent, or of all. Costs nothing until it is asked. */
  explain(question: ExplainQuestion, nowMs: number): Explanation {
    return explain(this.#explainSource(), question, nowMs);
  }

  #explainSource(): ExplainSource {
    const cluster = this.#cluster;
    return {
      settings: cluster.settings,
      cycle: this.#runs,
      pause: this.#holdOff.describe(cluster.agents.size),
      whitelist: cluster.whitelist,
      frameworks: cluster.frameworks,
      agentIds: cluster.agents.keys(),
      agent: (id) => {
        const agent = cluster.agents.get(id);
        return agent && explainedAgent(agent);
      },
      quota: cluster.quotaSource,
      filtersAt: (place) => cluster.filters.at(place),
      standingOf: (frameworkId, role) => ({
        frameworkId,
        role,
        roleShare: cluster.roleSorter.shareOf(role),
        roleWeight: cluster.roles.get(role)?.weight ?? 1,
        frameworkShare: cluster.frameworkSorter(role)!.shareOf(frameworkId),
      }),
    };
  }

  /** Offer filters in force, by role; one that is over counts until the next cycle. */
  get activeFilters(): ReadonlyMap<string, number> {
    return new Map(this.#cluster.filters.countByRole);
  }
}
