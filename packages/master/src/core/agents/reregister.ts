// An agent that comes back: after a lost connection (it is still registered), after it was marked unreachable, or after
// a failover of the master, which then learns its tasks and frameworks from it.
import type { AgentInfo, link } from '@mini-mesos/proto';
import { frameworkId } from '@mini-mesos/wire';
import type { AgentId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { LinkId } from '../effects.js';
import { rescindOffers } from '../offers/remove.js';
import { awaitReturn } from '../recovery/recover.js';
import { cancelRemoval } from '../recovery/removals.js';
import { sameMessage } from '../same-message.js';
import type { AgentRecord } from '../state/agent.js';
import { addAgent, allocatorDescription, capabilitiesOf, newAgent, refuseLink, shutDownLink } from './add.js';
import { adoptTasks, reconcileKnown, takeBack } from './adopt.js';
import { resumeDrain } from './drain.js';
import { startPinging } from './ping.js';
import { totalPingTimeoutSeconds } from './register.js';

export function reregisterAgent(ctx: Context, linkId: LinkId, call: link.Call.Reregister): void {
  ctx.count('master/messages_reregister_slave');
  const id = call.agent.agent_info.id?.value as AgentId | undefined;
  if (id === undefined) return refuseLink(ctx, linkId, 'a re-registration needs agent_info.id');
  if (ctx.state.goneAgents.has(id)) return shutDownLink(ctx, linkId, 'Agent has been marked gone');
  const known = ctx.agent(id);
  if (known?.isLeaving) return refuseLink(ctx, linkId, `agent ${id} is being removed`);
  if (!known) return readmit(ctx, linkId, { id, call });
  if (known.ip !== call.agent.ip || known.info.hostname !== call.agent.agent_info.hostname) {
    return shutDownLink(
      ctx,
      linkId,
      `Agent attempted to re-register with different IP / hostname (was ${known.ip} / ${known.info.hostname})`,
    );
  }
  reconnect(ctx, linkId, { agent: known, call });
}

/** Not registered: it was unreachable or removed, or this master never saw it. */
function readmit(ctx: Context, linkId: LinkId, { id, call }: { id: AgentId; call: link.Call.Reregister }): void {
  const made = newAgent(call.agent, { id, link: linkId, nowMs: ctx.nowMs });
  if (!made.ok) return shutDownLink(ctx, linkId, made.error);
  if (isAdmittedAs(ctx, id, call.agent.agent_info)) return admit(ctx, made.value, call);
  ctx.state.openingLinks.set(linkId, id);
  ctx.persist({ type: 'mark-reachable', agent: call.agent.agent_info }, () => {
    if (ctx.state.goneAgents.has(id)) return shutDownLink(ctx, linkId, 'Agent has been marked gone');
    if (!ctx.state.openingLinks.delete(linkId)) return awaitReturn(ctx, id, call.agent.agent_info);
    if (ctx.state.agents.has(id)) return;
    admit(ctx, made.value, call);
  });
}

/**
 * Whether the registry already says what it would say of the agent once it is back, and nothing on its way there says
 * otherwise: most agents after a failover. A crowd of them then costs no writes, and none waits for one.
 */
function isAdmittedAs(ctx: Context, id: AgentId, info: AgentInfo): boolean {
  if (!ctx.state.recoveredAgents.has(id) || ctx.isBeingStored(id)) return false;
  const stored = ctx.state.registry.agents.get(id);
  return stored !== undefined && sameMessage(stored.info, info);
}

/** The registry has it as it is now. */
function admit(ctx: Context, agent: AgentRecord, call: link.Call.Reregister): void {
  agent.reregisteredAtMs = ctx.nowMs;
  cancelRemoval(ctx, agent.id);
  ctx.cancelTimer({ for: 'agent-reregister', agent: agent.id });
  ctx.count('master/slave_reregistrations');
  adoptTasks(ctx, agent, call);
  addAgent(ctx, agent);
  ctx.log('info', 're-admitted agent', { agent: agent.id, tasks: call.tasks?.length ?? 0 });
  ctx.tell(agent, {
    type: 'REREGISTERED',
    reregistered: {
      agent_id: { value: agent.id },
      total_ping_timeout_seconds: totalPingTimeoutSeconds(ctx),
      reconciliations: [],
    },
  });
  resumeDrain(ctx, agent);
  updateFrameworks(ctx, agent, call);
}

/** Registered all the time: only the connection, or the agent's process, was lost. */
function reconnect(
  ctx: Context,
  linkId: LinkId,
  { agent, call }: { agent: AgentRecord; call: link.Call.Reregister },
): void {
  const next = newAgent(call.agent, { id: agent.id, link: linkId, nowMs: ctx.nowMs });
  if (!next.ok) return shutDownLink(ctx, linkId, next.error);
  const old = agent.link;
  if (old !== undefined) {
    ctx.state.links.delete(old);
    ctx.emit({ type: 'link-close', link: old, reason: 'the agent opened a new link' });
  }
  const { info, version, total, checkpointed } = next.value;
  keepInfo(ctx, agent.id, info);
  Object.assign(agent, { info, version, total, checkpointed, link: linkId, reregisteredAtMs: ctx.nowMs });
  agent.capabilities = capabilitiesOf(call.agent);
  ctx.state.links.set(linkId, agent.id);
  ctx.cancelTimer({ for: 'agent-reregister', agent: agent.id });
  cancelRemoval(ctx, agent.id);
  ctx.count('master/slave_reregistrations');
  if (takeBack(ctx, agent, call)) renewInAllocator(ctx, agent);
  else ctx.allocator({ type: 'update-agent', agentId: agent.id, agent: allocatorDescription(agent), total });
  ctx.tell(agent, {
    type: 'REREGISTERED',
    reregistered: {
      agent_id: { value: agent.id },
      total_ping_timeout_seconds: totalPingTimeoutSeconds(ctx),
      reconciliations: reconcileKnown(ctx, agent, call),
    },
  });
  if (!agent.deactivated) ctx.allocator({ type: 'activate-agent', agentId: agent.id });
  resumeDrain(ctx, agent);
  if (old === undefined) startPinging(ctx, agent);
  updateFrameworks(ctx, agent, call);
  ctx.log('info', 'agent reconnected', { agent: agent.id });
}

/** What an agent is after a restart with other flags. Nothing waits for it: only the next leader asks the registry. */
function keepInfo(ctx: Context, id: AgentId, info: AgentInfo): void {
  const stored = ctx.state.registry.agents.get(id);
  if (!stored || sameMessage(stored.info, info)) return;
  ctx.persist({ type: 'update-agent', agent: info }, () => undefined);
}

/** More of the agent is used than the allocator knew. Nothing of it may lie in an offer then. */
function renewInAllocator(ctx: Context, agent: AgentRecord): void {
  rescindOffers(ctx, agent);
  const { total, unavailability } = agent;
  const used = new Map(agent.used);
  ctx.allocator({ type: 'remove-agent', agentId: agent.id });
  const description = allocatorDescription(agent);
  ctx.allocator({ type: 'add-agent', agentId: agent.id, agent: description, total, used, unavailability });
  if (agent.deactivated) ctx.allocator({ type: 'deactivate-agent', agentId: agent.id });
}

/** The agent may have missed changes of a framework, or its end. What it knows as it is needs no telling. */
function updateFrameworks(ctx: Context, agent: AgentRecord, { frameworks = [] }: link.Call.Reregister): void {
  for (const info of frameworks) {
    const { id } = info;
    if (!id) continue;
    const framework = ctx.framework(frameworkId(id));
    if (!framework) ctx.tell(agent, { type: 'SHUTDOWN_FRAMEWORK', shutdown_framework: { framework_id: id } });
    else if (!sameMessage(framework.info, info)) {
      ctx.tell(agent, { type: 'UPDATE_FRAMEWORK', update_framework: { framework: framework.info } });
    }
  }
}
