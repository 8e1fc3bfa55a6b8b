// Feeds the allocator and runs its cycles: one a second over all agents, and one as soon as possible after an event that
// asks for it. Several such events before the cycle starts share it.
import type { Allocation, AllocatorCommand } from '@mini-mesos/allocator';
import type { Clock, MetricsRegistry, Timer, Timers } from '@mini-mesos/daemon';

/** The window of the timers' statistics, as in Mesos. */
const METRICS_WINDOW_MS = 60 * 60 * 1000;

/** What the runner needs of an allocator; the one of @mini-mesos/allocator is one. */
export interface CyclingAllocator {
  handle(command: AllocatorCommand, nowMs: number): void;
  /** Makes every agent a candidate of the next cycle. */
  tick(nowMs: number): void;
  /** Whether something happened that should not wait for the next tick. */
  readonly isRunRequested: boolean;
  allocate(nowMs: number): readonly Allocation[];
}

export class AllocatorRunner {
  readonly #allocator: CyclingAllocator;
  readonly #time: Clock & Timers;
  readonly #batch: Timer;
  readonly #runMs: ReturnType<MetricsRegistry['timer']>;
  readonly #latencyMs: ReturnType<MetricsRegistry['timer']>;
  readonly #runs: ReturnType<MetricsRegistry['counter']>;
  #soon: Timer | undefined;
  #requestedAtMs: number | undefined;

  onAllocations: (allocations: readonly Allocation[]) => void = () => undefined;

  constructor(
    allocator: CyclingAllocator,
    { time, intervalMs, metrics }: { time: Clock & Timers; intervalMs: number; metrics: MetricsRegistry },
  ) {
    this.#allocator = allocator;
    this.#time = time;
    this.#runs = metrics.counter('allocator/mesos/allocation_runs');
    this.#runMs = metrics.timer('allocator/mesos/allocation_run', { windowMs: METRICS_WINDOW_MS });
    this.#latencyMs = metrics.timer('allocator/mesos/allocation_run_latency', { windowMs: METRICS_WINDOW_MS });
    this.#batch = time.every(intervalMs, () => {
      this.#allocator.tick(this.#time.nowMs());
      this.#run();
    });
  }

  handle(command: AllocatorCommand): void {
    this.#allocator.handle(command, this.#time.nowMs());
    if (!this.#allocator.isRunRequested) return;
    this.#requestedAtMs ??= this.#time.monotonicMs();
    this.#soon ??= this.#time.after(0, () => this.#run());
  }

  close(): void {
    this.#batch.cancel();
    this.#soon?.cancel();
    this.onAllocations = () => undefined;
  }

  #run(): void {
    this.#soon?.cancel();
    this.#soon = undefined;
    const startedAtMs = this.#time.monotonicMs();
    this.#latencyMs.record(startedAtMs - (this.#requestedAtMs ?? startedAtMs));
    this.#requestedAtMs = undefined;
    const allocations = this.#allocator.allocate(this.#time.nowMs());
    this.#runMs.record(this.#time.monotonicMs() - startedAtMs);
    this.#runs.increment();
    if (allocations.length > 0) this.onAllocations(allocations);
  }
}
