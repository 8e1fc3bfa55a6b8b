// The calls of a scheduler, without the framework id, which the sender adds.
import type {
  AgentID,
  Filters,
  FrameworkInfo,
  Offer,
  OperationStatus,
  Request,
  scheduler,
  TaskStatus,
} from '@mini-mesos/proto';
import { failure, success } from '../errors.js';
import type { Result } from '../errors.js';
import type { ReconciledTask } from './reconciliation.js';

export type Call = scheduler.Call;

const NS_PER_MS = 1_000_000;
const id = (value: string): { value: string } => ({ value });
const filters = (refuseSeconds: number | undefined): { filters?: Filters } =>
  refuseSeconds === undefined ? {} : { filters: { refuse_seconds: refuseSeconds } };
const agent = (agentId: string | undefined): { agent_id?: AgentID } =>
  agentId === undefined ? {} : { agent_id: id(agentId) };

export interface Subscription {
  framework: FrameworkInfo;
  frameworkId: string | undefined;
  suppressedRoles: string[];
  offerConstraints: scheduler.OfferConstraints | undefined;
}

/** The framework's id stands in both places or in none. */
export function subscribeCall(subscription: Subscription): Call {
  const { framework, frameworkId, suppressedRoles, offerConstraints } = subscription;
  const body = { suppressed_roles: suppressedRoles, offer_constraints: offerConstraints };
  if (frameworkId === undefined) return { type: 'SUBSCRIBE', subscribe: { framework_info: framework, ...body } };
  return {
    type: 'SUBSCRIBE',
    framework_id: id(frameworkId),
    subscribe: { framework_info: { ...framework, id: id(frameworkId) }, ...body },
  };
}

export const acceptCall = (offerIds: string[], operations: Offer.Operation[], refuseSeconds?: number): Call => ({
  type: 'ACCEPT',
  accept: { offer_ids: offerIds.map(id), operations, ...filters(refuseSeconds) },
});

export const declineCall = (offerIds: string[], refuseSeconds?: number): Call => ({
  type: 'DECLINE',
  decline: { offer_ids: offerIds.map(id), ...filters(refuseSeconds) },
});

export const acceptInverseCall = (offerIds: string[], refuseSeconds?: number): Call => ({
  type: 'ACCEPT_INVERSE_OFFERS',
  accept_inverse_offers: { inverse_offer_ids: offerIds.map(id), ...filters(refuseSeconds) },
});

export const declineInverseCall = (offerIds: string[], refuseSeconds?: number): Call => ({
  type: 'DECLINE_INVERSE_OFFERS',
  decline_inverse_offers: { inverse_offer_ids: offerIds.map(id), ...filters(refuseSeconds) },
});

export const reviveCall = (roles: string[]): Call => ({ type: 'REVIVE', revive: { roles } });
export const suppressCall = (roles: string[]): Call => ({ type: 'SUPPRESS', suppress: { roles } });
export const teardownCall = (): Call => ({ type: 'TEARDOWN' });
export const requestCall = (requests: Request[]): Call => ({ type: 'REQUEST', request: { requests } });

export interface KillOptions {
  /** Needed where the agent is unknown to a master that just failed over. */
  agentId?: string | undefined;
  /** Milliseconds between the request to end and the kill; the task's own policy unless given. */
  gracePeriodMs?: number | undefined;
}

export function killCall(taskId: string, { agentId, gracePeriodMs }: KillOptions): Call {
  const policy =
    gracePeriodMs === undefined
      ? {}
      : { kill_policy: { grace_period: { nanoseconds: Math.round(gracePeriodMs * NS_PER_MS) } } };
  return { type: 'KILL', kill: { task_id: id(taskId), ...agent(agentId), ...policy } };
}

export const shutdownCall = (executorId: string, agentId: string): Call => ({
  type: 'SHUTDOWN',
  shutdown: { executor_id: id(executorId), agent_id: id(agentId) },
});

export const messageCall = (agentId: string, executorId: string, data: Uint8Array): Call => ({
  type: 'MESSAGE',
  message: { agent_id: id(agentId), executor_id: id(executorId), data },
});

export const reconcileCall = (tasks: readonly ReconciledTask[]): Call => ({
  type: 'RECONCILE',
  reconcile: { tasks: tasks.map(({ taskId, agentId }) => ({ task_id: id(taskId), ...agent(agentId) })) },
});

export const reconcileOperationsCall = (operations: { operationId: string; agentId?: string | undefined }[]): Call => ({
  type: 'RECONCILE_OPERATIONS',
  reconcile_operations: {
    operations: operations.map(({ operationId, agentId }) => ({ operation_id: id(operationId), ...agent(agentId) })),
  },
});

export interface UpdateFrameworkOptions {
  suppressedRoles: string[];
  offerConstraints: scheduler.OfferConstraints | undefined;
}

export const updateFrameworkCall = (framework: FrameworkInfo, options: UpdateFrameworkOptions): Call => ({
  type: 'UPDATE_FRAMEWORK',
  update_framework: {
    framework_info: framework,
    suppressed_roles: options.suppressedRoles,
    offer_constraints: options.offerConstraints,
  },
});

/** Mesos answers 400 to a uuid that is not 16 bytes, and must not get one for an update without uuid. */
export function acknowledgeCall(status: TaskStatus): Result<Call> {
  const { uuid, agent_id, task_id } = status;
  if (uuid?.length !== 16 || !agent_id) {
    const text = `update ${status.state} of task ${task_id.value} has no uuid or no agent id`;
    return failure('MM_SDK_NOT_ACKNOWLEDGEABLE', text);
  }
  return success({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
}

export function acknowledgeOperationCall(status: OperationStatus): Result<Call> {
  const { uuid, operation_id, agent_id, resource_provider_id } = status;
  if (!uuid || !operation_id) {
    const text = `update ${status.state} of operation ${operation_id?.value ?? '(without id)'} has no uuid or no id`;
    return failure('MM_SDK_NOT_ACKNOWLEDGEABLE', text);
  }
  return success({
    type: 'ACKNOWLEDGE_OPERATION_STATUS',
    acknowledge_operation_status: { uuid: uuid.value, operation_id, agent_id, resource_provider_id },
  });
}
