// The agent's numbers for /metrics/snapshot, under the names that Mesos gives them.
import type { Resources } from '@mini-mesos/resources';
import type { TaskState } from '@mini-mesos/proto';
import type { AgentMachine } from '../machine.js';
import { tasksIn, type ExecutorState } from '../model.js';
import { allocatedTotal } from './state.js';

type Metric = readonly [name: string, value: number];

const RESOURCES = ['cpus', 'gpus', 'mem', 'disk'] as const;

function taskMetrics({ state }: AgentMachine): Metric[] {
  const executors = [...state.frameworks.values()].flatMap((framework) => [...framework.executors.values()]);
  const launched = executors.flatMap((executor) => tasksIn(executor, 'launched'));
  const queued = executors.reduce((sum, executor) => sum + tasksIn(executor, 'queued').length, 0);
  const inState = (wanted: TaskState) => launched.filter(({ task }) => task.state === wanted).length;
  const executorsIn = (wanted: ExecutorState) => executors.filter((executor) => executor.state === wanted).length;
  const { counters } = state;
  return [
    ['slave/tasks_staging', queued + inState('TASK_STAGING')],
    ['slave/tasks_starting', inState('TASK_STARTING')],
    ['slave/tasks_running', inState('TASK_RUNNING')],
    ['slave/tasks_killing', inState('TASK_KILLING')],
    ['slave/tasks_finished', counters.tasksFinished],
    ['slave/tasks_failed', counters.tasksFailed],
    ['slave/tasks_killed', counters.tasksKilled],
    ['slave/tasks_lost', counters.tasksLost],
    ['slave/tasks_gone', counters.tasksGone],
    ['slave/executors_registering', executorsIn('REGISTERING')],
    ['slave/executors_running', executorsIn('RUNNING')],
    ['slave/executors_terminating', executorsIn('TERMINATING')],
    ['slave/executors_terminated', counters.executorsTerminated],
    ['slave/executors_preempted', 0],
  ];
}

function resourceMetrics(machine: AgentMachine): Metric[] {
  const total = machine.state.totalResources;
  const used = allocatedTotal(machine);
  return RESOURCES.flatMap((name) => [
    ...amounts(`slave/${name}`, name, { total: total.nonRevocable(), used: used.nonRevocable() }),
    ...amounts(`slave/${name}_revocable`, name, { total: total.revocable(), used: used.revocable() }),
  ]);
}

function amounts(prefix: string, name: string, { total, used }: { total: Resources; used: Resources }): Metric[] {
  const [totalMilli, usedMilli] = [total.scalarMilli(name), used.scalarMilli(name)];
  return [
    [`${prefix}_total`, totalMilli / 1000],
    [`${prefix}_used`, usedMilli / 1000],
    [`${prefix}_percent`, totalMilli === 0 ? 0 : usedMilli / totalMilli],
  ];
}

/** What the shell counts. */
export interface ShellCounts {
  uptimeSecs: number;
  recoverySecs: number;
  fetchesSucceeded: number;
  fetchesFailed: number;
  fetcherCacheBytes: number;
  destroyErrors: number;
}

export function agentMetrics(machine: AgentMachine, counts: ShellCounts): Metric[] {
  const { counters, frameworks } = machine.state;
  const { pendingCount, ageMs } = machine.sandboxes;
  return [
    ['slave/uptime_secs', counts.uptimeSecs],
    ['slave/registered', machine.isRegistered ? 1 : 0],
    ['slave/recovery_errors', 0],
    ['slave/recovery_time_secs', counts.recoverySecs],
    ['slave/frameworks_active', frameworks.size],
    ...taskMetrics(machine),
    ['slave/executor_directory_max_allowed_age_secs', ageMs / 1000],
    ['slave/container_launch_errors', counters.containerLaunchErrors],
    ['slave/valid_status_updates', counters.validStatusUpdates],
    ['slave/invalid_status_updates', counters.invalidStatusUpdates],
    ['slave/valid_framework_messages', counters.validFrameworkMessages],
    ['slave/invalid_framework_messages', counters.invalidFrameworkMessages],
    ...resourceMetrics(machine),
    ['containerizer/fetcher/cache_size_total_bytes', counts.fetcherCacheBytes],
    ['containerizer/fetcher/cache_size_used_bytes', 0],
    ['containerizer/fetcher/task_fetches_failed', counts.fetchesFailed],
    ['containerizer/fetcher/task_fetches_succeeded', counts.fetchesSucceeded],
    ['containerizer/mesos/container_destroy_errors', counts.destroyErrors],
    ['containerizer/mesos/provisioner/bind/remove_rootfs_errors', 0],
    ['containerizer/mesos/provisioner/remove_container_errors', 0],
    ['gc/path_removals_failed', counters.pathRemovalsFailed],
    ['gc/path_removals_pending', pendingCount],
    ['gc/path_removals_succeeded', counters.pathRemovalsSucceeded],
    ['resource_provider_manager/events/disconnect', 0],
    ['resource_provider_manager/events/subscribe', 0],
    ['resource_provider_manager/subscribed', 0],
  ];
}
