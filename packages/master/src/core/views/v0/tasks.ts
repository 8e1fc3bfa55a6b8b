// /tasks: a page of the tasks of all frameworks, or of one.
import type { FrameworkRecord } from '../../state/framework.js';
import type { MasterState } from '../../state/state.js';
import type { TaskRecord } from '../../state/task.js';
import { listing } from '../listing.js';
import { tasksOf } from './task-counts.js';
import { taskJson } from './task.js';

/** Mesos' default (src/master/http.cpp, TASK_LIMIT). */
const LIMIT_DEFAULT = 100;

export interface TasksQuery {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** By the time of the first status. Default: newest first. */
  readonly ascending?: boolean;
  readonly frameworkId?: string | undefined;
  readonly taskId?: string | undefined;
}

export function tasksJson(state: MasterState, query: TasksQuery) {
  const { limit = LIMIT_DEFAULT, offset = 0, ascending = false, frameworkId, taskId } = query;
  const frameworks: FrameworkRecord[] = [...state.frameworks.values(), ...state.completedFrameworks.values()];
  const chosen = frameworks
    .filter(({ id }) => frameworkId === undefined || id === frameworkId)
    .flatMap((framework) => [...tasksOf(framework)])
    .filter(({ task }) => taskId === undefined || task.task_id.value === taskId)
    .sort(ascending ? byStart : (a, b) => byStart(b, a));
  return { tasks: listing(chosen.slice(offset, offset + limit), taskJson) };
}

/** Tasks without any status come first. Ties are broken by ids. */
function byStart(a: TaskRecord, b: TaskRecord): number {
  return startOf(a) - startOf(b) || compare(idOf(a), idOf(b));
}

/** A number for each, so that differences are never NaN. */
function startOf({ task }: TaskRecord): number {
  return task.statuses?.[0]?.timestamp ?? -1;
}

function idOf({ task }: TaskRecord): string {
  return `${task.framework_id.value} ${task.task_id.value}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
