// What the states of a task mean.
import type { TaskState } from '@mini-mesos/proto';

/** States after which nothing more happens to a task. TASK_UNREACHABLE and TASK_UNKNOWN are not among them. */
const TERMINAL: ReadonlySet<TaskState> = new Set<TaskState>([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
]);

export function isTerminal(state: TaskState): boolean {
  return TERMINAL.has(state);
}
