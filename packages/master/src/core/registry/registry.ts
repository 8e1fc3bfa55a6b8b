// The registry as a value, and what each operation makes of it. Pure: the stores keep it, a new leader starts from it.
import type { AgentInfo, DrainInfo, MachineID, maintenance, quota } from '@mini-mesos/proto';
import type { AgentId, FrameworkId } from '@mini-mesos/wire';
import type { RegistryOperation } from './operations.js';

export interface AdmittedAgent {
  readonly info: AgentInfo;
  /** Set while it drains and when it has drained. */
  readonly drain?: DrainInfo | undefined;
  /** Gets no offers until it is reactivated; a draining agent is deactivated too. */
  readonly deactivated: boolean;
}

/** An unreachable agent keeps what operators decided about it. */
export interface UnreachableEntry {
  readonly atMs: number;
  readonly drain?: DrainInfo | undefined;
  readonly deactivated: boolean;
}

export interface Registry {
  readonly agents: Map<AgentId, AdmittedAgent>;
  /** Oldest first. */
  readonly unreachable: Map<AgentId, UnreachableEntry>;
  /** When each was marked gone, oldest first. */
  readonly gone: Map<AgentId, number>;
  readonly weights: Map<string, number>;
  readonly quotas: Map<string, quota.QuotaConfig>;
  schedule: maintenance.Schedule;
  /** Machines that are not up, by `machineKey`. */
  readonly machines: Map<string, MachineEntry>;
  /** When each was torn down, oldest first. */
  readonly removedFrameworks: Map<FrameworkId, number>;
}

export interface MachineEntry {
  readonly id: MachineID;
  readonly mode: 'DRAINING' | 'DOWN';
}

export function emptyRegistry(): Registry {
  return {
    agents: new Map(),
    unreachable: new Map(),
    gone: new Map(),
    weights: new Map(),
    quotas: new Map(),
    schedule: {},
    machines: new Map(),
    removedFrameworks: new Map(),
  };
}

/** A machine is its hostname, without regard to case, and its address. */
export function machineKey({ hostname = '', ip = '' }: MachineID): string {
  return `${hostname.toLowerCase()} ${ip}`;
}

/** Changes the registry in place. Operations on what is not there change nothing: a store may see one twice. */
export function applyRegistryOperation(registry: Registry, operation: RegistryOperation): void {
  switch (operation.type) {
    case 'admit-agent':
      registry.unreachable.delete(idOf(operation.agent));
      registry.agents.set(idOf(operation.agent), { info: operation.agent, deactivated: false });
      return;
    case 'update-agent':
      changeAgent(registry, idOf(operation.agent), (agent) => ({ ...agent, info: operation.agent }));
      return;
    case 'remove-agent':
      registry.agents.delete(operation.agent);
      return;
    case 'mark-unreachable': {
      if (registry.gone.has(operation.agent)) return;
      const { drain, deactivated = false } = registry.agents.get(operation.agent) ?? {};
      registry.agents.delete(operation.agent);
      registry.unreachable.set(operation.agent, { atMs: operation.atMs, drain, deactivated });
      return;
    }
    case 'mark-reachable': {
      const id = idOf(operation.agent);
      if (registry.gone.has(id)) return;
      const { drain, deactivated = false } = registry.unreachable.get(id) ?? registry.agents.get(id) ?? {};
      registry.unreachable.delete(id);
      registry.agents.set(id, { info: operation.agent, drain, deactivated });
      return;
    }
    case 'mark-gone':
      registry.agents.delete(operation.agent);
      registry.unreachable.delete(operation.agent);
      registry.gone.set(operation.agent, operation.atMs);
      return;
    case 'drain-agent':
      changeMark(registry, operation.agent, {
        drain: { state: 'DRAINING', config: operation.config },
        deactivated: true,
      });
      return;
    case 'mark-drained': {
      const drain = (registry.agents.get(operation.agent) ?? registry.unreachable.get(operation.agent))?.drain;
      if (drain) changeMark(registry, operation.agent, { drain: { ...drain, state: 'DRAINED' }, deactivated: true });
      return;
    }
    case 'deactivate-agent':
      changeMark(registry, operation.agent, { deactivated: true });
      return;
    case 'reactivate-agent':
      changeMark(registry, operation.agent, { drain: undefined, deactivated: false });
      return;
    case 'prune-agents':
      for (const id of operation.unreachable) registry.unreachable.delete(id);
      for (const id of operation.gone) registry.gone.delete(id);
      return;
    case 'update-weights':
      for (const [role, weight] of operation.weights) registry.weights.set(role, weight);
      return;
    case 'update-quota':
      for (const config of operation.configs) {
        if (isDefault(config)) registry.quotas.delete(config.role);
        else registry.quotas.set(config.role, config);
      }
      return;
    case 'update-maintenance':
      applySchedule(registry, operation.schedule);
      return;
    case 'start-maintenance':
      for (const id of operation.machines) registry.machines.set(machineKey(id), { id, mode: 'DOWN' });
      return;
    case 'stop-maintenance':
      stopMaintenance(registry, operation.machines);
      return;
    case 'remove-framework':
      registry.removedFrameworks.set(operation.framework, operation.atMs);
      return;
    case 'prune-frameworks':
      for (const id of operation.frameworks) registry.removedFrameworks.delete(id);
      return;
  }
}

function idOf({ id }: AgentInfo): AgentId {
  return (id?.value ?? '') as AgentId;
}

function changeAgent(registry: Registry, id: AgentId, change: (agent: AdmittedAgent) => AdmittedAgent): void {
  const agent = registry.agents.get(id);
  if (agent) registry.agents.set(id, change(agent));
}

/** What operators decided about an agent holds whether it is reachable or not. */
function changeMark(
  registry: Registry,
  id: AgentId,
  mark: { drain?: DrainInfo | undefined; deactivated: boolean },
): void {
  changeAgent(registry, id, (agent) => ({ ...agent, ...mark }));
  const unreachable = registry.unreachable.get(id);
  if (unreachable) registry.unreachable.set(id, { ...unreachable, ...mark });
}

function isDefault({ guarantees = {}, limits = {} }: quota.QuotaConfig): boolean {
  return Object.keys(guarantees).length === 0 && Object.keys(limits).length === 0;
}

function applySchedule(registry: Registry, schedule: maintenance.Schedule): void {
  const scheduled = new Map((schedule.windows ?? []).flatMap(({ machine_ids = [] }) => machine_ids.map(keyed)));
  for (const [key, { mode }] of registry.machines) {
    if (mode === 'DRAINING' && !scheduled.has(key)) registry.machines.delete(key);
  }
  for (const [key, id] of scheduled) {
    if (!registry.machines.has(key)) registry.machines.set(key, { id, mode: 'DRAINING' });
  }
  registry.schedule = schedule;
}

function stopMaintenance(registry: Registry, machines: readonly MachineID[]): void {
  const stopped = new Map(machines.map(keyed));
  for (const key of stopped.keys()) registry.machines.delete(key);
  const windows = (registry.schedule.windows ?? [])
    .map(({ machine_ids = [], ...window }) => ({
      ...window,
      machine_ids: machine_ids.filter((id) => !stopped.has(machineKey(id))),
    }))
    .filter(({ machine_ids }) => machine_ids.length > 0);
  registry.schedule = windows.length > 0 ? { windows } : {};
}

function keyed(id: MachineID): [string, MachineID] {
  return [machineKey(id), id];
}
