// Calls of operators that change something: which handler takes which. Each answers once what it changed is durable.
import type { master } from '@mini-mesos/proto';
import { deactivateAgent, drainAgent, reactivateAgent } from '../agents/drain.js';
import { markAgentGone } from '../agents/gone.js';
import type { Context } from '../context.js';
import type { RequestId } from '../effects.js';
import type { MasterEvent } from '../events.js';
import { startMaintenance, stopMaintenance, updateSchedule } from '../maintenance/schedule.js';
import { removeQuota, setQuota, updateQuota } from './quota.js';
import { convertResources } from './resources.js';
import { updateWeights } from './weights.js';

/** One that waits for its answer. */
export interface Asked {
  readonly request: RequestId;
  readonly principal: string | undefined;
}

type Handler = (ctx: Context, call: master.Call, asked: Asked) => void;

const HANDLERS: { readonly [type in master.Call.Type]?: Handler } = {
  UPDATE_WEIGHTS: (ctx, call, asked) => updateWeights(ctx, call.update_weights?.weight_infos ?? [], asked),
  UPDATE_QUOTA: (ctx, call, asked) => call.update_quota && updateQuota(ctx, call.update_quota, asked),
  SET_QUOTA: (ctx, call, asked) => call.set_quota && setQuota(ctx, call.set_quota.quota_request, asked),
  REMOVE_QUOTA: (ctx, call, asked) => call.remove_quota && removeQuota(ctx, call.remove_quota.role, asked),
  RESERVE_RESOURCES: convertResources,
  UNRESERVE_RESOURCES: convertResources,
  CREATE_VOLUMES: convertResources,
  DESTROY_VOLUMES: convertResources,
  GROW_VOLUME: convertResources,
  SHRINK_VOLUME: convertResources,
  UPDATE_MAINTENANCE_SCHEDULE: (ctx, call, asked) =>
    updateSchedule(ctx, call.update_maintenance_schedule?.schedule ?? {}, asked),
  START_MAINTENANCE: (ctx, call, asked) => startMaintenance(ctx, call.start_maintenance?.machines ?? [], asked),
  STOP_MAINTENANCE: (ctx, call, asked) => stopMaintenance(ctx, call.stop_maintenance?.machines ?? [], asked),
  DRAIN_AGENT: (ctx, call, asked) => call.drain_agent && drainAgent(ctx, call.drain_agent, asked),
  DEACTIVATE_AGENT: (ctx, call, asked) => call.deactivate_agent && deactivateAgent(ctx, call.deactivate_agent, asked),
  REACTIVATE_AGENT: (ctx, call, asked) => call.reactivate_agent && reactivateAgent(ctx, call.reactivate_agent, asked),
  MARK_AGENT_GONE: (ctx, call, asked) => call.mark_agent_gone && markAgentGone(ctx, call.mark_agent_gone, asked),
};

export const WRITES: ReadonlySet<master.Call.Type> = new Set(Object.keys(HANDLERS) as master.Call.Type[]);

export function operatorCall(ctx: Context, event: Extract<MasterEvent, { type: 'operator-call' }>): void {
  const { call, request, principal } = event;
  const handler = call.type === undefined ? undefined : HANDLERS[call.type];
  if (!handler) return ctx.answer(request, 501, `The call ${call.type} is not one that changes something`);
  handler(ctx, call, { request, principal });
}
