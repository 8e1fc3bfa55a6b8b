// Where what a master must remember is kept.
import type { Clock, MetricsRegistry } from '@mini-mesos/daemon';
import type { RegistryOperation } from '../../core/registry/operations.js';

export interface RegistryStore {
  /**
   * Stores an operation and calls `stored` once it will survive whatever this store survives. Operations are stored in
   * the order in which they come.
   */
  apply(operation: RegistryOperation, stored: () => void): void;
}

/** The window of the timers' statistics, as in Mesos. */
const METRICS_WINDOW_MS = 60 * 60 * 1000;

/** Remembers as long as the process lives, which is what the machine's own state does. */
export function memoryStore({
  metrics,
  clock,
}: {
  metrics: MetricsRegistry;
  clock: Pick<Clock, 'monotonicMs'>;
}): RegistryStore {
  const startedAtMs = clock.monotonicMs();
  const storeMs = metrics.timer('registrar/state_store', { windowMs: METRICS_WINDOW_MS });
  metrics.timer('registrar/state_fetch').record(clock.monotonicMs() - startedAtMs);
  return {
    apply(_operation, stored) {
      const stop = storeMs.start();
      stop();
      stored();
    },
  };
}
