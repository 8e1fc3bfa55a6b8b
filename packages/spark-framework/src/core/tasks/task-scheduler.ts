// Which task runs on which executor, and what its end means. A machine: events in, effects out; what it knows of time
// is on the events.
//
//   pending ──launch──▶ running ──success──▶ done
//      ▲                   │ failure, executor lost
//      └───────────────────┘ (at most maxFailures that are the task's fault; then the set is aborted)
//
// T1  A task set is removed only when nothing of it runs.
// T2  An executor never runs more tasks than cores / cpusPerTask.
// T3  Sets are served in the order of job, stage, attempt; a later set gets what the earlier ones leave.
import type { Locality, LocalityWaits } from './locality.js';
import { TaskSet, type TaskSetSpec } from './task-set.js';

export interface FetchFailure {
  readonly shuffleId: number;
  readonly mapPartition: number;
  readonly executorId?: string;
  readonly message: string;
}

/** How an attempt ended. */
export type TaskOutcome =
  | { readonly status: 'success'; readonly mapSizes?: readonly number[]; readonly payload: unknown }
  | { readonly status: 'failed'; readonly message: string; /** Trying again cannot help. */ readonly fatal: boolean }
  | ({ readonly status: 'fetchFailed' } & FetchFailure)
  | { readonly status: 'killed'; readonly reason: string };

export type TaskEvent =
  | { readonly type: 'submit'; readonly set: TaskSetSpec }
  | { readonly type: 'cancel'; readonly stageId: number; readonly reason: string }
  | { readonly type: 'executorAdded'; readonly executorId: string; readonly host: string; readonly cores: number }
  | {
      readonly type: 'executorLost';
      readonly executorId: string;
      readonly reason: string;
      /** The executor died of what it ran: its tasks' failures count. */
      readonly causedByTask: boolean;
      /** Its map outputs are gone with it. */
      readonly outputsLost: boolean;
    }
  | { readonly type: 'taskEnded'; readonly taskId: number; readonly outcome: TaskOutcome }
  | { readonly type: 'tick' };

interface TaskPlace {
  readonly taskId: number;
  readonly executorId: string;
  readonly stageId: number;
  readonly stageAttempt: number;
  readonly partition: number;
  readonly attempt: number;
}

export type TaskEffect =
  | ({ readonly type: 'launch'; readonly locality: Locality } & TaskPlace)
  | { readonly type: 'kill'; readonly taskId: number; readonly executorId: string; readonly reason: string }
  | ({ readonly type: 'succeeded'; readonly mapSizes?: readonly number[]; readonly payload: unknown } & TaskPlace)
  | ({ readonly type: 'failed'; readonly message: string; readonly willRetry: boolean } & TaskPlace)
  | ({ readonly type: 'fetchFailed'; readonly failure: FetchFailure } & TaskPlace)
  /** Finished map tasks that must run again. */
  | { readonly type: 'outputsLost'; readonly stageId: number; readonly partitions: readonly number[] }
  | { readonly type: 'aborted'; readonly stageId: number; readonly stageAttempt: number; readonly reason: string }
  /** Call again with a tick at this time, or earlier. */
  | { readonly type: 'wakeAt'; readonly atMs: number }
  /** Tasks have been waiting this long and none has ever been launched since they came. */
  | { readonly type: 'starved'; readonly waitingMs: number };

export interface TaskSchedulerOptions {
  readonly cpusPerTask: number;
  readonly maxFailures: number;
  readonly waits: LocalityWaits;
  /** spark.starvation.timeout */
  readonly starvationTimeoutMs: number;
}

interface ExecutorState {
  readonly executorId: string;
  readonly host: string;
  readonly cores: number;
  free: number;
}

interface RunningTask extends TaskPlace {
  readonly set: TaskSet;
  readonly index: number;
}

export class TaskScheduler {
  private readonly options: TaskSchedulerOptions;
  private readonly executors = new Map<string, ExecutorState>();
  private readonly running = new Map<number, RunningTask>();
  private sets: TaskSet[] = [];
  private nextTaskId = 0;
  private effects: TaskEffect[] = [];
  /** Since when tasks wait without a launch; undefined while none do. */
  private waitingSinceMs: number | undefined;
  private warnedAtMs = 0;

  constructor(options: TaskSchedulerOptions) {
    this.options = options;
  }

  /** Cores of all executors. */
  get totalCores(): number {
    let cores = 0;
    for (const executor of this.executors.values()) cores += executor.cores;
    return cores;
  }

  /** Tasks that wait to be started. Used to decide whether more executors are wanted. */
  get hasPendingTasks(): boolean {
    return this.sets.some((set) => set.hasPending());
  }

  handle(event: TaskEvent, nowMs: number): TaskEffect[] {
    this.effects = [];
    switch (event.type) {
      case 'submit':
        this.submit(event.set, nowMs);
        break;
      case 'cancel':
        this.cancel(event.stageId, event.reason);
        break;
      case 'executorAdded':
        this.executors.set(event.executorId, { ...event, free: event.cores });
        this.executorsChanged();
        break;
      case 'executorLost':
        this.executorLost(event, nowMs);
        break;
      case 'taskEnded':
        this.taskEnded(event.taskId, event.outcome);
        break;
      case 'tick':
        break;
    }
    this.assign(nowMs);
    this.watchStarvation(nowMs);
    this.setAlarm(nowMs);
    return this.effects;
  }

  private submit(spec: TaskSetSpec, nowMs: number): void {
    // A stage has at most one attempt that starts tasks.
    for (const set of this.sets) if (set.spec.stageId === spec.stageId) set.zombie = true;
    this.dropFinished();
    const set = new TaskSet(spec, this.options.waits, nowMs);
    set.executorsChanged([...this.executors.values()]);
    this.sets.push(set);
    this.sets.sort(
      (a, b) =>
        a.spec.jobId - b.spec.jobId || a.spec.stageId - b.spec.stageId || a.spec.stageAttempt - b.spec.stageAttempt,
    );
  }

  private cancel(stageId: number, reason: string): void {
    for (const set of this.sets) if (set.spec.stageId === stageId) set.zombie = true;
    this.killRunning(stageId, reason);
    this.dropFinished();
  }

  private killRunning(stageId: number, reason: string): void {
    for (const { taskId, executorId, ...task } of this.running.values()) {
      if (task.stageId === stageId) this.effects.push({ type: 'kill', taskId, executorId, reason });
    }
  }

  private executorsChanged(): void {
    const alive = [...this.executors.values()];
    for (const set of this.sets) set.executorsChanged(alive);
  }

  private executorLost(event: Extract<TaskEvent, { type: 'executorLost' }>, nowMs: number): void {
    const { executorId, reason, causedByTask, outputsLost } = event;
    if (!this.executors.delete(executorId)) return;
    for (const task of [...this.running.values()]) {
      if (task.executorId !== executorId) continue;
      this.running.delete(task.taskId);
      this.attemptFailed(task, { message: `executor ${executorId} was lost: ${reason}`, counts: causedByTask });
    }
    for (const set of this.sets) {
      const partitions = outputsLost ? set.outputsLost(executorId) : [];
      if (partitions.length > 0) this.effects.push({ type: 'outputsLost', stageId: set.spec.stageId, partitions });
    }
    this.dropFinished();
    this.executorsChanged();
    if (this.executors.size === 0 && this.hasPendingTasks) this.waitingSinceMs = nowMs;
  }

  private taskEnded(taskId: number, outcome: TaskOutcome): void {
    const task = this.running.get(taskId);
    if (task === undefined) return;
    this.running.delete(taskId);
    const executor = this.executors.get(task.executorId);
    if (executor !== undefined) executor.free += this.options.cpusPerTask;
    switch (outcome.status) {
      case 'success':
        this.attemptSucceeded(task, outcome);
        break;
      case 'failed':
        this.attemptFailed(task, { message: outcome.message, counts: true, fatal: outcome.fatal });
        break;
      case 'killed':
        this.attemptFailed(task, { message: `killed: ${outcome.reason}`, counts: false });
        break;
      case 'fetchFailed': {
        const { status: _status, ...failure } = outcome;
        task.set.abandoned(task.index);
        task.set.zombie = true;
        this.effects.push({ type: 'fetchFailed', ...placeOf(task), failure });
        break;
      }
    }
    this.dropFinished();
  }

  private attemptSucceeded(
    task: RunningTask,
    { payload, mapSizes }: Extract<TaskOutcome, { status: 'success' }>,
  ): void {
    const first = task.set.succeeded(task.index, task.executorId);
    if (!first) return;
    for (const set of this.sets) {
      if (set !== task.set && set.spec.stageId === task.stageId) set.doneElsewhere(task.partition, task.executorId);
    }
    this.effects.push({
      type: 'succeeded',
      ...placeOf(task),
      payload,
      ...(mapSizes === undefined ? {} : { mapSizes }),
    });
  }

  private attemptFailed(
    task: RunningTask,
    { message, counts, fatal = false }: { message: string; counts: boolean; fatal?: boolean },
  ): void {
    const { set, index } = task;
    set.failed(index, counts);
    const failures = set.failuresOf(index);
    const abort = !set.zombie && (fatal || failures >= this.options.maxFailures);
    const willRetry = !abort && !set.zombie;
    this.effects.push({ type: 'failed', ...placeOf(task), message, willRetry });
    if (!abort) return;
    set.zombie = true;
    const { stageId, stageAttempt } = set.spec;
    const times = fatal ? 'cannot succeed' : `failed ${failures} times`;
    const reason = `task ${task.partition} of stage ${stageId}.${stageAttempt} ${times}; the last time: ${message}`;
    this.effects.push({ type: 'aborted', stageId, stageAttempt, reason });
    this.killRunning(stageId, 'another task of the stage failed for good');
  }

  private dropFinished(): void {
    this.sets = this.sets.filter((set) => !(set.zombie && set.runningCount === 0));
  }

  /** Hands free cores to task sets in order, level by level, one task per executor and pass. */
  private assign(nowMs: number): void {
    if (this.executors.size === 0) return;
    for (const set of this.sets) {
      if (set.zombie) continue;
      const launched = this.assignSet(set, nowMs);
      this.keepLocalityClock(set, launched, nowMs);
    }
  }

  private assignSet(set: TaskSet, nowMs: number): { best: Locality | undefined; any: boolean } {
    let best: Locality | undefined;
    let any = false;
    for (const level of set.localityLevels) {
      for (let again = true; again;) {
        again = false;
        for (const executor of this.freeExecutors()) {
          const taken = set.takeFor(executor, level, nowMs);
          if (taken === undefined) continue;
          this.launch(set, taken, executor);
          best = best === undefined ? taken.locality : (Math.min(best, taken.locality) as Locality);
          any = true;
          again = true;
        }
      }
    }
    return { best, any };
  }

  /** Executors with room, the least loaded first, so that work spreads. */
  private freeExecutors(): ExecutorState[] {
    const { cpusPerTask } = this.options;
    const free = [...this.executors.values()].filter((executor) => executor.free >= cpusPerTask);
    return free.sort((a, b) => b.free - a.free || compareIds(a.executorId, b.executorId));
  }

  private launch(
    set: TaskSet,
    { index, locality }: { index: number; locality: Locality },
    executor: ExecutorState,
  ): void {
    executor.free -= this.options.cpusPerTask;
    const { stageId, stageAttempt } = set.spec;
    const place = {
      taskId: this.nextTaskId++,
      executorId: executor.executorId,
      stageId,
      stageAttempt,
      partition: set.partitionOf(index),
      attempt: set.attemptOf(index),
    };
    this.running.set(place.taskId, { ...place, set, index });
    this.effects.push({ type: 'launch', ...place, locality });
    this.waitingSinceMs = undefined;
  }

  /** The clock counts from the last launch after which nothing was left idle for the sake of locality. */
  private keepLocalityClock(
    set: TaskSet,
    { best, any }: { best: Locality | undefined; any: boolean },
    nowMs: number,
  ): void {
    if (this.options.waits.resetOnLaunch) return;
    const rejected = set.hasPending() && this.freeExecutors().length > 0;
    if (any && !rejected) set.resetClock(nowMs, best);
  }

  private watchStarvation(nowMs: number): void {
    if (!this.hasPendingTasks || this.running.size > 0) {
      this.waitingSinceMs = undefined;
      return;
    }
    this.waitingSinceMs ??= nowMs;
    const { starvationTimeoutMs } = this.options;
    const since = Math.max(this.waitingSinceMs, this.warnedAtMs);
    if (nowMs - since < starvationTimeoutMs) return;
    this.warnedAtMs = nowMs;
    this.effects.push({ type: 'starved', waitingMs: nowMs - this.waitingSinceMs });
  }

  private setAlarm(nowMs: number): void {
    const times: number[] = [];
    if (this.waitingSinceMs !== undefined) {
      times.push(Math.max(this.waitingSinceMs, this.warnedAtMs) + this.options.starvationTimeoutMs);
    }
    if (this.freeExecutors().length > 0) {
      for (const set of this.sets) {
        const atMs = set.nextLevelAtMs();
        if (atMs !== undefined) times.push(atMs);
      }
    }
    if (times.length > 0) this.effects.push({ type: 'wakeAt', atMs: Math.max(nowMs, Math.min(...times)) });
  }
}

function placeOf({ taskId, executorId, stageId, stageAttempt, partition, attempt }: TaskPlace): TaskPlace {
  return { taskId, executorId, stageId, stageAttempt, partition, attempt };
}

/** Executor ids are numbers in text where we make them; others compare as text. */
function compareIds(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isInteger(x) && Number.isInteger(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}
