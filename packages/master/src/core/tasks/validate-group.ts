// Whether a task group may be launched under its executor. Texts are Mesos' (src/master/validation.cpp, namespace
// task::group).
import type { ContainerInfo, ExecutorInfo, TaskInfo } from '@mini-mesos/proto';
import {
  fromMilli,
  haveOverlap,
  Resources,
  validateNoRevocableMix,
  validateUniquePersistenceIds,
} from '@mini-mesos/resources';
import { findExecutor } from '../agents/executors.js';
import { invalidExecutor, sameExecutor } from './validate-executor.js';
import { invalidBasics } from './validate-task.js';
import type { Where } from './validate-task.js';

/** What an executor of a group needs at the least (src/master/constants.hpp, MIN_CPUS and MIN_MEM). */
const CPUS_MIN_MILLI = 10;
const MEM_MIN_MILLI = 32_000;

export interface Group {
  readonly executor: ExecutorInfo;
  readonly tasks: readonly TaskInfo[];
}

export function invalidGroup(group: Group, where: Where): string | undefined {
  for (const task of group.tasks) {
    const reason = invalidGroupTask(task, where);
    if (reason !== undefined) return `Task '${task.task_id.value}' is invalid: ${reason}`;
  }
  return invalidGroupExecutor(group, where) ?? invalidTotals(group, where) ?? invalidShareCgroups(group, where);
}

function invalidGroupTask(task: TaskInfo, where: Where): string | undefined {
  const basics = invalidBasics(task, where);
  if (basics !== undefined) return basics;
  const { container, health_check: check } = task;
  if ((container?.network_infos ?? []).length > 0 && (check?.type === 'HTTP' || check?.type === 'TCP')) {
    return "HTTP and TCP health checks are not supported for nested containers not joining parent's network";
  }
  if (container?.type === 'DOCKER') return 'Docker ContainerInfo is not supported on the task';
  const hasLimits = Object.keys(task.limits ?? {}).length > 0;
  return hasLimits && container?.linux_info?.share_cgroups !== false
    ? "Resource limits may only be set for tasks within a task group when the 'share_cgroups' field is set to 'false'."
    : undefined;
}

function invalidGroupExecutor({ executor, tasks }: Group, { framework, agent }: Where): string | undefined {
  const reason = invalidExecutor(executor, { framework, agent });
  if (reason !== undefined) return reason;
  const id = executor.executor_id.value;
  if (executor.type === undefined) return "'ExecutorInfo.type' must be set";
  if (executor.type === 'UNKNOWN') return 'Unknown executor type';
  if (executor.container?.type === 'DOCKER') return 'Docker ContainerInfo is not supported on the executor';
  const other = tasks.find((task) => task.executor && !sameExecutor(task.executor, executor));
  if (other) return `The \`ExecutorInfo\` of task '${other.task_id.value}' is different from executor '${id}'`;
  const resources = Resources.fromProto(executor.resources ?? []);
  const [cpus, mem] = [resources.scalarMilli('cpus'), resources.scalarMilli('mem')];
  const less = (what: string, milli: number, min: number, unit: string) =>
    `Executor '${id}' uses less ${what} (${milli === 0 ? 'None' : fromMilli(milli)}${milli === 0 ? '' : unit}) than the minimum required (${fromMilli(min)}${unit})`;
  if (cpus < CPUS_MIN_MILLI) return less('CPUs', cpus, CPUS_MIN_MILLI, '');
  if (mem < MEM_MIN_MILLI) return less('memory', mem, MEM_MIN_MILLI, 'MB');
  return resources.scalarMilli('disk') === 0 ? `Executor '${id}' uses no disk` : undefined;
}

function invalidTotals({ executor, tasks }: Group, { framework, agent, available }: Where): string | undefined {
  const own = Resources.fromProto(executor.resources ?? []);
  const each = tasks.map((task) => Resources.fromProto(task.resources ?? []));
  const sum = each.reduce((total, resources) => total.plus(resources), Resources.EMPTY);
  const all = sum.plus(own);
  const duplicate = validateUniquePersistenceIds(all);
  if (duplicate !== undefined) return `Task group and executor use duplicate persistence ID: ${duplicate}`;
  const mixed = validateNoRevocableMix(all);
  if (mixed !== undefined) return `Task group and executor mix revocable and non-revocable resources: ${mixed}`;
  if (haveOverlap([...each, own])) {
    return `There are overlapping resources in the task group's task resources ${each.join(', ')} and/or executor resources ${own}`;
  }
  const total = findExecutor(agent, framework.id, executor.executor_id.value) ? sum : all;
  return available.contains(total)
    ? undefined
    : `Total resources ${total} required by task group and its executor are more than available ${available}`;
}

/** Containers of one executor share its cgroups all, or none of them does. */
function invalidShareCgroups({ executor, tasks }: Group, { framework, agent }: Where): string | undefined {
  if (executor.container?.linux_info?.share_cgroups) {
    return "The 'share_cgroups' field cannot be set to 'true' on executor containers";
  }
  const shares = (container: ContainerInfo | undefined) => container?.linux_info?.share_cgroups ?? true;
  const running = [...framework.tasks.values(), ...framework.unreachableTasks.values()]
    .map(({ task }) => task)
    .filter((task) => task.agent_id.value === agent.id && task.executor_id?.value === executor.executor_id.value);
  const values = new Set([...tasks, ...running].map(({ container }) => shares(container)));
  return values.size > 1
    ? "If set, the value of 'share_cgroups' must be the same for all tasks in each task group and under a single executor"
    : undefined;
}
