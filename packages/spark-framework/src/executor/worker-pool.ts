// One worker thread per core. A thread that dies fails only the task it ran and is replaced; a task that does not stop
// when told to takes its thread with it.
import { Worker } from 'node:worker_threads';
import { emptyMetrics } from '../core/task-metrics.js';
import type { LaunchTask, PlanMessage, TaskResult } from '../protocol.js';
import type { MemoryLayout } from './memory-layout.js';
import { keepLoopsStoppable } from './stoppable-threads.js';
import type { FromWorker, ToWorker, WorkerData, WorkerRequests } from './worker/messages.js';

type Done = Extract<FromWorker, { type: 'done' }>;

export interface WorkerPoolOptions {
  readonly threads: number;
  readonly data: Omit<WorkerData, 'killFlag'>;
  readonly memory: Pick<MemoryLayout, 'workerHeapMiB' | 'workerYoungMiB'>;
  /** How long a task may go on after it was told to stop, and its thread after it was terminated. */
  readonly killGraceMs: number;
  done(done: Done): void;
  answer(method: keyof WorkerRequests, ask: unknown): Promise<unknown>;
}

interface Slot {
  worker: Worker;
  killFlag: Int32Array;
  plans: Set<string>;
  task: LaunchTask | undefined;
  killTimer: NodeJS.Timeout | undefined;
  killReason: string | undefined;
  /** Terminated, and not yet gone: what it still says does not count. */
  doomed: boolean;
}

/** Tasks waiting for a thread; the driver sends no more than there are cores, so this is only reached when it errs. */
const WAITING_MAX = 10_000;
/** How long threads may take to end when the pool is closed. */
const CLOSE_GRACE_MS = 10_000;

export class WorkerPool {
  private readonly options: WorkerPoolOptions;
  private readonly slots: Slot[] = [];
  private readonly plans = new Map<string, PlanMessage>();
  private readonly waiting: LaunchTask[] = [];
  private closed = false;

  constructor(options: WorkerPoolOptions) {
    this.options = options;
    keepLoopsStoppable();
  }

  get running(): number[] {
    return this.slots.flatMap(({ task }) => (task === undefined ? [] : [task.taskId]));
  }

  addPlan(plan: PlanMessage): void {
    this.plans.set(plan.planId, plan);
  }

  dropPlans(planIds: readonly string[]): void {
    for (const planId of planIds) this.plans.delete(planId);
    for (const slot of this.slots) {
      for (const planId of planIds) slot.plans.delete(planId);
      this.post(slot, { type: 'dropPlans', planIds });
    }
  }

  dropBroadcast(id: number): void {
    for (const slot of this.slots) this.post(slot, { type: 'dropBroadcast', id });
  }

  run(task: LaunchTask): void {
    if (this.closed) return;
    if (this.waiting.length >= WAITING_MAX) {
      this.fail(task.taskId, {
        name: 'Error',
        message: `more than ${WAITING_MAX} tasks wait in one executor`,
        stack: '',
      });
      return;
    }
    this.waiting.push(task);
    this.fill();
  }

  /** Stops a task: politely first, with its thread after the grace period. */
  kill(taskId: number, reason: string): void {
    const index = this.waiting.findIndex((task) => task.taskId === taskId);
    if (index >= 0) {
      this.waiting.splice(index, 1);
      this.options.done({ type: 'done', taskId, result: { status: 'killed', reason, metrics: emptyMetrics() } });
      return;
    }
    const slot = this.slots.find(({ task }) => task?.taskId === taskId);
    if (slot === undefined || slot.killTimer !== undefined) return;
    slot.killReason = reason;
    Atomics.store(slot.killFlag, 0, 1);
    slot.killTimer = setTimeout(() => this.terminate(slot), this.options.killGraceMs);
  }

  /** Ends the threads; resolves when they have ended, or at the latest after the grace that threads have. */
  async close(): Promise<void> {
    this.closed = true;
    this.waiting.length = 0;
    for (const { killTimer } of this.slots) clearTimeout(killTimer);
    let timer: NodeJS.Timeout | undefined;
    const graceIsOver = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_GRACE_MS);
    });
    await Promise.race([Promise.all(this.slots.map(({ worker }) => worker.terminate())), graceIsOver]);
    clearTimeout(timer);
  }

  /** A thread that waits for a child process does not even end when terminated: it is left, another takes its place. */
  private terminate(slot: Slot): void {
    const { worker } = slot;
    slot.doomed = true;
    void worker.terminate();
    slot.killTimer = setTimeout(() => {
      worker.unref();
      this.died(slot, undefined, 1);
    }, this.options.killGraceMs);
  }

  private fill(): void {
    while (this.waiting.length > 0) {
      const free = this.slots.find(({ task }) => task === undefined) ?? this.grow();
      if (free === undefined) return;
      this.start(free, this.waiting.shift() as LaunchTask);
    }
  }

  private grow(): Slot | undefined {
    if (this.slots.length >= this.options.threads) return undefined;
    const slot = {
      plans: new Set<string>(),
      task: undefined,
      killTimer: undefined,
      killReason: undefined,
      doomed: false,
    } as unknown as Slot;
    this.spawn(slot);
    this.slots.push(slot);
    return slot;
  }

  private spawn(slot: Slot): void {
    const killFlag = new SharedArrayBuffer(4);
    const worker = new Worker(new URL('worker/worker-main.js', import.meta.url), {
      workerData: { ...this.options.data, killFlag } satisfies WorkerData,
      resourceLimits: {
        maxOldGenerationSizeMb: this.options.memory.workerHeapMiB,
        maxYoungGenerationSizeMb: this.options.memory.workerYoungMiB,
      },
      // Flags of the driver's process, such as an inspector's, are not for the threads.
      execArgv: [],
    });
    slot.worker = worker;
    slot.killFlag = new Int32Array(killFlag);
    slot.doomed = false;
    slot.plans.clear();
    let death: Error | undefined;
    worker.on('message', (message: FromWorker) => {
      if (slot.worker === worker && !slot.doomed) this.receive(slot, message);
    });
    worker.on('error', (error: Error) => (death = error));
    worker.on('exit', (code) => {
      if (slot.worker === worker) this.died(slot, death, code);
    });
  }

  private start(slot: Slot, task: LaunchTask): void {
    slot.task = task;
    slot.killReason = undefined;
    Atomics.store(slot.killFlag, 0, 0);
    const plan = this.plans.get(task.planId);
    if (plan !== undefined && !slot.plans.has(task.planId)) {
      slot.plans.add(task.planId);
      this.post(slot, { type: 'plan', plan });
    }
    this.post(slot, { type: 'run', task });
  }

  private receive(slot: Slot, message: FromWorker): void {
    if (message.type === 'done') {
      this.release(slot);
      this.options.done(this.withReason(slot, message));
      this.fill();
      return;
    }
    const { id, method, ask } = message;
    this.options.answer(method, ask).then(
      (value) => this.post(slot, { type: 'answer', id, value }),
      (error: unknown) =>
        this.post(slot, { type: 'answer', id, error: error instanceof Error ? error.message : String(error) }),
    );
  }

  private withReason(slot: Slot, done: Done): Done {
    if (done.result.status !== 'killed' || slot.killReason === undefined) return done;
    return { ...done, result: { ...done.result, reason: slot.killReason } };
  }

  private release(slot: Slot): void {
    clearTimeout(slot.killTimer);
    slot.killTimer = undefined;
    slot.task = undefined;
  }

  private died(slot: Slot, error: Error | undefined, code: number): void {
    const { task, killReason } = slot;
    this.release(slot);
    if (this.closed) return;
    this.spawn(slot);
    if (task !== undefined) {
      if (killReason === undefined) this.fail(task.taskId, this.describeDeath(error, code));
      else
        this.options.done({
          type: 'done',
          taskId: task.taskId,
          result: { status: 'killed', reason: killReason, metrics: emptyMetrics() },
        });
    }
    this.fill();
  }

  private describeDeath(error: Error | undefined, code: number): { name: string; message: string; stack: string } {
    const { workerHeapMiB } = this.options.memory;
    if ((error as { code?: string } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      const advice = 'raise spark.executor.memory, lower spark.executor.cores, or use more partitions';
      return {
        name: 'OutOfMemory',
        message: `the task needed more than the ${workerHeapMiB} MiB heap of its core: ${advice}`,
        stack: '',
      };
    }
    if (error !== undefined) return { name: error.name, message: error.message, stack: error.stack ?? '' };
    return {
      name: 'Error',
      message: `the worker thread exited with code ${code}: does a function call process.exit?`,
      stack: '',
    };
  }

  private fail(taskId: number, error: Extract<TaskResult, { status: 'failed' }>['error']): void {
    this.options.done({ type: 'done', taskId, result: { status: 'failed', error, metrics: emptyMetrics() } });
  }

  private post(slot: Slot, message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    slot.worker.postMessage(message);
  }
}
