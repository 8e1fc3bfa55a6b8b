// The tasks of one attempt of one stage: which are pending, running, done, and which may start where. Keeps the clock
// of delay scheduling. Semantics of Spark's TaskSetManager; differences are in README.md.
import { LOCALITY, waitMs, type Locality, type LocalityWaits, type Preference } from './locality.js';

export interface TaskSpec {
  readonly partition: number;
  readonly preferences: readonly Preference[];
}

export interface TaskSetSpec {
  readonly jobId: number;
  readonly stageId: number;
  readonly stageAttempt: number;
  /** A map stage: its finished tasks are lost with their executor. */
  readonly outputsOnExecutors: boolean;
  readonly tasks: readonly TaskSpec[];
}

/** A task of the set, by its position in it. */
interface TaskState {
  readonly spec: TaskSpec;
  running: number;
  attempts: number;
  failures: number;
  done: boolean;
  /** Executor of the attempt that succeeded. */
  doneOn: string | undefined;
}

export interface ExecutorPlace {
  readonly executorId: string;
  readonly host: string;
}

export class TaskSet {
  readonly spec: TaskSetSpec;
  /** No further task is started: the stage failed, was cancelled or is complete. */
  zombie = false;
  runningCount = 0;
  private readonly tasks: TaskState[];
  private readonly byPartition = new Map<number, number>();
  private readonly waits: LocalityWaits;
  private remaining: number;
  // Stacks of positions; entries that are no longer pending are dropped when they come up.
  private readonly pendingByExecutor = new Map<string, number[]>();
  private readonly pendingByHost = new Map<string, number[]>();
  private readonly pendingFree: number[] = [];
  private readonly pendingAll: number[] = [];
  private levels: Locality[] = [LOCALITY.any];
  private levelIndex = 0;
  private clockMs: number;

  constructor(spec: TaskSetSpec, waits: LocalityWaits, nowMs: number) {
    this.spec = spec;
    this.waits = waits;
    this.clockMs = nowMs;
    this.remaining = spec.tasks.length;
    this.tasks = spec.tasks.map((task) => ({
      spec: task,
      running: 0,
      attempts: 0,
      failures: 0,
      done: false,
      doneOn: undefined,
    }));
    spec.tasks.forEach((task, index) => this.byPartition.set(task.partition, index));
    for (let index = this.tasks.length - 1; index >= 0; index--) this.addPending(index);
  }

  get complete(): boolean {
    return this.remaining === 0;
  }

  private task(index: number): TaskState {
    return this.tasks[index] as TaskState;
  }

  private isPending(index: number): boolean {
    const task = this.task(index);
    return task.running === 0 && !task.done;
  }

  private addPending(index: number): void {
    const { preferences } = this.task(index).spec;
    for (const { host, executorId } of preferences) {
      if (executorId !== undefined) pushTo(this.pendingByExecutor, executorId, index);
      pushTo(this.pendingByHost, host, index);
    }
    if (preferences.length === 0) this.pendingFree.push(index);
    this.pendingAll.push(index);
  }

  /** Something waits to be started. */
  hasPending(): boolean {
    return !this.zombie && this.peek(this.pendingAll);
  }

  private peek(stack: number[] | undefined): boolean {
    if (stack === undefined) return false;
    while (stack.length > 0) {
      if (this.isPending(stack.at(-1) as number)) return true;
      stack.pop();
    }
    return false;
  }

  private take(stack: number[] | undefined): number | undefined {
    return this.peek(stack) ? stack?.pop() : undefined;
  }

  /** To be called when executors came or went: recomputes which levels make sense. */
  executorsChanged(executors: readonly ExecutorPlace[]): void {
    const ids = new Set(executors.map(({ executorId }) => executorId));
    const hosts = new Set(executors.map(({ host }) => host));
    const before = this.levels[this.levelIndex] as Locality;
    const levels: Locality[] = [];
    const wanted = (pending: Map<string, number[]>, alive: Set<string>): boolean =>
      [...pending].some(([place, stack]) => alive.has(place) && this.peek(stack));
    if (this.waits.processMs > 0 && wanted(this.pendingByExecutor, ids)) levels.push(LOCALITY.processLocal);
    if (this.waits.nodeMs > 0 && wanted(this.pendingByHost, hosts)) levels.push(LOCALITY.nodeLocal);
    if (this.pendingFree.length > 0) levels.push(LOCALITY.noPreference);
    levels.push(LOCALITY.any);
    const added = levels.find((level) => !this.levels.includes(level));
    const index = Math.max(
      0,
      levels.findIndex((level) => level >= before),
    );
    // When better levels became possible, they are tried first (SPARK-31837).
    this.levelIndex = index > this.levelIndex && added !== undefined ? levels.indexOf(added) : index;
    this.levels = levels;
  }

  /** Levels worth trying, the best first. */
  get localityLevels(): readonly Locality[] {
    return this.levels;
  }

  /** The level reached by now. Empty levels are passed at once; the clock advances by the wait, not to now. */
  allowedLevel(nowMs: number): Locality {
    while (this.levelIndex < this.levels.length - 1) {
      const level = this.levels[this.levelIndex] as Locality;
      const wait = waitMs(level, this.waits);
      if (!this.hasPendingAt(level)) {
        this.clockMs = nowMs;
      } else if (nowMs - this.clockMs >= wait) {
        this.clockMs += wait;
      } else {
        return level;
      }
      this.levelIndex++;
    }
    return this.levels[this.levelIndex] as Locality;
  }

  private hasPendingAt(level: Locality): boolean {
    switch (level) {
      case LOCALITY.processLocal:
        return [...this.pendingByExecutor.values()].some((stack) => this.peek(stack));
      case LOCALITY.nodeLocal:
        return [...this.pendingByHost.values()].some((stack) => this.peek(stack));
      case LOCALITY.noPreference:
        return this.peek(this.pendingFree);
      case LOCALITY.any:
        return this.peek(this.pendingAll);
    }
  }

  /** When the level may change by waiting alone; undefined when no wait is going on. */
  nextLevelAtMs(): number | undefined {
    if (!this.hasPending() || this.levelIndex >= this.levels.length - 1) return undefined;
    return this.clockMs + waitMs(this.levels[this.levelIndex] as Locality, this.waits);
  }

  /** Restarts the clock after launches that left nothing idle; a launch at a better level goes back to it. */
  resetClock(nowMs: number, launchedAt: Locality | undefined): void {
    this.clockMs = nowMs;
    if (launchedAt === undefined) return;
    const index = this.levels.findIndex((level) => level >= launchedAt);
    if (index >= 0 && index < this.levelIndex) this.levelIndex = index;
  }

  /** A task for an executor, at most as far away as `limit`; undefined when there is none at this level. */
  takeFor(place: ExecutorPlace, limit: Locality, nowMs: number): { index: number; locality: Locality } | undefined {
    if (this.zombie) return undefined;
    const allowed = limit === LOCALITY.noPreference ? limit : (Math.min(limit, this.allowedLevel(nowMs)) as Locality);
    const own = this.take(this.pendingByExecutor.get(place.executorId));
    if (own !== undefined) return this.started(own, LOCALITY.processLocal, nowMs);
    if (allowed >= LOCALITY.nodeLocal) {
      const near = this.take(this.pendingByHost.get(place.host));
      if (near !== undefined) return this.started(near, LOCALITY.nodeLocal, nowMs);
    }
    if (allowed >= LOCALITY.noPreference) {
      const free = this.take(this.pendingFree);
      if (free !== undefined) return this.started(free, LOCALITY.processLocal, nowMs);
    }
    if (allowed >= LOCALITY.any) {
      const any = this.take(this.pendingAll);
      if (any !== undefined) return this.started(any, LOCALITY.any, nowMs);
    }
    return undefined;
  }

  private started(index: number, locality: Locality, nowMs: number): { index: number; locality: Locality } {
    const task = this.task(index);
    task.running++;
    task.attempts++;
    this.runningCount++;
    if (this.waits.resetOnLaunch) this.resetClock(nowMs, locality);
    return { index, locality };
  }

  partitionOf(index: number): number {
    return this.task(index).spec.partition;
  }

  /** Attempt number of the newest start, from 0. */
  attemptOf(index: number): number {
    return this.task(index).attempts - 1;
  }

  failuresOf(index: number): number {
    return this.task(index).failures;
  }

  /** An attempt ended well. False when another one had done so before. */
  succeeded(index: number, executorId: string): boolean {
    this.stopped(index);
    return this.markDone(index, executorId);
  }

  private markDone(index: number, executorId: string | undefined): boolean {
    const task = this.task(index);
    if (task.done) return false;
    task.done = true;
    task.doneOn = executorId;
    this.remaining--;
    if (this.remaining === 0) this.zombie = true;
    return true;
  }

  /** Another attempt of the stage made this partition: it need not run here. */
  doneElsewhere(partition: number, executorId: string): void {
    const index = this.byPartition.get(partition);
    if (index !== undefined) this.markDone(index, executorId);
  }

  /** An attempt ended badly; it is tried again unless the set is over. `counts` says whether it is the task's fault. */
  failed(index: number, counts: boolean): void {
    this.stopped(index);
    const task = this.task(index);
    if (counts) task.failures++;
    if (!this.zombie && this.isPending(index)) this.addPending(index);
  }

  /** An attempt ended without a verdict on the task: a failed fetch, after which the set starts nothing more. */
  abandoned(index: number): void {
    this.stopped(index);
  }

  private stopped(index: number): void {
    this.task(index).running--;
    this.runningCount--;
  }

  /** Finished tasks whose output went with an executor: pending again. Returns their partitions. */
  outputsLost(executorId: string): number[] {
    if (!this.spec.outputsOnExecutors || this.zombie) return [];
    const again: number[] = [];
    this.tasks.forEach((task, index) => {
      if (!task.done || task.doneOn !== executorId) return;
      task.done = false;
      task.doneOn = undefined;
      this.remaining++;
      this.addPending(index);
      again.push(task.spec.partition);
    });
    return again;
  }
}

function pushTo(stacks: Map<string, number[]>, place: string, index: number): void {
  const stack = stacks.get(place);
  if (stack === undefined) stacks.set(place, [index]);
  else stack.push(index);
}
