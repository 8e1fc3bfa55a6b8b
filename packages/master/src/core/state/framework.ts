// A framework as the leading master knows it.
import type { ExecutorInfo, FrameworkInfo, InverseOffer, Offer, scheduler } from '@mini-mesos/proto';
import type { AgentId, ExecutorId, FrameworkId, OfferId, TaskId } from '@mini-mesos/wire';
import type { ConnectionId } from '../effects.js';
import { BoundedMap } from './bounded-map.js';
import type { OperationUuid } from './operation.js';
import type { TaskRecord } from './task.js';

/**
 * ```
 * recovered ──subscribe──▶ connected ──stream closed──▶ disconnected ──failover timeout, teardown──▶ completed
 *                              ▲                             │
 *                              └─────────subscribe───────────┘
 * ```
 * `recovered`: known only from agents that came back after a failover of the master.
 */
export type FrameworkPhase = 'connected' | 'disconnected' | 'recovered';

export interface FrameworkRecord {
  readonly id: FrameworkId;
  info: FrameworkInfo;
  phase: FrameworkPhase;
  /** Where its events go while it is connected. */
  connection: ConnectionId | undefined;
  registeredAtMs: number;
  /** Equal to registeredAtMs until it subscribes again. */
  reregisteredAtMs: number;
  unregisteredAtMs: number | undefined;
  suppressedRoles: Set<string>;
  offerConstraints: scheduler.OfferConstraints | undefined;
  /** Roles it no longer subscribes to, in which it still holds resources, besides its current ones. */
  readonly tasks: Map<TaskId, TaskRecord>;
  /** Tasks on agents that were marked unreachable. */
  readonly unreachableTasks: BoundedMap<TaskId, TaskRecord>;
  readonly completedTasks: BoundedMap<string, TaskRecord>;
  readonly executors: Map<AgentId, Map<ExecutorId, ExecutorInfo>>;
  readonly offers: Set<OfferId>;
  /** Those it did not answer. */
  readonly inverseOffers: Map<OfferId, InverseOffer>;
  /** Operations that carry an id, by that id. */
  readonly operations: Map<string, OperationUuid>;
  readonly counters: FrameworkCounters;
}

export interface FrameworkCounters {
  readonly calls: Map<string, number>;
  readonly events: Map<string, number>;
  offersSent: number;
  offersAccepted: number;
  offersDeclined: number;
  offersRescinded: number;
  readonly terminalTasks: Map<string, number>;
  readonly operations: Map<string, number>;
}

export interface FrameworkLimits {
  completedTasksMax: number;
  unreachableTasksMax: number;
}

export function newFramework(
  info: FrameworkInfo & { id: { value: string } },
  { nowMs, limits }: { nowMs: number; limits: FrameworkLimits },
): FrameworkRecord {
  return {
    id: info.id.value as FrameworkId,
    info,
    phase: 'disconnected',
    connection: undefined,
    registeredAtMs: nowMs,
    reregisteredAtMs: nowMs,
    unregisteredAtMs: undefined,
    suppressedRoles: new Set(),
    offerConstraints: undefined,
    tasks: new Map(),
    unreachableTasks: new BoundedMap(limits.unreachableTasksMax),
    completedTasks: new BoundedMap(limits.completedTasksMax),
    executors: new Map(),
    offers: new Set(),
    inverseOffers: new Map(),
    operations: new Map(),
    counters: {
      calls: new Map(),
      events: new Map(),
      offersSent: 0,
      offersAccepted: 0,
      offersDeclined: 0,
      offersRescinded: 0,
      terminalTasks: new Map(),
      operations: new Map(),
    },
  };
}

export function hasCapability(info: FrameworkInfo, type: FrameworkInfo.Capability.Type): boolean {
  return info.capabilities?.some((capability) => capability.type === type) ?? false;
}

/** The roles a framework subscribes to: `roles` for MULTI_ROLE ones, else `role`, whose default is `*`. */
export function rolesOf(info: FrameworkInfo): readonly string[] {
  return hasCapability(info, 'MULTI_ROLE') ? (info.roles ?? []) : [info.role ?? '*'];
}

export function countCall({ counters }: FrameworkRecord, type: scheduler.Call.Type = 'UNKNOWN'): void {
  counters.calls.set(type, (counters.calls.get(type) ?? 0) + 1);
}

/** Counts an operation of an ACCEPT that was carried out. */
export function countOperation({ counters }: FrameworkRecord, type: Offer.Operation.Type = 'UNKNOWN'): void {
  counters.operations.set(type, (counters.operations.get(type) ?? 0) + 1);
}
