// Goal: filters find what people mean, and rows stay where they are. Method: examples; the order against a plain sort.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterTasks, sortTasks } from '../src/core/task-filter.js';
import type { TaskFilter } from '../src/core/task-filter.js';
import { indexTasks, NO_TASKS } from '../src/core/task-index.js';
import { compareBy, formatSort, parseSort, toggled } from '../src/core/table-sort.js';
import { parseFilter, passes } from '../src/core/text-filter.js';
import { status, task } from './support/rows.js';

const names = {
  framework: (id: string) => (id === 'f1' ? 'Spark Shell' : id),
  agent: (id: string) => `${id}.example.net`,
};
const tasks = [
  task({ id: 'web-1', state: 'TASK_RUNNING', agent: 'a1', role: 'services/web' }),
  task({
    id: 'web-2',
    state: 'TASK_FAILED',
    agent: 'a2',
    framework: 'f2',
    statuses: [{ ...status('TASK_FAILED'), message: 'exit 7' }],
  }),
  task({ id: 'etl', state: 'TASK_FINISHED', executor: 'pod-1' }),
  task({ id: 'gone', state: 'TASK_UNREACHABLE' }),
];
const found = (filter: TaskFilter) => filterTasks(tasks, filter, names).map(({ id }) => id);

describe('filter', () => {
  test.each<[TaskFilter, string[]]>([
    [{}, ['web-1', 'web-2', 'etl', 'gone']],
    [{ group: 'active' }, ['web-1']],
    [{ group: 'unreachable' }, ['gone']],
    [{ group: 'completed' }, ['web-2', 'etl']],
    [{ state: 'TASK_FAILED' }, ['web-2']],
    [{ frameworkId: 'f2' }, ['web-2']],
    [{ agentId: 'a2' }, ['web-2']],
    [{ text: 'WEB' }, ['web-1', 'web-2']],
    [{ text: 'web running' }, ['web-1']],
    [{ text: 'exit' }, ['web-2']],
    [{ text: 'spark web' }, ['web-1']],
    [{ text: 'state:fail' }, ['web-2']],
    [{ text: 'state:TASK_UN' }, ['gone']],
    [{ text: 'framework:shell role:services' }, ['web-1']],
    [{ text: 'agent:a2.ex' }, ['web-2']],
    [{ text: 'executor:pod' }, ['etl']],
    [{ text: 'nothing' }, []],
    [{ text: 'role:' }, ['web-1', 'web-2', 'etl', 'gone']],
  ])('%j finds %j', (filter, ids) => expect(found(filter)).toEqual(ids));

  test('a name that is no field is a word', () => {
    const filter = parseFilter('a:b', ['role']);
    expect(filter).toEqual({ words: ['a:b'], fields: [] });
    expect(passes(filter, ['x a:b'], () => [])).toBe(true);
  });
});

describe('order', () => {
  const order = (key: Parameters<typeof sortTasks>[1]['key'], isDescending = false) =>
    sortTasks([...tasks], { key, isDescending }, names).map(({ id }) => id);

  test('states are in the order of a task’s life', () => {
    expect(order('state')).toEqual(['web-1', 'gone', 'etl', 'web-2']);
    expect(order('name', true)).toEqual(['web-2', 'web-1', 'gone', 'etl']);
    expect(order('agent')).toEqual(['etl', 'gone', 'web-1', 'web-2']);
  });

  test('property: equal rows are in the order of their keys, upward and downward', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50)), fc.boolean(), (ids, isDescending) => {
        const rows = ids.map((id) => task({ id: `t${String(id).padStart(2, '0')}`, cpus: 1 }));
        const sorted = sortTasks(rows, { key: 'cpus', isDescending }, names).map(({ key }) => key);
        expect(sorted).toEqual(sorted.toSorted((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  test('the order is in the address', () => {
    const keys = ['name', 'cpus'] as const;
    const first = { key: 'name', isDescending: false } as const;
    expect(parseSort('-cpus', keys, first)).toEqual({ key: 'cpus', isDescending: true });
    expect(parseSort('other', keys, first)).toBe(first);
    expect(formatSort(toggled(first, 'cpus', true))).toBe('-cpus');
    expect(formatSort(toggled(first, 'name', false))).toBe('-name');
  });

  test('tables compare numbers as numbers', () => {
    const rows = [
      { id: 'b', n: 10 },
      { id: 'a', n: 9 },
      { id: 'c', n: 9 },
    ];
    const compare = compareBy<{ id: string; n: number }>(({ n }) => n, { isDescending: true, id: ({ id }) => id });
    expect(rows.sort(compare).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  });
});

test('counts are by state, group, framework and agent', () => {
  const { all, byFramework, byAgent } = indexTasks(tasks);
  expect(all.total).toBe(4);
  expect(all.groups).toEqual({ active: 1, unreachable: 1, completed: 2 });
  expect(all.states.get('TASK_FAILED')).toBe(1);
  expect(byFramework.get('f2')?.total).toBe(1);
  expect(byAgent.get('a1')?.groups.active).toBe(1);
  expect(NO_TASKS.total).toBe(0);
});
