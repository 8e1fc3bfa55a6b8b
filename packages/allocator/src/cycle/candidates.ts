// Which agents the next cycle looks at: all of them after a tick and after events that concern a framework, else those
// that something happened to. What was asked for adds up until the cycle runs.
import type { AgentState } from '../state/agent-state.js';

export class Candidates {
  #isAll = false;
  #ids = new Set<string>();

  get isRequested(): boolean {
    return this.#isAll || this.#ids.size > 0;
  }

  has(agentId: string): boolean {
    return this.#isAll || this.#ids.has(agentId);
  }

  requestAll(): void {
    this.#isAll = true;
  }

  request(agentId: string): void {
    this.#ids.add(agentId);
  }

  forget(agentId: string): void {
    this.#ids.delete(agentId);
  }

  /** Hands over those that wait, and starts anew. */
  take<Agent>(agents: ReadonlyMap<string, Agent>): Iterable<Agent> {
    const all = this.#isAll ? agents.values() : [...this.#ids].flatMap((id) => agents.get(id) ?? []);
    this.#isAll = false;
    this.#ids = new Set();
    return all;
  }
}

/** Those of the agents that may be offered. */
export function offerable<Agent extends Pick<AgentState, 'isActive' | 'description'>>(
  agents: Iterable<Agent>,
  whitelist: ReadonlySet<string> | undefined,
): Agent[] {
  return Array.from(agents).filter(
    ({ isActive, description }) => isActive && (whitelist === undefined || whitelist.has(description.hostname)),
  );
}

/** Where Mesos shuffles: by a hash of the agent and of `salt`, so that no agent's place depends on who else is there. */
export function inCycleOrder(agents: readonly AgentState[], placeOf: (agent: AgentState) => number): AgentState[] {
  return agents
    .map((agent) => ({ agent, place: placeOf(agent) }))
    .sort((a, b) => a.place - b.place || (a.agent.id < b.agent.id ? -1 : 1))
    .map(({ agent }) => agent);
}
