// A pure weighted hierarchical DRF allocator.
export { Allocator } from './allocator.js';
export { createAllocator } from './create.js';
export type { CreateAllocatorOptions, OfferAllocator } from './create.js';
export { BrokenCommandError } from './broken-command.js';
export type {
  AgentDescription,
  AllocatedByFramework,
  Allocation,
  AllocatorCommand,
  FrameworkDescription,
} from './commands.js';
export { validateOfferConstraints } from './constraints/offer-constraints.js';
export type { AllocatorOptions } from './options.js';
export type { Quota } from './quota/quota.js';
export type { SorterKind } from './sorter/sorter.js';
export type { AgentView, RoleView } from './views.js';
export type { Explanation, ExplainQuestion, Reason, Standing, Verdict } from './explain/explanation.js';
export { FastAllocator } from './fast/fast-allocator.js';
export type { InverseOffer, InverseOfferResponse, InverseOfferStatus } from './maintenance/inverse-offers.js';
export type { FrameworkSorterKind } from './options.js';
export { RemoteAllocator } from './worker/remote-allocator.js';
export type { CycleReport, RemoteListener } from './worker/remote-allocator.js';
export { serveAllocator, viewOf } from './worker/serve.js';
export type { ServeOptions } from './worker/serve.js';
export type { RemoteView, Send } from './worker/messages.js';
export { runScenario, scenarioUsages } from './scenario/run-scenario.js';
export type { ScenarioRun } from './scenario/run-scenario.js';
export type {
  Amounts,
  Changes,
  ClusterSnapshot,
  SnapshotAgent,
  SnapshotFramework,
  SnapshotRole,
  SnapshotUse,
} from './what-if/snapshot.js';
export { whatIf } from './what-if/what-if.js';
export type { Difference, WhatIf } from './what-if/what-if.js';
