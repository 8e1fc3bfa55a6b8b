// The allocator in the master's own thread, and its cycles: one over all agents each interval, and one as soon as
// possible after an event that asks for it. Several such events before the cycle starts share it.
import type { Allocation, AllocatorCommand, ExplainQuestion, Explanation, InverseOffer } from '@mini-mesos/allocator';
import type { Clock, MetricsRegistry, Timer, Timers } from '@mini-mesos/daemon';
import type { AllocatorView } from '../../core/views/metrics/roles.js';
import { cycleMetrics } from './allocator-host.js';
import type { AllocatorHost, CycleMetrics } from './allocator-host.js';

/** What the host needs of an allocator; those of @mini-mesos/allocator are such. */
export interface CyclingAllocator extends AllocatorView {
  handle(command: AllocatorCommand, nowMs: number): void;
  /** Makes every agent a candidate of the next cycle. */
  tick(nowMs: number): void;
  /** Whether something happened that should not wait for the next tick. */
  readonly isRunRequested: boolean;
  allocate(nowMs: number): readonly Allocation[];
  takeInverseOffers(): readonly InverseOffer[];
  explain(question: ExplainQuestion, nowMs: number): Explanation;
}

export class InProcessAllocator implements AllocatorHost {
  readonly #allocator: CyclingAllocator;
  readonly #time: Clock & Timers;
  readonly #batch: Timer;
  readonly #metrics: CycleMetrics;
  #soon: Timer | undefined;
  #requestedAtMs: number | undefined;

  onAllocations: (allocations: readonly Allocation[]) => void = () => undefined;
  onInverseOffers: (inverseOffers: readonly InverseOffer[]) => void = () => undefined;

  constructor(
    allocator: CyclingAllocator,
    { time, intervalMs, metrics }: { time: Clock & Timers; intervalMs: number; metrics: MetricsRegistry },
  ) {
    this.#allocator = allocator;
    this.#time = time;
    this.#metrics = cycleMetrics(metrics);
    this.#batch = time.every(intervalMs, () => {
      this.#allocator.tick(this.#time.nowMs());
      this.#run();
    });
  }

  get roles(): AllocatorView['roles'] {
    return this.#allocator.roles;
  }

  get activeFilters(): AllocatorView['activeFilters'] {
    return this.#allocator.activeFilters;
  }

  handle(command: AllocatorCommand): void {
    this.#allocator.handle(command, this.#time.nowMs());
    if (!this.#allocator.isRunRequested) return;
    this.#requestedAtMs ??= this.#time.monotonicMs();
    this.#soon ??= this.#time.after(0, () => this.#run());
  }

  async explain(question: ExplainQuestion): Promise<Explanation> {
    return this.#allocator.explain(question, this.#time.nowMs());
  }

  close(): void {
    this.#batch.cancel();
    this.#soon?.cancel();
    this.onAllocations = () => undefined;
    this.onInverseOffers = () => undefined;
  }

  #run(): void {
    this.#soon?.cancel();
    this.#soon = undefined;
    const startedAtMs = this.#time.monotonicMs();
    this.#metrics.waited(startedAtMs - (this.#requestedAtMs ?? startedAtMs));
    this.#requestedAtMs = undefined;
    const allocations = this.#allocator.allocate(this.#time.nowMs());
    this.#metrics.ran(this.#time.monotonicMs() - startedAtMs);
    const inverseOffers = this.#allocator.takeInverseOffers();
    if (allocations.length > 0) this.onAllocations(allocations);
    if (inverseOffers.length > 0) this.onInverseOffers(inverseOffers);
  }
}
