// The executor of task groups (pods): each task runs in a container nested in the executor's, which itself has no
// process. One task that fails or is killed takes the rest of its group with it; one that finishes does not. When no
// container is left, and what was reported is acknowledged, the executor ends (src/launcher/default_executor.cpp).
//
//   start ──▶ sandbox made ──▶ group: STARTING each ──▶ container launched: RUNNING ──▶ exit ──▶ … ──▶ lingers ──▶ ended
//                                 ▲                                                                   │
//                                 └──────────────────────── another group ───────────────────────────┘
import type { KillPolicy, TaskInfo } from '@mini-mesos/proto';
import { DEFAULT_EXECUTOR_LINGER_MS, SHUTDOWN_MARGIN_MS } from '../constants.js';
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
    const { executor } = this.#host;
    const config = executorContainer(this.#host, {
      command: executor.info.command,
      resources: allocatedResources(executor),
      container: executor.info.container,
    });
    this.#host.context.emit({ type: 'launch-container', config: { ...config, process: undefined } });
  }

  launch(tasks: readonly TaskEntry[]): void {
    const { context, executor } = this.#host;
    this.#lingering = false;
    this.#host.cancelTimer(LINGER_TIMER);
    const members = tasks.map(({ info, group }) => {
      const id = { value: newContainerId(context.random), parent: { value: executor.containerId } };
      const member = { process: new TaskProcess(this.#host, info, id), group: group ?? [info] };
      this.#members.set(member.process.path, member);
      return member;
    });
    for (const { process } of members) process.report('TASK_STARTING', { gone: true });
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
    if (!process.isKilling) process.report('TASK_RUNNING');
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
