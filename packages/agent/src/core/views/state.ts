// The agent's /state.
import { attributesToStateJson, Resources, resourcesToStateJson } from '@mini-mesos/resources';
import { toJsonValue } from '@mini-mesos/wire';
import { AGENT_CAPABILITIES } from '../constants.js';
import type { AgentMachine } from '../machine.js';
import { allocatedResources } from '../model.js';
import { frameworkJson, optional, type Json } from './tasks.js';

/** What the state shows that the machine does not know. */
export interface StateFacts {
  /** As /version prints it. */
  version: Json;
  startTimeSecs: number;
  flags: Readonly<Record<string, string>>;
  logDir?: string | undefined;
}

/** What all executors of the agent hold, those that are shutting down included. */
export function allocatedTotal({ state }: AgentMachine): Resources {
  const executors = [...state.frameworks.values()].flatMap((framework) => [...framework.executors.values()]);
  return Resources.sum(
    executors
      .filter((executor) => executor.state !== 'TERMINATED')
      .map((executor) => Resources.fromProto(allocatedResources(executor)).unallocate()),
  );
}

function byRole(resources: Resources, write: (resources: Resources) => unknown): Json {
  return Object.fromEntries([...resources.reservedByRole()].map(([role, reserved]) => [role, write(reserved)]));
}

function fullJson(resources: Resources): unknown[] {
  return resources.toProto('endpoint').map((resource) => toJsonValue('mesos.v1.Resource', resource));
}

export function stateJson(machine: AgentMachine, facts: StateFacts): Json {
  const { state, config } = machine;
  const { totalResources: total, info, drain } = state;
  const allocated = allocatedTotal(machine);
  return {
    ...facts.version,
    start_time: facts.startTimeSecs,
    id: info.id?.value ?? '',
    pid: `slave(1)@${config.ip.includes(':') ? `[${config.ip}]` : config.ip}:${config.port}`,
    hostname: info.hostname,
    capabilities: [...AGENT_CAPABILITIES],
    ...optional('domain', info.domain && toJsonValue('mesos.v1.DomainInfo', info.domain)),
    ...optional('drain_config', drain && toJsonValue('mesos.v1.DrainConfig', drain.config)),
    ...optional('estimated_drain_start_time_seconds', drain && drain.startedMs / 1000),
    resources: resourcesToStateJson(total),
    reserved_resources: byRole(total, resourcesToStateJson),
    unreserved_resources: resourcesToStateJson(total.unreserved()),
    reserved_resources_full: byRole(total, fullJson),
    unreserved_resources_full: fullJson(total.unreserved()),
    reserved_resources_allocated: byRole(allocated, resourcesToStateJson),
    unreserved_resources_allocated: resourcesToStateJson(allocated.unreserved()),
    resource_providers: [],
    attributes: attributesToStateJson(info.attributes ?? []),
    ...optional('master_hostname', machine.masterHostname),
    ...optional('log_dir', facts.logDir),
    flags: facts.flags,
    frameworks: [...state.frameworks.values()].map(frameworkJson),
    completed_frameworks: state.completedFrameworks.map(frameworkJson),
  };
}
