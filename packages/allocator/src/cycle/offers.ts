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

  /** @throws {RangeError} where that would offer something twice, which no state of the cluster can lead to */
  make(holder: Holder, resources: Resources): void {
    const { framework, role, agent } = holder;
    if (!agent.available.contains(resources)) {
      throw new RangeError(`agent ${agent.id} has ${agent.available} left, and ${resources} were to be offered`);
    }
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
