// Where a task's files are, from the state of its agent.
import type { TaskRow } from './rows.js';

/** Of GET /state of an agent, as far as it is read here. */
export interface AgentStateMessage {
  readonly frameworks?: readonly AgentFramework[];
  readonly completed_frameworks?: readonly AgentFramework[];
}

interface AgentFramework {
  readonly id: string;
  readonly name?: string;
  readonly executors?: readonly AgentExecutor[];
  readonly completed_executors?: readonly AgentExecutor[];
}

export interface AgentExecutor {
  readonly id: string;
  readonly name?: string;
  readonly container?: string;
  readonly directory: string;
  /** DEFAULT for the executor of pods. */
  readonly type?: string;
  readonly tasks?: readonly { readonly id: string }[];
  readonly queued_tasks?: readonly { readonly id: string }[];
  readonly completed_tasks?: readonly { readonly id: string }[];
}

export interface Sandbox {
  /** Of the executor. */
  readonly root: string;
  /** Of the task: within the executor's for a task of a pod, else the same. */
  readonly directory: string;
}

/** Undefined where the agent knows nothing of the task any more. */
export function findSandbox(state: AgentStateMessage, task: TaskRow): Sandbox | undefined {
  const executorId = task.executorId === '' ? task.id : task.executorId;
  const frameworks = [...(state.frameworks ?? []), ...(state.completed_frameworks ?? [])];
  const candidates = frameworks
    .filter(({ id }) => id === task.frameworkId)
    .flatMap(({ executors = [], completed_executors: completed = [] }) => [...executors, ...completed])
    .filter(({ id }) => id === executorId);
  const container = rootContainer(task);
  const executor =
    candidates.find((candidate) => container !== undefined && candidate.container === container) ??
    candidates.find((candidate) => knowsTask(candidate, task.id)) ??
    candidates[0];
  if (!executor) return undefined;
  const { directory: root, type } = executor;
  return { root, directory: type === 'DEFAULT' ? `${root}/tasks/${task.id}` : root };
}

function knowsTask(
  { tasks = [], queued_tasks: queued = [], completed_tasks: completed = [] }: AgentExecutor,
  id: string,
) {
  return [...tasks, ...queued, ...completed].some((task) => task.id === id);
}

/** The executor's container: that of a task of a pod is nested in it. */
function rootContainer({ statuses }: TaskRow): string | undefined {
  const status = statuses.findLast(({ container_status: container }) => container?.container_id);
  let container = status?.container_status?.container_id;
  while (container?.parent) container = container.parent;
  return container?.value;
}

/** One entry of /files/browse. */
export interface FileMessage {
  readonly path: string;
  readonly mode: string;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly nlink?: number;
  readonly uid?: string;
  readonly gid?: string;
}

export interface FileRow extends FileMessage {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** Directories first, each by name. */
export function fileRows(files: readonly FileMessage[]): FileRow[] {
  const rows = files.map((file) => ({
    ...file,
    name: file.path.slice(file.path.lastIndexOf('/') + 1),
    isDirectory: file.mode.startsWith('d'),
  }));
  return rows.sort((a, b) => Number(b.isDirectory) - Number(a.isDirectory) || (a.name < b.name ? -1 : 1));
}

/** A path beneath the root from what stands in the page's address; '..' leads nowhere. */
export function joinPath(root: string, relative: string): string {
  const parts = relative.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  return [root.replace(/\/+$/, ''), ...parts].join('/');
}
