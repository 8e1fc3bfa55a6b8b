// Draining an agent: it gets no offers, its tasks are killed, and when the last of them, and the last operation, has been
// acknowledged, it is drained or, where the operator said so, gone for good. Texts are Mesos' (src/master/http.cpp).
//
//   active ──DRAIN──▶ draining ──nothing left──▶ drained ──REACTIVATE──▶ active
//                        └───────nothing left, mark_gone──▶ gone
//
// All of it is durable: an agent that is away meanwhile, or a new leader, goes on with it.
import type { DrainConfig, master } from '@mini-mesos/proto';
import type { AgentId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { isScheduled } from '../maintenance/machines.js';
import type { Asked } from '../operator/calls.js';
import type { AgentRecord } from '../state/agent.js';
import { markGone } from './gone.js';
import { isKnownAgent, showMarks, stopOffering } from './marks.js';

const NS_PER_SECOND = 1e9;

export function drainAgent(ctx: Context, call: master.Call.DrainAgent, { request }: Asked): void {
  const id = call.agent_id.value as AgentId;
  const config = drainConfig(call);
  const invalid = undrainable(ctx, id, config);
  if (invalid !== undefined) return ctx.answer(request, 400, invalid);
  if (ctx.state.markingGone.has(id)) return ctx.answer(request, 409, 'Agent is currently being marked gone');
  ctx.persist({ type: 'drain-agent', agent: id, config }, () => {
    const agent = ctx.agent(id);
    if (agent) startDrain(ctx, agent, config);
    ctx.answer(request, 200);
  });
}

function drainConfig({ max_grace_period: grace, mark_gone = false }: master.Call.DrainAgent): DrainConfig {
  if (!grace) return { mark_gone };
  const nanoseconds = (grace.seconds ?? 0) * NS_PER_SECOND + (grace.nanos ?? 0);
  return { max_grace_period: { nanoseconds }, mark_gone };
}

function undrainable(ctx: Context, id: AgentId, config: DrainConfig): string | undefined {
  const agent = ctx.agent(id);
  if (agent && isScheduled(ctx, agent)) {
    return `Agent ${id} is part of a maintenance schedule under Machine ${agent.info.hostname} (${agent.ip})`;
  }
  if (agent && !agent.capabilities.includes('AGENT_DRAINING')) return `Agent ${id} is not capable of draining`;
  if (!isKnownAgent(ctx, id)) return 'Unknown agent';
  return (config.max_grace_period?.nanoseconds ?? 0) < 0 ? "'max_grace_period' must not be negative" : undefined;
}

function startDrain(ctx: Context, agent: AgentRecord, config: DrainConfig): void {
  showMarks(ctx, agent);
  agent.drainStartedAtMs = ctx.nowMs;
  ctx.log('info', 'draining agent', { agent: agent.id, tasks: agent.tasks.size, operations: agent.operations.size });
  stopOffering(ctx, agent);
  ctx.tell(agent, { type: 'DRAIN', drain: { config } });
  drainProgress(ctx, agent);
}

/** An agent that came back is told again, drained or not: it may not have heard it, or have forgotten it. */
export function resumeDrain(ctx: Context, agent: AgentRecord): void {
  if (!agent.drainInfo) return;
  ctx.tell(agent, { type: 'DRAIN', drain: { config: agent.drainInfo.config } });
  drainProgress(ctx, agent);
}

/** The last step of a drain: to be called wherever something on the agent ends. */
export function drainProgress(ctx: Context, agent: AgentRecord): void {
  if (agent.drainInfo?.state !== 'DRAINING' || agent.isLeaving || ctx.agent(agent.id) !== agent) return;
  if (agent.tasks.size > 0 || agent.operations.size > 0) return;
  if (agent.drainInfo.config.mark_gone === true) return markGone(ctx, agent.id);
  ctx.persist({ type: 'mark-drained', agent: agent.id }, () => {
    showMarks(ctx, agent);
    ctx.log('info', 'agent is drained', { agent: agent.id });
  });
}

export function deactivateAgent(ctx: Context, call: master.Call.DeactivateAgent, { request }: Asked): void {
  const id = call.agent_id.value as AgentId;
  if (!isKnownAgent(ctx, id)) return ctx.answer(request, 400, 'Unknown agent');
  ctx.persist({ type: 'deactivate-agent', agent: id }, () => {
    const agent = ctx.agent(id);
    if (agent) {
      showMarks(ctx, agent);
      stopOffering(ctx, agent);
      ctx.log('info', 'deactivated agent', { agent: id });
    }
    ctx.answer(request, 200);
  });
}

export function reactivateAgent(ctx: Context, call: master.Call.ReactivateAgent, { request }: Asked): void {
  const id = call.agent_id.value as AgentId;
  const { registry } = ctx.state;
  const entry = registry.agents.get(id) ?? registry.unreachable.get(id);
  if (!entry?.deactivated) return ctx.answer(request, 400, 'Agent is not deactivated');
  if (entry.drain?.state === 'DRAINING') {
    return ctx.answer(request, 400, 'Agent is still in the DRAINING state');
  }
  ctx.persist({ type: 'reactivate-agent', agent: id }, () => {
    const agent = ctx.agent(id);
    // It is reactivated all the same: this is how it will come back.
    if (!agent) return ctx.answer(request, 409, 'Agent removed while processing the call');
    showMarks(ctx, agent);
    agent.drainStartedAtMs = undefined;
    // One that is disconnected is offered again when it comes back.
    if (agent.link !== undefined) ctx.allocator({ type: 'activate-agent', agentId: id });
    ctx.log('info', 'reactivated agent', { agent: id });
    ctx.answer(request, 200);
  });
}
