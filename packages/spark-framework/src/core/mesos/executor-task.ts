// The Mesos task of an executor.
import type { CommandInfo, Resource, TaskInfo } from '@mini-mesos/proto';
import type { CoarseSettings } from './coarse-settings.js';
import type { ExecutorRecord } from './coarse-backend.js';

export interface TaskParts {
  readonly settings: CoarseSettings;
  readonly resources: Resource[];
  readonly command: CommandInfo;
}

export function executorTask(
  { executorId, agentId }: ExecutorRecord,
  { settings, resources, command }: TaskParts,
): TaskInfo {
  const { name, labels, container } = settings;
  return {
    name: `${name} ${executorId}`,
    task_id: { value: executorId },
    agent_id: { value: agentId },
    resources,
    command,
    container,
    ...(labels === undefined ? {} : { labels }),
  };
}
