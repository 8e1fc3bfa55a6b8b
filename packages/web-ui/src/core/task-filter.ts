// Which tasks a table shows, and in which order.
import { stateLabel, stateRank } from './task-states.js';
import type { TaskGroup } from './task-states.js';
import { parseFilter, passes } from './text-filter.js';
import { stateMessage } from './rows.js';
import type { TaskRow } from './rows.js';

export interface TaskFilter {
  readonly group?: TaskGroup | undefined;
  /** 'TASK_FAILED'. */
  readonly state?: string | undefined;
  readonly frameworkId?: string | undefined;
  readonly agentId?: string | undefined;
  /** Words, and state: framework: agent: role: pairs. */
  readonly text?: string | undefined;
}

/** Names that people know, by id. */
export interface Names {
  readonly framework: (id: string) => string;
  readonly agent: (id: string) => string;
}

export const TASK_FILTER_FIELDS = ['state', 'framework', 'agent', 'role', 'executor', 'label'] as const;

export function filterTasks(tasks: Iterable<TaskRow>, filter: TaskFilter, names: Names): TaskRow[] {
  const text = parseFilter(filter.text ?? '', TASK_FILTER_FIELDS);
  const hasText = text.words.length > 0 || text.fields.length > 0;
  const found: TaskRow[] = [];
  for (const task of tasks) {
    if (filter.group !== undefined && task.group !== filter.group) continue;
    if (filter.state !== undefined && task.state !== filter.state) continue;
    if (filter.frameworkId !== undefined && task.frameworkId !== filter.frameworkId) continue;
    if (filter.agentId !== undefined && task.agentId !== filter.agentId) continue;
    if (hasText && !passes(text, wordTexts(task, names), (field) => fieldTexts(task, field, names))) continue;
    found.push(task);
  }
  return found;
}

function wordTexts(task: TaskRow, names: Names): string[] {
  return [
    task.id,
    task.name,
    stateLabel(task.state),
    names.agent(task.agentId),
    names.framework(task.frameworkId),
    stateMessage(task) ?? '',
  ];
}

function fieldTexts(task: TaskRow, field: string, names: Names): string[] {
  switch (field) {
    case 'state':
      return [stateLabel(task.state), task.state];
    case 'framework':
      return [task.frameworkId, names.framework(task.frameworkId)];
    case 'agent':
      return [task.agentId, names.agent(task.agentId)];
    case 'role':
      return [task.role];
    case 'executor':
      return [task.executorId];
    default:
      return (task.message.labels?.labels ?? []).map(({ key, value }) => `${key}=${value ?? ''}`);
  }
}

export type TaskSort = 'state' | 'name' | 'framework' | 'agent' | 'role' | 'cpus' | 'mem' | 'launched' | 'updated';

/** Sorts in place; equal ones by key, so that rows stay where they are. */
export function sortTasks(tasks: TaskRow[], by: { key: TaskSort; isDescending: boolean }, names: Names): TaskRow[] {
  const compare = comparisons[by.key];
  const sign = by.isDescending ? -1 : 1;
  return tasks.sort((a, b) => sign * compare(a, b, names) || text(a.key, b.key));
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const comparisons: { readonly [key in TaskSort]: (a: TaskRow, b: TaskRow, names: Names) => number } = {
  state: (a, b) => stateRank(a.state) - stateRank(b.state),
  name: (a, b) => text(a.name, b.name) || text(a.id, b.id),
  framework: (a, b, names) => text(names.framework(a.frameworkId), names.framework(b.frameworkId)),
  agent: (a, b, names) => text(names.agent(a.agentId), names.agent(b.agentId)),
  role: (a, b) => text(a.role, b.role),
  cpus: (a, b) => (a.resources['cpus'] ?? 0) - (b.resources['cpus'] ?? 0),
  mem: (a, b) => (a.resources['mem'] ?? 0) - (b.resources['mem'] ?? 0),
  launched: (a, b) => a.launchedMs - b.launchedMs,
  updated: (a, b) => a.updatedMs - b.updatedMs,
};
