// All metrics that follow from the state: what /metrics/snapshot adds to what the shell measures.
import type { MasterConfig } from '../../config.js';
import type { MasterState } from '../../state/state.js';
import { rolesView } from '../roles.js';
import { agentMetrics, frameworkCounts, operationMetrics, resourceMetrics, taskMetrics } from './cluster.js';
import { frameworkMetrics } from './framework.js';
import { COUNTERS } from './names.js';
import { roleMetrics } from './roles.js';
import type { AllocatorView } from './roles.js';

/** What the store of the registry tells of itself. */
export interface RegistryView {
  readonly queuedOperations: number;
  readonly sizeBytes: number;
  /** Copies that it is kept in. */
  readonly ensembleSize: number;
}

/** A registry in memory. */
const ALONE: RegistryView = { queuedOperations: 0, sizeBytes: 0, ensembleSize: 1 };

export interface MetricsSource {
  readonly state: MasterState;
  readonly config: MasterConfig;
  readonly allocator: AllocatorView | undefined;
  readonly registry: RegistryView | undefined;
  readonly isElected: boolean;
  readonly uptimeMs: number;
  /** Operators that follow the events. */
  readonly subscribers: number;
  /** Whether each framework has metrics of its own: --publish_per_framework_metrics. */
  readonly isPerFramework: boolean;
}

/** A name may come twice; its last value counts. */
export function* masterMetrics(source: MetricsSource): Iterable<readonly [name: string, value: number]> {
  const { state, config } = source;
  for (const name of COUNTERS) yield [name, 0];
  yield* state.counters;
  yield ['master/elected', source.isElected ? 1 : 0];
  yield ['master/uptime_secs', source.uptimeMs / 1000];
  yield ['master/operator_event_stream_subscribers', source.subscribers];
  yield* registryMetrics(source);
  yield* agentMetrics(state);
  yield* frameworkCounts(state);
  yield* resourceMetrics(state);
  yield* taskMetrics(state);
  yield* operationMetrics(state);
  yield* roleMetrics(state, rolesView(state, config), source.allocator);
  if (!source.isPerFramework) return;
  for (const framework of [...state.completedFrameworks.values(), ...state.frameworks.values()]) {
    yield* frameworkMetrics(framework);
  }
}

/** A master only leads once it has read its registry. */
function* registryMetrics({ registry = ALONE, isElected }: MetricsSource): Iterable<readonly [string, number]> {
  yield ['registrar/queued_operations', registry.queuedOperations];
  yield ['registrar/registry_size_bytes', registry.sizeBytes];
  yield ['registrar/log/ensemble_size', registry.ensembleSize];
  yield ['registrar/log/recovered', isElected ? 1 : 0];
}
