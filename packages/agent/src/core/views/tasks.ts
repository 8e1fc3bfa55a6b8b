// Tasks, statuses, executors and frameworks as the older read endpoints print them (src/common/http.cpp of Mesos): ids as
// plain strings, resources as sums, labels as a list.
import type { ContainerStatus, Labels, Resource, Task, TaskInfo, TaskStatus } from '@mini-mesos/proto';
import { Resources, resourcesToStateJson } from '@mini-mesos/resources';
import { toJsonValue, withoutSecrets } from '@mini-mesos/wire';
import { allocatedResources, hasCapability, tasksIn, type Executor, type Framework } from '../model.js';

export type Json = { [key: string]: unknown };

/** Left out where there is none, as Mesos does. */
export function optional(name: string, value: unknown): Json {
  return value === undefined ? {} : { [name]: value };
}

function resourcesJson(resources: readonly Resource[] | undefined): Json {
  return resourcesToStateJson(Resources.fromProto(resources));
}

function labelsJson(labels: Labels | undefined): unknown {
  return labels && (labels.labels ?? []).map((label) => toJsonValue('mesos.v1.Label', label));
}

/** The role of resources is the same for all that a task or an executor holds. */
function roleOf(resources: readonly Resource[] | undefined): string | undefined {
  return resources?.find((resource) => resource.allocation_info)?.allocation_info?.role;
}

function limitsJson(limits: Task['limits']): Json | undefined {
  const entries = Object.entries(limits ?? {});
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, { value }]) => [name, Number.isFinite(value) ? value : String(value)]));
}

/** Without the process: only operators' calls name it. */
function containerStatusJson({ container_id, network_infos = [], cgroup_info }: ContainerStatus): Json {
  return {
    ...optional('container_id', container_id && toJsonValue('mesos.v1.ContainerID', container_id)),
    ...(network_infos.length > 0
      ? { network_infos: network_infos.map((info) => toJsonValue('mesos.v1.NetworkInfo', info)) }
      : {}),
    ...optional('cgroup_info', cgroup_info && toJsonValue('mesos.v1.CgroupInfo', cgroup_info)),
  };
}

function statusJson({ state, timestamp, labels, container_status, healthy }: TaskStatus): Json {
  return {
    state,
    timestamp,
    ...optional('labels', labelsJson(labels)),
    ...optional('container_status', container_status && containerStatusJson(container_status)),
    ...optional('healthy', healthy),
  };
}

function taskJson(given: Task): Json {
  const task = withoutSecrets(given);
  return {
    id: task.task_id.value,
    name: task.name,
    framework_id: task.framework_id.value,
    executor_id: task.executor_id?.value ?? '',
    slave_id: task.agent_id.value,
    state: task.state,
    resources: resourcesJson(task.resources),
    ...optional('limits', limitsJson(task.limits)),
    ...optional('role', roleOf(task.resources)),
    statuses: (task.statuses ?? []).map(statusJson),
    ...optional('user', task.user),
    ...optional('labels', labelsJson(task.labels)),
    ...optional('discovery', task.discovery && toJsonValue('mesos.v1.DiscoveryInfo', task.discovery)),
    ...optional('container', task.container && toJsonValue('mesos.v1.ContainerInfo', task.container)),
    ...optional('health_check', task.health_check && toJsonValue('mesos.v1.HealthCheck', task.health_check)),
  };
}

function queuedTaskJson(given: TaskInfo): Json {
  const task = withoutSecrets(given);
  return {
    id: task.task_id.value,
    name: task.name,
    slave_id: task.agent_id.value,
    resources: resourcesJson(task.resources),
    ...optional('role', roleOf(task.resources)),
    ...optional('command', task.command && toJsonValue('mesos.v1.CommandInfo', task.command)),
    ...optional('executor_id', task.executor?.executor_id.value),
    ...optional('discovery', task.discovery && toJsonValue('mesos.v1.DiscoveryInfo', task.discovery)),
  };
}

function executorJson(executor: Executor): Json {
  const { info } = executor;
  const terminated = tasksIn(executor, 'terminated').map(({ task }) => task);
  return {
    id: executor.id,
    name: info.name ?? '',
    source: info.source ?? '',
    container: executor.containerId,
    directory: executor.directory,
    resources: resourcesJson(allocatedResources(executor)),
    ...optional('role', roleOf(info.resources)),
    ...optional('labels', labelsJson(info.labels)),
    ...optional('type', info.type),
    tasks: tasksIn(executor, 'launched').map(({ task }) => taskJson(task)),
    queued_tasks: tasksIn(executor, 'queued').map((entry) => queuedTaskJson(entry.info)),
    completed_tasks: [...executor.completedTasks, ...terminated].map(taskJson),
  };
}

export function frameworkJson({ info, executors, completedExecutors, id }: Framework): Json {
  const isMultiRole = hasCapability(info, 'MULTI_ROLE');
  return {
    id,
    name: info.name,
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    hostname: info.hostname ?? '',
    ...optional('principal', info.principal),
    ...(isMultiRole ? { roles: info.roles ?? [] } : { role: info.role ?? '*' }),
    executors: [...executors.values()].map(executorJson),
    completed_executors: completedExecutors.map(executorJson),
  };
}
