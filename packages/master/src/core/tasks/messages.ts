// Bytes between a framework and its executors. Best effort both ways: whoever needs more builds it on top.
import type { link, scheduler } from '@mini-mesos/proto';
import { agentId, frameworkId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';

export function messageToExecutor(ctx: Context, framework: FrameworkRecord, call: scheduler.Call.Message): void {
  ctx.count('master/messages_framework_to_executor');
  const agent = ctx.agent(agentId(call.agent_id));
  ctx.count(`master/${agent?.link ? 'valid' : 'invalid'}_framework_to_executor_messages`);
  if (!agent) return;
  ctx.tell(agent, {
    type: 'FRAMEWORK_MESSAGE',
    framework_message: { framework_id: { value: framework.id }, executor_id: call.executor_id, data: call.data },
  });
}

export function messageToFramework(ctx: Context, agent: AgentRecord, message: link.Call.ExecutorMessage): void {
  ctx.count('master/messages_executor_to_framework');
  const framework = ctx.framework(frameworkId(message.framework_id));
  ctx.count(`master/${framework?.connection ? 'valid' : 'invalid'}_executor_to_framework_messages`);
  if (!framework) return;
  ctx.deliver(framework, {
    type: 'MESSAGE',
    message: { agent_id: { value: agent.id }, executor_id: message.executor_id, data: message.data },
  });
}
