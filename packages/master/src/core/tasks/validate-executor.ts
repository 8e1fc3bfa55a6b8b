// Whether an executor can be launched, or used again. Texts are Mesos' (src/master/validation.cpp, namespace executor).
import type { ExecutorInfo } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { invalidId, toJsonText } from '@mini-mesos/wire';
import { findExecutor } from '../agents/executors.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';
import { invalidCommand, invalidContainer } from './validate-command.js';
import { invalidUse } from './validate-resources.js';

export function invalidExecutor(
  executor: ExecutorInfo,
  { framework, agent }: { framework: FrameworkRecord; agent: AgentRecord },
): string | undefined {
  return (
    invalidType(executor) ??
    invalidId(executor.executor_id.value) ??
    ((executor.shutdown_grace_period?.nanoseconds ?? 0) < 0
      ? "ExecutorInfo's 'shutdown_grace_period' must be non-negative"
      : undefined) ??
    prefixed("Executor's `CommandInfo` is invalid", executor.command && invalidCommand(executor.command)) ??
    prefixed("Executor's `ContainerInfo` is invalid", executor.container && invalidContainer(executor.container)) ??
    invalidFrameworkId(executor, framework) ??
    invalidUse(Resources.fromProto(executor.resources ?? []), 'Executor') ??
    incompatible(executor, framework, agent)
  );
}

function prefixed(prefix: string, reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : `${prefix}: ${reason}`;
}

function invalidType({ type, command, container }: ExecutorInfo): string | undefined {
  if (type === 'CUSTOM') return command ? undefined : "'ExecutorInfo.command' must be set for 'CUSTOM' executor";
  if (type !== 'DEFAULT') return undefined;
  if (command) return "'ExecutorInfo.command' must not be set for 'DEFAULT' executor";
  if (container && container.type !== 'MESOS') {
    return "'ExecutorInfo.container.type' must be 'MESOS' for 'DEFAULT' executor";
  }
  return container?.mesos?.image
    ? "'ExecutorInfo.container.mesos.image' must not be set for 'DEFAULT' executor"
    : undefined;
}

function invalidFrameworkId({ framework_id: id }: ExecutorInfo, framework: FrameworkRecord): string | undefined {
  if (!id) return "'ExecutorInfo.framework_id' must be set";
  return id.value === framework.id
    ? undefined
    : `ExecutorInfo has an invalid FrameworkID (Actual: ${id.value} vs Expected: ${framework.id})`;
}

/** An executor that runs is used again only by the very same description. */
function incompatible(executor: ExecutorInfo, framework: FrameworkRecord, agent: AgentRecord): string | undefined {
  const existing = findExecutor(agent, framework.id, executor.executor_id.value);
  if (!existing || sameExecutor(existing, executor)) return undefined;
  const line = '-'.repeat(60);
  const text = (info: ExecutorInfo) => toJsonText('mesos.v1.ExecutorInfo', info);
  return (
    'ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.\n' +
    `${line}\nExisting ExecutorInfo:\n${text(existing)}\n${line}\nExecutorInfo:\n${text(executor)}\n${line}\n`
  );
}

export function sameExecutor(a: ExecutorInfo, b: ExecutorInfo): boolean {
  const text = ({ resources, ...rest }: ExecutorInfo) =>
    toJsonText('mesos.v1.ExecutorInfo', rest) + Resources.fromProto(resources ?? []).toString();
  return text(a) === text(b);
}
