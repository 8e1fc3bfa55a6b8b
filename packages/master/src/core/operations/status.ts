// Operation feedback: statuses from agents, acknowledgements from frameworks, and what the master says itself.
import type { link, OperationState, OperationStatus, scheduler, Offer } from '@mini-mesos/proto';
import { frameworkId, uuidText } from '@mini-mesos/wire';
import type { AgentId } from '@mini-mesos/wire';
import { drainProgress } from '../agents/drain.js';
import type { Context } from '../context.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';
import { isTerminalOperation } from '../state/operation.js';
import type { OperationRecord } from '../state/operation.js';
import { forgetOperation } from './forget.js';

export function operationStatusUpdate(ctx: Context, agent: AgentRecord, update: link.OperationStatusUpdate): void {
  ctx.count('master/messages_operation_status_update');
  const record = agent.operations.get(uuidText(update.operation_uuid.value));
  const framework = update.framework_id && ctx.framework(frameworkId(update.framework_id));
  const operationId = record?.info.id;
  const status: OperationStatus = { ...update.status, ...(operationId ? { operation_id: operationId } : {}) };
  ctx.count(`master/${record ? 'valid' : 'invalid'}_operation_status_updates`);
  if (record) {
    record.operation.latest_status = status;
    (record.operation.statuses ??= []).push(status);
    countOperationEnd(ctx, record, status.state);
  }
  if (framework && status.operation_id) {
    deliverStatus(ctx, framework, status);
    // With a uuid the framework has to acknowledge first.
    if (record && isTerminalOperation(status.state) && !status.uuid) endOperation(ctx, agent, record);
    return;
  }
  if (status.uuid) {
    ctx.tell(agent, {
      type: 'ACKNOWLEDGE_OPERATION_STATUS',
      acknowledge_operation_status: { operation_uuid: update.operation_uuid, status_uuid: status.uuid.value },
    });
  }
  if (record && isTerminalOperation(status.state)) endOperation(ctx, agent, record);
}

function endOperation(ctx: Context, agent: AgentRecord, record: OperationRecord): void {
  forgetOperation(ctx, agent, record);
  drainProgress(ctx, agent);
}

function countOperationEnd(ctx: Context, { info }: OperationRecord, state: OperationState): void {
  if (!isTerminalOperation(state)) return;
  const name = state.slice('OPERATION_'.length).toLowerCase();
  ctx.count(`master/operations/${String(info.type).toLowerCase()}/${name}`);
}

function deliverStatus(ctx: Context, framework: FrameworkRecord, status: OperationStatus): void {
  ctx.deliver(framework, { type: 'UPDATE_OPERATION_STATUS', update_operation_status: { status } });
}

export function acknowledgeOperation(
  ctx: Context,
  framework: FrameworkRecord,
  call: scheduler.Call.AcknowledgeOperationStatus,
): void {
  ctx.count('master/messages_operation_status_update_acknowledgement');
  const agent = ctx.agent(call.agent_id?.value as AgentId);
  const uuid = framework.operations.get(call.operation_id.value);
  const record = uuid === undefined ? undefined : agent?.operations.get(uuid);
  ctx.count(`master/${record ? 'valid' : 'invalid'}_operation_status_update_acknowledgements`);
  if (!agent || !record) {
    ctx.log('warn', `ignored the acknowledgement of an unknown operation ${call.operation_id.value}`, {
      framework: framework.id,
    });
    return;
  }
  ctx.tell(agent, {
    type: 'ACKNOWLEDGE_OPERATION_STATUS',
    acknowledge_operation_status: {
      framework_id: { value: framework.id },
      operation_uuid: record.operation.uuid,
      status_uuid: call.uuid,
    },
  });
  const latest = record.operation.latest_status;
  const isLatest = latest.uuid && uuidText(latest.uuid.value) === uuidText(call.uuid);
  if (isLatest && isTerminalOperation(latest.state)) endOperation(ctx, agent, record);
}

/** Refuses an operation of an ACCEPT. Without an id nobody can be told, so the log is. */
export function dropOperation(
  ctx: Context,
  framework: FrameworkRecord,
  { operation, message, agent }: { operation: Offer.Operation; message: string; agent?: AgentRecord | undefined },
): void {
  ctx.log('warn', `dropped ${operation.type} operation: ${message}`, { framework: framework.id });
  if (!operation.id) return;
  deliverStatus(ctx, framework, {
    operation_id: operation.id,
    state: 'OPERATION_ERROR',
    message,
    ...(agent ? { agent_id: { value: agent.id } } : {}),
  });
}

/** RECONCILE_OPERATIONS. No operations: all that the master has of the framework. */
export function reconcileOperations(
  ctx: Context,
  framework: FrameworkRecord,
  call: scheduler.Call.ReconcileOperations,
): void {
  ctx.count('master/messages_reconcile_operations');
  const asked = call.operations ?? [];
  const known = new Map(
    [...ctx.state.agents.values()].flatMap((agent) =>
      [...agent.operations.values()]
        .filter((record) => record.frameworkId === framework.id && record.info.id)
        .map((record) => [record.info.id?.value ?? '', record.operation.latest_status] as const),
    ),
  );
  if (asked.length === 0) {
    for (const status of known.values()) deliverStatus(ctx, framework, withoutUuid(status));
    return;
  }
  for (const { operation_id: id, agent_id: agent } of asked) {
    const status = known.get(id.value);
    deliverStatus(
      ctx,
      framework,
      status
        ? withoutUuid(status)
        : {
            operation_id: id,
            state: fate(ctx, agent?.value as AgentId | undefined),
            ...(agent ? { agent_id: agent } : {}),
          },
    );
  }
}

/** A reconciliation is nothing to acknowledge. */
function withoutUuid({ uuid: _, ...status }: OperationStatus): OperationStatus {
  return status;
}

function fate(ctx: Context, agent: AgentId | undefined): OperationState {
  if (agent === undefined) return 'OPERATION_UNKNOWN';
  if (ctx.state.recoveredAgents.has(agent)) return 'OPERATION_RECOVERING';
  if (ctx.state.agents.has(agent)) return 'OPERATION_UNKNOWN';
  if (ctx.state.unreachableAgents.has(agent)) return 'OPERATION_UNREACHABLE';
  return ctx.state.goneAgents.has(agent) ? 'OPERATION_GONE_BY_OPERATOR' : 'OPERATION_UNKNOWN';
}
