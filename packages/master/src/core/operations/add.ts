// Puts an operation on the books of its agent and its framework.
import type { Operation } from '@mini-mesos/proto';
import { uuidText } from '@mini-mesos/wire';
import type { FrameworkId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { AgentRecord } from '../state/agent.js';
import type { OperationRecord } from '../state/operation.js';

export function addOperation(ctx: Context, agent: AgentRecord, operation: Operation): OperationRecord {
  const frameworkId = operation.framework_id?.value as FrameworkId | undefined;
  const record: OperationRecord = {
    uuid: uuidText(operation.uuid.value),
    frameworkId,
    agentId: agent.id,
    info: operation.info,
    operation,
  };
  agent.operations.set(record.uuid, record);
  const id = operation.info.id?.value;
  const framework = frameworkId === undefined ? undefined : ctx.framework(frameworkId);
  if (framework && id !== undefined) framework.operations.set(id, record.uuid);
  return record;
}
