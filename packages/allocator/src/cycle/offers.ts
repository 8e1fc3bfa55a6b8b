// The offers that a cycle makes. Each is booked at once, so that the next decision knows of it; offers of both stages
// to the same framework, role and agent become one.
import { Resources } from '@mini-mesos/resources';
import type { Allocation } from '../commands.js';
import type { Cluster, Holder } from '../state/cluster.js';
import type { AgentState } from '../state/agent-state.js';

export class Offers {
  readonly #cluster: Cluster;
  /** In the order in which each was first made. */
  readonly #made = new Map<string, Allocation>();
  /** By agent id: shared volumes that are in an offer of this cycle, and so in no other. */
  readonly #shared = new Map<string, Resources>();

  /** The shares of roles when the turn of the agent at hand began. */
  readonly #roleShares = new Map<string, number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get all(): Allocation[] {
    return [...this.#made.values()];
  }

  /** What is left on the agent that may go to the role. */
  availableTo(role: string, agent: AgentState): Resources {
    return agent.available.allocatableTo(role).minus(this.#shared.get(agent.id) ?? Resources.EMPTY);
  }

  /** Another agent's turn begins. */
  beginTurn(): void {
    this.#roleShares.clear();
  }

  /** Remembers where who gets it stands; offers that the role got of the agent in the same turn do not count. */
  #trace({ framework, role, agent }: Holder, resources: Resources): void {
    if (!this.#roleShares.has(role)) this.#roleShares.set(role, this.#cluster.roleSorter.shareOf(role));
    const roleShare = this.#roleShares.get(role)!;
    const frameworkShare = this.#cluster.frameworkSorter(role)!.shareOf(framework.id);
    agent.lastOffers = [...agent.lastOffers, { frameworkId: framework.id, role, resources, roleShare, frameworkShare }];
  }

  /** @throws {RangeError} where that would offer something twice, which no state of the cluster can lead to */
  make(holder: Holder, resources: Resources): void {
    const { framework, role, agent } = holder;
    if (!agent.available.contains(resources)) {
      throw new RangeError(`agent ${agent.id} has ${agent.available} left, and ${resources} were to be offered`);
    }
    this.#trace(holder, resources);
    this.#cluster.charge(holder, resources);
    const shared = resources.shared();
    if (!shared.isEmpty) this.#shared.set(agent.id, (this.#shared.get(agent.id) ?? Resources.EMPTY).plus(shared));

    const key = JSON.stringify([framework.id, role, agent.id]);
    const before = this.#made.get(key)?.resources ?? Resources.EMPTY;
    this.#made.set(key, {
      frameworkId: framework.id,
      role,
      agentId: agent.id,
      resources: before.plus(resources.allocate(role)),
    });
  }
}
