// An agent as the operator API shows it (mesos.v1.master.Response.GetAgents.Agent), in answers and in events.
import type { AgentInfo, master } from '@mini-mesos/proto';
import { agentPid, isActive } from '../../state/agent.js';
import type { AgentRecord } from '../../state/agent.js';
import type { MasterState } from '../../state/state.js';
import { listing } from '../listing.js';
import type { Listing } from '../listing.js';
import { usedOn } from '../usage.js';
import { timeInfo } from './time.js';

export function agentMessage(agent: AgentRecord): master.Response.GetAgents.Agent {
  const { reregisteredAtMs, drainInfo, drainStartedAtMs } = agent;
  return {
    agent_info: agent.info,
    active: isActive(agent),
    deactivated: agent.deactivated,
    version: agent.version,
    pid: agentPid(agent),
    registered_time: timeInfo(agent.registeredAtMs),
    ...(reregisteredAtMs !== undefined && { reregistered_time: timeInfo(reregisteredAtMs) }),
    total_resources: agent.total.toProto('endpoint'),
    allocated_resources: usedOn(agent).toProto('endpoint'),
    offered_resources: agent.offered.toProto('endpoint'),
    capabilities: agent.capabilities.map((type) => ({ type })),
    ...(drainInfo && { drain_info: drainInfo }),
    // Whole seconds, as in Mesos.
    ...(drainStartedAtMs !== undefined && {
      estimated_drain_start_time: timeInfo(Math.floor(drainStartedAtMs / 1000) * 1000),
    }),
  };
}

export interface AgentsView {
  readonly agents: Listing<master.Response.GetAgents.Agent>;
  readonly recovered_agents: Listing<AgentInfo>;
}

export function agentsView({ agents, recoveredAgents }: MasterState): AgentsView {
  return {
    agents: listing(agents.values(), agentMessage),
    recovered_agents: listing(recoveredAgents.values(), (info) => info),
  };
}
