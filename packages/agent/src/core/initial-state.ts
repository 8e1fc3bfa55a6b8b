// What an agent knows before anything happened to it.
import type { AgentInfo } from '@mini-mesos/proto';
import type { AgentConfig } from './config.js';
import type { AgentState } from './model.js';

/** The agent as it registers. */
export function agentInfo(
  { resources, hostname, port, attributes, domain }: AgentConfig,
  id: AgentInfo['id'],
): AgentInfo {
  const own = { hostname, port, resources: resources.toProto(), attributes };
  return { ...own, ...(domain ? { domain } : {}), ...(id ? { id } : {}) };
}

/** `id` is that of an earlier run. Throws where the remembered reservations do not fit the configured resources. */
export function initialState(config: AgentConfig, id: AgentInfo['id']): AgentState {
  const { resources, checkpointedResources } = config;
  const total = resources.applyCheckpointed(checkpointedResources);
  if (!total.ok) throw new Error(`the remembered reservations and volumes do not fit this agent: ${total.error}`);
  return {
    phase: 'DISCONNECTED',
    isStopping: false,
    info: agentInfo(config, id),
    frameworks: new Map(),
    completedFrameworks: [],
    drain: undefined,
    totalResources: total.value,
    checkpointedResources,
    operations: new Map(),
    counters: {
      tasksFinished: 0,
      tasksFailed: 0,
      tasksKilled: 0,
      tasksLost: 0,
      tasksGone: 0,
      executorsTerminated: 0,
      containerLaunchErrors: 0,
      validStatusUpdates: 0,
      invalidStatusUpdates: 0,
      validFrameworkMessages: 0,
      invalidFrameworkMessages: 0,
      pathRemovalsSucceeded: 0,
      pathRemovalsFailed: 0,
    },
  };
}
