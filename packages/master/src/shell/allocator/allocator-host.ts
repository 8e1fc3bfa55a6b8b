// Where the allocator lives, as the rest of the master sees it: it takes commands in order, and tells of offers to make.
import type { Allocation, AllocatorCommand, ExplainQuestion, Explanation, InverseOffer } from '@mini-mesos/allocator';
import type { MetricsRegistry } from '@mini-mesos/daemon';
import type { AllocatorView } from '../../core/views/metrics/roles.js';

/** What it knows of roles is, in another thread, as of a moment ago. */
export interface AllocatorHost extends AllocatorView {
  /** Called after every cycle that made offers. */
  onAllocations: (allocations: readonly Allocation[]) => void;
  /** Called after every cycle in which somebody is to be asked to leave an agent. */
  onInverseOffers: (inverseOffers: readonly InverseOffer[]) => void;
  handle(command: AllocatorCommand): void;
  /** Why there was, or was not, an offer. Commands given before it have been taken in. */
  explain(question: ExplainQuestion): Promise<Explanation>;
  close(): void;
}

/** The window of the timers' statistics, as in Mesos. */
const METRICS_WINDOW_MS = 60 * 60 * 1000;

export interface CycleMetrics {
  /** Milliseconds that a cycle took. */
  ran(durationMs: number): void;
  /** Milliseconds that a cycle was waited for. */
  waited(latencyMs: number): void;
}

export function cycleMetrics(metrics: MetricsRegistry): CycleMetrics {
  const runs = metrics.counter('allocator/mesos/allocation_runs');
  const runMs = metrics.timer('allocator/mesos/allocation_run', { windowMs: METRICS_WINDOW_MS });
  const latencyMs = metrics.timer('allocator/mesos/allocation_run_latency', { windowMs: METRICS_WINDOW_MS });
  return {
    ran(durationMs) {
      runs.increment();
      runMs.record(durationMs);
    },
    waited: (waitedMs) => latencyMs.record(waitedMs),
  };
}
