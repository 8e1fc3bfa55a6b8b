// The allocator in a thread of its own: however long a cycle takes, no call to the master waits for it.
import { Worker } from 'node:worker_threads';
import type {
  Allocation,
  AllocatorCommand,
  AllocatorOptions,
  ExplainQuestion,
  Explanation,
} from '@mini-mesos/allocator';
import type { Clock, MetricsRegistry, Timer, Timers } from '@mini-mesos/daemon';
import type { AllocatorView } from '../../core/views/metrics/roles.js';
import { cycleMetrics } from './allocator-host.js';
import type { AllocatorHost, CycleMetrics } from './allocator-host.js';
import { Reviver } from './thread-messages.js';
import type { FromThread, ThreadStart, Timed, ToThread } from './thread-messages.js';

/** Questions that may wait for their answers. */
const QUESTIONS_MAX = 1000;

export interface InThreadOptions {
  options: AllocatorOptions;
  time: Clock & Timers;
  intervalMs: number;
  metrics: MetricsRegistry;
  /** The thread ended by itself: nothing is offered any more. */
  onFailure: (error: Error) => void;
}

export class InThreadAllocator implements AllocatorHost {
  readonly #thread: Worker;
  readonly #time: Clock & Timers;
  readonly #metrics: CycleMetrics;
  readonly #batch: Timer;
  readonly #questions = new Map<number, { resolve: (answer: Explanation) => void; reject: (error: Error) => void }>();
  #commands: Timed[] = [];
  #asked = 0;
  /** The next tick waits for the one before: a slow thread is not given more than it can do. */
  #isTicking = false;
  #isClosed = false;
  #view: AllocatorView = { roles: [], activeFilters: new Map() };

  onAllocations: (allocations: readonly Allocation[]) => void = () => undefined;

  constructor({ options, time, intervalMs, metrics, onFailure }: InThreadOptions) {
    this.#time = time;
    this.#metrics = cycleMetrics(metrics);
    const workerData: ThreadStart = { options };
    // It has no flags of the process: what those say of modules may not be true of built ones.
    const thread = { workerData, name: 'allocator', execArgv: [] };
    this.#thread = new Worker(new URL('allocator-thread.js', import.meta.url), thread);
    this.#thread.on('message', (message: FromThread) => this.#receive(message));
    this.#thread.on('error', (error) => this.#end(error, onFailure));
    this.#thread.on('exit', (code) =>
      this.#end(new Error(`the allocator's thread ended with code ${code}`), onFailure),
    );
    this.#batch = time.every(intervalMs, () => {
      if (this.#isTicking) return;
      this.#isTicking = true;
      this.#flush();
      this.#post({ type: 'tick', nowMs: time.nowMs() });
    });
  }

  get roles(): AllocatorView['roles'] {
    return this.#view.roles;
  }

  get activeFilters(): AllocatorView['activeFilters'] {
    return this.#view.activeFilters;
  }

  /** Commands of one turn go together. */
  handle(command: AllocatorCommand): void {
    if (this.#commands.length === 0) queueMicrotask(() => this.#flush());
    this.#commands.push({ command, nowMs: this.#time.nowMs() });
  }

  async explain(question: ExplainQuestion): Promise<Explanation> {
    if (this.#isClosed) throw new Error('the allocator has ended');
    if (this.#questions.size >= QUESTIONS_MAX) throw new Error(`${QUESTIONS_MAX} questions wait for the allocator`);
    this.#flush();
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      this.#questions.set(id, { resolve, reject });
      this.#post({ type: 'explain', id, question, nowMs: this.#time.nowMs() });
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#stop(new Error('the master is shutting down'));
    void this.#thread.terminate();
  }

  #receive(message: FromThread): void {
    if (this.#isClosed) return;
    this.#take(message);
    this.#post({ type: 'more' });
  }

  #take(message: FromThread): void {
    switch (message.type) {
      case 'allocations':
        return this.onAllocations(new Reviver().allocations(message.allocations));
      case 'cycle':
        if (message.isTick) this.#isTicking = false;
        if (message.view) this.#view = message.view;
        this.#metrics.waited(message.latencyMs);
        return this.#metrics.ran(message.durationMs);
      case 'explained':
        this.#questions.get(message.id)?.resolve(message.explanation);
        this.#questions.delete(message.id);
    }
  }

  #end(error: Error, onFailure: (error: Error) => void): void {
    if (this.#isClosed) return;
    this.#stop(error);
    onFailure(error);
  }

  #stop(reason: Error): void {
    this.#isClosed = true;
    this.#batch.cancel();
    this.onAllocations = () => undefined;
    for (const { reject } of this.#questions.values()) reject(reason);
    this.#questions.clear();
  }

  #flush(): void {
    if (this.#commands.length === 0) return;
    const commands = this.#commands;
    this.#commands = [];
    this.#post({ type: 'commands', commands });
  }

  #post(message: ToThread): void {
    // That rule is for windows.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    if (!this.#isClosed) this.#thread.postMessage(message);
  }
}
