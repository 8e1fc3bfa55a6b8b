// All that an allocator knows, and the few changes that touch several of its books at once. The books: each agent's
// record of who holds what; the sorters, for shares; the role tree, for quota. Callers check first: nothing here fails
// on a sound state.
import { Quantities, Resources } from '@mini-mesos/resources';
import { OfferFilters } from '../filters/offer-filters.js';
import { hashText, mix } from '../hash.js';
import type { Settings } from '../options.js';
import type { Quota } from '../quota/quota.js';
import type { QuotaSource } from '../quota/quota-book.js';
import { ClusterTotal } from '../sorter/share.js';
import { Sorter } from '../sorter/sorter.js';
import type { AgentDescription } from '../commands.js';
import { AgentState } from './agent-state.js';
import type { ClusterBook } from './books.js';
import type { FrameworkState } from './framework-state.js';
import { RoleTree } from './role-tree.js';
import type { RoleNode } from './role-tree.js';

/** Who holds, in which role, where. */
export interface Holder {
  readonly framework: FrameworkState;
  readonly role: string;
  readonly agent: AgentState;
}

export class Cluster implements ClusterBook {
  readonly settings: Settings;
  readonly agents = new Map<string, AgentState>();
  readonly frameworks = new Map<string, FrameworkState>();
  readonly roles = new RoleTree();
  readonly roleSorter: Sorter;
  readonly total: ClusterTotal;
  readonly filters = new OfferFilters();
  /** Hostnames that may be offered; undefined: all. */
  whitelist: ReadonlySet<string> | undefined;

  constructor(settings: Settings) {
    this.settings = settings;
    this.total = new ClusterTotal(settings.fairShareExcluded);
    this.roleSorter = new Sorter({
      kind: settings.roleSorter,
      total: this.total,
      isFlat: false,
      seed: settings.seed,
    });
  }

  addAgent(id: string, description: AgentDescription): AgentState {
    const agent = new AgentState(id, description);
    this.agents.set(id, agent);
    return agent;
  }

  dropAgent({ id }: AgentState): void {
    this.agents.delete(id);
    this.filters.clearAgent(id);
  }

  agentsHeldBy(frameworkId: string): AgentState[] {
    return [...this.agents.values()].filter(({ held }) => held.has(frameworkId));
  }

  /** Nothing is remembered of descriptions. */
  described(): void {}

  setWeight(role: string, weight: number): void {
    this.roles.ensure(role).weight = weight;
    this.roles.tidy(role);
    this.roleSorter.setWeight(role, weight);
  }

  quotas(): Quota[] {
    return this.roles.all().map(({ quota }) => quota);
  }

  setQuota(role: string, quota: Quota): void {
    this.roles.ensure(role).quota = quota;
    this.roles.tidy(role);
  }

  /** Consumption and headroom as they are now. */
  get quotaSource(): QuotaSource {
    return {
      accounts: this.roles.all(),
      available: () => Quantities.sum([...this.agents.values()].map(({ headroom }) => headroom)),
      isNested: this.settings.nestedLimits,
    };
  }

  /** Undefined while nobody is in the role. */
  frameworkSorter(role: string): Sorter | undefined {
    return this.roles.get(role)?.frameworkSorter;
  }

  /** Puts the framework under a role, if it is not there, and lets it take part if it wants offers. */
  enterRole(framework: FrameworkState, role: string): void {
    const node = this.roles.ensure(role);
    if (node.frameworkSorter === undefined) {
      const { settings, total } = this;
      const seed = mix(settings.seed, hashText(role));
      node.frameworkSorter = new Sorter({ kind: settings.frameworkSorter, total, isFlat: true, seed });
      this.roleSorter.add(role);
    }
    if (!node.frameworkIds.has(framework.id)) {
      node.frameworkIds.add(framework.id);
      node.frameworkSorter.add(framework.id);
    }
    this.#setActive(node, framework);
  }

  /** A role takes part while a framework of it does. */
  #setActive({ role, frameworkSorter }: RoleNode, framework: FrameworkState): void {
    frameworkSorter!.setActive(framework.id, framework.wantsOffers(role));
    this.roleSorter.setActive(role, frameworkSorter!.activeSize > 0);
  }

  /** After the framework unsubscribed, or gave something back: takes it from under the role once nothing ties it. */
  leaveRole(framework: FrameworkState, role: string): void {
    const node = this.roles.get(role);
    if (node?.frameworkSorter?.has(framework.id) !== true) return;
    const isTied = framework.roles.has(role) || node.frameworkSorter.holds(framework.id);
    this.#setActive(node, framework);
    if (isTied) return;
    node.frameworkIds.delete(framework.id);
    node.frameworkSorter.remove(framework.id);
    if (node.frameworkIds.size > 0) return;
    node.frameworkSorter = undefined;
    this.roleSorter.remove(role);
    this.roles.tidy(role);
  }

  /** `resources`, without allocation, go to the holder. */
  charge(holder: Holder, resources: Resources): void {
    holder.agent.hold(holder.framework.id, resources.allocate(holder.role));
    this.enterInBooks(holder, resources);
  }

  /** The holder gives back `resources`, which he must hold. */
  release(holder: Holder, resources: Resources): void {
    holder.agent.release(holder.framework.id, resources.allocate(holder.role));
    this.strikeFromBooks(holder, resources);
  }

  /** Part of what the holder has turns into something else. */
  convert({ framework, role, agent }: Holder, { from, to }: { from: Resources; to: Resources }): void {
    agent.release(framework.id, from.allocate(role));
    agent.hold(framework.id, to.allocate(role));
    this.enterRole(framework, role);
    this.roleSorter.converted(role, agent.id, { from, to });
    this.frameworkSorter(role)!.converted(framework.id, agent.id, { from, to });
    this.roles.moveHeld(role, { from, to });
    if (!framework.roles.has(role)) this.leaveRole(framework, role);
  }

  /** Counts what the agent has on record already. */
  enterInBooks({ framework, role, agent }: Holder, resources: Resources): void {
    this.enterRole(framework, role);
    this.roleSorter.allocated(role, agent.id, resources);
    this.frameworkSorter(role)!.allocated(framework.id, agent.id, resources);
    this.roles.moveHeld(role, { from: Resources.EMPTY, to: resources });
  }

  /** Stops counting what the agent has on record, or had. */
  strikeFromBooks({ framework, role, agent }: Holder, resources: Resources): void {
    this.roleSorter.unallocated(role, agent.id, resources);
    this.frameworkSorter(role)!.unallocated(framework.id, agent.id, resources);
    this.roles.moveHeld(role, { from: resources, to: Resources.EMPTY });
    if (!framework.roles.has(role)) this.leaveRole(framework, role);
  }

  /** A new agent has nothing until it is told its total; one that goes has nothing again. */
  setTotal(agent: AgentState, total: Resources): void {
    const before = agent.total;
    agent.total = total;
    this.total.replace(Quantities.fromScalars(before), Quantities.fromScalars(total));
    this.roles.moveReservations({ from: before.reserved(), to: total.reserved() });
  }
}
