// An agent as /state, /state-summary and /slaves show it (Mesos: SlaveWriter in src/master/readonly_handler.cpp).
import type { AgentInfo, Resource } from '@mini-mesos/proto';
import { attributesToStateJson, resourcesToStateJson } from '@mini-mesos/resources';
import type { Resources } from '@mini-mesos/resources';
import { toJsonValue } from '@mini-mesos/wire';
import type { AgentId } from '@mini-mesos/wire';
import { agentPid, isActive } from '../../state/agent.js';
import type { AgentRecord } from '../../state/agent.js';
import { usedOn } from '../usage.js';
import { seconds } from './time.js';

/** One that has not come back since this master became the leader. */
export function recoveredAgentJson(id: AgentId, { hostname, port = 5051, attributes = [], domain }: AgentInfo) {
  return {
    id,
    hostname,
    port,
    attributes: attributesToStateJson(attributes),
    ...(domain && { domain: toJsonValue('mesos.v1.DomainInfo', domain) }),
  };
}

export function agentJson(agent: AgentRecord) {
  const { total, drainInfo, drainStartedAtMs } = agent;
  return {
    ...recoveredAgentJson(agent.id, agent.info),
    pid: agentPid(agent),
    registered_time: seconds(agent.registeredAtMs),
    ...(agent.reregisteredAtMs !== undefined && { reregistered_time: seconds(agent.reregisteredAtMs) }),
    resources: resourcesToStateJson(total),
    used_resources: resourcesToStateJson(usedOn(agent)),
    offered_resources: resourcesToStateJson(agent.offered),
    reserved_resources: byRole(total, resourcesToStateJson),
    unreserved_resources: resourcesToStateJson(total.unreserved()),
    active: isActive(agent),
    deactivated: agent.deactivated,
    version: agent.version,
    capabilities: agent.capabilities,
    ...(drainInfo && { drain_info: toJsonValue('mesos.v1.DrainInfo', drainInfo) }),
    ...(drainStartedAtMs !== undefined && { estimated_drain_start_time_seconds: seconds(drainStartedAtMs) }),
  };
}

/** With the resources as messages too: what /unreserve and /destroy-volumes want to be told. */
export function fullAgentJson(agent: AgentRecord) {
  return {
    ...agentJson(agent),
    reserved_resources_full: byRole(agent.total, resourceMessages),
    unreserved_resources_full: resourceMessages(agent.total.unreserved()),
    used_resources_full: resourceMessages(usedOn(agent)),
    offered_resources_full: resourceMessages(agent.offered),
  };
}

function byRole<T>(resources: Resources, view: (resources: Resources) => T): Record<string, T> {
  return Object.fromEntries([...resources.reservedByRole()].map(([role, reserved]) => [role, view(reserved)]));
}

function resourceMessages(resources: Resources): unknown[] {
  return resources.toProto('endpoint').map((message: Resource) => toJsonValue('mesos.v1.Resource', message));
}
