// What each reading call of the operator API answers.
import { FILES_ERROR_STATUS, versionData } from '@mini-mesos/daemon';
import type { FilesResult } from '@mini-mesos/daemon';
import type { master } from '@mini-mesos/proto';
import { maintenanceSchedule, maintenanceStatus, quotaStatus } from '../../../core/views/governance.js';
import { rolesView } from '../../../core/views/roles.js';
import { weightInfos } from '../../../core/views/v0/roles.js';
import { agentsView } from '../../../core/views/v1/agent.js';
import { frameworksView } from '../../../core/views/v1/framework.js';
import { roleMessage } from '../../../core/views/v1/roles.js';
import { snapshot } from '../../../core/views/v1/snapshot.js';
import { executorsView, operations, tasksView } from '../../../core/views/v1/tasks.js';
import type { OperatorApiDeps } from './ports.js';
import type { ResponseView } from './response.js';

/** An answer that is no Response: a refusal, or nothing to say. */
export interface Plain {
  readonly status: number;
  readonly text?: string | undefined;
}

export type Reading = { readonly response: ResponseView } | Plain;

type Read = (call: master.Call, deps: OperatorApiDeps, principal: string | undefined) => Reading | Promise<Reading>;

const NS_PER_MS = 1e6;

const answer = (response: ResponseView): Reading => ({ response });

export const READS: { readonly [type in master.Call.Type]?: Read } = {
  GET_HEALTH: () => answer({ type: 'GET_HEALTH', get_health: { healthy: true } }),
  GET_FLAGS: (_call, deps) => {
    const flags = Object.entries(deps.flags()).map(([name, value]) => ({ name, value }));
    return answer({ type: 'GET_FLAGS', get_flags: { flags } });
  },
  GET_VERSION: () => answer({ type: 'GET_VERSION', get_version: { version_info: versionData() } }),
  GET_METRICS: async (call, { metrics }) => {
    const timeout = call.get_metrics?.timeout;
    const values = await metrics.snapshot(timeout && { timeoutMs: timeout.nanoseconds / NS_PER_MS });
    const list = Object.entries(values).map(([name, value]) => ({ name, value }));
    return answer({ type: 'GET_METRICS', get_metrics: { metrics: list } });
  },
  GET_LOGGING_LEVEL: (_call, { log }) =>
    answer({ type: 'GET_LOGGING_LEVEL', get_logging_level: { level: log.toggle.verbosity } }),
  SET_LOGGING_LEVEL: (call, { log }) => {
    const { level = 0, duration } = call.set_logging_level ?? {};
    log.toggle.set(level, Math.max(0, (duration?.nanoseconds ?? 0) / NS_PER_MS));
    return { status: 200 };
  },
  LIST_FILES: async (call, { files }, principal) => {
    const found = await files.browse(call.list_files?.path ?? '', principal);
    return found.ok ? answer({ type: 'LIST_FILES', list_files: { file_infos: found.value } }) : refused(found);
  },
  READ_FILE: async (call, { files }, principal) => {
    const { path = '', offset = 0, length } = call.read_file ?? {};
    const found = await files.read({ path, offset, length }, principal);
    return found.ok ? answer({ type: 'READ_FILE', read_file: found.value }) : refused(found);
  },
  GET_STATE: (_call, { machine }) => answer({ type: 'GET_STATE', get_state: snapshot(machine.state) }),
  GET_AGENTS: (_call, { machine }) => answer({ type: 'GET_AGENTS', get_agents: agentsView(machine.state) }),
  GET_FRAMEWORKS: (_call, { machine }) =>
    answer({ type: 'GET_FRAMEWORKS', get_frameworks: frameworksView(machine.state) }),
  GET_EXECUTORS: (_call, { machine }) => answer({ type: 'GET_EXECUTORS', get_executors: executorsView(machine.state) }),
  GET_TASKS: (_call, { machine }) => answer({ type: 'GET_TASKS', get_tasks: tasksView(machine.state) }),
  GET_OPERATIONS: (_call, { machine }) =>
    answer({ type: 'GET_OPERATIONS', get_operations: { operations: operations(machine.state) } }),
  GET_ROLES: (_call, { machine }) => {
    const { roles } = rolesView(machine.state, machine.config);
    return answer({ type: 'GET_ROLES', get_roles: { roles: roles.map(roleMessage) } });
  },
  GET_WEIGHTS: (_call, { machine }) => {
    const weights = weightInfos(machine.state);
    // Mesos sets no body at all where there is no weight.
    return answer({ type: 'GET_WEIGHTS', ...(weights.length > 0 && { get_weights: { weight_infos: weights } }) });
  },
  GET_MASTER: (_call, { machine, startTimeMs, electedTimeMs }) => {
    const electedMs = electedTimeMs();
    return answer({
      type: 'GET_MASTER',
      get_master: {
        master_info: machine.config.info,
        start_time: startTimeMs / 1000,
        ...(electedMs !== undefined && { elected_time: electedMs / 1000 }),
      },
    });
  },
  GET_QUOTA: (_call, { machine }) => answer({ type: 'GET_QUOTA', get_quota: { status: quotaStatus(machine.state) } }),
  GET_MAINTENANCE_STATUS: (_call, { machine }) =>
    answer({
      type: 'GET_MAINTENANCE_STATUS',
      get_maintenance_status: { status: maintenanceStatus(machine.state) },
    }),
  GET_MAINTENANCE_SCHEDULE: (_call, { machine }) =>
    answer({
      type: 'GET_MAINTENANCE_SCHEDULE',
      get_maintenance_schedule: { schedule: maintenanceSchedule(machine.state) },
    }),
};

function refused({ error }: Extract<FilesResult<unknown>, { ok: false }>): Plain {
  return { status: FILES_ERROR_STATUS[error.kind], text: error.message };
}
