// Whether a schedule, or a list of machines, can be taken. Texts are Mesos' (src/master/maintenance.cpp).
import type { MachineID, maintenance } from '@mini-mesos/proto';
import { machineKey } from '../registry/registry.js';
import type { MachineEntry, Registry } from '../registry/registry.js';
import { printMachine } from './machines.js';

const BYTE = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const IPV4 = new RegExp(`^${BYTE}(\\.${BYTE}){3}$`);

export function invalidSchedule({ windows = [] }: maintenance.Schedule, { machines }: Registry): string | undefined {
  const seen = new Set<string>();
  for (const { machine_ids: ids = [], unavailability } of windows) {
    if (ids.length === 0) return 'List of machines in the maintenance window is empty';
    if ((unavailability.duration?.nanoseconds ?? 0) < 0) return "Unavailability 'duration' is negative";
    const reason = invalidIds(ids, seen);
    if (reason !== undefined) return reason;
  }
  for (const [key, { id, mode }] of machines) {
    if (mode === 'DOWN' && !seen.has(key)) {
      return `Machine '${printMachine(id)}' is deactivated and cannot be removed from the schedule`;
    }
  }
  return undefined;
}

/** Machines that are to leave `from`. */
export function invalidMachines(
  ids: readonly MachineID[],
  { machines }: Registry,
  { from, verb }: { from: MachineEntry['mode']; verb: 'down' | 'up' },
): string | undefined {
  if (ids.length === 0) return 'List of machines is empty';
  const reason = invalidIds(ids, new Set());
  if (reason !== undefined) return reason;
  for (const id of ids) {
    const machine = machines.get(machineKey(id));
    if (!machine) return `Machine '${printMachine(id)}' is not part of a maintenance schedule`;
    if (machine.mode !== from) {
      return `Machine '${printMachine(id)}' is not in ${from} mode and cannot be brought ${verb}`;
    }
  }
  return undefined;
}

/** Adds to `seen`, by `machineKey`. */
function invalidIds(ids: readonly MachineID[], seen: Set<string>): string | undefined {
  for (const id of ids) {
    const { hostname = '', ip = '' } = id;
    if (hostname === '' && ip === '') return "Both 'hostname' and 'ip' for a machine are empty";
    if (ip !== '' && !IPV4.test(ip)) return `Failed to parse the IP address '${ip}': expected one such as 10.0.0.1`;
    const key = machineKey(id);
    if (seen.has(key)) return `Machine '${printMachine(id)}' appears more than once in the schedule`;
    seen.add(key);
  }
  return undefined;
}
