// The first call of a link: what the agent is and, when it has been here before, what it runs.
import type { link, Task } from '@mini-mesos/proto';
import { AGENT_CAPABILITIES } from './constants.js';
import type { Context } from './context.js';
import { openOperations } from './operations.js';

/** The update of a task that is delivered next; undefined where none waits. */
type NextUpdate = (frameworkId: string, taskId: string) => link.StatusUpdate | undefined;

/** REGISTER, or REREGISTER with everything it runs. */
export function firstCall(context: Context, nextUpdate: NextUpdate): link.Call {
  const { state, config } = context;
  const { version, ip, resources } = config;
  const agent: link.AgentDescription = {
    agent_info: { ...state.info, resources: resources.toProto() },
    version,
    ip,
    capabilities: AGENT_CAPABILITIES.map((type) => ({ type })),
    checkpointed_resources: state.checkpointedResources.toProto(),
    ...(state.drain ? { drain_config: state.drain.config } : {}),
  };
  if (!state.info.id) return { type: 'REGISTER', register: { agent } };
  const frameworks = [...state.frameworks.values()];
  const executors = frameworks.flatMap((framework) => [...framework.executors.values()]);
  return {
    type: 'REREGISTER',
    reregister: {
      agent,
      frameworks: frameworks.map((framework) => framework.info),
      tasks: executors.flatMap((executor) =>
        [...executor.tasks.values()].map(({ task }) => announced(task, nextUpdate)),
      ),
      executors: executors
        .filter((executor) => executor.kind !== 'command' && executor.state !== 'TERMINATED')
        .map((executor) => executor.info),
      operations: openOperations(context),
      completed_frameworks: state.completedFrameworks.map((framework) => ({
        framework: framework.info,
        tasks: framework.completedExecutors.flatMap((executor) => executor.completedTasks),
      })),
    },
  };
}

/** With the state that its framework hears next: a master that told the newest one would be contradicted by it. */
function announced(task: Task, nextUpdate: NextUpdate): Task {
  const next = nextUpdate(task.framework_id.value, task.task_id.value)?.status;
  return next ? { ...task, status_update_state: next.state, status_update_uuid: next.uuid } : task;
}
