// Containers with what they hold and use: /containers, /monitor/statistics, GET_CONTAINERS.
import type { agent, ContainerStatus, Resource, ResourceStatistics } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { toJsonValue } from '@mini-mesos/wire';
import type { LaunchedStatus } from '../events.js';
import type { AgentMachine } from '../machine.js';
import type { Executor } from '../model.js';
import type { Json } from './tasks.js';

/** A container and what was measured of it. */
export interface MeasuredContainer {
  path: string;
  id: { value: string; parent?: { value: string } | undefined };
  resources: readonly Resource[];
  status: LaunchedStatus | undefined;
  usage: Omit<ResourceStatistics, 'timestamp'>;
}

export interface ContainerView {
  machine: AgentMachine;
  containers: readonly MeasuredContainer[];
  nowMs: number;
  /** Whether processes and threads are told: Mesos does so only on request (--cgroups_cpu_enable_pids_and_tids_count). */
  countsProcesses: boolean;
}

const MIB = 2 ** 20;

function statisticsOf({ usage, resources }: MeasuredContainer, view: ContainerView): ResourceStatistics {
  const held = Resources.fromProto(resources);
  const memBytes = Math.round((held.scalarMilli('mem') / 1000) * MIB);
  const { processes, threads, ...rest } = usage;
  return {
    timestamp: view.nowMs / 1000,
    ...rest,
    cpus_soft_limit: held.scalarMilli('cpus') / 1000,
    mem_limit_bytes: memBytes,
    mem_soft_limit_bytes: memBytes,
    ...(view.countsProcesses && processes !== undefined && threads !== undefined ? { processes, threads } : {}),
  };
}

function statusOf({ id, status }: MeasuredContainer): ContainerStatus {
  return { container_id: id, ...status };
}

function executorsByContainer({ state }: AgentMachine): Map<string, Executor> {
  const executors = [...state.frameworks.values()].flatMap((framework) => [...framework.executors.values()]);
  return new Map(executors.map((executor) => [executor.containerId, executor]));
}

export interface ContainerFilter {
  containerId?: string | undefined;
  frameworkId?: string | undefined;
  executorId?: string | undefined;
}

/** The containers of executors; nested ones belong to them. */
function executorContainers(view: ContainerView, filter: ContainerFilter = {}) {
  const executors = executorsByContainer(view.machine);
  return view.containers.flatMap((container) => {
    const executor = executors.get(container.path);
    if (!executor) return [];
    const isWanted =
      (filter.containerId === undefined || filter.containerId === executor.containerId) &&
      (filter.frameworkId === undefined || filter.frameworkId === executor.frameworkId) &&
      (filter.executorId === undefined || filter.executorId === executor.id);
    return isWanted ? [{ container, executor }] : [];
  });
}

export function containersJson(view: ContainerView, filter: ContainerFilter): Json[] {
  return executorContainers(view, filter).map(({ container, executor }) => ({
    container_id: executor.containerId,
    framework_id: executor.frameworkId,
    executor_id: executor.id,
    executor_name: executor.info.name ?? '',
    source: executor.info.source ?? '',
    statistics: toJsonValue('mesos.v1.ResourceStatistics', statisticsOf(container, view)),
    status: toJsonValue('mesos.v1.ContainerStatus', statusOf(container)),
  }));
}

export function monitorJson(view: ContainerView): Json[] {
  return executorContainers(view).map(({ container, executor }) => ({
    executor_id: executor.id,
    executor_name: executor.info.name ?? '',
    framework_id: executor.frameworkId,
    source: executor.info.source ?? '',
    statistics: toJsonValue('mesos.v1.ResourceStatistics', statisticsOf(container, view)),
  }));
}

/** As in Mesos a nested container's id comes without its parents here; its status has them. */
export function getContainers(
  view: ContainerView,
  { show_nested = false }: agent.Call.GetContainers,
): agent.Response.GetContainers {
  const executors = executorsByContainer(view.machine);
  const shown = view.containers.filter(({ path }) => executors.has(path) || (show_nested && path.includes('.')));
  return {
    containers: shown.map((container) => {
      const executor = executors.get(container.path);
      const named = executor && {
        framework_id: { value: executor.frameworkId },
        executor_id: { value: executor.id },
        executor_name: executor.info.name ?? '',
      };
      return {
        ...named,
        container_id: { value: container.id.value },
        container_status: statusOf(container),
        resource_statistics: statisticsOf(container, view),
      };
    }),
  };
}
