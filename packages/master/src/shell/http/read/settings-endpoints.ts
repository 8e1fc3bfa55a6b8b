// What operators have laid down: /weights, /quota, /maintenance/schedule and /maintenance/status.
import type { Front } from '@mini-mesos/daemon';
import { maintenanceSchedule, maintenanceStatus, quotaStatus } from '../../../core/views/governance.js';
import { weightInfos } from '../../../core/views/v0/roles.js';
import { messageAnswer } from './answers.js';
import type { ReadSideDeps } from './ports.js';

export function registerSettingsEndpoints(front: Front, deps: ReadSideDeps): void {
  const state = () => deps.machine.state;
  front.get('/weights', () => ({ status: 200, json: weightInfos(state()) }), {
    summary: 'Weights of roles that are not 1.',
  });
  front.get('/quota', () => messageAnswer('mesos.v1.quota.QuotaStatus', quotaStatus(state())), {
    summary: 'Quota of roles.',
  });
  front.get(
    '/maintenance/schedule',
    () => messageAnswer('mesos.v1.maintenance.Schedule', maintenanceSchedule(state())),
    {
      summary: 'Planned maintenance.',
    },
  );
  front.get(
    '/maintenance/status',
    () => messageAnswer('mesos.v1.maintenance.ClusterStatus', maintenanceStatus(state())),
    { summary: 'Machines that are being emptied, or are down, for maintenance.' },
  );
}
