// A typed SDK for Mesos schedulers and executors.
export { SDK_ERRORS, SdkError } from './errors.js';
export type { SdkErrorCode } from './errors.js';
export type { CallAnswer, Clock, Random, SdkLogger, SubscribeAnswer, Timer, Transport } from './ports.js';
export type { KillOptions } from './core/calls.js';
export { DEFAULT_CAPABILITIES } from './core/framework-info.js';
export type { CapabilityType, FrameworkOptions } from './core/framework-info.js';
export { createVolumes, destroyVolumes, launch, launchGroup, reserve, unreserve } from './core/operations.js';
export type { Operation, ReservationOptions, ResourcesLike } from './core/operations.js';
export type { ReconciledTask } from './core/reconciliation.js';
export type { SchedulerEvent, SchedulerEventOf, SchedulerEventType } from './core/scheduler-events.js';
export type { SubscriptionStateName } from './core/subscription.js';
export {
  cpus,
  disk,
  gpus,
  mem,
  offerResources,
  ports,
  takeResources,
  taskFrom,
  tasksFrom,
} from './core/task-from-offer.js';
export type { Amounts, TaskSpec } from './core/task-from-offer.js';
export { isTerminal } from '@mini-mesos/wire';
export { Scheduler } from './shell/scheduler.js';
export type { FilterOptions, OfferRef } from './shell/scheduler.js';
export type { AcknowledgementMode } from './shell/scheduler-inbox.js';
export type { SchedulerOptions } from './shell/scheduler-options.js';
export { Executor } from './shell/executor.js';
export type { ExecutorOptions, UpdateOptions } from './shell/executor.js';
export type { ExecutorEnvironment } from './core/executor-environment.js';
export type { ExecutorEvent, ExecutorEventOf, ExecutorEventType } from './core/executor-events.js';
