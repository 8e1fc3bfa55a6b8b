// Calls of a registered agent, by its link.
import type { link } from '@mini-mesos/proto';
import { executorId, frameworkId } from '@mini-mesos/wire';
import type { AgentId } from '@mini-mesos/wire';
import { needsCheckpointing, Resources } from '@mini-mesos/resources';
import type { Context } from '../context.js';
import type { LinkId } from '../effects.js';
import { isDown } from '../maintenance/machines.js';
import { rescindOffers } from '../offers/remove.js';
import { operationStatusUpdate } from '../operations/status.js';
import type { AgentRecord } from '../state/agent.js';
import { messageToFramework } from '../tasks/messages.js';
import { statusUpdate } from '../tasks/status-update.js';
import { allocatorDescription, refuseLink, shutDownLink } from './add.js';
import { removeExecutor } from './executors.js';
import { pong } from './ping.js';
import { registerAgent } from './register.js';
import { removeAgent } from './remove.js';
import { reregisterAgent } from './reregister.js';

export function linkOpened(ctx: Context, linkId: LinkId, call: link.Call): void {
  const { agent } = call.register ?? call.reregister ?? {};
  if (agent && isDown(ctx, { hostname: agent.agent_info.hostname, ip: agent.ip })) {
    return shutDownLink(ctx, linkId, 'Machine is `DOWN`');
  }
  const id = agent?.agent_info.id?.value as AgentId | undefined;
  if (id !== undefined && ctx.state.markingGone.has(id)) {
    return refuseLink(ctx, linkId, `agent ${id} is being marked gone`);
  }
  if (call.type === 'REGISTER' && call.register) return registerAgent(ctx, linkId, call.register);
  if (call.type === 'REREGISTER' && call.reregister) return reregisterAgent(ctx, linkId, call.reregister);
  refuseLink(ctx, linkId, `a link opens with REGISTER or REREGISTER, not with ${call.type}`);
}

export function linkCall(ctx: Context, linkId: LinkId, call: link.Call): void {
  const id = ctx.state.links.get(linkId);
  const agent = id === undefined ? undefined : ctx.agent(id);
  // Calls of a link that was closed meanwhile: the agent will say it all again when it comes back.
  if (!agent) return;
  switch (call.type) {
    case 'PONG':
      return pong(ctx, agent);
    case 'UNREGISTER':
      ctx.count('master/messages_unregister_slave');
      return removeAgent(ctx, agent, { cause: 'the agent unregistered', reason: 'unregistered' });
    case 'UPDATE_STATUS':
      return call.update_status && statusUpdate(ctx, agent, call.update_status);
    case 'EXECUTOR_MESSAGE':
      return call.executor_message && messageToFramework(ctx, agent, call.executor_message);
    case 'EXITED_EXECUTOR':
      return call.exited_executor && exitedExecutor(ctx, agent, call.exited_executor);
    case 'UPDATE_AGENT':
      return call.update_agent && updateAgent(ctx, agent, call.update_agent);
    case 'UPDATE_OPERATION_STATUS':
      return call.update_operation_status && operationStatusUpdate(ctx, agent, call.update_operation_status);
    default:
      ctx.log('warn', `ignored a link call of type ${call.type}`, { agent: agent.id });
  }
}

function exitedExecutor(ctx: Context, agent: AgentRecord, exited: link.Call.ExitedExecutor): void {
  ctx.count('master/messages_exited_executor');
  removeExecutor(ctx, agent, frameworkId(exited.framework_id), executorId(exited.executor_id));
  const framework = ctx.framework(frameworkId(exited.framework_id));
  if (!framework) return;
  ctx.deliver(framework, {
    type: 'FAILURE',
    failure: { agent_id: { value: agent.id }, executor_id: exited.executor_id, status: exited.status },
  });
}

/** Offers made of the old total may hold what is gone. */
function updateAgent(ctx: Context, agent: AgentRecord, update: link.Call.UpdateAgent): void {
  ctx.count('master/messages_update_slave');
  rescindOffers(ctx, agent);
  agent.total = Resources.fromProto(update.total_resources ?? []);
  agent.hasChangedTotal = true;
  agent.checkpointed = agent.total.filter(needsCheckpointing);
  ctx.allocator({
    type: 'update-agent',
    agentId: agent.id,
    agent: allocatorDescription(agent),
    total: agent.total,
  });
}
