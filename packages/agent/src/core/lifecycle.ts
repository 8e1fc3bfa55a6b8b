// Executors and frameworks from their first task to their removal (src/slave/slave.cpp executorTerminated,
// removeExecutor, shutdownFramework and their kin).
//
//   executor:   REGISTERING ──▶ RUNNING ──▶ TERMINATING ──▶ TERMINATED ──▶ completed
//                    └──────────────┴── container exits ────────▲  └ when every end of a task is acknowledged
//   framework:  RUNNING ──▶ TERMINATING ──▶ completed, when it has no executor left
import type { ExecutorInfo, FrameworkInfo, link, TaskInfo, TaskStatus } from '@mini-mesos/proto';
import { COMPLETED_FRAMEWORKS_MAX, COMPLETED_TASKS_PER_EXECUTOR_MAX } from './constants.js';
import { agentIdOf, checkpoint, log, recordFramework, type Context } from './context.js';
import type { LaunchedStatus } from './events.js';
import { CommandExecutor } from './executors/command.js';
import { CustomExecutor } from './executors/custom.js';
import { DefaultExecutor } from './executors/default.js';
import type { DriverHost, ExecutorDriver } from './executors/driver.js';
import { shutdownGraceMs } from './executors/launch.js';
import {
  allocatedResources,
  isIdle,
  pushBounded,
  tasksIn,
  type Executor,
  type ExecutorKind,
  type Framework,
  type TaskEntry,
  type Termination,
} from './model.js';
import { latestRun, runDirectory, virtualRun } from './paths.js';
import { newContainerId, newUuid } from './random.js';
import { exitText, waitStatus, type ContainerExit } from './signals.js';
import { statusOf, taskOf, type StatusDraft } from './statuses.js';

/** What this part needs of the others. */
export interface LifecycleHooks {
  take(framework: Framework, executor: Executor | undefined, status: TaskStatus): void;
  send(call: link.Call): void;
  /** Their sandboxes may be removed when they are old enough. */
  onExecutorRemoved(framework: Framework, executor: Executor): void;
  onFrameworkRemoved(framework: Framework): void;
}

const TIMER_PREFIX = 'executor/';
const SHUTDOWN_TIMER = 'agent-shutdown';

export class Lifecycle {
  readonly #context: Context;
  readonly #hooks: LifecycleHooks;
  /** Living executors by the UUID of their container. */
  readonly #byContainer = new Map<string, { executor: Executor; framework: Framework; host: DriverHost }>();
  readonly #timers = new Map<string, Set<string>>();

  constructor(context: Context, hooks: LifecycleHooks) {
    this.#context = context;
    this.#hooks = hooks;
  }

  /** The framework, with what was completed of it before. */
  frameworkFor(info: FrameworkInfo): Framework {
    const { frameworks, completedFrameworks } = this.#context.state;
    const id = info.id?.value ?? '';
    let framework = frameworks.get(id);
    if (!framework) {
      const before = completedFrameworks.findIndex((completed) => completed.id === id);
      const completed = before < 0 ? [] : (completedFrameworks.splice(before, 1)[0]?.completedExecutors ?? []);
      framework = { id, info, state: 'RUNNING', executors: new Map(), completedExecutors: completed };
      frameworks.set(id, framework);
    }
    return framework;
  }

  /** Makes an executor with its first tasks queued, and launches its container. */
  startExecutor(
    framework: Framework,
    info: ExecutorInfo,
    options: { kind: ExecutorKind; tasks: TaskInfo[] },
  ): Executor {
    const { kind } = options;
    const containerId = newContainerId(this.#context.random);
    recordFramework(this.#context, framework);
    const record = { type: 'executor', frameworkId: framework.id, info, kind, containerId } as const;
    checkpoint(this.#context, framework.info, record);
    return this.makeExecutor(framework, info, { kind, containerId });
  }

  /** Without launching anything. `isThere`: an earlier run of the agent has made its sandbox. */
  makeExecutor(
    framework: Framework,
    info: ExecutorInfo,
    { kind, containerId, isThere = false }: { kind: ExecutorKind; containerId: string; isThere?: boolean },
  ): Executor {
    const { config } = this.#context;
    const agentId = agentIdOf(this.#context).value;
    const ids = { workDir: config.workDir, agentId, frameworkId: framework.id, executorId: info.executor_id.value };
    const directory = runDirectory({ ...ids, containerId });
    const host = this.#hostOf(framework, () => executor);
    const executor: Executor = {
      info,
      kind,
      frameworkId: framework.id,
      id: info.executor_id.value,
      containerId,
      directory,
      driver: driverOf(kind, host),
      state: 'REGISTERING',
      tasks: new Map(),
      completedTasks: [],
      everSentTask: false,
      launched: undefined,
    };
    framework.executors.set(executor.id, executor);
    this.#byContainer.set(containerId, { executor, framework, host });
    const names = [directory, latestRun(ids), virtualRun(ids)];
    this.#context.emit({ type: 'attach-files', directory, names, ...(isThere ? { isThere } : {}) });
    return executor;
  }

  /** An executor whose container was gone before the agent was started again. */
  closeRestored(framework: Framework, executor: Executor): void {
    executor.state = 'TERMINATED';
    this.#byContainer.delete(executor.containerId);
    if (executor.tasks.size === 0 || framework.state === 'TERMINATING') this.#removeExecutor(framework, executor);
  }

  enqueue(framework: Framework, executor: Executor, { tasks, isGroup }: { tasks: TaskInfo[]; isGroup: boolean }): void {
    recordFramework(this.#context, framework);
    const ids = { frameworkId: framework.id, executorId: executor.id };
    checkpoint(this.#context, framework.info, { type: 'tasks', ...ids, tasks, isGroup });
    for (const info of tasks) {
      const task = taskOf(info, executor.frameworkId, executor.kind === 'command' ? undefined : executor.info);
      executor.tasks.set(info.task_id.value, { info, task, phase: 'queued', group: isGroup ? tasks : undefined });
    }
  }

  /** Hands over what is queued, groups whole. */
  deliver(executor: Executor): void {
    const queued = tasksIn(executor, 'queued');
    if (queued.length === 0) return;
    executor.everSentTask = true;
    for (const entry of queued) entry.phase = 'launched';
    const ids = { frameworkId: executor.frameworkId, executorId: executor.id };
    const taskIds = queued.map(({ info }) => info.task_id.value);
    checkpoint(this.#context, this.#infoOf(executor), { type: 'delivered', ...ids, taskIds });
    if (executor.kind !== 'command') {
      const resources = allocatedResources(executor);
      this.#context.emit({ type: 'update-container', container: executor.containerId, resources });
    }
    for (const batch of batches(queued)) executor.driver.launch(batch);
  }

  /** Asks an executor to end; its container is destroyed when its grace period is over. */
  shutdownExecutor(executor: Executor): void {
    const live = this.#byContainer.get(executor.containerId);
    if (!live || (executor.state !== 'REGISTERING' && executor.state !== 'RUNNING')) return;
    executor.state = 'TERMINATING';
    const ids = { frameworkId: executor.frameworkId, executorId: executor.id };
    checkpoint(this.#context, live.framework.info, { type: 'executor-ending', ...ids });
    const graceMs = shutdownGraceMs(live.host);
    live.host.setTimer(SHUTDOWN_TIMER, graceMs);
    executor.driver.shutdown(graceMs);
  }

  shutdownFramework(framework: Framework): void {
    framework.state = 'TERMINATING';
    for (const executor of [...framework.executors.values()]) {
      if (executor.state === 'TERMINATED') this.#removeExecutor(framework, executor);
      else this.shutdownExecutor(executor);
    }
    this.removeIfIdle(framework);
  }

  removeIfIdle(framework: Framework): void {
    const { state } = this.#context;
    if (!isIdle(framework) || state.frameworks.get(framework.id) !== framework) return;
    state.frameworks.delete(framework.id);
    pushBounded(state.completedFrameworks, framework, COMPLETED_FRAMEWORKS_MAX);
    this.#hooks.onFrameworkRemoved(framework);
  }

  /** The framework acknowledged the last update of a task. */
  completeTask(framework: Framework, taskId: string): void {
    const executor = [...framework.executors.values()].find((candidate) => candidate.tasks.has(taskId));
    const entry = executor?.tasks.get(taskId);
    if (!executor || entry?.phase !== 'terminated') return;
    executor.tasks.delete(taskId);
    pushBounded(executor.completedTasks, entry.task, COMPLETED_TASKS_PER_EXECUTOR_MAX);
    if (executor.state !== 'TERMINATED') executor.driver.taskCompleted();
    else if (executor.tasks.size === 0) {
      this.#removeExecutor(framework, executor);
      this.removeIfIdle(framework);
    }
  }

  onContainerLaunched(container: string, status: LaunchedStatus): void {
    const live = this.#liveOf(container);
    if (!live) {
      this.#context.emit({ type: 'destroy-container', container });
      return;
    }
    const { executor } = live;
    if (container === executor.containerId) {
      executor.launched = status;
      if (executor.state === 'TERMINATING') {
        // It was told to end while it was being launched.
        this.#context.emit({ type: 'destroy-container', container });
        return;
      }
    }
    executor.driver.containerLaunched(container, status);
  }

  onContainerLaunchFailed(container: string, message: string): void {
    this.#context.state.counters.containerLaunchErrors += 1;
    log(this.#context, 'warn', `container ${container} failed to start: ${message}`);
    this.#liveOf(container)?.executor.driver.containerLaunchFailed(container, message);
  }

  onContainerExited(container: string, exit: ContainerExit): void {
    this.#liveOf(container)?.executor.driver.containerExited(container, exit);
  }

  /** True where the timer was an executor's. */
  onTimer(key: string): boolean {
    if (!key.startsWith(TIMER_PREFIX)) return false;
    const at = key.indexOf('/', TIMER_PREFIX.length);
    const container = key.slice(TIMER_PREFIX.length, at);
    const name = key.slice(at + 1);
    this.#timers.get(container)?.delete(name);
    const live = this.#byContainer.get(container);
    if (live && name === SHUTDOWN_TIMER) this.#context.emit({ type: 'destroy-container', container });
    else live?.executor.driver.onTimer(name);
    return true;
  }

  /** Of living executors, by the UUID of their container. */
  get executors(): IterableIterator<{ executor: Executor; framework: Framework }> {
    return this.#byContainer.values();
  }

  #infoOf({ frameworkId }: Executor): FrameworkInfo | undefined {
    return this.#context.state.frameworks.get(frameworkId)?.info;
  }

  #liveOf(container: string) {
    return this.#byContainer.get(container.split('.', 1)[0] ?? '');
  }

  #hostOf(framework: Framework, executor: () => Executor): DriverHost {
    const context = this.#context;
    const key = (name: string) => `${TIMER_PREFIX}${executor().containerId}/${name}`;
    return {
      context,
      framework,
      get executor() {
        return executor();
      },
      registered: () => this.#registered(executor()),
      update: (draft) => this.#update(framework, executor(), draft),
      ended: (exit, termination) => this.#ended(framework, executor(), { exit, termination }),
      setTimer: (name, delayMs) => {
        const { containerId } = executor();
        const names = this.#timers.get(containerId) ?? new Set();
        this.#timers.set(containerId, names.add(name));
        context.emit({ type: 'set-timer', key: key(name), delayMs });
      },
      cancelTimer: (name) => {
        if (this.#timers.get(executor().containerId)?.delete(name))
          context.emit({ type: 'cancel-timer', key: key(name) });
      },
    };
  }

  #registered(executor: Executor): void {
    if (executor.state === 'REGISTERING') executor.state = 'RUNNING';
    if (executor.state !== 'RUNNING') return;
    const hasQueued = tasksIn(executor, 'queued').length > 0;
    if (!executor.everSentTask && !hasQueued) this.shutdownExecutor(executor);
    else this.deliver(executor);
  }

  #update(framework: Framework, executor: Executor | undefined, draft: StatusDraft): void {
    const uuid = newUuid(this.#context.random);
    this.#hooks.take(framework, executor, statusOf(draft, { uuid, nowMs: this.#context.nowMs() }));
  }

  #ended(framework: Framework, executor: Executor, end: { exit: ContainerExit; termination: Termination | undefined }) {
    if (executor.state === 'TERMINATED') return;
    const { counters, phase } = this.#context.state;
    log(this.#context, 'info', `executor '${executor.id}' of framework ${framework.id} ${exitText(end.exit)}`);
    counters.executorsTerminated += 1;
    executor.state = 'TERMINATED';
    executor.driver.close();
    this.#cancelTimers(executor.containerId);
    this.#byContainer.delete(executor.containerId);
    this.#failRemaining(framework, executor, end);
    if (executor.kind !== 'command') {
      const exited = { framework_id: { value: framework.id }, executor_id: { value: executor.id } };
      const status = waitStatus(end.exit);
      this.#hooks.send({ type: 'EXITED_EXECUTOR', exited_executor: { ...exited, status } });
    }
    const ids = { frameworkId: framework.id, executorId: executor.id };
    checkpoint(this.#context, framework.info, { type: 'executor-ended', ...ids });
    const done = executor.tasks.size === 0 || framework.state === 'TERMINATING' || phase === 'TERMINATING';
    if (done) this.#removeExecutor(framework, executor);
    this.removeIfIdle(framework);
  }

  /** Tasks that the executor leaves behind get an end, so that each task of a framework has exactly one. */
  #failRemaining(
    framework: Framework,
    executor: Executor,
    { exit, termination }: { exit: ContainerExit; termination: Termination | undefined },
  ): void {
    const cause: Termination = termination ?? {
      state: 'TASK_FAILED',
      reason: 'REASON_EXECUTOR_TERMINATED',
      message: `Executor terminated: ${exitText(exit)}`,
    };
    for (const entry of executor.tasks.values()) {
      if (entry.phase === 'terminated') continue;
      const { state, reason, message } = cause;
      const taskId = entry.info.task_id.value;
      this.#update(framework, executor, { taskId, state, reason, message, source: 'SOURCE_AGENT' });
    }
  }

  #cancelTimers(containerId: string): void {
    for (const name of this.#timers.get(containerId) ?? []) {
      this.#context.emit({ type: 'cancel-timer', key: `${TIMER_PREFIX}${containerId}/${name}` });
    }
    this.#timers.delete(containerId);
  }

  #removeExecutor(framework: Framework, executor: Executor): void {
    for (const entry of executor.tasks.values()) {
      pushBounded(executor.completedTasks, entry.task, COMPLETED_TASKS_PER_EXECUTOR_MAX);
    }
    executor.tasks.clear();
    framework.executors.delete(executor.id);
    const ids = { frameworkId: framework.id, executorId: executor.id };
    checkpoint(this.#context, framework.info, { type: 'executor-removed', ...ids });
    const max = this.#context.config.maxCompletedExecutorsPerFramework;
    pushBounded(framework.completedExecutors, executor, max);
    this.#hooks.onExecutorRemoved(framework, executor);
  }
}

function driverOf(kind: ExecutorKind, host: DriverHost): ExecutorDriver {
  switch (kind) {
    case 'command':
      return new CommandExecutor(host);
    case 'default':
      return new DefaultExecutor(host);
    case 'custom':
      return new CustomExecutor(host);
  }
}

/** Tasks of one group together, single tasks alone, in order of arrival. */
function batches(entries: readonly TaskEntry[]): TaskEntry[][] {
  const out: TaskEntry[][] = [];
  const byGroup = new Map<readonly TaskInfo[], TaskEntry[]>();
  for (const entry of entries) {
    const batch = entry.group && byGroup.get(entry.group);
    if (batch) {
      batch.push(entry);
      continue;
    }
    const started = [entry];
    out.push(started);
    if (entry.group) byGroup.set(entry.group, started);
  }
  return out;
}
