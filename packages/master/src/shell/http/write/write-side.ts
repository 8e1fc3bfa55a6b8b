// All that operators change without the operator API.
import type { Front } from '@mini-mesos/daemon';
import { registerMaintenanceWrites } from './maintenance.js';
import type { WriteSideDeps } from './ports.js';
import { registerResourceWrites } from './resources.js';
import { registerRoleWrites } from './roles.js';

export function registerWriteSide(front: Front, deps: WriteSideDeps): void {
  registerRoleWrites(front, deps);
  registerResourceWrites(front, deps);
  registerMaintenanceWrites(front, deps);
}
