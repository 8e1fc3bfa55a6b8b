// A task as /state, /frameworks and /tasks show it (Mesos: json(…, Task) in src/common/http.cpp).
import type { ContainerID, ContainerStatus, NetworkInfo, TaskStatus } from '@mini-mesos/proto';
import { resourcesToStateJson } from '@mini-mesos/resources';
import { toJsonValue } from '@mini-mesos/wire';
import type { TaskRecord } from '../../state/task.js';
import { publicTask } from '../secrets.js';
import { labelsJson } from './labels.js';

export function taskJson(record: TaskRecord) {
  const task = publicTask(record.task);
  const { limits, user, labels, discovery, container, health_check: healthCheck } = task;
  return {
    id: task.task_id.value,
    name: task.name,
    framework_id: task.framework_id.value,
    // Empty for tasks with a command.
    executor_id: task.executor_id?.value ?? '',
    slave_id: task.agent_id.value,
    state: task.state,
    resources: resourcesToStateJson(record.resources),
    ...(limits && Object.keys(limits).length > 0 && { limits: limitsJson(limits) }),
    role: record.resources.items[0]?.allocationRole ?? '',
    statuses: (task.statuses ?? []).map(statusJson),
    ...(user !== undefined && { user }),
    ...(labels && { labels: labelsJson(labels) }),
    ...(discovery && { discovery: toJsonValue('mesos.v1.DiscoveryInfo', discovery) }),
    ...(container && { container: toJsonValue('mesos.v1.ContainerInfo', container) }),
    ...(healthCheck && { health_check: toJsonValue('mesos.v1.HealthCheck', healthCheck) }),
  };
}

/** JSON has no number for "no limit". */
function limitsJson(limits: { [name: string]: { value: number } }): Record<string, number | string> {
  const entries = Object.entries(limits).map(([name, { value }]) => [
    name,
    Number.isFinite(value) ? value : String(value),
  ]);
  return Object.fromEntries(entries) as Record<string, number | string>;
}

function statusJson({ state, timestamp = 0, labels, container_status: container, healthy }: TaskStatus) {
  return {
    state,
    timestamp,
    ...(labels && { labels: labelsJson(labels) }),
    ...(container && { container_status: containerStatusJson(container) }),
    ...(healthy !== undefined && { healthy }),
  };
}

function containerStatusJson({ container_id: id, network_infos: networks = [], cgroup_info: cgroup }: ContainerStatus) {
  return {
    ...(id && { container_id: containerIdJson(id) }),
    ...(networks.length > 0 && { network_infos: networks.map(networkJson) }),
    ...(cgroup && { cgroup_info: toJsonValue('mesos.v1.CgroupInfo', cgroup) }),
  };
}

function containerIdJson({ value, parent }: ContainerID): object {
  return { value, ...(parent && { parent: containerIdJson(parent) }) };
}

function networkJson({
  groups = [],
  labels,
  ip_addresses: addresses = [],
  name,
  port_mappings: ports = [],
}: NetworkInfo) {
  return {
    ...(groups.length > 0 && { groups }),
    ...(labels && { labels: labelsJson(labels) }),
    ...(addresses.length > 0 && {
      ip_addresses: addresses.map((address) => toJsonValue('mesos.v1.NetworkInfo.IPAddress', address)),
    }),
    ...(name !== undefined && { name }),
    ...(ports.length > 0 && {
      port_mappings: ports.map((port) => toJsonValue('mesos.v1.NetworkInfo.PortMapping', port)),
    }),
  };
}
