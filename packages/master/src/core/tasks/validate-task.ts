// Whether a task may be launched on what remains of its offer; a text that the framework gets in a TASK_ERROR if not.
// Texts are Mesos' (src/master/validation.cpp, namespace task), in its order: clients show them to people.
import type { TaskInfo } from '@mini-mesos/proto';
import {
  haveOverlap,
  Resources,
  toMilli,
  validateNoRevocableMix,
  validateUniquePersistenceIds,
} from '@mini-mesos/resources';
import { invalidId, taskId } from '@mini-mesos/wire';
import { findExecutor } from '../agents/executors.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';
import { invalidCheck, invalidHealthCheck } from './validate-check.js';
import { invalidCommand, invalidContainer } from './validate-command.js';
import { invalidExecutor } from './validate-executor.js';
import { invalidUse } from './validate-resources.js';

export interface Where {
  readonly framework: FrameworkRecord;
  readonly agent: AgentRecord;
  /** What the task and its executor may use. */
  readonly available: Resources;
}

export function invalidTask(task: TaskInfo, where: Where): string | undefined {
  return invalidBasics(task, where) ?? invalidTaskExecutor(task, where) ?? invalidShareCgroups(task);
}

/** What single tasks and tasks of a group have in common. */
export function invalidBasics(task: TaskInfo, { framework, agent }: Where): string | undefined {
  return (
    invalidId(task.task_id.value) ??
    reusedId(task, framework) ??
    (task.agent_id.value === agent.id
      ? undefined
      : `Task uses invalid agent ${task.agent_id.value} while agent ${agent.id} is expected`) ??
    ((task.kill_policy?.grace_period?.nanoseconds ?? 0) < 0
      ? "Task's 'kill_policy.grace_period' must be non-negative"
      : undefined) ??
    ((task.max_completion_time?.nanoseconds ?? 0) < 0
      ? "Task's `max_completion_time` must be non-negative"
      : undefined) ??
    prefixed('Task uses invalid check', task.check && invalidCheck(task.check)) ??
    prefixed('Task uses invalid health check', task.health_check && invalidHealthCheck(task.health_check)) ??
    invalidTaskResources(task) ??
    prefixed("Task's `CommandInfo` is invalid", task.command && invalidCommand(task.command)) ??
    prefixed("Task's `ContainerInfo` is invalid", task.container && invalidContainer(task.container)) ??
    invalidLimits(task, agent)
  );
}

function prefixed(prefix: string, reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : `${prefix}: ${reason}`;
}

function reusedId(task: TaskInfo, framework: FrameworkRecord): string | undefined {
  const id = taskId(task.task_id);
  if (framework.tasks.has(id)) return `Task has duplicate ID: ${id}`;
  return framework.unreachableTasks.has(id) ? `Task reuses the ID of an unreachable task: ${id}` : undefined;
}

function invalidTaskResources(task: TaskInfo): string | undefined {
  if ((task.resources ?? []).length === 0) return 'Task uses no resources';
  return invalidUse(Resources.fromProto(task.resources ?? []), 'Task');
}

function invalidLimits({ limits = {}, resources = [] }: TaskInfo, agent: AgentRecord): string | undefined {
  const names = Object.keys(limits);
  if (names.length === 0) return undefined;
  if (!agent.capabilities.includes('TASK_RESOURCE_LIMITS')) {
    return 'Agent is not capable of handling task resource limits';
  }
  if (names.some((name) => name !== 'cpus' && name !== 'mem')) {
    return "Only cpus and mem may be included in a task's resource limits";
  }
  const asked = Resources.fromProto(resources);
  const below = (name: string): boolean => {
    const limit = limits[name]?.value ?? Infinity;
    return limit !== Infinity && toMilli(limit) < asked.scalarMilli(name);
  };
  if (limits['cpus'] && asked.scalarMilli('cpus') === 0) {
    return 'When a CPU limit is specified, a CPU request must also be specified';
  }
  if (below('cpus')) return 'The cpu limit must be greater than or equal to the cpu request';
  if (limits['mem'] && asked.scalarMilli('mem') === 0) {
    return 'When a memory limit is specified, a memory request must also be specified';
  }
  return below('mem') ? 'The memory limit must be greater than or equal to the memory request' : undefined;
}

function invalidTaskExecutor(task: TaskInfo, { framework, agent, available }: Where): string | undefined {
  const { executor } = task;
  if ((executor !== undefined) === (task.command !== undefined)) {
    return 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present';
  }
  const own = Resources.fromProto(task.resources ?? []);
  const executors = Resources.fromProto(executor?.resources ?? []);
  if (executor) {
    const reason = invalidExecutor(executor, { framework, agent });
    if (reason !== undefined) return reason;
    if (executor.type !== undefined && executor.type !== 'CUSTOM') return "'ExecutorInfo.type' must be 'CUSTOM'";
    if (!executor.command) return "'ExecutorInfo.command' must be set";
    if (!executors.shared().isEmpty) {
      return `Executor resources ${executors} should not contain any shared resources`;
    }
    if (executor.container?.linux_info?.share_cgroups) {
      return "The 'share_cgroups' field cannot be set to 'true' on executor containers";
    }
  }
  const together = invalidTogether(own, executors);
  if (together !== undefined) return together;
  const runs = executor && findExecutor(agent, framework.id, executor.executor_id.value);
  const total = runs ? own : own.plus(executors);
  return available.contains(total)
    ? undefined
    : `Total resources ${total} required by task and its executor is more than available ${available}`;
}

function invalidTogether(own: Resources, executors: Resources): string | undefined {
  if (haveOverlap([own, executors])) {
    return `There are overlapping resources in the task resources ${own} and executor resources ${executors}`;
  }
  const total = own.plus(executors);
  const duplicate = validateUniquePersistenceIds(total);
  if (duplicate !== undefined) return `Task and its executor use duplicate persistence ID: ${duplicate}`;
  const mixed = validateNoRevocableMix(total);
  return mixed === undefined ? undefined : `Task and its executor mix revocable and non-revocable resources: ${mixed}`;
}

function invalidShareCgroups({ container }: TaskInfo): string | undefined {
  return container?.linux_info?.share_cgroups === false
    ? "Only tasks in a task group may have 'share_cgroups' set to 'false'"
    : undefined;
}
