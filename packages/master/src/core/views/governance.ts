// What operators have laid down besides weights: quota and maintenance. A master that knows of neither shows none.
import type { maintenance, MachineID, quota } from '@mini-mesos/proto';

export interface Governance {
  /** By role. Roles without an entry have no guarantee and no limit. */
  readonly quotas: ReadonlyMap<string, quota.QuotaConfig>;
  readonly schedule: maintenance.Schedule;
  readonly drainingMachines: readonly maintenance.ClusterStatus.DrainingMachine[];
  readonly downMachines: readonly MachineID[];
}

export const NO_GOVERNANCE: Governance = {
  quotas: new Map(),
  schedule: {},
  drainingMachines: [],
  downMachines: [],
};

/** Body of /quota and of GET_QUOTA; `infos` is for clients from before limits. */
export function quotaStatus({ quotas }: Governance): quota.QuotaStatus {
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

/** Body of /maintenance/status and of GET_MAINTENANCE_STATUS. */
export function maintenanceStatus({ drainingMachines, downMachines }: Governance): maintenance.ClusterStatus {
  return { draining_machines: [...drainingMachines], down_machines: [...downMachines] };
}
