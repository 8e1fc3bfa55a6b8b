// The allocator in a thread of its own: however long a cycle takes, no call to the master waits for it. Its offers are
// handled in pieces, so that calls are taken between them; a tick waits until those of the tick before are handled.
import { Worker } from 'node:worker_threads';
import { RemoteAllocator } from '@mini-mesos/allocator';
import type {
  Allocation,
  AllocatorCommand,
  CycleReport,
  ExplainQuestion,
  Explanation,
  InverseOffer,
} from '@mini-mesos/allocator';
import type { Clock, MetricsRegistry, Timer, Timers } from '@mini-mesos/daemon';
import type { AllocatorView } from '../../core/views/metrics/roles.js';
import { cycleMetrics } from './allocator-host.js';
import type { AllocatorHost, CycleMetrics } from './allocator-host.js';
import type { AllocatorFlags } from './allocator-options.js';

/** Offers handled in one turn of the event loop: about a millisecond. */
const PIECE = 128;
/** What is known of roles is for metrics, which are read every few seconds. */
const VIEW_EVERY_MS = 1000;
/** Questions that may wait for their answers. */
const QUESTIONS_MAX = 1000;

/** What the thread is started with. */
export interface ThreadStart {
  readonly flags: AllocatorFlags;
  readonly seed: number;
}

export interface InThreadOptions extends ThreadStart {
  time: Clock & Timers;
  intervalMs: number;
  metrics: MetricsRegistry;
  /** The thread ended by itself, or refused a command: what it would offer is not to be relied on any more. */
  onFailure: (error: Error) => void;
}

export class InThreadAllocator implements AllocatorHost {
  readonly #thread: Worker;
  readonly #remote: RemoteAllocator;
  readonly #time: Clock & Timers;
  readonly #metrics: CycleMetrics;
  readonly #onFailure: (error: Error) => void;
  readonly #timers: Timer[];
  #soon: Timer | undefined;
  #askedAtMs: number | undefined;
  #isTicking = false;
  #isHandling = false;
  /** Of the cycles that were reported: bounded by what all agents have to offer. */
  readonly #waiting: Allocation[] = [];
  /** Agents of which the thread may yet report offers from before they were removed, with how often they were. */
  readonly #removed = new Map<string, number>();
  /** Those of them whose removal was not sent yet. */
  #removedNow: string[] = [];
  #questions = 0;
  #refuse: (reason: Error) => void = () => undefined;
  readonly #closed = new Promise<never>((_, reject) => (this.#refuse = reject));
  #isClosed = false;
  #view: AllocatorView = { roles: [], activeFilters: new Map() };

  onAllocations: (allocations: readonly Allocation[]) => void = () => undefined;
  onInverseOffers: (inverseOffers: readonly InverseOffer[]) => void = () => undefined;

  constructor({ flags, seed, time, intervalMs, metrics, onFailure }: InThreadOptions) {
    this.#time = time;
    this.#metrics = cycleMetrics(metrics);
    this.#onFailure = onFailure;
    this.#closed.catch(() => undefined);
    // It has no flags of the process: what those say of modules may not be true of built ones.
    const workerData: ThreadStart = { flags, seed };
    const thread = { workerData, name: 'allocator', execArgv: [] };
    this.#thread = new Worker(new URL('allocator-thread.js', import.meta.url), thread);
    // The second argument is no origin, as it would be of a window.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#remote = new RemoteAllocator((message, transfer) => this.#thread.postMessage(message, transfer), {
      onCycle: (report) => this.#report(report),
      onFailure: (text) => this.#fail(new Error(text)),
    });
    this.#thread.on('message', (message) => {
      if (!this.#isClosed) this.#remote.receive(message);
    });
    this.#thread.on('error', (error) => this.#fail(error));
    this.#thread.on('exit', (code) => this.#fail(new Error(`the allocator's thread ended with code ${code}`)));
    this.#timers = [time.every(intervalMs, () => this.#tick()), time.every(VIEW_EVERY_MS, () => void this.#look())];
  }

  get roles(): AllocatorView['roles'] {
    return this.#view.roles;
  }

  get activeFilters(): AllocatorView['activeFilters'] {
    return this.#view.activeFilters;
  }

  /** Commands of one turn go together, and share the cycle that they ask for. */
  handle(command: AllocatorCommand): void {
    if (this.#isClosed) return;
    this.#remote.handle(command, this.#time.nowMs());
    if (command.type === 'remove-agent') this.#forgetOffersOf(command.agentId);
    this.#soon ??= this.#time.after(0, () => this.#send());
  }

  async explain(question: ExplainQuestion): Promise<Explanation> {
    if (this.#isClosed) throw new Error('the allocator has ended');
    if (this.#questions >= QUESTIONS_MAX) throw new Error(`${QUESTIONS_MAX} questions wait for the allocator`);
    this.#questions += 1;
    try {
      return await Promise.race([this.#remote.explain(question, this.#time.nowMs()), this.#closed]);
    } finally {
      this.#questions -= 1;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#stop(new Error('the master is shutting down'));
    void this.#thread.terminate();
  }

  #send(): void {
    this.#soon?.cancel();
    this.#soon = undefined;
    this.#askedAtMs ??= this.#time.monotonicMs();
    this.#sendRemovals();
    this.#remote.run(this.#time.nowMs(), { ifRequested: true });
    this.#remote.flush();
  }

  /** They are free already, and the agent may be back under the same id before they are reported. */
  #forgetOffersOf(agentId: string): void {
    this.#removed.set(agentId, (this.#removed.get(agentId) ?? 0) + 1);
    this.#removedNow.push(agentId);
    const others = this.#waiting.filter((allocation) => allocation.agentId !== agentId);
    this.#waiting.splice(0, this.#waiting.length, ...others);
  }

  #tick(): void {
    if (this.#isTicking || this.#waiting.length > 0) return;
    this.#isTicking = true;
    this.#askedAtMs ??= this.#time.monotonicMs();
    this.#sendRemovals();
    this.#remote.tick(this.#time.nowMs());
    this.#remote.run(this.#time.nowMs());
    this.#remote.flush();
  }

  #report({ allocations, inverseOffers, durationMs }: CycleReport): void {
    const nowMs = this.#time.monotonicMs();
    this.#metrics.waited(Math.max(0, nowMs - (this.#askedAtMs ?? nowMs) - durationMs));
    this.#metrics.ran(durationMs);
    this.#askedAtMs = undefined;
    this.#isTicking = false;
    for (const allocation of allocations) if (!this.#removed.has(allocation.agentId)) this.#waiting.push(allocation);
    if (!this.#isHandling) this.#handlePiece();
    const toAsk = inverseOffers.filter(({ agentId }) => !this.#removed.has(agentId));
    if (toAsk.length > 0) this.onInverseOffers(toAsk);
  }

  #handlePiece(): void {
    const piece = this.#waiting.splice(0, PIECE);
    this.#isHandling = piece.length > 0;
    if (!this.#isHandling) return;
    this.onAllocations(piece);
    if (!this.#isClosed) setImmediate(() => this.#handlePiece());
  }

  /** Before the next cycle. When the thread answers, all that it reports from then on knows of the removals. */
  #sendRemovals(): void {
    if (this.#removedNow.length === 0) return;
    const agentIds = this.#removedNow;
    this.#removedNow = [];
    void this.#remote.view().then(() => {
      for (const agentId of agentIds) {
        const others = (this.#removed.get(agentId) ?? 1) - 1;
        if (others > 0) this.#removed.set(agentId, others);
        else this.#removed.delete(agentId);
      }
    });
  }

  async #look(): Promise<void> {
    const view = await this.#remote.view();
    if (!this.#isClosed) this.#view = view;
  }

  #fail(error: Error): void {
    if (this.#isClosed) return;
    this.#stop(error);
    void this.#thread.terminate();
    this.#onFailure(error);
  }

  #stop(reason: Error): void {
    this.#isClosed = true;
    for (const timer of [...this.#timers, this.#soon]) timer?.cancel();
    this.onAllocations = () => undefined;
    this.onInverseOffers = () => undefined;
    this.#waiting.length = 0;
    this.#refuse(reason);
  }
}
