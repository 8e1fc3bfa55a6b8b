// Whether an operator's call has what its type needs. Texts are Mesos' (src/master/validation.cpp, master::call::validate).
import type { master } from '@mini-mesos/proto';

/** Which field a call of a type cannot do without. Calls that are not listed need none. */
const BODY: { readonly [type in master.Call.Type]?: keyof master.Call } = {
  GET_METRICS: 'get_metrics',
  SET_LOGGING_LEVEL: 'set_logging_level',
  LIST_FILES: 'list_files',
  READ_FILE: 'read_file',
  UPDATE_WEIGHTS: 'update_weights',
  RESERVE_RESOURCES: 'reserve_resources',
  UNRESERVE_RESOURCES: 'unreserve_resources',
  CREATE_VOLUMES: 'create_volumes',
  DESTROY_VOLUMES: 'destroy_volumes',
  GROW_VOLUME: 'grow_volume',
  SHRINK_VOLUME: 'shrink_volume',
  UPDATE_MAINTENANCE_SCHEDULE: 'update_maintenance_schedule',
  START_MAINTENANCE: 'start_maintenance',
  STOP_MAINTENANCE: 'stop_maintenance',
  SET_QUOTA: 'set_quota',
  REMOVE_QUOTA: 'remove_quota',
  UPDATE_QUOTA: 'update_quota',
  TEARDOWN: 'teardown',
  MARK_AGENT_GONE: 'mark_agent_gone',
  DRAIN_AGENT: 'drain_agent',
  DEACTIVATE_AGENT: 'deactivate_agent',
  REACTIVATE_AGENT: 'reactivate_agent',
};

/** Why the call cannot be taken; undefined where it can. */
export function invalidCall(call: master.Call): string | undefined {
  if (call.type === undefined) return "Expecting 'type' to be present";
  const body = BODY[call.type];
  if (body !== undefined && call[body] === undefined) return `Expecting '${body}' to be present`;
  const resized = call.type === 'GROW_VOLUME' ? call.grow_volume : call.shrink_volume;
  if ((call.type === 'GROW_VOLUME' || call.type === 'SHRINK_VOLUME') && !resized?.agent_id) {
    return "Expecting 'agent_id' to be present; only agent default resources are supported right now";
  }
  return undefined;
}
