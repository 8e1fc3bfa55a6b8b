// Goal: task groups live and die as under Mesos' default executor. Method: the machine on virtual time.
import { describe, expect, it } from 'vitest';
import type { ContainerExit } from '../src/core/signals.js';
import { FRAMEWORK_ID, Harness, taskInfo } from './support/harness.js';

const TERM: ContainerExit = { kind: 'signaled', signal: 15 };

function pod(...ids: string[]): Harness {
  const harness = Harness.registered();
  harness.runGroup(ids.map((id) => taskInfo(id)));
  harness.launched(harness.container('pod').path, 1);
  ids.forEach((id, index) => harness.launched(harness.container(id).path, 10 + index));
  return harness;
}

function endPod(harness: Harness): void {
  expect(harness.container('pod').destroyed).toBe(true);
  harness.exited(harness.container('pod').path);
}

const exitedExecutors = (harness: Harness) =>
  harness.calls.filter(({ type }) => type === 'EXITED_EXECUTOR').map((call) => call.exited_executor);

describe('a task group', () => {
  it('has a container for the executor, without a process, and one in it for each task', () => {
    const harness = pod('a', 'b');
    const parent = harness.container('pod');
    expect(parent.config.process).toBeUndefined();
    const child = harness.container('a');
    expect(child.config.id.parent?.value).toBe(parent.path);
    expect(child.config.sandbox).toBe(`${parent.config.sandbox}/containers/${child.config.id.value}`);
    expect(child.config.sandboxLink).toBe(`${parent.config.sandbox}/tasks/a`);
    expect(child.config.environment).toEqual([
      ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ['MESOS_SANDBOX', child.config.sandbox],
      ['MESOS_CONTAINER_IP', '10.0.0.7'],
      ['MESOS_ALLOCATION_ROLE', 'dev'],
    ]);
  });

  it('names the nested container in each status, with address and process while it runs', () => {
    const harness = pod('a');
    const { id } = harness.container('a').config;
    harness.exited(harness.container('a').path);
    harness.acknowledgeAll('a');
    const [starting, runningStatus, finished] = harness.sent('a');
    expect(starting?.container_status).toEqual({ container_id: id });
    expect(runningStatus?.container_status).toMatchObject({ container_id: id, executor_pid: 10 });
    expect(runningStatus?.container_status?.network_infos).toHaveLength(1);
    expect(finished?.container_status).toEqual({ container_id: id });
    expect(finished?.executor_id?.value).toBe('pod');
  });

  it('ends when all have finished, after the framework has heard of the ends', () => {
    const harness = pod('a', 'b');
    harness.exited(harness.container('a').path);
    expect(harness.container('b').signals).toEqual([]);
    harness.exited(harness.container('b').path);
    harness.acknowledgeAll('a');
    expect(harness.container('pod').destroyed).toBe(false);
    harness.acknowledgeAll('b');
    endPod(harness);
    expect(exitedExecutors(harness)).toEqual([
      { framework_id: { value: FRAMEWORK_ID }, executor_id: { value: 'pod' }, status: 0 },
    ]);
    expect(harness.machine.state.frameworks.size).toBe(0);
  });

  it('ends after a minute without acknowledgements', () => {
    const harness = pod('a');
    harness.exited(harness.container('a').path);
    harness.advance(59_999);
    expect(harness.container('pod').destroyed).toBe(false);
    harness.master({ type: 'PING', ping: { connected: true } });
    harness.advance(1);
    endPod(harness);
    expect(harness.acknowledgeAll('a').at(-1)).toBe('FINISHED');
    expect(harness.machine.state.frameworks.size).toBe(0);
  });

  it.each<[string, (harness: Harness) => void]>([
    ['fails', (harness) => harness.exited(harness.container('a').path, { kind: 'exited', status: 1 })],
    [
      'is killed',
      (harness) => {
        harness.kill('a');
        harness.exited(harness.container('a').path, TERM);
      },
    ],
  ])('is killed whole when one task %s', (_how, endOne) => {
    const harness = pod('a', 'b', 'c');
    endOne(harness);
    for (const id of ['b', 'c']) {
      expect(harness.container(id).signals).toEqual(['SIGTERM']);
      harness.exited(harness.container(id).path, TERM);
      expect(harness.acknowledgeAll(id)).toEqual(['STARTING', 'RUNNING', 'KILLING', 'KILLED']);
    }
    harness.acknowledgeAll('a');
    endPod(harness);
    expect(exitedExecutors(harness)).toHaveLength(1);
  });

  it('runs beside another group of the same executor, whose end does not touch it', () => {
    const harness = pod('a');
    harness.runGroup([taskInfo('x')], { launchExecutor: false });
    harness.launched(harness.container('x').path);
    harness.exited(harness.container('a').path, { kind: 'exited', status: 1 });
    expect(harness.container('x').signals).toEqual([]);
    expect(harness.acknowledgeAll('a')).toEqual(['STARTING', 'RUNNING', 'FAILED']);
    expect(harness.container('pod').destroyed).toBe(false);
  });

  it('can follow on the last one while the executor waits for acknowledgements', () => {
    const harness = pod('a');
    harness.exited(harness.container('a').path);
    harness.runGroup([taskInfo('x')], { launchExecutor: false });
    harness.acknowledgeAll('a');
    expect(harness.container('pod').destroyed).toBe(false);
    harness.launched(harness.container('x').path);
    expect(harness.acknowledgeAll('x')).toEqual(['STARTING', 'RUNNING']);
  });

  it('is dropped where its executor is gone, and where none is to be launched', () => {
    const harness = pod('a');
    harness.exited(harness.container('a').path);
    harness.acknowledgeAll('a');
    harness.runGroup([taskInfo('x')], { launchExecutor: false });
    expect(harness.sent('x')).toMatchObject([
      { state: 'TASK_DROPPED', reason: 'REASON_EXECUTOR_TERMINATED', message: 'Executor terminating' },
    ]);
    const empty = Harness.registered();
    empty.runGroup([taskInfo('x')], { launchExecutor: false });
    expect(empty.sent('x')).toMatchObject([{ message: 'No executor is expected to launch and there is none running' }]);
    expect(empty.acknowledgeAll('x')).toEqual(['DROPPED']);
  });

  it('is killed whole when one task is killed before delivery', () => {
    const harness = Harness.registered();
    harness.runGroup([taskInfo('a'), taskInfo('b')]);
    harness.kill('a');
    for (const id of ['a', 'b']) {
      expect(harness.sent(id)).toMatchObject([
        {
          state: 'TASK_KILLED',
          reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
          message: 'A task within the task group was killed before delivery to the executor',
        },
      ]);
    }
    harness.launched(harness.container('pod').path);
    endPod(harness);
    expect(harness.containers.size).toBe(1);
  });

  it('fails whole where one container cannot be launched', () => {
    const harness = Harness.registered();
    harness.runGroup([taskInfo('a'), taskInfo('b')]);
    harness.launched(harness.container('pod').path);
    const [a, b] = [harness.container('a'), harness.container('b')];
    harness.event({ type: 'container-launch-failed', container: a.path, message: 'no such user' });
    expect(b.destroyed).toBe(true);
    harness.exited(b.path, { kind: 'signaled', signal: 9 });
    harness.acknowledgeAll('a');
    expect(harness.sent('a').at(-1)).toMatchObject({
      state: 'TASK_FAILED',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: 'Failed to launch container: no such user',
    });
    expect(harness.acknowledgeAll('b').at(-1)).toBe('KILLED');
    endPod(harness);
  });

  it('fails whole where one task has no command', () => {
    const harness = Harness.registered();
    harness.runGroup([taskInfo('a'), taskInfo('b', { command: {} })]);
    harness.launched(harness.container('pod').path);
    expect(harness.acknowledgeAll('b')).toEqual(['STARTING', 'FAILED']);
    expect(harness.container('a').destroyed).toBe(true);
  });

  it('ends with its executor, where that is told to shut down', () => {
    const harness = pod('a', 'b');
    const ids = { framework_id: { value: FRAMEWORK_ID }, executor_id: { value: 'pod' } };
    harness.master({ type: 'SHUTDOWN_EXECUTOR', shutdown_executor: ids });
    for (const id of ['a', 'b']) {
      expect(harness.container(id).signals).toEqual(['SIGTERM']);
      harness.exited(harness.container(id).path, TERM);
    }
    endPod(harness);
    expect(harness.acknowledgeAll('a').at(-1)).toBe('KILLED');
    expect(harness.acknowledgeAll('b').at(-1)).toBe('KILLED');
  });

  it('is shut down hard when the grace period is over', () => {
    const harness = pod('a');
    const ids = { framework_id: { value: FRAMEWORK_ID }, executor_id: { value: 'pod' } };
    harness.master({ type: 'SHUTDOWN_EXECUTOR', shutdown_executor: ids });
    harness.advance(5_000);
    expect(harness.container('a').destroyed).toBe(true);
    expect(harness.container('pod').destroyed).toBe(true);
  });
});
