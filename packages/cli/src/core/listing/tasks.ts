// The table of tasks, and which of them a person asked for. Pure.
import type { TaskInCluster } from '../cluster/tasks.js';
import { isTerminalState } from '../cluster/tasks.js';
import { shortIds } from '../lookup/find-one.js';
import { printable } from '../text/printable.js';
import type { Column } from '../text/table.js';
import { ageText } from '../text/units.js';
import { amountOf, amountText } from './amounts.js';
import type { ListingOptions, Table } from './table-of.js';

const COLUMNS: readonly Column[] = [
  { title: 'ID', shrinksTo: 12 },
  { title: 'NAME', isOptional: true, shrinksTo: 8 },
  { title: 'FRAMEWORK', shrinksTo: 9 },
  { title: 'STATE' },
  { title: 'AGENT' },
  { title: 'HOST', shrinksTo: 8 },
  { title: 'CPUS', align: 'right' },
  { title: 'MEM', align: 'right' },
  { title: 'AGE', align: 'right' },
];

export function taskTable(tasks: readonly TaskInCluster[], options: ListingOptions): Table {
  const agents = options.isShort ? shortIds(tasks.map(({ task }) => task.slave_id)) : undefined;
  const rows = tasks.map(({ task, framework, agent, sinceMs }) => [
    printable(task.id),
    // mesos-execute, and many others, give both the same.
    task.name === task.id ? '' : printable(task.name),
    printable(framework.name),
    task.state,
    agents?.get(task.slave_id) ?? task.slave_id,
    printable(agent?.hostname ?? ''),
    amountText('cpus', amountOf(task.resources, 'cpus')),
    amountText('mem', amountOf(task.resources, 'mem')),
    sinceMs === undefined ? '' : ageText(options.nowMs - sinceMs),
  ]);
  return { columns: COLUMNS, rows };
}

export interface TaskFilter {
  /** States as Mesos names them; empty takes all. */
  readonly states: readonly string[];
  readonly frameworkId?: string | undefined;
  readonly agentId?: string | undefined;
  /** Also those that ended. */
  readonly isAll: boolean;
}

/** A state that is asked for is shown, also where it is a terminal one. */
export function chosenTasks(tasks: readonly TaskInCluster[], filter: TaskFilter): TaskInCluster[] {
  return tasks.filter(({ task, isCompleted }) => {
    if (filter.frameworkId !== undefined && task.framework_id !== filter.frameworkId) return false;
    if (filter.agentId !== undefined && task.slave_id !== filter.agentId) return false;
    if (filter.states.length > 0) return filter.states.includes(task.state);
    return filter.isAll || !(isCompleted || isTerminalState(task.state));
  });
}

const STATES = [
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_DROPPED',
  'TASK_UNREACHABLE',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
  'TASK_UNKNOWN',
];

/** `TASK_RUNNING`, `running`: the state as Mesos names it; undefined where there is none. */
export function stateNamed(written: string): string | undefined {
  const upper = written.toUpperCase();
  return STATES.find((state) => state === upper || state === `TASK_${upper}`);
}
