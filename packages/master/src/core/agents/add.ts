// Makes an agent known: to the state, to the allocator, to the operators' event streams, and to the pinger.
import type { AgentInfo, link } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import type { Result } from '@mini-mesos/resources';
import type { AgentId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { LinkId } from '../effects.js';
import { unavailabilityOf } from '../maintenance/machines.js';
import type { AgentRecord } from '../state/agent.js';
import { agentMessage } from '../views/v1/agent.js';
import { showMarks } from './marks.js';
import { startPinging } from './ping.js';

/** A record without tasks, offers or executors. Fails where the agent's reservations do not fit its resources. */
export function newAgent(
  description: link.AgentDescription,
  { id, link: linkId, nowMs }: { id: AgentId; link: LinkId; nowMs: number },
): Result<AgentRecord> {
  const checkpointed = Resources.fromProto(description.checkpointed_resources ?? []);
  const total = Resources.fromProto(description.agent_info.resources ?? []).applyCheckpointed(checkpointed);
  if (!total.ok) return total;
  const record: AgentRecord = {
    id,
    info: description.agent_info,
    version: description.version,
    ip: description.ip,
    capabilities: capabilitiesOf(description),
    link: linkId,
    registeredAtMs: nowMs,
    reregisteredAtMs: undefined,
    deactivated: false,
    drainInfo: undefined,
    drainStartedAtMs: undefined,
    unavailability: undefined,
    total: total.value,
    hasChangedTotal: false,
    checkpointed,
    used: new Map(),
    offered: Resources.EMPTY,
    tasks: new Map(),
    executors: new Map(),
    offers: new Set(),
    inverseOffers: new Map(),
    killedTasks: new Map(),
    operations: new Map(),
    missedPings: 0,
    isPongAwaited: false,
    isLeaving: false,
  };
  return { ok: true, value: record };
}

export function capabilitiesOf({ capabilities = [] }: link.AgentDescription): AgentInfo.Capability.Type[] {
  return capabilities.flatMap(({ type }) => (type === undefined ? [] : [type]));
}

/** The record already holds the tasks and executors that the agent brought along. */
export function addAgent(ctx: Context, agent: AgentRecord): void {
  ctx.state.agents.set(agent.id, agent);
  ctx.state.removedAgents.delete(agent.id);
  ctx.state.unreachableAgents.delete(agent.id);
  ctx.state.recoveredAgents.delete(agent.id);
  if (agent.link !== undefined) ctx.state.links.set(agent.link, agent.id);
  showMarks(ctx, agent);
  agent.unavailability = unavailabilityOf(ctx, agent);
  ctx.allocator({
    type: 'add-agent',
    agentId: agent.id,
    agent: allocatorDescription(agent),
    total: agent.total,
    used: new Map(agent.used),
    unavailability: agent.unavailability,
  });
  if (agent.deactivated) ctx.allocator({ type: 'deactivate-agent', agentId: agent.id });
  ctx.publish({ type: 'AGENT_ADDED', agent_added: { agent: agentMessage(agent) } });
  startPinging(ctx, agent);
}

export function allocatorDescription(agent: AgentRecord) {
  const { hostname, attributes = [], domain } = agent.info;
  return { hostname, attributes, domain, capabilities: agent.capabilities };
}

/** The agent reads the reason in its log and tries again. */
export function refuseLink(ctx: Context, linkId: LinkId, reason: string): void {
  ctx.log('warn', `refused an agent: ${reason}`);
  ctx.emit({ type: 'link-close', link: linkId, reason });
}

/** Tells an agent to kill everything and exit: the master will never have it back. */
export function shutDownLink(ctx: Context, linkId: LinkId, message: string): void {
  ctx.log('warn', `telling an agent to shut down: ${message}`);
  ctx.emit({ type: 'link-send', link: linkId, event: { type: 'SHUTDOWN', shutdown: { message } } });
  ctx.emit({ type: 'link-close', link: linkId, reason: message });
}
