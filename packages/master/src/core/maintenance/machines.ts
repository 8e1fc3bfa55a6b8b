// Which machine an agent is on, and what maintenance is planned for it. An agent is on a machine that has both its
// hostname, without regard to case, and its address.
import type { MachineID, Unavailability } from '@mini-mesos/proto';
import type { Context } from '../context.js';
import { machineKey } from '../registry/registry.js';
import type { Registry } from '../registry/registry.js';
import type { AgentRecord } from '../state/agent.js';

export function keyOf({ info, ip }: Pick<AgentRecord, 'info' | 'ip'>): string {
  return machineKey({ hostname: info.hostname, ip });
}

/** When each scheduled machine is unavailable, by `machineKey`. */
export function unavailabilities({ schedule }: Registry): Map<string, Unavailability> {
  return new Map(
    (schedule.windows ?? []).flatMap(({ machine_ids: ids = [], unavailability }) =>
      ids.map((id) => [machineKey(id), unavailability] as const),
    ),
  );
}

export function unavailabilityOf({ state: { registry } }: Context, agent: AgentRecord): Unavailability | undefined {
  return registry.machines.size === 0 ? undefined : unavailabilities(registry).get(keyOf(agent));
}

export function isScheduled({ state: { registry } }: Context, agent: AgentRecord): boolean {
  return registry.machines.has(keyOf(agent));
}

/** Whether the machine is down: its agents may not register. */
export function isDown({ state: { registry } }: Context, id: MachineID): boolean {
  return registry.machines.get(machineKey(id))?.mode === 'DOWN';
}

/** As Mesos names a machine in its answers. */
export function printMachine({ hostname, ip }: MachineID): string {
  return JSON.stringify({ ...(hostname !== undefined && { hostname }), ...(ip !== undefined && { ip }) });
}
