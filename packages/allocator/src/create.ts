// The two allocators behind one interface.
import type { Quantities } from '@mini-mesos/resources';
import { Allocator } from './allocator.js';
import type { Allocation, AllocatorCommand } from './commands.js';
import type { Explanation, ExplainQuestion } from './explain/explanation.js';
import { FastAllocator } from './fast/fast-allocator.js';
import type { InverseOffer, InverseOfferStatus } from './maintenance/inverse-offers.js';
import type { AllocatorOptions } from './options.js';
import type { AgentView, RoleView } from './views.js';

/** What every allocator can do; `Allocator` documents it. */
export interface OfferAllocator {
  handle(command: AllocatorCommand, nowMs: number): void;
  tick(nowMs: number): void;
  readonly isRunRequested: boolean;
  allocate(nowMs: number): Allocation[];
  takeInverseOffers(): InverseOffer[];
  inverseOfferStatuses(agentId: string): InverseOfferStatus[];
  readonly runs: number;
  readonly total: Quantities;
  readonly offeredOrAllocated: Quantities;
  readonly roles: RoleView[];
  role(role: string): RoleView | undefined;
  agent(agentId: string): AgentView | undefined;
  readonly activeFilters: ReadonlyMap<string, number>;
  explain(question: ExplainQuestion, nowMs: number): Explanation;
}

export interface CreateAllocatorOptions extends AllocatorOptions {
  /** 'reference' is the plain one: slow, and easy to check. Default 'fast'. The same commands give the same offers. */
  kind?: 'fast' | 'reference' | undefined;
}

export function createAllocator({ kind = 'fast', ...options }: CreateAllocatorOptions = {}): OfferAllocator {
  return kind === 'fast' ? new FastAllocator(options) : new Allocator(options);
}
