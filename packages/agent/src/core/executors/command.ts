// The executor of a single task with a command. It is the agent's own doing: the task's process is the container.
//
//   start ──▶ container launched ──▶ STARTING, RUNNING ──▶ (kill: KILLING) ──▶ exit: FINISHED, FAILED or KILLED
import type { KillPolicy, TaskInfo } from '@mini-mesos/proto';
import { SHUTDOWN_MARGIN_MS } from '../constants.js';
import type { TaskProcessState } from '../checkpoint/records.js';
import type { ContainerConfig } from '../effects.js';
import { allocationRole } from '../environment.js';
import type { LaunchedStatus } from '../events.js';
import { allocatedResources, tasksIn, type TaskEntry } from '../model.js';
import { exitText, type ContainerExit } from '../signals.js';
import type { DriverHost, ExecutorDriver } from './driver.js';
import { executorContainer } from './launch.js';
import { killGraceMs, TaskProcess } from './task-process.js';

export class CommandExecutor implements ExecutorDriver {
  readonly #host: DriverHost;
  #process: TaskProcess | undefined;
  #launched: LaunchedStatus = {};

  constructor(host: DriverHost) {
    this.#host = host;
  }

  start(): void {
    const { context, executor } = this.#host;
    const task = tasksIn(executor, 'queued')[0]?.info;
    if (!task) return;
    const config = this.#config(task);
    if (config.process) {
      context.emit({ type: 'launch-container', config });
      return;
    }
    const message = `Failed to launch container: the command of task '${task.task_id.value}' has no value to run`;
    this.#host.ended(
      { kind: 'unknown', message },
      { state: 'TASK_FAILED', reason: 'REASON_CONTAINER_LAUNCH_FAILED', message },
    );
  }

  restore(processes: ReadonlyMap<string, TaskProcessState>): void {
    const { context, executor } = this.#host;
    const entry = [...executor.tasks.values()][0];
    if (entry && entry.phase !== 'queued') {
      const taskId = entry.info.task_id.value;
      const saved = processes.get(taskId) ?? { taskId, containerId: executor.containerId };
      this.#process = new TaskProcess(this.#host, entry.info, { container: { value: executor.containerId }, saved });
    }
    context.emit({ type: 'recover-container', config: this.#config(entry?.info) });
  }

  containerLaunched(_container: string, status: LaunchedStatus): void {
    this.#launched = status;
    if (this.#process) this.#announce(this.#process);
    else this.#host.registered();
  }

  launch(tasks: readonly TaskEntry[]): void {
    const entry = tasks[0];
    if (!entry) return;
    const container = { value: this.#host.executor.containerId };
    this.#process = new TaskProcess(this.#host, entry.info, { container });
    this.#announce(this.#process);
  }

  /** Says what was not said before the agent was started again. */
  #announce(process: TaskProcess): void {
    process.onLaunched(this.#launched);
    const entry = this.#host.executor.tasks.get(process.task.task_id.value);
    if (entry?.task.state === 'TASK_STAGING') process.report('TASK_STARTING');
    if (entry?.task.state === 'TASK_STARTING') process.report('TASK_RUNNING');
  }

  #config(task: TaskInfo | undefined): ContainerConfig {
    const { executor } = this.#host;
    return executorContainer(this.#host, {
      command: task?.command,
      resources: allocatedResources(executor),
      container: task?.container,
      extra: allocationRole(task?.resources),
    });
  }

  kill(_taskId: string, policy: KillPolicy | undefined): void {
    if (this.#process) this.#process.kill(killGraceMs(this.#process.task, policy));
  }

  shutdown(graceMs: number): void {
    if (this.#process) this.#process.kill(Math.max(0, graceMs - SHUTDOWN_MARGIN_MS));
    else this.#host.context.emit({ type: 'destroy-container', container: this.#host.executor.containerId });
  }

  containerLaunchFailed(_container: string, message: string): void {
    const text = `Failed to launch container: ${message}`;
    this.#host.ended(
      { kind: 'unknown', message: text },
      { state: 'TASK_FAILED', reason: 'REASON_CONTAINER_LAUNCH_FAILED', message: text },
    );
  }

  containerExited(_container: string, exit: ContainerExit): void {
    const process = this.#process;
    process?.onEnded();
    if (!process) {
      this.#host.ended(exit);
      return;
    }
    const outcome = process.outcome(exit);
    if (exit.kind === 'unknown' && outcome.state !== 'TASK_KILLED') {
      const message = `Abnormal executor termination: ${exitText(exit)}`;
      this.#host.ended(exit, { state: 'TASK_FAILED', reason: 'REASON_EXECUTOR_TERMINATED', message });
      return;
    }
    process.report(outcome.state, outcome);
    this.#host.ended(exit);
  }

  onTimer(name: string): void {
    this.#process?.onTimer(name);
  }

  message(): void {}
  statusAccepted(): void {}
  taskCompleted(): void {}
  close(): void {}
}
