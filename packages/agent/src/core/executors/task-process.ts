// One task whose command runs in a container of its own, under a command or a default executor: its states, how it is
// killed, and what its end means.
//
//              launched            kill / too long               exit
//   launching ──────────▶ running ────────────────▶ killing ──────────▶ ended
//       │                    └────────────── exit ──────────────────────▲
//       └── kill: the launch is given up ──▶ killing ───────────────────┘
//
// K1: SIGTERM first, SIGKILL when the grace period is over. K2: a later kill can only shorten what is left of it.
// K3: a task that was killed on request ends as TASK_KILLED, even with exit status 0.
import type { ContainerID, KillPolicy, TaskInfo, TaskState, TaskStatus } from '@mini-mesos/proto';
import { KILL_GRACE_PERIOD_MS } from '../constants.js';
import { durationMs } from '../duration.js';
import type { TaskProcessState } from '../checkpoint/records.js';
import { checkpoint } from '../context.js';
import type { LaunchedStatus } from '../events.js';
import { hasCapability } from '../model.js';
import { containerPath } from '../paths.js';
import { exitText, succeeded, type ContainerExit } from '../signals.js';
import { containerStatus, emptyCheckStatus, type StatusDraft } from '../statuses.js';
import type { DriverHost } from './driver.js';

export interface TaskOutcome {
  state: TaskState;
  reason?: TaskStatus.Reason | undefined;
  message: string;
}

/** The grace period of a kill: the request's own, else the task's, else Mesos' three seconds. */
export function killGraceMs(task: TaskInfo, policy: KillPolicy | undefined): number {
  const grace = policy?.grace_period ?? task.kill_policy?.grace_period;
  return grace ? durationMs(grace) : KILL_GRACE_PERIOD_MS;
}

export class TaskProcess {
  readonly task: TaskInfo;
  readonly container: ContainerID;
  readonly path: string;
  readonly #host: DriverHost;
  #launched: LaunchedStatus | undefined;
  #launchedMs: number | undefined;
  #kill: { startedMs: number; deadlineMs: number } | undefined;
  #tookTooLong: boolean;
  /** It was launched by an earlier run of the agent, so it may run already. */
  readonly #isRestored: boolean;

  /** `saved` is how far it was when the agent ended. */
  constructor(host: DriverHost, task: TaskInfo, options: { container: ContainerID; saved?: TaskProcessState }) {
    const { container, saved } = options;
    this.#host = host;
    this.task = task;
    this.container = container;
    this.path = containerPath(container);
    this.#launchedMs = saved?.launchedMs;
    this.#kill = saved?.kill && { ...saved.kill };
    this.#tookTooLong = saved?.tookTooLong ?? false;
    this.#isRestored = saved !== undefined;
  }

  /** Writes down how far it is. */
  record(): void {
    const { context, framework, executor } = this.#host;
    const process: TaskProcessState = {
      taskId: this.task.task_id.value,
      containerId: this.container.value,
      ...(this.#launchedMs === undefined ? {} : { launchedMs: this.#launchedMs }),
      ...(this.#kill ? { kill: { ...this.#kill } } : {}),
      ...(this.#tookTooLong ? { tookTooLong: true } : {}),
    };
    const ids = { frameworkId: framework.id, executorId: executor.id };
    checkpoint(context, framework.info, { type: 'process', ...ids, process });
  }

  get isKilling(): boolean {
    return this.#kill !== undefined;
  }

  get launched(): LaunchedStatus | undefined {
    return this.#launched;
  }

  /** `launched` is left out of statuses of a container that is not there yet, or not any more. */
  report(state: TaskState, extra: Omit<TaskOutcome, 'state' | 'message'> & { message?: string; gone?: boolean } = {}) {
    const draft: StatusDraft = {
      taskId: this.task.task_id.value,
      state,
      source: 'SOURCE_EXECUTOR',
      reason: extra.reason,
      message: extra.message,
      checkStatus: emptyCheckStatus(this.task),
      containerStatus: containerStatus(
        this.container,
        this.#host.context.config.ip,
        extra.gone ? undefined : this.#launched,
      ),
    };
    this.#host.update(draft);
  }

  onLaunched(status: LaunchedStatus): void {
    this.#launched = status;
    const nowMs = this.#host.context.nowMs();
    if (this.#kill) {
      if (this.#isRestored) this.#signal(this.#kill.deadlineMs - nowMs);
      return;
    }
    const limit = this.task.max_completion_time;
    if (!limit || limit.nanoseconds <= 0) return;
    if (this.#launchedMs === undefined) {
      this.#launchedMs = nowMs;
      this.record();
    }
    const leftMs = Math.max(0, this.#launchedMs + durationMs(limit) - nowMs);
    this.#host.setTimer(this.#timer('completion'), leftMs);
  }

  kill(graceMs: number): void {
    const { context, framework } = this.#host;
    const nowMs = context.nowMs();
    if (this.#kill) {
      const deadlineMs = this.#kill.startedMs + graceMs;
      if (deadlineMs >= this.#kill.deadlineMs) return;
      this.#kill.deadlineMs = deadlineMs;
      this.record();
      this.#host.setTimer(this.#timer('kill'), Math.max(0, deadlineMs - nowMs));
      return;
    }
    this.#kill = { startedMs: nowMs, deadlineMs: nowMs + graceMs };
    this.record();
    this.#host.cancelTimer(this.#timer('completion'));
    if (!this.#tookTooLong && hasCapability(framework.info, 'TASK_KILLING_STATE')) this.report('TASK_KILLING');
    if (this.#launched || this.#isRestored) this.#signal(graceMs);
    else context.emit({ type: 'destroy-container', container: this.path });
  }

  #signal(graceMs: number): void {
    this.#host.context.emit({ type: 'signal-container', container: this.path, signal: 'SIGTERM' });
    this.#host.setTimer(this.#timer('kill'), Math.max(0, graceMs));
  }

  /** True where the timer was this task's. */
  onTimer(name: string): boolean {
    if (name === this.#timer('kill')) {
      this.#host.context.emit({ type: 'destroy-container', container: this.path });
      return true;
    }
    if (name !== this.#timer('completion')) return false;
    this.#tookTooLong = true;
    this.kill(0);
    return true;
  }

  onEnded(): void {
    this.#host.cancelTimer(this.#timer('kill'));
    this.#host.cancelTimer(this.#timer('completion'));
  }

  outcome(exit: ContainerExit): TaskOutcome {
    const message = exit.kind === 'unknown' ? exit.message : `Command ${exitText(exit)}`;
    if (this.#tookTooLong) return { state: 'TASK_FAILED', reason: 'REASON_MAX_COMPLETION_TIME_REACHED', message };
    if (this.#kill) return { state: 'TASK_KILLED', message };
    return { state: succeeded(exit) ? 'TASK_FINISHED' : 'TASK_FAILED', message };
  }

  #timer(kind: 'kill' | 'completion'): string {
    return `${kind}/${this.container.value}`;
  }
}
