// A registered agent as the leading master knows it.
import type { AgentInfo, allocator, DrainInfo, ExecutorInfo, Unavailability } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import type { AgentId, ExecutorId, FrameworkId, OfferId, TaskId } from '@mini-mesos/wire';
import type { LinkId } from '../effects.js';
import type { OperationRecord, OperationUuid } from './operation.js';
import type { TaskRecord } from './task.js';

export interface AgentRecord {
  readonly id: AgentId;
  info: AgentInfo;
  version: string;
  ip: string;
  capabilities: readonly AgentInfo.Capability.Type[];
  /** Undefined while it is disconnected; it keeps its tasks and may come back. */
  link: LinkId | undefined;
  registeredAtMs: number;
  reregisteredAtMs: number | undefined;
  /** By an operator: no offers until it is reactivated. */
  deactivated: boolean;
  drainInfo: DrainInfo | undefined;
  drainStartedAtMs: number | undefined;
  unavailability: Unavailability | undefined;
  /** Everything it has, with reservations and volumes, allocated to nobody. */
  total: Resources;
  /** Since it was added: the allocator may just have given away what is gone. */
  hasChangedTotal: boolean;
  /** Dynamic reservations and persistent volumes among `total`. */
  checkpointed: Resources;
  /** What tasks and executors hold, by framework. */
  readonly used: Map<FrameworkId, Resources>;
  /** What lies in unanswered offers. */
  offered: Resources;
  readonly tasks: Map<FrameworkId, Map<TaskId, TaskRecord>>;
  readonly executors: Map<FrameworkId, Map<ExecutorId, ExecutorInfo>>;
  readonly offers: Set<OfferId>;
  /** By framework: what it was asked because of `unavailability`, and what it said. */
  readonly inverseOffers: Map<FrameworkId, InverseOfferState>;
  /** Kills to repeat when the agent comes back. */
  readonly killedTasks: Map<FrameworkId, Set<TaskId>>;
  readonly operations: Map<OperationUuid, OperationRecord>;
  /** Pings in a row that went unanswered. */
  missedPings: number;
  isPongAwaited: boolean;
  /** Its removal is on its way to the registry. */
  isLeaving: boolean;
}

export interface InverseOfferState {
  /** The one that waits for an answer. */
  outstanding?: OfferId | undefined;
  /** The newest answer. */
  status?: allocator.InverseOfferStatus | undefined;
}

/** Whether offers may be made of it. */
export function isActive(agent: AgentRecord): boolean {
  return agent.link !== undefined && !agent.deactivated;
}

/** The address by which Mesos clients name it: some take this apart at the `@` and the `:`. */
export function agentPid(agent: AgentRecord): string {
  return `slave(1)@${agent.ip}:${agent.info.port ?? 5051}`;
}

export function usedBy(agent: AgentRecord, frameworkId: FrameworkId): Resources {
  return agent.used.get(frameworkId) ?? Resources.EMPTY;
}

export function charge(agent: AgentRecord, frameworkId: FrameworkId, resources: Resources): void {
  agent.used.set(frameworkId, usedBy(agent, frameworkId).plus(resources));
}

export function discharge(agent: AgentRecord, frameworkId: FrameworkId, resources: Resources): void {
  const rest = usedBy(agent, frameworkId).minus(resources);
  if (rest.isEmpty) agent.used.delete(frameworkId);
  else agent.used.set(frameworkId, rest);
}
