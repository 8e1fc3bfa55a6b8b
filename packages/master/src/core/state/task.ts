// A task as the master knows it: the message that the APIs show, and what the master derives from it once.
import type { FrameworkID, Task, TaskInfo, TaskState, TaskStatus } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';

export interface TaskRecord {
  /**
   * What the APIs show. `state` is the newest state that the agent reported, `status_update_state` the state of the
   * newest update that was forwarded, which may lag behind it.
   */
  readonly task: Task;
  /** Allocated to one role. Charged to the agent and the framework until the newest state is terminal. */
  readonly resources: Resources;
  /** Of the newest update that the agent sent, whether or not the framework was there to get it. */
  updateState?: TaskState | undefined;
}

/** A task that was just accepted. `resources` are those of the TaskInfo, allocated. */
export function newTask(
  info: TaskInfo,
  {
    frameworkId,
    executorId,
    user,
  }: { frameworkId: FrameworkID; executorId?: string | undefined; user?: string | undefined },
): TaskRecord {
  const resources = Resources.fromProto(info.resources ?? []);
  const task: Task = {
    name: info.name,
    task_id: info.task_id,
    framework_id: frameworkId,
    ...(executorId === undefined ? {} : { executor_id: { value: executorId } }),
    agent_id: info.agent_id,
    state: 'TASK_STAGING',
    resources: resources.toProto('refined'),
    statuses: [],
    ...present(info, ['labels', 'discovery', 'container', 'health_check', 'kill_policy']),
    ...(info.limits && Object.keys(info.limits).length > 0 ? { limits: info.limits } : {}),
    ...(user === undefined ? {} : { user }),
  };
  return { task, resources };
}

/** A task that an agent reported when it came back. */
export function recoveredTask(task: Task): TaskRecord {
  return { task: { ...task, statuses: task.statuses ?? [] }, resources: Resources.fromProto(task.resources ?? []) };
}

function present<T extends object, K extends keyof T>(from: T, keys: K[]): Partial<Pick<T, K>> {
  const out: Partial<Pick<T, K>> = {};
  for (const key of keys) if (from[key] !== undefined) out[key] = from[key];
  return out;
}

/**
 * Adds a status to the task's history. Consecutive statuses of one state are one entry, the newest, so that a chatty
 * health check does not grow it; `data` is not kept, because nobody reads it there and it may be large.
 */
export function rememberStatus(task: Task, status: TaskStatus): void {
  const statuses = (task.statuses ??= []);
  const { data: _, ...kept } = status;
  if (statuses.at(-1)?.state === status.state) statuses.pop();
  statuses.push(kept);
}
