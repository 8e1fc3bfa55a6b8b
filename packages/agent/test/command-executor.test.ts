// Goal: a command task lives and dies as under Mesos' command executor. Method: the machine on virtual time.
import { describe, expect, it } from 'vitest';
import type { Effect } from '../src/core/effects.js';
import { allocatedResources } from '../src/core/model.js';
import type { ContainerExit } from '../src/core/signals.js';
import { FRAMEWORK_ID, frameworkInfo, Harness, taskInfo } from './support/harness.js';

const TERM: ContainerExit = { kind: 'signaled', signal: 15 };
const grace = (seconds: number) => ({ grace_period: { nanoseconds: seconds * 1e9 } });

function running(overrides: Parameters<typeof taskInfo>[1] = {}, framework = frameworkInfo()): Harness {
  const harness = Harness.registered();
  harness.run(taskInfo('t', overrides), { framework });
  harness.launched(harness.container('t').path);
  return harness;
}

function end(harness: Harness, exit: ContainerExit) {
  harness.exited(harness.container('t').path, exit);
  harness.acknowledgeAll('t');
  return harness.sent('t').at(-1);
}

describe('the end of a command', () => {
  it.each<[string, ContainerExit, string, string]>([
    ['exit 0', { kind: 'exited', status: 0 }, 'TASK_FINISHED', 'Command exited with status 0'],
    ['exit 7', { kind: 'exited', status: 7 }, 'TASK_FAILED', 'Command exited with status 7'],
    ['no such command', { kind: 'exited', status: 127 }, 'TASK_FAILED', 'Command exited with status 127'],
    ['SIGSEGV', { kind: 'signaled', signal: 11 }, 'TASK_FAILED', 'Command terminated with signal Segmentation fault'],
  ])('%s', (_name, exit, state, message) => {
    expect(end(running(), exit)).toMatchObject({ state, message, source: 'SOURCE_EXECUTOR' });
  });

  it('is a failure of the executor where nobody saw it', () => {
    const status = end(running(), { kind: 'unknown', message: 'its supervisor was killed' });
    expect(status).toMatchObject({
      state: 'TASK_FAILED',
      source: 'SOURCE_AGENT',
      reason: 'REASON_EXECUTOR_TERMINATED',
      message: 'Abnormal executor termination: its supervisor was killed',
    });
  });

  it('is told once, even if it was to be killed at the same time', () => {
    const harness = running();
    harness.exited(harness.container('t').path);
    harness.kill('t');
    expect(harness.acknowledgeAll('t')).toEqual(['STARTING', 'RUNNING', 'FINISHED']);
  });
});

describe('a launch that fails', () => {
  it('fails the task without TASK_STARTING', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'));
    const container = harness.container('t').path;
    harness.event({ type: 'container-launch-failed', container, message: 'Failed to fetch all URIs' });
    expect(harness.acknowledgeAll('t')).toEqual(['FAILED']);
    expect(harness.sent('t')[0]).toMatchObject({
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      source: 'SOURCE_AGENT',
      message: 'Failed to launch container: Failed to fetch all URIs',
    });
    expect(harness.machine.state.counters.containerLaunchErrors).toBe(1);
  });

  it('is told for a command without value', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t', { command: {} }));
    expect(harness.containers.size).toBe(0);
    expect(harness.sent('t')).toMatchObject([{ state: 'TASK_FAILED', reason: 'REASON_CONTAINER_LAUNCH_FAILED' }]);
  });
});

describe('a kill', () => {
  it('sends SIGTERM, and SIGKILL after three seconds', () => {
    const harness = running();
    harness.kill('t');
    const container = harness.container('t');
    expect(container.signals).toEqual(['SIGTERM']);
    harness.advance(2_999);
    expect(container.destroyed).toBe(false);
    harness.advance(1);
    expect(container.destroyed).toBe(true);
    const status = end(harness, { kind: 'signaled', signal: 9 });
    expect(status).toMatchObject({ state: 'TASK_KILLED', message: 'Command terminated with signal Killed' });
    expect(harness.states('t')).toEqual(['STARTING', 'RUNNING', 'KILLING', 'KILLED']);
  });

  it('takes the grace period of the call, else of the task (K1)', () => {
    for (const [call, expectedMs] of [
      [10, 10_000],
      [undefined, 7_000],
    ] as const) {
      const harness = running({ kill_policy: grace(7) });
      harness.kill('t', call);
      harness.advance(expectedMs - 1);
      expect(harness.container('t').destroyed).toBe(false);
      harness.advance(1);
      expect(harness.container('t').destroyed).toBe(true);
    }
  });

  it('can be shortened by another, never lengthened (K2)', () => {
    const harness = running();
    harness.kill('t', 20);
    harness.advance(2_000);
    harness.kill('t', 60);
    harness.kill('t', 5);
    expect(harness.container('t').signals).toEqual(['SIGTERM']);
    harness.advance(2_999);
    expect(harness.container('t').destroyed).toBe(false);
    harness.advance(1);
    expect(harness.container('t').destroyed).toBe(true);
    const late = running();
    late.kill('t', 20);
    late.advance(10_000);
    late.kill('t', 5);
    late.advance(0);
    expect(late.container('t').destroyed).toBe(true);
  });

  it('makes the end TASK_KILLED, even with exit status 0 (K3)', () => {
    const harness = running();
    harness.kill('t');
    expect(end(harness, { kind: 'exited', status: 0 })).toMatchObject({
      state: 'TASK_KILLED',
      message: 'Command exited with status 0',
    });
  });

  it('says TASK_KILLING only to frameworks that know it', () => {
    const harness = running({}, frameworkInfo({ capabilities: [{ type: 'MULTI_ROLE' }] }));
    harness.kill('t');
    end(harness, TERM);
    expect(harness.states('t')).toEqual(['STARTING', 'RUNNING', 'KILLED']);
  });

  it('of a task that nobody knows is answered', () => {
    const harness = running();
    harness.kill('ghost');
    expect(harness.sent('ghost')).toMatchObject([
      { state: 'TASK_DROPPED', reason: 'REASON_EXECUTOR_TERMINATED', message: 'Cannot find executor' },
    ]);
    const old = running({}, frameworkInfo({ capabilities: [] }));
    old.kill('ghost');
    expect(old.states('ghost')).toEqual(['LOST']);
  });
});

describe('a kill during the launch', () => {
  const KILLED = {
    state: 'TASK_KILLED',
    source: 'SOURCE_AGENT',
    reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
    message: 'Killed before delivery to the executor',
  };

  function killed(framework = frameworkInfo()): Harness {
    const harness = Harness.registered();
    harness.run(taskInfo('t'), { framework });
    harness.kill('t');
    return harness;
  }

  function held(harness: Harness): number {
    const executor = harness.machine.state.frameworks.get(FRAMEWORK_ID)?.executors.get('t');
    return executor ? allocatedResources(executor).length : 0;
  }

  function expectUnanswered(harness: Harness): void {
    expect(harness.sent('t')).toEqual([]);
    expect(held(harness)).toBeGreaterThan(0);
    expect(harness.container('t').destroyed).toBe(true);
  }

  function expectOver(harness: Harness): void {
    expect(held(harness)).toBe(0);
    expect(harness.acknowledgeAll('t')).toEqual(['KILLED']);
    expect(harness.sent('t')[0]).toMatchObject(KILLED);
    expect(harness.machine.state.frameworks.size).toBe(0);
    expect([...harness.timers.keys()].filter((key) => /status|executor/.test(key))).toEqual([]);
  }

  it('while it is fetched is answered when the launch was given up (C1)', () => {
    const harness = killed();
    harness.advance(60_000);
    expectUnanswered(harness);
    harness.exited(harness.container('t').path, { kind: 'signaled', signal: 9 });
    expect(harness.states('t')).toEqual(['KILLED']);
    harness.acknowledge('t');
    expectOver(harness);
  });

  it('while it is fetched is answered when the launch failed by itself (C1)', () => {
    const harness = killed();
    const container = harness.container('t').path;
    harness.event({ type: 'container-launch-failed', container, message: 'Failed to fetch all URIs' });
    harness.acknowledge('t');
    expectOver(harness);
  });

  it.each<[string, ContainerExit]>([
    ['by the kill', { kind: 'signaled', signal: 9 }],
    ['by itself', { kind: 'exited', status: 0 }],
    ['unseen', { kind: 'unknown', message: 'its supervisor was killed' }],
  ])('while it starts is answered when what started has ended, %s (C1)', (_name, exit) => {
    const harness = killed();
    const container = harness.container('t');
    container.destroyed = false;
    harness.launched(container.path);
    expectUnanswered(harness);
    harness.exited(container.path, exit);
    harness.acknowledge('t');
    expectOver(harness);
  });

  it('once it has started is an ordinary one', () => {
    const harness = running();
    harness.kill('t');
    expect(harness.container('t')).toMatchObject({ signals: ['SIGTERM'], destroyed: false });
    expect(end(harness, TERM)).toMatchObject({ state: 'TASK_KILLED', source: 'SOURCE_EXECUTOR' });
    expect(harness.states('t')).toEqual(['STARTING', 'RUNNING', 'KILLING', 'KILLED']);
  });

  it('is written down once, however often it comes', () => {
    const harness = killed(frameworkInfo({ checkpoint: true }));
    harness.kill('t', 30);
    const isProcess = (effect: Effect) => effect.type === 'checkpoint' && effect.record.type === 'process';
    expect(harness.effects.filter(isProcess)).toHaveLength(1);
    expect(harness.effects.filter(({ type }) => type === 'destroy-container')).toHaveLength(1);
    expectUnanswered(harness);
  });

  it('says why where the agent is drained, and the drain lasts until it is over', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'));
    harness.master({ type: 'DRAIN', drain: { config: {} } });
    expectUnanswered(harness);
    expect(harness.machine.state.drain).toBeDefined();
    harness.exited(harness.container('t').path, { kind: 'signaled', signal: 9 });
    expect(harness.sent('t')).toMatchObject([{ state: 'TASK_KILLED', reason: 'REASON_AGENT_DRAINING' }]);
    harness.acknowledge('t');
    expect(harness.machine.state.drain).toBeUndefined();
  });

  it('and a shutdown of its executor are one end', () => {
    const harness = killed();
    const ids = { framework_id: { value: FRAMEWORK_ID }, executor_id: { value: 't' } };
    harness.master({ type: 'SHUTDOWN_EXECUTOR', shutdown_executor: ids });
    harness.kill('t');
    harness.launched(harness.container('t').path);
    expectUnanswered(harness);
    harness.exited(harness.container('t').path, { kind: 'signaled', signal: 9 });
    harness.acknowledge('t');
    expectOver(harness);
  });
});

describe('max_completion_time', () => {
  it('fails a task that takes longer, without TASK_KILLING', () => {
    const harness = running({ max_completion_time: { nanoseconds: 1e9 } });
    harness.advance(1_000);
    expect(harness.container('t').signals).toEqual(['SIGTERM']);
    harness.advance(0);
    expect(harness.container('t').destroyed).toBe(true);
    expect(end(harness, TERM)).toMatchObject({
      state: 'TASK_FAILED',
      reason: 'REASON_MAX_COMPLETION_TIME_REACHED',
      message: 'Command terminated with signal Terminated',
    });
    expect(harness.states('t')).toEqual(['STARTING', 'RUNNING', 'FAILED']);
  });

  it('is over with a kill', () => {
    const harness = running({ max_completion_time: { nanoseconds: 1e9 } });
    harness.kill('t', 10);
    harness.advance(5_000);
    expect(end(harness, TERM)?.state).toBe('TASK_KILLED');
  });
});

describe('shutdown', () => {
  it('of the executor kills the task and reports it', () => {
    const harness = running();
    const ids = { framework_id: { value: FRAMEWORK_ID }, executor_id: { value: 't' } };
    harness.master({ type: 'SHUTDOWN_EXECUTOR', shutdown_executor: ids });
    expect(harness.container('t').signals).toEqual(['SIGTERM']);
    harness.advance(3_000);
    expect(harness.container('t').destroyed).toBe(true);
    expect(end(harness, TERM)?.state).toBe('TASK_KILLED');
  });

  it('of the framework kills the task and reports nothing more', () => {
    const harness = running();
    harness.master({ type: 'SHUTDOWN_FRAMEWORK', shutdown_framework: { framework_id: { value: FRAMEWORK_ID } } });
    harness.exited(harness.container('t').path, TERM);
    harness.advance(60_000);
    expect(harness.states('t')).toEqual(['STARTING']);
    expect(harness.machine.state.frameworks.size).toBe(0);
    expect([...harness.timers.keys()].filter((key) => /status|executor/.test(key))).toEqual([]);
    const done = harness.machine.state.completedFrameworks[0]?.completedExecutors[0]?.completedTasks[0];
    expect(done?.state).toBe('TASK_KILLED');
  });
});

describe('draining', () => {
  it('kills with at most its own grace period and says why', () => {
    const harness = running({ kill_policy: grace(30) });
    harness.master({ type: 'DRAIN', drain: { config: { max_grace_period: { nanoseconds: 2e9 } } } });
    harness.run(taskInfo('late'));
    expect(harness.sent('late')).toMatchObject([{ state: 'TASK_DROPPED', reason: 'REASON_AGENT_DRAINING' }]);
    harness.advance(2_000);
    expect(harness.container('t').destroyed).toBe(true);
    expect(end(harness, TERM)).toMatchObject({ state: 'TASK_KILLED', reason: 'REASON_AGENT_DRAINING' });
    expect(harness.machine.state.drain).toBeUndefined();
  });

  it('makes tasks TASK_GONE_BY_OPERATOR where the agent will be marked gone', () => {
    const harness = running();
    harness.master({ type: 'DRAIN', drain: { config: { mark_gone: true } } });
    end(harness, TERM);
    expect(harness.states('t')).toEqual(['STARTING', 'RUNNING', 'KILLING', 'GONE_BY_OPERATOR']);
  });

  it('is over at once where nothing runs', () => {
    const harness = Harness.registered();
    harness.master({ type: 'DRAIN', drain: { config: {} } });
    expect(harness.machine.state.drain).toBeUndefined();
  });
});

describe('launching', () => {
  it('ignores a task that is here already', () => {
    const harness = running();
    harness.run(taskInfo('t'));
    expect(harness.containers.size).toBe(1);
    expect(harness.states('t')).toEqual(['STARTING']);
  });

  it('gives resources without allocation the framework their role', () => {
    const harness = Harness.registered();
    const framework = frameworkInfo({ roles: [], role: 'old', capabilities: [] });
    const resources = [{ name: 'cpus', type: 'SCALAR' as const, scalar: { value: 1 } }];
    harness.run(taskInfo('t', { resources }), { framework });
    const { config } = harness.container('t');
    expect(config.resources.every((resource) => resource.allocation_info?.role === 'old')).toBe(true);
    expect(config.environment).toContainEqual(['MESOS_ALLOCATION_ROLE', 'old']);
  });

  it('ignores a task that is meant for the agent that was here before', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t', { agent_id: { value: 'old-S0' } }));
    expect(harness.containers.size).toBe(0);
  });

  it('refuses ids that cannot be directories', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('../up'));
    expect(harness.containers.size).toBe(0);
  });
});
