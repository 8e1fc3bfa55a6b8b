// What all kinds of executors have in common: the agent hands them tasks and news of their containers, they report what
// becomes of the tasks. Command and default executors have no process of their own; what they do is done here.
import type { KillPolicy, TaskStatus } from '@mini-mesos/proto';
import type { TaskProcessState } from '../checkpoint/records.js';
import type { Context } from '../context.js';
import type { LaunchedStatus } from '../events.js';
import type { Executor, Framework, TaskEntry, Termination } from '../model.js';
import type { ContainerExit } from '../signals.js';
import type { StatusDraft } from '../statuses.js';

export interface ExecutorDriver {
  /** Launches the executor's container. Called once, when the executor is made and has its first tasks queued. */
  start(): void;
  /**
   * Takes up what an earlier run of the agent started, in place of `start`: its containers are looked for, and report as
   * if they had just been launched. `processes` is how far those of its tasks were.
   */
  restore(processes: ReadonlyMap<string, TaskProcessState>): void;
  /** Takes tasks that were launched together. Called only while the executor is RUNNING. */
  launch(tasks: readonly TaskEntry[]): void;
  /**
   * Of a task that was launched, or, for a command executor, whose container is being launched. A repeated kill can only
   * shorten the time that is left.
   */
  kill(taskId: string, policy: KillPolicy | undefined): void;
  /** End within the grace period; the container is destroyed when it is over. */
  shutdown(graceMs: number): void;
  /** Bytes from the framework, best effort. */
  message(data: Uint8Array): void;
  containerLaunched(container: string, status: LaunchedStatus): void;
  containerLaunchFailed(container: string, message: string): void;
  containerExited(container: string, exit: ContainerExit): void;
  /** The agent has taken a status that this executor sent: it may forget it. */
  statusAccepted(status: TaskStatus): void;
  /** The framework has acknowledged the last update of one of its tasks. */
  taskCompleted(): void;
  onTimer(name: string): void;
  /** The executor's container is gone. Nothing else is called afterwards. */
  close(): void;
}

/** What the agent does for an executor. */
export interface DriverHost {
  readonly context: Context;
  readonly executor: Executor;
  readonly framework: Framework;
  /** The executor can take tasks: those that wait for it are handed over. */
  registered(): void;
  update(draft: StatusDraft): void;
  /** The executor is over. Tasks that it leaves behind fail with `termination`, or for the end of the executor. */
  ended(exit: ContainerExit, termination?: Termination): void;
  /** Timers of an executor end with it. */
  setTimer(name: string, delayMs: number): void;
  cancelTimer(name: string): void;
}
