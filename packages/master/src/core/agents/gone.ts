// MARK_AGENT_GONE: the agent is told to end, all that ran there is over, and its id may never come back.
import type { master } from '@mini-mesos/proto';
import type { AgentId, TaskId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { Asked } from '../operator/calls.js';
import type { AgentRecord } from '../state/agent.js';
import { hasCapability } from '../state/framework.js';
import type { FrameworkRecord } from '../state/framework.js';
import { masterStatus, sendStatus } from '../tasks/status.js';
import { completeTask, updateTask } from '../tasks/transition.js';
import { isKnownAgent } from './marks.js';
import { dropAgent } from './remove.js';
import type { TaskFate } from './remove.js';

const MESSAGE = 'Agent has been marked gone';

/** Texts are Mesos' (src/master/http.cpp). What is under way already can be asked for again: 503. */
export function markAgentGone(ctx: Context, call: master.Call.MarkAgentGone, { request }: Asked): void {
  const id = call.agent_id.value as AgentId;
  const { state } = ctx;
  if (state.goneAgents.has(id)) return ctx.answer(request, 200);
  if (state.markingGone.has(id)) {
    return ctx.answer(request, 503, `Agent '${id}' is already being transitioned to gone`);
  }
  if (ctx.agent(id)?.isLeaving === true) {
    return ctx.answer(request, 503, `Agent '${id}' is being transitioned to removed or unreachable`);
  }
  if (!isKnownAgent(ctx, id)) return ctx.answer(request, 404, `Agent '${id}' not found`);
  markGone(ctx, id, () => ctx.answer(request, 200));
}

/** Of an agent that is known. `done` runs when all have been told. */
export function markGone(ctx: Context, id: AgentId, done?: () => void): void {
  const { state } = ctx;
  const atMs = ctx.nowMs;
  state.markingGone.add(id);
  const leaving = ctx.agent(id);
  if (leaving) leaving.isLeaving = true;
  ctx.persist({ type: 'mark-gone', agent: id, atMs }, () => {
    state.markingGone.delete(id);
    state.goneAgents.set(id, atMs);
    state.recoveredAgents.delete(id);
    const agent = ctx.agent(id);
    if (agent) end(ctx, agent);
    else endUnreachableTasks(ctx, id);
    state.unreachableAgents.delete(id);
    ctx.log('info', 'marked agent gone', { agent: id });
    done?.();
  });
}

function end(ctx: Context, agent: AgentRecord): void {
  ctx.tell(agent, { type: 'SHUTDOWN', shutdown: { message: MESSAGE } });
  endOperations(ctx, agent);
  ctx.count('master/slave_removals');
  dropAgent(ctx, agent, fate);
}

function fate(framework: FrameworkRecord): TaskFate {
  return hasCapability(framework.info, 'PARTITION_AWARE')
    ? { state: 'TASK_GONE_BY_OPERATOR', reason: 'REASON_AGENT_REMOVED_BY_OPERATOR', message: MESSAGE }
    : { state: 'TASK_LOST', reason: 'REASON_AGENT_REMOVED', message: MESSAGE };
}

/** Without a uuid: there is nobody left to acknowledge it to. */
function endOperations(ctx: Context, agent: AgentRecord): void {
  for (const { frameworkId, info } of agent.operations.values()) {
    const framework = frameworkId === undefined ? undefined : ctx.framework(frameworkId);
    if (!framework || !info.id) continue;
    ctx.deliver(framework, {
      type: 'UPDATE_OPERATION_STATUS',
      update_operation_status: {
        status: {
          operation_id: info.id,
          state: 'OPERATION_GONE_BY_OPERATOR',
          message: MESSAGE,
          agent_id: { value: agent.id },
        },
      },
    });
  }
}

/** The tasks of an agent that was unreachable will not come back with it. */
function endUnreachableTasks(ctx: Context, id: AgentId): void {
  for (const framework of ctx.state.frameworks.values()) {
    const { state, reason, message } = fate(framework);
    for (const record of [...framework.unreachableTasks.values()]) {
      const { task } = record;
      if (task.agent_id.value !== id) continue;
      const status = masterStatus(ctx, {
        taskId: task.task_id.value,
        agentId: id,
        executorId: task.executor_id?.value,
        state,
        reason,
        message,
      });
      updateTask(ctx, record, status);
      sendStatus(ctx, framework, status);
      framework.unreachableTasks.delete(task.task_id.value as TaskId);
      completeTask(framework, record);
    }
  }
}
