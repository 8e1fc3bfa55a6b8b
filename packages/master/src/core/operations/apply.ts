// Sends an operation to its agent and assumes its effect: everything the master applies itself is speculative, that is,
// it cannot fail on an agent whose resources the master knows.
import type { Offer, Operation } from '@mini-mesos/proto';
import { needsCheckpointing } from '@mini-mesos/resources';
import type { Context } from '../context.js';
import type { AgentRecord } from '../state/agent.js';
import { countOperation } from '../state/framework.js';
import type { FrameworkRecord } from '../state/framework.js';
import { addOperation } from './add.js';
import { withoutAllocation } from './resources.js';

/** The caller has checked that the agent's resources allow it. */
export function applyOperation(
  ctx: Context,
  agent: AgentRecord,
  { info, framework }: { info: Offer.Operation; framework?: FrameworkRecord | undefined },
): void {
  const uuid = { value: ctx.uuid() };
  const operation: Operation = {
    ...(framework ? { framework_id: { value: framework.id } } : {}),
    agent_id: { value: agent.id },
    info,
    latest_status: {
      ...(info.id ? { operation_id: info.id } : {}),
      state: 'OPERATION_PENDING',
      agent_id: { value: agent.id },
    },
    statuses: [],
    uuid,
  };
  addOperation(ctx, agent, operation);
  const total = agent.total.applyOperation(withoutAllocation(info));
  if (total.ok) agent.total = total.value;
  else ctx.log('error', `an operation that was checked does not fit its agent: ${total.error}`, { agent: agent.id });
  agent.checkpointed = agent.total.filter(needsCheckpointing);
  if (framework) countOperation(framework, info.type);
  ctx.count(`master/operations/${String(info.type).toLowerCase()}/total`);
  ctx.tell(agent, {
    type: 'APPLY_OPERATION',
    apply_operation: {
      ...(framework ? { framework_id: { value: framework.id } } : {}),
      operation: info,
      operation_uuid: uuid,
    },
  });
}
