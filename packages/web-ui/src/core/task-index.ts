// Counts over all tasks, made in one pass whenever tasks changed.
import type { TaskState } from '@mini-mesos/proto';
import type { TaskRow } from './rows.js';
import type { TaskGroup } from './task-states.js';

export interface TaskCounts {
  readonly total: number;
  readonly groups: { readonly [group in TaskGroup]: number };
  readonly states: ReadonlyMap<TaskState, number>;
}

export interface TaskIndex {
  readonly all: TaskCounts;
  readonly byFramework: ReadonlyMap<string, TaskCounts>;
  readonly byAgent: ReadonlyMap<string, TaskCounts>;
}

class Counts implements TaskCounts {
  total = 0;
  readonly groups = { active: 0, unreachable: 0, completed: 0 };
  readonly states = new Map<TaskState, number>();

  add({ state, group }: TaskRow): void {
    this.total += 1;
    this.groups[group] += 1;
    this.states.set(state, (this.states.get(state) ?? 0) + 1);
  }
}

export const NO_TASKS: TaskCounts = new Counts();

export function indexTasks(tasks: Iterable<TaskRow>): TaskIndex {
  const all = new Counts();
  const byFramework = new Map<string, Counts>();
  const byAgent = new Map<string, Counts>();
  for (const task of tasks) {
    all.add(task);
    countsOf(byFramework, task.frameworkId).add(task);
    countsOf(byAgent, task.agentId).add(task);
  }
  return { all, byFramework, byAgent };
}

function countsOf(map: Map<string, Counts>, id: string): Counts {
  const known = map.get(id);
  if (known) return known;
  const counts = new Counts();
  map.set(id, counts);
  return counts;
}
