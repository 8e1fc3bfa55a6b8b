// Shows the master's own metrics in the registry.
import { masterMetrics } from '../../../core/views/metrics/master-metrics.js';
import type { ReadSideDeps } from './ports.js';

/** Returns a function that takes them out again. */
export function collectMasterMetrics(deps: ReadSideDeps): () => void {
  return deps.metrics.collect(() =>
    masterMetrics({
      state: deps.machine.state,
      config: deps.machine.config,
      allocator: deps.allocator,
      registry: deps.registry?.(),
      isElected: deps.electedTimeMs() !== undefined,
      uptimeMs: deps.clock.nowMs() - deps.startTimeMs,
      subscribers: deps.operators.size,
      isPerFramework: deps.flags()['publish_per_framework_metrics'] !== 'false',
    }),
  );
}
