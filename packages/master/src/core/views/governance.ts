// What operators have laid down besides weights: quota and maintenance, in the form of the APIs.
import type { allocator, maintenance, quota } from '@mini-mesos/proto';
import { machineKey } from '../registry/registry.js';
import type { MachineEntry } from '../registry/registry.js';
import type { AgentRecord } from '../state/agent.js';
import type { MasterState } from '../state/state.js';

/** Body of /quota and of GET_QUOTA; `infos` is for clients from before limits. */
export function quotaStatus({ registry: { quotas } }: MasterState): quota.QuotaStatus {
  const configs = [...quotas].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, config]) => config);
  return { infos: configs.map(legacyInfo), configs };
}

function legacyInfo({ role, guarantees = {} }: quota.QuotaConfig): quota.QuotaInfo {
  const names = Object.keys(guarantees).toSorted();
  return {
    role,
    guarantee: names.map((name) => ({ name, type: 'SCALAR', scalar: { value: guarantees[name]?.value ?? 0 } })),
  };
}

/** Body of /maintenance/schedule and of GET_MAINTENANCE_SCHEDULE. */
export function maintenanceSchedule({ registry }: MasterState): maintenance.Schedule {
  return registry.schedule;
}

/** Body of /maintenance/status and of GET_MAINTENANCE_STATUS, in order of the machines. */
export function maintenanceStatus({ registry, agents }: MasterState): maintenance.ClusterStatus {
  const machines = [...registry.machines].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const inMode = (wanted: MachineEntry['mode']) => machines.filter(([, { mode }]) => mode === wanted);
  const statuses = statusesByMachine(inMode('DRAINING').length > 0 ? agents.values() : []);
  return {
    draining_machines: inMode('DRAINING').map(([key, { id }]) => ({ id, statuses: statuses.get(key) ?? [] })),
    down_machines: inMode('DOWN').map(([, { id }]) => id),
  };
}

/** How frameworks answered the inverse offers for the agents of each machine, by `machineKey`. */
function statusesByMachine(agents: Iterable<AgentRecord>): Map<string, allocator.InverseOfferStatus[]> {
  const found = new Map<string, allocator.InverseOfferStatus[]>();
  for (const { info, ip, inverseOffers } of agents) {
    for (const { status } of inverseOffers.values()) {
      if (!status) continue;
      const key = machineKey({ hostname: info.hostname, ip });
      const list = found.get(key);
      if (list) list.push(status);
      else found.set(key, [status]);
    }
  }
  return found;
}
