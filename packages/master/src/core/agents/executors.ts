// Which executors run where, and the resources they hold besides their tasks'.
import type { ExecutorInfo } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import type { ExecutorId, FrameworkId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { charge, discharge } from '../state/agent.js';
import type { AgentRecord } from '../state/agent.js';

export function findExecutor(
  agent: AgentRecord,
  frameworkId: FrameworkId,
  executorId: string,
): ExecutorInfo | undefined {
  return agent.executors.get(frameworkId)?.get(executorId as ExecutorId);
}

/** Charges the executor's resources; the allocator has them charged already, as part of an offer. */
export function addExecutor(ctx: Context, agent: AgentRecord, executor: ExecutorInfo): void {
  const frameworkId = executor.framework_id?.value as FrameworkId;
  const executorId = executor.executor_id.value as ExecutorId;
  charge(agent, frameworkId, Resources.fromProto(executor.resources ?? []));
  inner(agent.executors, frameworkId).set(executorId, executor);
  const framework = ctx.framework(frameworkId);
  if (framework) inner(framework.executors, agent.id).set(executorId, executor);
}

/** Gives the executor's resources back. Executors that are not known are passed over. */
export function removeExecutor(
  ctx: Context,
  agent: AgentRecord,
  frameworkId: FrameworkId,
  executorId: ExecutorId,
): void {
  const executor = agent.executors.get(frameworkId)?.get(executorId);
  if (!executor) return;
  const resources = Resources.fromProto(executor.resources ?? []);
  discharge(agent, frameworkId, resources);
  ctx.allocator({ type: 'recover', frameworkId, agentId: agent.id, resources });
  dropInner(agent.executors, frameworkId, executorId);
  const framework = ctx.framework(frameworkId);
  if (framework) dropInner(framework.executors, agent.id, executorId);
}

function inner<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let found = map.get(key);
  if (!found) map.set(key, (found = new Map()));
  return found;
}

function dropInner<K, L, V>(map: Map<K, Map<L, V>>, key: K, innerKey: L): void {
  const found = map.get(key);
  found?.delete(innerKey);
  if (found?.size === 0) map.delete(key);
}
