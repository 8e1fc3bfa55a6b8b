// Where the files of a task are, from the state of its agent. Pure.
import type { AgentStateMessage, ContainerIdMessage, ExecutorMessage, TaskMessage } from '../cluster/messages.js';

/** The directory of the task's sandbox, as the agent's files know it; undefined where the agent forgot the task. */
export function findSandbox(state: AgentStateMessage, task: TaskMessage): string | undefined {
  const executorId = task.executor_id === '' ? task.id : task.executor_id;
  const frameworks = [...(state.frameworks ?? []), ...(state.completed_frameworks ?? [])];
  const candidates = frameworks
    .filter(({ id }) => id === task.framework_id)
    .flatMap(({ executors = [], completed_executors: completed = [] }) => [...executors, ...completed])
    .filter(({ id }) => id === executorId);
  const container = containerOf(task);
  const root = container && rootOf(container).value;
  const executor =
    candidates.find((candidate) => root !== undefined && candidate.container === root) ??
    candidates.find((candidate) => knowsTask(candidate, task.id)) ??
    candidates[0];
  if (!executor) return undefined;
  const isInPod = executor.type === 'DEFAULT' || container?.parent !== undefined;
  return isInPod ? `${executor.directory}/tasks/${task.id}` : executor.directory;
}

function knowsTask(executor: ExecutorMessage, id: string): boolean {
  const { tasks = [], queued_tasks: queued = [], completed_tasks: completed = [] } = executor;
  return [...tasks, ...queued, ...completed].some((task) => task.id === id);
}

/** The newest that is told: a task of a pod has a container of its own in that of the executor. */
function containerOf({ statuses = [] }: TaskMessage): ContainerIdMessage | undefined {
  return statuses.findLast((status) => status.container_status?.container_id)?.container_status?.container_id;
}

function rootOf(container: ContainerIdMessage): ContainerIdMessage {
  return container.parent ? rootOf(container.parent) : container;
}

/** A path in the sandbox from what a person wrote. `..` leads nowhere: what is outside is not the task's. */
export function pathInSandbox(directory: string, written: string): string {
  const parts = written.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  return [directory.replace(/\/+$/, ''), ...parts].join('/');
}
