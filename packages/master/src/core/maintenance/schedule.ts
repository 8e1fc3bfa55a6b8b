// Planned maintenance: machines enter and leave the schedule, go down, and come back.
import type { MachineID, maintenance, Unavailability } from '@mini-mesos/proto';
import { removeAgent } from '../agents/remove.js';
import type { Context } from '../context.js';
import { rescindOffers } from '../offers/remove.js';
import type { Asked } from '../operator/calls.js';
import { machineKey } from '../registry/registry.js';
import type { AgentRecord } from '../state/agent.js';
import { rescindInverseOffers, sameTimes } from './inverse-offers.js';
import { keyOf, unavailabilities } from './machines.js';
import { invalidMachines, invalidSchedule } from './validate.js';

/** UPDATE_MAINTENANCE_SCHEDULE: replaces the whole schedule. */
export function updateSchedule(ctx: Context, schedule: maintenance.Schedule, { request }: Asked): void {
  const invalid = invalidSchedule(schedule, ctx.state.registry);
  if (invalid !== undefined) return ctx.answer(request, 400, invalid);
  ctx.persist({ type: 'update-maintenance', schedule }, () => {
    const planned = unavailabilities(ctx.state.registry);
    for (const agent of ctx.state.agents.values()) setUnavailability(ctx, agent, planned.get(keyOf(agent)));
    ctx.log('info', 'updated the maintenance schedule', { machines: planned.size });
    ctx.answer(request, 200);
  });
}

/** Frameworks hear of it in new offers, so those of before are taken back. */
function setUnavailability(ctx: Context, agent: AgentRecord, unavailability: Unavailability | undefined): void {
  if (sameTimes(agent.unavailability, unavailability)) return;
  rescindOffers(ctx, agent);
  rescindInverseOffers(ctx, agent);
  agent.inverseOffers.clear();
  agent.unavailability = unavailability;
  ctx.allocator({ type: 'update-unavailability', agentId: agent.id, unavailability });
}

/** START_MAINTENANCE: the machines' agents are told to end, and their tasks are lost. */
export function startMaintenance(ctx: Context, machines: readonly MachineID[], { request }: Asked): void {
  const invalid = invalidMachines(machines, ctx.state.registry, { from: 'DRAINING', verb: 'down' });
  if (invalid !== undefined) return ctx.answer(request, 400, invalid);
  ctx.persist({ type: 'start-maintenance', machines }, () => {
    const down = new Set(machines.map(machineKey));
    const message = "Operator initiated 'Machine DOWN'";
    for (const agent of [...ctx.state.agents.values()]) {
      if (!down.has(keyOf(agent))) continue;
      ctx.tell(agent, { type: 'SHUTDOWN', shutdown: { message } });
      removeAgent(ctx, agent, { cause: message });
    }
    ctx.answer(request, 200);
  });
}

/** STOP_MAINTENANCE: agents of the machines may register again. */
export function stopMaintenance(ctx: Context, machines: readonly MachineID[], { request }: Asked): void {
  const invalid = invalidMachines(machines, ctx.state.registry, { from: 'DOWN', verb: 'up' });
  if (invalid !== undefined) return ctx.answer(request, 400, invalid);
  ctx.persist({ type: 'stop-maintenance', machines }, () => ctx.answer(request, 200));
}
