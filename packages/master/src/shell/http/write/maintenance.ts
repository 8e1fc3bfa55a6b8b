// POST /maintenance/schedule, /machine/down and /machine/up.
import type { Front, FrontAnswer, FrontRequest } from '@mini-mesos/daemon';
import type { MachineID, master } from '@mini-mesos/proto';
import { asMessage, asMessages, readArray, readObject } from './json-body.js';
import { badRequest, perform } from './ports.js';
import type { WriteSideDeps } from './ports.js';

export function registerMaintenanceWrites(front: Front, deps: WriteSideDeps): void {
  front.post('/maintenance/schedule', (request) => postSchedule(request, deps), {
    summary: 'Replaces the maintenance schedule: {"windows": […]}.',
  });
  const machines = (path: string, summary: string, call: (machines: MachineID[]) => master.Call) =>
    front.post(path, (request) => postMachines(request, deps, call), { summary });
  machines(
    '/machine/down',
    'Starts the maintenance of scheduled machines: an array of {"hostname", "ip"}.',
    (list) => ({
      type: 'START_MAINTENANCE',
      start_maintenance: { machines: list },
    }),
  );
  machines('/machine/up', 'Ends the maintenance of machines: an array of {"hostname", "ip"}.', (list) => ({
    type: 'STOP_MAINTENANCE',
    stop_maintenance: { machines: list },
  }));
}

function postSchedule(request: FrontRequest, deps: WriteSideDeps): FrontAnswer | Promise<FrontAnswer> {
  const json = readObject(request.body.toString());
  const schedule = json.ok ? asMessage('mesos.v1.maintenance.Schedule', json.value) : json;
  if (!schedule.ok) return badRequest(schedule.error);
  const call: master.Call = {
    type: 'UPDATE_MAINTENANCE_SCHEDULE',
    update_maintenance_schedule: { schedule: schedule.value },
  };
  return perform(deps, request, call);
}

function postMachines(
  request: FrontRequest,
  deps: WriteSideDeps,
  call: (machines: MachineID[]) => master.Call,
): FrontAnswer | Promise<FrontAnswer> {
  const json = readArray(request.body.toString());
  const machines = json.ok ? asMessages('mesos.v1.MachineID', json.value) : json;
  return machines.ok ? perform(deps, request, call(machines.value)) : badRequest(machines.error);
}
