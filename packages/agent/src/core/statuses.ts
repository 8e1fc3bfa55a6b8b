// TaskStatus messages as Mesos agents and executors fill them in, and Task messages as its masters expect them.
import type {
  ContainerID,
  ContainerStatus,
  ExecutorInfo,
  NetworkInfo,
  Task,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '@mini-mesos/proto';
import type { LaunchedStatus } from './events.js';

/** What the maker of a status decides; the rest is filled in when it is taken. */
export interface StatusDraft {
  taskId: string;
  state: TaskState;
  source: TaskStatus.Source;
  message?: string | undefined;
  reason?: TaskStatus.Reason | undefined;
  healthy?: boolean | undefined;
  checkStatus?: TaskStatus['check_status'];
  limitation?: TaskStatus['limitation'];
  containerStatus?: ContainerStatus | undefined;
}

export function statusOf(draft: StatusDraft, filled: { uuid: Uint8Array; nowMs: number }): TaskStatus {
  return {
    task_id: { value: draft.taskId },
    state: draft.state,
    source: draft.source,
    timestamp: filled.nowMs / 1000,
    uuid: filled.uuid,
    ...(draft.message === undefined ? {} : { message: draft.message }),
    ...(draft.reason === undefined ? {} : { reason: draft.reason }),
    ...(draft.healthy === undefined ? {} : { healthy: draft.healthy }),
    ...(draft.checkStatus === undefined ? {} : { check_status: draft.checkStatus }),
    ...(draft.limitation === undefined ? {} : { limitation: draft.limitation }),
    ...(draft.containerStatus === undefined ? {} : { container_status: draft.containerStatus }),
  };
}

/** Tasks on the host's network have the agent's address: service discovery reads it from here. */
function hostNetwork(ip: string): NetworkInfo[] {
  return [{ ip_addresses: [{ protocol: ip.includes(':') ? 'IPv6' : 'IPv4', ip_address: ip }] }];
}

/** `container_status` of a task in this container; without `launched` (not running any more, or not yet) only its id. */
export function containerStatus(id: ContainerID, ip: string, launched: LaunchedStatus | undefined): ContainerStatus {
  if (!launched) return { container_id: id };
  const networks = launched.network_infos ?? [];
  return { container_id: id, ...launched, network_infos: networks.length > 0 ? networks : hostNetwork(ip) };
}

/** While a task has a check, each of its statuses names the check's kind, even when it has not reported yet. */
export function emptyCheckStatus(task: TaskInfo): TaskStatus['check_status'] {
  switch (task.check?.type) {
    case 'COMMAND':
      return { type: 'COMMAND', command: {} };
    case 'HTTP':
      return { type: 'HTTP', http: {} };
    case 'TCP':
      return { type: 'TCP', tcp: {} };
    case 'UNKNOWN':
    case undefined:
      return undefined;
  }
}

/** A task as the agent and the master keep it. `executor` is left out for command tasks, as in Mesos. */
export function taskOf(info: TaskInfo, frameworkId: string, executor: ExecutorInfo | undefined): Task {
  const user = info.command?.user ?? executor?.command?.user;
  return {
    name: info.name,
    task_id: info.task_id,
    framework_id: { value: frameworkId },
    agent_id: info.agent_id,
    state: 'TASK_STAGING',
    resources: info.resources ?? [],
    statuses: [],
    ...(executor ? { executor_id: executor.executor_id } : {}),
    ...(info.labels ? { labels: info.labels } : {}),
    ...(info.discovery ? { discovery: info.discovery } : {}),
    ...(info.container ? { container: info.container } : {}),
    ...(user === undefined ? {} : { user }),
    ...(info.health_check ? { health_check: info.health_check } : {}),
    ...(info.kill_policy ? { kill_policy: info.kill_policy } : {}),
    ...(info.limits ? { limits: info.limits } : {}),
  };
}

/** A status as it is kept with its task: without data, and in place of the one before where the state is the same. */
export function keepStatus(task: Task, status: TaskStatus): void {
  const { data: _data, ...kept } = status;
  const statuses = (task.statuses ??= []);
  if (statuses.at(-1)?.state === status.state) statuses.pop();
  statuses.push(kept);
}
