// What an operator can do from a page. Answers, also refusals, are given back as the master wrote them.
import type { master } from '@mini-mesos/proto';
import { act, callMaster } from './requests.js';
import type { Answer } from './requests.js';

export function killTask(frameworkId: string, taskId: string): Promise<Answer> {
  return act('/kill', { framework_id: frameworkId, task_id: taskId });
}

export function tearDown(frameworkId: string): Promise<Answer> {
  return act('/api/v1', { type: 'TEARDOWN', teardown: { framework_id: { value: frameworkId } } });
}

/** Whether an executor is that of pods, whose tasks end together. Undefined where it is not known any more. */
export async function isPodExecutor(of: {
  frameworkId: string;
  executorId: string;
  agentId: string;
}): Promise<boolean | undefined> {
  const answer = await callMaster<master.Response>({ type: 'GET_EXECUTORS' });
  const executor = answer.get_executors?.executors?.find(
    ({ executor_info: info, agent_id: agent }) =>
      info.executor_id.value === of.executorId &&
      info.framework_id?.value === of.frameworkId &&
      agent.value === of.agentId,
  );
  return executor && executor.executor_info.type === 'DEFAULT';
}
