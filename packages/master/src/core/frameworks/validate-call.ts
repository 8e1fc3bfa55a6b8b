// Whether a scheduler's call has what its type needs, before anyone looks at the state. Texts are Mesos'
// (src/master/validation.cpp, scheduler::call::validate).
import type { scheduler } from '@mini-mesos/proto';

const UUID_BYTES = 16;

/** Which field a call of a type cannot do without. Calls that are not listed need none. */
const BODY: { [type in scheduler.Call.Type]?: keyof scheduler.Call } = {
  ACCEPT: 'accept',
  DECLINE: 'decline',
  ACCEPT_INVERSE_OFFERS: 'accept_inverse_offers',
  DECLINE_INVERSE_OFFERS: 'decline_inverse_offers',
  KILL: 'kill',
  SHUTDOWN: 'shutdown',
  ACKNOWLEDGE: 'acknowledge',
  ACKNOWLEDGE_OPERATION_STATUS: 'acknowledge_operation_status',
  RECONCILE: 'reconcile',
  RECONCILE_OPERATIONS: 'reconcile_operations',
  MESSAGE: 'message',
  REQUEST: 'request',
  UPDATE_FRAMEWORK: 'update_framework',
};

/** Why the call cannot be taken; undefined where it can. */
export function invalidCall(call: scheduler.Call, principal?: string): string | undefined {
  if (call.type === undefined) return "Expecting 'type' to be present";
  if (call.type === 'SUBSCRIBE') return invalidSubscribe(call, principal);
  if (!call.framework_id) return "Expecting 'framework_id' to be present";
  const body = BODY[call.type];
  if (body && call[body] === undefined) return `Expecting '${body}' to be present`;
  if (call.type === 'UPDATE_FRAMEWORK' && call.framework_id.value !== call.update_framework?.framework_info.id?.value) {
    return "'framework_id' differs from 'update_framework.framework_info.id'";
  }
  const uuid = call.acknowledge?.uuid ?? call.acknowledge_operation_status?.uuid;
  if (uuid && uuid.length !== UUID_BYTES) return 'Not a valid UUID';
  if (call.acknowledge_operation_status && !call.acknowledge_operation_status.agent_id) {
    return "Expecting 'agent_id' to be present";
  }
  return undefined;
}

function invalidSubscribe(call: scheduler.Call, principal: string | undefined): string | undefined {
  if (!call.subscribe) return "Expecting 'subscribe' to be present";
  const info = call.subscribe.framework_info;
  if ((info.id?.value ?? '') !== (call.framework_id?.value ?? '')) {
    return "'framework_id' differs from 'subscribe.framework_info.id'";
  }
  if (principal !== undefined && info.principal !== undefined && principal !== info.principal) {
    return `Authenticated principal '${principal}' does not match principal '${info.principal}' set in \`FrameworkInfo\``;
  }
  return undefined;
}
