// Goal: `execute` ends as its tasks ended. Method: the pure bookkeeping, on statuses as executors send them.
import type { TaskState, TaskStatus } from '@mini-mesos/proto';
import { describe, expect, test } from 'vitest';
import { Outcomes, statusLines } from '../src/core/execute/outcomes.js';

const status = (id: string, state: TaskState, message?: string): TaskStatus => ({
  task_id: { value: id },
  state,
  ...(message !== undefined && { message }),
});

const exited = (code: number): string => `Command exited with status ${code}`;

function codeOf(...statuses: TaskStatus[]): number {
  const outcomes = new Outcomes([...new Set(statuses.map(({ task_id: id }) => id.value))]);
  for (const one of statuses) outcomes.update(one);
  return outcomes.exitCode;
}

describe('the exit code', () => {
  test.each([
    ['finished', [status('a', 'TASK_RUNNING'), status('a', 'TASK_FINISHED')], 0],
    ['failed with a status', [status('a', 'TASK_FAILED', exited(3))], 3],
    ['failed by a signal', [status('a', 'TASK_FAILED', 'Command terminated with signal Killed')], 1],
    ['failed without a word', [status('a', 'TASK_FAILED')], 1],
    ['killed', [status('a', 'TASK_KILLED', exited(143))], 1],
    ['lost', [status('a', 'TASK_LOST')], 1],
    ['not over', [status('a', 'TASK_RUNNING')], 1],
    ['unreachable is not over', [status('a', 'TASK_UNREACHABLE'), status('a', 'TASK_FINISHED')], 0],
    ['the group finished', [status('a', 'TASK_FINISHED'), status('b', 'TASK_FINISHED')], 0],
    ['one of the group failed', [status('a', 'TASK_FINISHED'), status('b', 'TASK_FAILED', exited(7))], 7],
    ['one failed and the rest was killed', [status('a', 'TASK_KILLED'), status('b', 'TASK_FAILED', exited(9))], 9],
  ])('%s', (_, statuses, code) => expect(codeOf(...statuses)).toBe(code));
});

test('an end is told once, and nothing after it counts', () => {
  const outcomes = new Outcomes(['a', 'b']);
  expect(outcomes.update(status('a', 'TASK_RUNNING'))).toBe(false);
  expect(outcomes.update(status('a', 'TASK_FINISHED'))).toBe(true);
  expect(outcomes.update(status('a', 'TASK_LOST'))).toBe(false);
  expect(outcomes.stateOf('a')).toBe('TASK_FINISHED');
  expect(outcomes.unfinished).toEqual(['b']);
});

test('a status is printed as mesos-execute prints it', () => {
  const full: TaskStatus = {
    ...status('a', 'TASK_FAILED', exited(3)),
    source: 'SOURCE_EXECUTOR',
    reason: 'REASON_COMMAND_EXECUTOR_FAILED',
    healthy: false,
  };
  expect(statusLines(full)).toEqual([
    "Received status update TASK_FAILED for task 'a'",
    "  message: 'Command exited with status 3'",
    '  source: SOURCE_EXECUTOR',
    '  reason: REASON_COMMAND_EXECUTOR_FAILED',
    '  healthy?: false',
  ]);
});
