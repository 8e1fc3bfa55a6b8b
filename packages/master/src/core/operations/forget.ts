// Takes an operation off the books.
import type { Context } from '../context.js';
import type { AgentRecord } from '../state/agent.js';
import type { OperationRecord } from '../state/operation.js';

export function forgetOperation(ctx: Context, agent: AgentRecord, record: OperationRecord): void {
  agent.operations.delete(record.uuid);
  const framework = record.frameworkId === undefined ? undefined : ctx.framework(record.frameworkId);
  const id = record.info.id?.value;
  if (framework && id !== undefined && framework.operations.get(id) === record.uuid) framework.operations.delete(id);
}
