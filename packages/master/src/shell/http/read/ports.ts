// What the reading endpoints need of the rest of the master.
import type { ExplainQuestion, Explanation } from '@mini-mesos/allocator';
import type { Clock, LevelToggle, MetricsRegistry } from '@mini-mesos/daemon';
import type { MasterInfo } from '@mini-mesos/proto';
import type { MasterConfig } from '../../../core/config.js';
import type { MasterState } from '../../../core/state/state.js';
import type { RegistryView } from '../../../core/views/metrics/master-metrics.js';
import type { AllocatorView } from '../../../core/views/metrics/roles.js';

/** The machine, to be read only. */
export interface MachineView {
  readonly state: MasterState;
  readonly config: MasterConfig;
}

export interface ReadSideDeps {
  readonly machine: MachineView;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** When the process started, since 1970. */
  readonly startTimeMs: number;
  /** When this master became the leader, since 1970; undefined while it is not. */
  readonly electedTimeMs: () => number | undefined;
  /** This master's own info while it leads; undefined while nobody is known to lead. */
  readonly leader: () => MasterInfo | undefined;
  /** As they may be shown: without passwords. */
  readonly flags: () => Readonly<Record<string, string>>;
  readonly metrics: MetricsRegistry;
  readonly log: { readonly toggle: LevelToggle };
  readonly operators: { readonly size: number };
  /** What the allocator knows of roles; where it is missing, its metrics are 0. */
  readonly allocator?: AllocatorView;
  /** Where it is missing, nobody can ask the allocator why. */
  readonly explain?: (question: ExplainQuestion) => Promise<Explanation>;
  /** Where it is missing, the registry counts as one in memory. */
  readonly registry?: () => RegistryView;
}
