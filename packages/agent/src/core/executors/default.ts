// The executor of task groups (pods): each task runs in a container nested in the executor's, which itself has no
// process. One task that fails or is killed takes the rest of its group with it; one that finishes does not. When no
// container is left, and what was reported is acknowledged, the executor ends (src/launcher/default_executor.cpp).
//
//   start ──▶ sandbox made ──▶ group: STARTING each ──▶ container launched: RUNNING ──▶ exit ──▶ … ──▶ lingers ──▶ ended
//                                 ▲                                                                   │
//                                 └──────────────────────── another group ───────────────────────────┘
import type { KillPolicy, TaskInfo, TaskState } from '@mini-mesos/proto';
import { DEFAULT_EXECUTOR_LINGER_MS, SHUTDOWN_MARGIN_MS } from '../constants.js';
import type { TaskProcessState } from '../checkpoint/records.js';
import type { ContainerConfig } from '../effects.js';
import type { LaunchedStatus } from '../events.js';
import { allocatedResources, type TaskEntry } from '../model.js';
import { newContainerId } from '../random.js';
import type { ContainerExit } from '../signals.js';
import type { DriverHost, ExecutorDriver } from './driver.js';
import { executorContainer, nestedContainer, processOf } from './launch.js';
import { killGraceMs, TaskProcess, type TaskOutcome } from './task-process.js';

interface Member {
  readonly process: TaskProcess;
  readonly group: readonly TaskInfo[];
}

const LINGER_TIMER = 'linger';

export class DefaultExecutor implements ExecutorDriver {
  readonly #host: DriverHost;
  /** Running and launching tasks, by their container. */
  readonly #members = new Map<string, Member>();
  #shuttingDown = false;
  #lingering = false;

  constructor(host: DriverHost) {
    this.#host = host;
  }

  start(): void {
    this.#host.context.emit({ type: 'launch-container', config: this.#config() });
  }

  restore(processes: ReadonlyMap<string, TaskProcessState>): void {
    const { context, executor } = this.#host;
    context.emit({ type: 'recover-container', config: this.#config() });
    for (const entry of executor.tasks.values()) {
      if (entry.phase !== 'launched') continue;
      const { info, group } = entry;
      const saved = processes.get(info.task_id.value);
      if (!saved) {
        // Handed over, but its container was never asked for: it is handed over again.
        entry.phase = 'queued';
        continue;
      }
      const container = { value: saved.containerId, parent: { value: executor.containerId } };
      const process = new TaskProcess(this.#host, info, { container, saved });
      this.#members.set(process.path, { process, group: group ?? [info] });
      context.emit({ type: 'recover-container', config: nestedContainer(this.#host, info, container) });
    }
    for (const { task, phase, group } of executor.tasks.values()) {
      if (phase === 'terminated' && task.state !== 'TASK_FINISHED') this.#killRest(group ?? []);
    }
    const hasQueued = [...executor.tasks.values()].some((entry) => entry.phase === 'queued');
    if (executor.state === 'RUNNING' && this.#members.size === 0 && !hasQueued) this.#linger();
  }

  /** A sandbox without a process, in which those of the tasks are. */
  #config(): ContainerConfig {
    const { executor } = this.#host;
    const config = executorContainer(this.#host, {
      command: executor.info.command,
      resources: allocatedResources(executor),
      container: executor.info.container,
    });
    return { ...config, process: undefined };
  }

  launch(tasks: readonly TaskEntry[]): void {
    const { context, executor } = this.#host;
    this.#lingering = false;
    this.#host.cancelTimer(LINGER_TIMER);
    const members = tasks.map(({ info, group }) => {
      const id = { value: newContainerId(context.random), parent: { value: executor.containerId } };
      const member = { process: new TaskProcess(this.#host, info, { container: id }), group: group ?? [info] };
      this.#members.set(member.process.path, member);
      return member;
    });
    for (const { process } of members) {
      process.record();
      if (this.#stateOf(process) === 'TASK_STAGING') process.report('TASK_STARTING', { gone: true });
    }
    const [runnable, empty] = [members.filter(hasCommand), members.filter((member) => !hasCommand(member))];
    for (const { process } of runnable) {
      context.emit({
        type: 'launch-container',
        config: nestedContainer(this.#host, process.task, process.container),
      });
    }
    for (const member of empty) {
      const message = `the command of task '${member.process.task.task_id.value}' has no value to run`;
      this.#ended(member, { state: 'TASK_FAILED', reason: 'REASON_CONTAINER_LAUNCH_FAILED', message });
    }
  }

  kill(taskId: string, policy: KillPolicy | undefined): void {
    for (const { process } of this.#members.values()) {
      if (process.task.task_id.value === taskId) process.kill(killGraceMs(process.task, policy));
    }
  }

  shutdown(graceMs: number): void {
    this.#shuttingDown = true;
    if (this.#members.size === 0) this.#destroySelf();
    const boundMs = Math.max(0, graceMs - SHUTDOWN_MARGIN_MS);
    for (const { process } of [...this.#members.values()]) {
      process.kill(Math.min(boundMs, killGraceMs(process.task, undefined)));
    }
  }

  containerLaunched(container: string, status: LaunchedStatus): void {
    if (container === this.#host.executor.containerId) {
      this.#host.registered();
      return;
    }
    const process = this.#members.get(container)?.process;
    if (!process) return;
    process.onLaunched(status);
    if (!process.isKilling && this.#stateOf(process) !== 'TASK_RUNNING') process.report('TASK_RUNNING');
  }

  #stateOf({ task }: TaskProcess): TaskState | undefined {
    return this.#host.executor.tasks.get(task.task_id.value)?.task.state;
  }

  containerLaunchFailed(container: string, message: string): void {
    const text = `Failed to launch container: ${message}`;
    const reason = 'REASON_CONTAINER_LAUNCH_FAILED' as const;
    const member = this.#members.get(container);
    if (member?.process.isKilling) this.#ended(member, { state: 'TASK_KILLED', message: text });
    else if (member) this.#ended(member, { state: 'TASK_FAILED', reason, message: text });
    else this.#host.ended({ kind: 'unknown', message: text }, { state: 'TASK_FAILED', reason, message: text });
  }

  containerExited(container: string, exit: ContainerExit): void {
    const member = this.#members.get(container);
    if (member) this.#ended(member, member.process.outcome(exit));
    else if (container === this.#host.executor.containerId) this.#host.ended(exit);
  }

  taskCompleted(): void {
    if (this.#lingering && ![...this.#host.executor.tasks.values()].some((entry) => entry.phase === 'terminated')) {
      this.#destroySelf();
    }
  }

  onTimer(name: string): void {
    if (name === LINGER_TIMER) this.#destroySelf();
    for (const { process } of [...this.#members.values()]) if (process.onTimer(name)) return;
  }

  message(): void {}
  statusAccepted(): void {}
  close(): void {
    this.#lingering = false;
  }

  #ended(member: Member, outcome: TaskOutcome): void {
    const { process, group } = member;
    process.onEnded();
    this.#members.delete(process.path);
    process.report(outcome.state, { ...outcome, gone: true });
    if (outcome.state !== 'TASK_FINISHED' && !this.#shuttingDown) this.#killRest(group);
    if (this.#members.size === 0) this.#linger();
  }

  #killRest(group: readonly TaskInfo[]): void {
    const ids = new Set(group.map((task) => task.task_id.value));
    for (const { process } of [...this.#members.values()]) {
      if (ids.has(process.task.task_id.value) && !process.isKilling) process.kill(killGraceMs(process.task, undefined));
    }
  }

  /** The framework hears of the end of the executor after it has heard of the ends of the tasks. */
  #linger(): void {
    if (this.#shuttingDown) {
      this.#destroySelf();
      return;
    }
    this.#lingering = true;
    this.#host.setTimer(LINGER_TIMER, DEFAULT_EXECUTOR_LINGER_MS);
  }

  #destroySelf(): void {
    const { context, executor } = this.#host;
    this.#lingering = false;
    this.#host.cancelTimer(LINGER_TIMER);
    executor.state = 'TERMINATING';
    context.emit({ type: 'destroy-container', container: executor.containerId });
  }
}

function hasCommand({ process }: Member): boolean {
  return processOf(process.task.command) !== undefined;
}
