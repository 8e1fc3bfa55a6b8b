// The maintenance schedule as operators change it: a few machines at a time, while the master takes it as a whole. Pure.
import type { AgentMessage } from '../cluster/messages.js';
import type { Parsed } from './amounts.js';

export interface MachineMessage {
  readonly hostname?: string;
  readonly ip?: string;
}

export interface WindowMessage {
  readonly machine_ids?: readonly MachineMessage[];
  readonly unavailability: {
    readonly start: { readonly nanoseconds: number };
    readonly duration?: { readonly nanoseconds: number };
  };
}

export interface ScheduleMessage {
  readonly windows?: readonly WindowMessage[];
}

export interface MaintenanceStatusMessage {
  readonly draining_machines?: readonly {
    readonly id: MachineMessage;
    readonly statuses?: readonly { readonly status: string; readonly framework_id: { readonly value: string } }[];
  }[];
  readonly down_machines?: readonly MachineMessage[];
}

export const machineText = ({ hostname = '', ip = '' }: MachineMessage): string =>
  hostname === '' || hostname === ip ? ip : ip === '' ? hostname : `${hostname} (${ip})`;

const keyOf = ({ hostname = '', ip = '' }: MachineMessage): string => `${hostname.toLowerCase()} ${ip}`;

/** The machine of an agent: its hostname, and the address in its pid. */
export function machineOf({ hostname, pid = '' }: AgentMessage): MachineMessage {
  const ip = /@(.+):\d+$/.exec(pid)?.[1];
  return ip === undefined ? { hostname } : { hostname, ip };
}

/** By hostname, by address, or `hostname,address` of one that nobody has heard of. */
export function chooseMachine(known: readonly MachineMessage[], wanted: string): Parsed<MachineMessage> {
  const distinct = [...new Map(known.map((machine) => [keyOf(machine), machine])).values()];
  const found = distinct.filter(
    ({ hostname, ip }) => hostname?.toLowerCase() === wanted.toLowerCase() || ip === wanted,
  );
  const [machine] = found;
  if (machine && found.length === 1) return { ok: true, value: machine };
  if (machine) {
    const names = found.map(({ hostname = '', ip = '' }) => `${hostname},${ip}`).join(' or ');
    return { ok: false, error: `${wanted} can mean ${found.length} machines: give ${names}` };
  }
  const [, hostname, ip] = /^([^,\s]*),(\d+(?:\.\d+){3})$/.exec(wanted) ?? [];
  if (ip !== undefined) return { ok: true, value: { ...(hostname === '' ? {} : { hostname }), ip } };
  return {
    ok: false,
    error: `no machine ${wanted} is known: give the agent's hostname or address, or HOSTNAME,ADDRESS`,
  };
}

/** The schedule with a window for `machines`, which leave the windows that they were in. */
export function withWindow(
  schedule: ScheduleMessage,
  machines: readonly MachineMessage[],
  { startMs, durationMs }: { startMs: number; durationMs?: number | undefined },
): ScheduleMessage {
  const window: WindowMessage = {
    machine_ids: machines,
    unavailability: {
      start: { nanoseconds: startMs * 1e6 },
      ...(durationMs !== undefined && { duration: { nanoseconds: durationMs * 1e6 } }),
    },
  };
  return { windows: [...(without(schedule, machines).windows ?? []), window] };
}

/** The schedule without `machines`. */
export function without({ windows = [] }: ScheduleMessage, machines: readonly MachineMessage[]): ScheduleMessage {
  const gone = new Set(machines.map(keyOf));
  const left = windows
    .map((window) => ({ ...window, machine_ids: (window.machine_ids ?? []).filter((id) => !gone.has(keyOf(id))) }))
    .filter(({ machine_ids: ids }) => ids.length > 0);
  return { windows: left };
}

export function machinesOf({ windows = [] }: ScheduleMessage): MachineMessage[] {
  return windows.flatMap(({ machine_ids: ids = [] }) => ids);
}

/** When a machine is unavailable. */
export function unavailabilityOf(
  { windows = [] }: ScheduleMessage,
  machine: MachineMessage,
): WindowMessage['unavailability'] | undefined {
  return windows.find(({ machine_ids: ids = [] }) => ids.some((id) => keyOf(id) === keyOf(machine)))?.unavailability;
}
