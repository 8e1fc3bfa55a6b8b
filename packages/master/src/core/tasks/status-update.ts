// A task's status on its way from its agent to its framework, and the acknowledgement on its way back. The agent keeps
// the update and sends it again until the acknowledgement arrives, so nothing is queued here.
import type { link, scheduler } from '@mini-mesos/proto';
import { isTerminal } from '@mini-mesos/wire';
import { agentId, frameworkId, taskId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { drainProgress } from '../agents/drain.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';
import { sendStatus } from './status.js';
import { removeTask, updateTask } from './transition.js';

export function statusUpdate(ctx: Context, agent: AgentRecord, update: link.StatusUpdate): void {
  const { status } = update;
  ctx.count('master/messages_status_update');
  const framework = ctx.framework(frameworkId(update.framework_id));
  const record = agent.tasks.get(frameworkId(update.framework_id))?.get(taskId(status.task_id));
  const isDelivered = framework?.phase === 'connected';
  if (record && status.uuid) record.updateState = status.state;
  if (isDelivered) {
    if (record && status.uuid) {
      record.task.status_update_state = status.state;
      record.task.status_update_uuid = status.uuid;
    }
    sendStatus(ctx, framework, status);
  }
  if (record) updateTask(ctx, record, status, update.latest_state);
  else
    ctx.log('debug', 'a status update names a task that is not known', { agent: agent.id, task: status.task_id.value });
  ctx.count(isDelivered && record ? 'master/valid_status_updates' : 'master/invalid_status_updates');
}

/** The task is forgotten once its framework acknowledged a terminal state. */
export function acknowledge(ctx: Context, framework: FrameworkRecord, call: scheduler.Call.Acknowledge): void {
  ctx.count('master/messages_status_update_acknowledgement');
  const agent = ctx.agent(agentId(call.agent_id));
  const record = agent?.tasks.get(framework.id)?.get(taskId(call.task_id));
  const refusal = refuseAcknowledgement(agent, record?.task);
  if (!agent || refusal !== undefined) {
    ctx.count('master/invalid_status_update_acknowledgements');
    ctx.log('warn', `ignored an acknowledgement: ${refusal}`, { framework: framework.id, task: call.task_id.value });
    return;
  }
  if (record) {
    const { status_update_state: state, status_update_uuid: uuid } = record.task;
    if (state !== undefined && isTerminal(state) && uuid && sameBytes(uuid, call.uuid)) removeTask(ctx, record);
  }
  ctx.tell(agent, {
    type: 'ACKNOWLEDGE_STATUS',
    acknowledge_status: { framework_id: { value: framework.id }, task_id: call.task_id, uuid: call.uuid },
  });
  ctx.count('master/valid_status_update_acknowledgements');
  drainProgress(ctx, agent);
}

function refuseAcknowledgement(
  agent: AgentRecord | undefined,
  task: { status_update_state?: unknown } | undefined,
): string | undefined {
  if (!agent) return 'its agent is not registered';
  if (agent.link === undefined) return 'its agent is disconnected';
  return task && task.status_update_state === undefined ? 'this master did not send that update' : undefined;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
