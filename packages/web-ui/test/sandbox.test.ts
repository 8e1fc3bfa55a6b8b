// Goal: a task's files are found, of the right run of the right executor. Method: agent states as Mesos gives them.
import { describe, expect, test } from 'vitest';
import { fileRows, findSandbox, joinPath } from '../src/core/sandbox.js';
import { status, task } from './support/rows.js';

const state = {
  frameworks: [
    {
      id: 'f1',
      executors: [
        { id: 'pod', container: 'c-pod', directory: '/work/pod/runs/2', type: 'DEFAULT', tasks: [{ id: 'pod-a' }] },
        { id: 'long', container: 'c-long', directory: '/work/long/runs/1', tasks: [{ id: 'long' }] },
      ],
      completed_executors: [
        {
          id: 'pod',
          container: 'c-old',
          directory: '/work/pod/runs/1',
          type: 'DEFAULT',
          completed_tasks: [{ id: 'old' }],
        },
        { id: 'fail', container: 'c-fail', directory: '/work/fail/runs/1', completed_tasks: [{ id: 'fail' }] },
      ],
    },
  ],
  completed_frameworks: [{ id: 'f0', completed_executors: [{ id: 't', directory: '/work/t' }] }],
};

describe('sandbox of a task', () => {
  test('a command task has that of the executor with its id', () => {
    expect(findSandbox(state, task({ id: 'long' }))).toEqual({
      root: '/work/long/runs/1',
      directory: '/work/long/runs/1',
    });
    expect(findSandbox(state, task({ id: 'fail' }))?.directory).toBe('/work/fail/runs/1');
  });

  test('a task of a pod has a directory of its own', () => {
    expect(findSandbox(state, task({ id: 'pod-a', executor: 'pod' }))).toEqual({
      root: '/work/pod/runs/2',
      directory: '/work/pod/runs/2/tasks/pod-a',
    });
  });

  test('the run is told by the container, also of a nested one, or by the tasks of it', () => {
    expect(findSandbox(state, task({ id: 'old', executor: 'pod' }))?.root).toBe('/work/pod/runs/1');
    const nested = {
      ...status('TASK_RUNNING'),
      container_status: { container_id: { value: 'inner', parent: { value: 'c-old' } } },
    };
    expect(findSandbox(state, task({ id: 'pod-a', executor: 'pod', statuses: [nested] }))?.root).toBe(
      '/work/pod/runs/1',
    );
  });

  test('a framework that ended still has its sandboxes', () => {
    expect(findSandbox(state, task({ id: 't', framework: 'f0' }))?.root).toBe('/work/t');
  });

  test('of what the agent does not know there is none', () => {
    expect(findSandbox(state, task({ id: 'other' }))).toBeUndefined();
    expect(findSandbox({}, task())).toBeUndefined();
  });
});

test('directories come first, and both are sorted by name', () => {
  const file = (path: string, mode = '-rw-r--r--') => ({ path, mode, size: 1, mtime: 0 });
  const rows = fileRows([file('/s/stdout'), file('/s/b', 'drwxr-xr-x'), file('/s/a.txt'), file('/s/a', 'drwxr-xr-x')]);
  expect(rows.map(({ name, isDirectory }) => `${name}${isDirectory ? '/' : ''}`)).toEqual([
    'a/',
    'b/',
    'a.txt',
    'stdout',
  ]);
});

test('an address cannot lead out of the sandbox', () => {
  expect(joinPath('/work/', 'a//b/../../../etc')).toBe('/work/a/b/etc');
  expect(joinPath('/work', '')).toBe('/work');
});
