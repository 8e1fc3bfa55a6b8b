// How many agents are in which condition.
import { isActive } from '../state/agent.js';
import type { MasterState } from '../state/state.js';

export interface AgentCounts {
  readonly connected: number;
  readonly disconnected: number;
  /** Connected, and not deactivated. */
  readonly active: number;
  readonly inactive: number;
  readonly unreachable: number;
}

export function agentCounts(state: MasterState): AgentCounts {
  let connected = 0;
  let active = 0;
  for (const agent of state.agents.values()) {
    if (agent.link !== undefined) connected += 1;
    if (isActive(agent)) active += 1;
  }
  const all = state.agents.size;
  return {
    connected,
    disconnected: all - connected,
    active,
    inactive: all - active,
    unreachable: state.unreachableAgents.size,
  };
}
