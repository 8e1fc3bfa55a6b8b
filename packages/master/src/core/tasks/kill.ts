// KILL and SHUTDOWN: a framework wants a task or an executor gone.
import type { KillPolicy, scheduler } from '@mini-mesos/proto';
import { agentId, taskId } from '@mini-mesos/wire';
import type { TaskId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { MasterEvent } from '../events.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';
import { reconcileTask } from './reconcile.js';

/** The kill of an unknown task is answered with what is known of it, so that the framework can let go of it. */
export function kill(ctx: Context, framework: FrameworkRecord, call: scheduler.Call.Kill): void {
  ctx.count('master/messages_kill_task');
  const id = taskId(call.task_id);
  const record = framework.tasks.get(id);
  if (!record) return reconcileTask(ctx, framework, { task_id: call.task_id, agent_id: call.agent_id });
  const agent = ctx.agent(agentId(record.task.agent_id));
  if (call.agent_id && call.agent_id.value !== record.task.agent_id.value) {
    ctx.log(
      'warn',
      `ignored KILL of task ${id}: it runs on agent ${record.task.agent_id.value}, not ${call.agent_id.value}`,
      {
        framework: framework.id,
      },
    );
    return;
  }
  if (agent) tellKill(ctx, agent, { framework, taskId: id, policy: call.kill_policy });
}

/** Remembered as well, so that an agent that is away gets it when it comes back. */
function tellKill(
  ctx: Context,
  agent: AgentRecord,
  { framework, taskId: id, policy }: { framework: FrameworkRecord; taskId: TaskId; policy?: KillPolicy | undefined },
): void {
  let kills = agent.killedTasks.get(framework.id);
  if (!kills) agent.killedTasks.set(framework.id, (kills = new Set()));
  kills.add(id);
  ctx.tell(agent, {
    type: 'KILL_TASK',
    kill_task: { framework_id: { value: framework.id }, task_id: { value: id }, kill_policy: policy },
  });
}

/** Mesos leaves killing to frameworks; an operator who looks at a runaway task should not have to write one. */
export function operatorKill(ctx: Context, event: Extract<MasterEvent, { type: 'operator-kill' }>): void {
  const framework = ctx.framework(event.framework);
  if (!framework) return ctx.answer(event.request, 404, `no framework ${event.framework} is registered`);
  const record = framework.tasks.get(event.task);
  const agent = record && ctx.agent(agentId(record.task.agent_id));
  if (!agent) return ctx.answer(event.request, 404, `framework ${event.framework} has no task ${event.task} that runs`);
  const nanoseconds = event.gracePeriodMs === undefined ? undefined : event.gracePeriodMs * 1e6;
  const policy = nanoseconds === undefined ? undefined : { grace_period: { nanoseconds } };
  tellKill(ctx, agent, { framework, taskId: event.task, policy });
  ctx.log('info', 'an operator killed a task', { framework: event.framework, task: event.task });
  ctx.answer(event.request, 202);
}

export function shutdownExecutor(ctx: Context, framework: FrameworkRecord, call: scheduler.Call.Shutdown): void {
  const agent = ctx.agent(agentId(call.agent_id));
  if (!agent?.link) {
    ctx.log(
      'warn',
      `ignored SHUTDOWN of executor ${call.executor_id.value}: agent ${call.agent_id.value} is not connected`,
      {
        framework: framework.id,
      },
    );
    return;
  }
  ctx.tell(agent, {
    type: 'SHUTDOWN_EXECUTOR',
    shutdown_executor: { framework_id: { value: framework.id }, executor_id: call.executor_id },
  });
}
