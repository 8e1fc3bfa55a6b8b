// What an allocator has to tell about itself so that it can be explained.
import type { Resources } from '@mini-mesos/resources';
import type { AgentDescription } from '../commands.js';
import type { FilterPlace } from '../filters/offer-filters.js';
import type { Settings } from '../options.js';
import type { QuotaSource } from '../quota/quota-book.js';
import type { OfferTrace } from '../state/agent-state.js';
import type { FrameworkState } from '../state/framework-state.js';
import type { Reason, Standing } from './explanation.js';

export interface ExplainedAgent {
  readonly id: string;
  readonly isActive: boolean;
  readonly description: AgentDescription;
  readonly hasGpus: boolean;
  readonly available: Resources;
  /** By framework id, with allocation. */
  held(): ReadonlyMap<string, Resources>;
  heldBy(frameworkId: string): Resources;
  readonly lastCycle: number;
  readonly lastOffers: readonly OfferTrace[];
}

export interface ExplainSource {
  readonly settings: Settings;
  /** Cycles so far. */
  readonly cycle: number;
  readonly pause: Extract<Reason, { kind: 'paused' }> | undefined;
  readonly whitelist: ReadonlySet<string> | undefined;
  readonly frameworks: ReadonlyMap<string, FrameworkState>;
  readonly agentIds: Iterable<string>;
  agent(id: string): ExplainedAgent | undefined;
  readonly quota: QuotaSource;
  /** Filters in force in a place. */
  filtersAt(place: FilterPlace): readonly { readonly refused: Resources; readonly expiresAtMs: number }[];
  /** As things are now. The framework must be under the role. */
  standingOf(frameworkId: string, role: string): Standing;
}
