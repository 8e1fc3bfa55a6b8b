// The executor of a single task with a command. It is the agent's own doing: the task's process is the container.
//
//   start ──▶ container launched ──▶ STARTING, RUNNING ──▶ (kill: KILLING) ──▶ exit: FINISHED, FAILED or KILLED
//     └────── kill: the launch is given up ──▶ exit, or never launched: KILLED
//
// C1: a kill during the launch is answered when the container has ended or is known never to start, not before: until
// then its command may run, and what the task holds is in use. Mesos answers at once (src/slave/slave.cpp killTask).
import type { KillPolicy, TaskInfo } from '@mini-mesos/proto';
import { SHUTDOWN_MARGIN_MS } from '../constants.js';
import type { TaskProcessState } from '../checkpoint/records.js';
import type { ContainerConfig } from '../effects.js';
import { allocationRole } from '../environment.js';
import type { LaunchedStatus } from '../events.js';
import { checkpoint } from '../context.js';
import { allocatedResources, KILLED_DURING_LAUNCH, tasksIn, type TaskEntry, type Termination } from '../model.js';
import { exitText, type ContainerExit } from '../signals.js';
import type { DriverHost, ExecutorDriver } from './driver.js';
import { executorContainer } from './launch.js';
import { killGraceMs, TaskProcess } from './task-process.js';

export class CommandExecutor implements ExecutorDriver {
  readonly #host: DriverHost;
  #process: TaskProcess | undefined;
  #launched: LaunchedStatus = {};
  /** It was killed before its container was known to run. */
  #isGivenUp = false;

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
    this.#isGivenUp = entry?.phase === 'queued' && processes.get(entry.info.task_id.value)?.kill !== undefined;
    context.emit({ type: 'recover-container', config: this.#config(entry?.info) });
    if (this.#isGivenUp) this.#destroy();
  }

  containerLaunched(_container: string, status: LaunchedStatus): void {
    this.#launched = status;
    if (this.#process) this.#announce(this.#process);
    else if (this.#isGivenUp) this.#destroy();
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

  kill(taskId: string, policy: KillPolicy | undefined): void {
    if (this.#process) this.#process.kill(killGraceMs(this.#process.task, policy));
    else if (!this.#isGivenUp) this.#giveUp(taskId);
  }

  /** Nobody has seen the command run: it gets no grace. */
  #giveUp(taskId: string): void {
    const { context, framework, executor } = this.#host;
    this.#isGivenUp = true;
    const nowMs = context.nowMs();
    const process = { taskId, containerId: executor.containerId, kill: { startedMs: nowMs, deadlineMs: nowMs } };
    const ids = { frameworkId: framework.id, executorId: executor.id };
    checkpoint(context, framework.info, { type: 'process', ...ids, process });
    this.#destroy();
  }

  #destroy(): void {
    this.#host.context.emit({ type: 'destroy-container', container: this.#host.executor.containerId });
  }

  shutdown(graceMs: number): void {
    if (this.#process) this.#process.kill(Math.max(0, graceMs - SHUTDOWN_MARGIN_MS));
    else this.#destroy();
  }

  containerLaunchFailed(_container: string, message: string): void {
    const text = `Failed to launch container: ${message}`;
    const failure: Termination = { state: 'TASK_FAILED', reason: 'REASON_CONTAINER_LAUNCH_FAILED', message: text };
    this.#host.ended({ kind: 'unknown', message: text }, this.#isGivenUp ? KILLED_DURING_LAUNCH : failure);
  }

  containerExited(_container: string, exit: ContainerExit): void {
    const process = this.#process;
    process?.onEnded();
    if (!process) {
      this.#host.ended(exit, this.#isGivenUp ? KILLED_DURING_LAUNCH : undefined);
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
