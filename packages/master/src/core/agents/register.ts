// An agent that is new: it gets an id once the registry holds it.
import type { link } from '@mini-mesos/proto';
import type { AgentId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { LinkId } from '../effects.js';
import { agentPid } from '../state/agent.js';
import type { AgentRecord } from '../state/agent.js';
import { addAgent, newAgent, refuseLink } from './add.js';
import { removeAgent } from './remove.js';

export function registerAgent(ctx: Context, linkId: LinkId, { agent: description }: link.Call.Register): void {
  ctx.count('master/messages_register_slave');
  const old = agentAt(ctx, description);
  if (old?.link !== undefined) {
    return refuseLink(ctx, linkId, `agent ${old.id} is already registered at ${agentPid(old)}`);
  }
  if (old) removeAgent(ctx, old, { cause: 'a new agent registered at the same address', reason: 'registered' });
  const id = `${ctx.config.info.id}-S${ctx.state.nextAgentNumber++}` as AgentId;
  const info = { ...description.agent_info, id: { value: id } };
  const made = newAgent({ ...description, agent_info: info }, { id, link: linkId, nowMs: ctx.nowMs });
  if (!made.ok) return refuseLink(ctx, linkId, made.error);
  ctx.state.openingLinks.set(linkId, id);
  ctx.persist({ type: 'admit-agent', agent: info }, () => {
    // The link closed meanwhile: nobody has heard of the id.
    if (!ctx.state.openingLinks.delete(linkId))
      return ctx.persist({ type: 'remove-agent', agent: id }, () => undefined);
    ctx.count('master/slave_registrations');
    addAgent(ctx, made.value);
    ctx.tell(made.value, {
      type: 'REGISTERED',
      registered: { agent_id: { value: id }, total_ping_timeout_seconds: totalPingTimeoutSeconds(ctx) },
    });
    ctx.log('info', 'registered agent', {
      agent: id,
      at: agentPid(made.value),
      resources: made.value.total.toString(),
    });
  });
}

/** The agent known at the address of `description`. */
function agentAt(ctx: Context, { ip, agent_info }: link.AgentDescription): AgentRecord | undefined {
  const port = agent_info.port ?? 5051;
  return [...ctx.state.agents.values()].find((agent) => agent.ip === ip && (agent.info.port ?? 5051) === port);
}

export function totalPingTimeoutSeconds({ config }: Context): number {
  return (config.agentPingTimeoutMs * config.maxAgentPingTimeouts) / 1000;
}
