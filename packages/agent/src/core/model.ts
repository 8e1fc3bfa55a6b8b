// What the agent knows: frameworks, their executors, the executors' tasks. Data and questions about it, no decisions.
import type {
  AgentInfo,
  DrainConfig,
  ExecutorInfo,
  FrameworkInfo,
  Operation,
  Resource,
  Task,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '@mini-mesos/proto';
import type { Resources } from '@mini-mesos/resources';
import type { LaunchedStatus } from './events.js';
import type { ExecutorDriver } from './executors/driver.js';

/** Queued: its executor has not got it yet. Terminated: its last state is not acknowledged by the framework yet. */
export type TaskPhase = 'queued' | 'launched' | 'terminated';

export interface TaskEntry {
  readonly info: TaskInfo;
  readonly task: Task;
  phase: TaskPhase;
  /** The tasks that were launched together with it, itself included; undefined outside of groups. */
  readonly group: readonly TaskInfo[] | undefined;
}

export type ExecutorKind = 'command' | 'default' | 'custom';
export type ExecutorState = 'REGISTERING' | 'RUNNING' | 'TERMINATING' | 'TERMINATED';

/** Why tasks of an executor fail that ends before them, where more is known than its exit. */
export interface Termination {
  state: TaskState;
  reason: TaskStatus.Reason;
  message: string;
}

/** The end of a task that was killed before its executor got it. */
export const KILLED_DURING_LAUNCH: Termination = {
  state: 'TASK_KILLED',
  reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
  message: 'Killed before delivery to the executor',
};

export interface Executor {
  readonly info: ExecutorInfo;
  readonly kind: ExecutorKind;
  readonly frameworkId: string;
  readonly id: string;
  /** The UUID of its container. */
  readonly containerId: string;
  readonly directory: string;
  readonly driver: ExecutorDriver;
  state: ExecutorState;
  /** By task id, in order of arrival. Completed tasks are no longer in it. */
  readonly tasks: Map<string, TaskEntry>;
  readonly completedTasks: Task[];
  everSentTask: boolean;
  /** What the containerizer says of its container, once that runs. */
  launched: LaunchedStatus | undefined;
}

export interface Framework {
  readonly id: string;
  info: FrameworkInfo;
  state: 'RUNNING' | 'TERMINATING';
  readonly executors: Map<string, Executor>;
  /** Oldest first. */
  readonly completedExecutors: Executor[];
  /** Its info as it was last written down, as JSON. */
  recorded?: string | undefined;
}

interface Counters {
  tasksFinished: number;
  tasksFailed: number;
  tasksKilled: number;
  tasksLost: number;
  tasksGone: number;
  executorsTerminated: number;
  containerLaunchErrors: number;
  validStatusUpdates: number;
  invalidStatusUpdates: number;
  validFrameworkMessages: number;
  invalidFrameworkMessages: number;
  pathRemovalsSucceeded: number;
  pathRemovalsFailed: number;
}

export interface AgentState {
  phase: 'DISCONNECTED' | 'RUNNING' | 'TERMINATING';
  /** The agent is about to end and will be back: it takes no new tasks. */
  isStopping: boolean;
  /** Its `id` is set from the first registration on. */
  readonly info: AgentInfo;
  readonly frameworks: Map<string, Framework>;
  /** Oldest first. */
  readonly completedFrameworks: Framework[];
  drain: { config: DrainConfig; startedMs: number } | undefined;
  /** Everything there is, reservations and volumes included. */
  totalResources: Resources;
  /** The part of it that is remembered on disk. */
  checkpointedResources: Resources;
  /** By the hexadecimal text of its uuid. */
  readonly operations: Map<string, Operation>;
  readonly counters: Counters;
}

export function hasCapability(framework: FrameworkInfo, type: FrameworkInfo.Capability.Type): boolean {
  return framework.capabilities?.some((capability) => capability.type === type) ?? false;
}

/** TASK_DROPPED and its like exist only for frameworks that know of partitions; others see TASK_LOST. */
export function lostStateFor(framework: FrameworkInfo, state: 'TASK_DROPPED' | 'TASK_GONE'): TaskState {
  return hasCapability(framework, 'PARTITION_AWARE') ? state : 'TASK_LOST';
}

export function tasksIn(executor: Executor, phase: TaskPhase): TaskEntry[] {
  return [...executor.tasks.values()].filter((entry) => entry.phase === phase);
}

export function executorOfTask(framework: Framework, taskId: string): Executor | undefined {
  for (const executor of framework.executors.values()) if (executor.tasks.has(taskId)) return executor;
  return undefined;
}

/** Whether the task ran here and its end was acknowledged, as far back as completed tasks are kept. */
export function hasCompleted(framework: Framework, taskId: string): boolean {
  const executors = [...framework.executors.values(), ...framework.completedExecutors];
  return executors.some(({ completedTasks }) => completedTasks.some((task) => task.task_id.value === taskId));
}

/** What an executor holds: its own and that of its tasks that are not terminal. */
export function allocatedResources(executor: Executor): Resource[] {
  const tasks = [...executor.tasks.values()].filter((entry) => entry.phase !== 'terminated');
  return [...(executor.info.resources ?? []), ...tasks.flatMap((entry) => entry.task.resources ?? [])];
}

export function isIdle(framework: Framework): boolean {
  return framework.executors.size === 0;
}

/** Appends to a list that keeps at most `max`; returns what fell out. */
export function pushBounded<T>(list: T[], item: T, max: number): T[] {
  list.push(item);
  return list.splice(0, Math.max(0, list.length - max));
}
