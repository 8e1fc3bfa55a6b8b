// Calls of a subscribed scheduler: who may make them, and who handles which.
import type { scheduler } from '@mini-mesos/proto';
import { frameworkId } from '@mini-mesos/wire';
import { accept } from '../accept/accept.js';
import type { Context } from '../context.js';
import type { ConnectionId, RequestId } from '../effects.js';
import { answerInverseOffers } from '../maintenance/inverse-offers.js';
import { decline } from '../offers/remove.js';
import { acknowledgeOperation, reconcileOperations } from '../operations/status.js';
import { countCall } from '../state/framework.js';
import type { FrameworkRecord } from '../state/framework.js';
import { kill, shutdownExecutor } from '../tasks/kill.js';
import { messageToExecutor } from '../tasks/messages.js';
import { reconcile } from '../tasks/reconcile.js';
import { acknowledge } from '../tasks/status-update.js';
import { endFramework } from './remove.js';
import { revive, suppress, updateFramework } from './update.js';

export interface SchedulerCall {
  request: RequestId;
  call: scheduler.Call;
  connection?: ConnectionId | undefined;
  principal?: string | undefined;
}

const ACCEPTED = 202;

export function schedulerCall(ctx: Context, { request, call, connection, principal }: SchedulerCall): void {
  const framework = call.framework_id && ctx.framework(frameworkId(call.framework_id));
  if (!framework) return ctx.answer(request, 400, 'Framework cannot be found');
  countCall(framework, call.type);
  const refusal = refuse(framework, { connection, principal });
  if (refusal) return ctx.answer(request, refusal.status, refusal.text);
  if (call.type === 'UPDATE_FRAMEWORK' && call.update_framework) {
    return updateFramework(ctx, framework, { call: call.update_framework, request });
  }
  if (call.type === 'TEARDOWN') {
    ctx.count('master/messages_unregister_framework');
    return endFramework(ctx, framework, () => ctx.answer(request, ACCEPTED));
  }
  if (!perform(ctx, framework, call)) return ctx.answer(request, 501, `Unknown or unsupported call type ${call.type}`);
  ctx.answer(request, ACCEPTED);
}

/** In Mesos' order (src/master/http.cpp, Master::Http::scheduler). */
function refuse(
  framework: FrameworkRecord,
  { connection, principal }: Pick<SchedulerCall, 'connection' | 'principal'>,
): { status: number; text: string } | undefined {
  if (principal !== undefined && principal !== framework.info.principal) {
    return {
      status: 400,
      text: `Authenticated principal '${principal}' does not match principal '${framework.info.principal ?? ''}' set in \`FrameworkInfo\``,
    };
  }
  if (framework.connection === undefined) return { status: 403, text: 'Framework is not subscribed' };
  if (connection === undefined) {
    return { status: 400, text: "All non-subscribe calls should include the 'Mesos-Stream-Id' header" };
  }
  if (connection === framework.connection) return undefined;
  return {
    status: 400,
    text: `The stream ID '${connection}' included in this request didn't match the stream ID currently associated with framework ID ${framework.id}`,
  };
}

/** False where the type is none that a subscribed scheduler can call. */
function perform(ctx: Context, framework: FrameworkRecord, call: scheduler.Call): boolean {
  switch (call.type) {
    case 'ACCEPT':
      if (call.accept) accept(ctx, framework, call.accept);
      return true;
    case 'DECLINE':
      ctx.count('master/messages_decline_offers');
      if (call.decline) decline(ctx, framework, call.decline);
      return true;
    case 'REVIVE':
      ctx.count('master/messages_revive_offers');
      revive(ctx, framework, call.revive);
      return true;
    case 'SUPPRESS':
      ctx.count('master/messages_suppress_offers');
      suppress(ctx, framework, call.suppress);
      return true;
    case 'KILL':
      if (call.kill) kill(ctx, framework, call.kill);
      return true;
    case 'SHUTDOWN':
      if (call.shutdown) shutdownExecutor(ctx, framework, call.shutdown);
      return true;
    case 'ACKNOWLEDGE':
      if (call.acknowledge) acknowledge(ctx, framework, call.acknowledge);
      return true;
    case 'RECONCILE':
      if (call.reconcile) reconcile(ctx, framework, call.reconcile);
      return true;
    case 'MESSAGE':
      if (call.message) messageToExecutor(ctx, framework, call.message);
      return true;
    case 'ACKNOWLEDGE_OPERATION_STATUS':
      if (call.acknowledge_operation_status) acknowledgeOperation(ctx, framework, call.acknowledge_operation_status);
      return true;
    case 'RECONCILE_OPERATIONS':
      if (call.reconcile_operations) reconcileOperations(ctx, framework, call.reconcile_operations);
      return true;
    case 'REQUEST':
      // The allocator decides alone, as Mesos' does: the call is counted and taken.
      ctx.count('master/messages_resource_request');
      return true;
    case 'ACCEPT_INVERSE_OFFERS':
      answerInverseOffers(ctx, framework, { answer: call.accept_inverse_offers ?? {}, status: 'ACCEPT' });
      return true;
    case 'DECLINE_INVERSE_OFFERS':
      answerInverseOffers(ctx, framework, { answer: call.decline_inverse_offers ?? {}, status: 'DECLINE' });
      return true;
    default:
      return false;
  }
}
