// Goal: what an agent takes up again, and how. Method: the machine on virtual time; a second one is made from the records
// that the first emitted, and the containers that it asks for answer as the test says.
import { describe, expect, it } from 'vitest';
import type { link } from '@mini-mesos/proto';
import { CheckpointBook } from '../src/core/checkpoint/book.js';
import type { CheckpointRecord } from '../src/core/checkpoint/records.js';
import { readRecord, recordText } from '../src/core/checkpoint/text.js';
import type { AgentConfig } from '../src/core/config.js';
import { AGENT_ID, customExecutor, frameworkInfo, Harness, parsed, taskInfo, uuid } from './support/harness.js';

const framework = frameworkInfo({ checkpoint: true });

function recordsOf(harness: Harness): CheckpointRecord[] {
  return harness.effects.flatMap((effect) => (effect.type === 'checkpoint' ? [effect.record] : []));
}

/** As if the agent had been killed and started again a minute later. */
function restarted(before: Harness, config: Partial<AgentConfig> = {}): Harness {
  const book = new CheckpointBook();
  for (const record of recordsOf(before)) book.apply(readRecord(recordText(record)));
  const info = { hostname: 'agent.test', id: { value: AGENT_ID } };
  return new Harness(config, 2, { nowMs: before.nowMs + 60_000, remembered: { info, book } });
}

function register(harness: Harness): link.Call.Reregister {
  harness.detect('10.0.0.1:5050');
  harness.advance(1_000);
  const first = harness.calls.find((call) => call.reregister)?.reregister;
  if (!first) throw new Error('it did not register again');
  harness.reregister();
  return first;
}

const recovered = (harness: Harness) =>
  harness.effects.flatMap((effect) => (effect.type === 'recover-container' ? [effect.config] : []));

function running(): { harness: Harness; path: string } {
  const harness = Harness.registered();
  harness.run(taskInfo('t', { max_completion_time: { nanoseconds: 300e9 } }), { framework });
  const { path } = harness.container('t');
  harness.launched(path);
  harness.acknowledgeAll('t');
  return { harness, path };
}

describe('an agent that comes back', () => {
  it('looks for the container of a task, registers under its id, and reports its end once', () => {
    const { harness, path } = running();
    const next = restarted(harness);
    expect(recovered(next).map(({ id }) => id.value)).toEqual([path]);
    expect(recovered(next)[0]).toEqual(harness.container('t').config);
    next.launched(path);
    const { agent, tasks, frameworks } = register(next);
    expect(agent.agent_info.id?.value).toBe(AGENT_ID);
    expect(frameworks?.map(({ id }) => id?.value)).toEqual(['framework-0000']);
    expect(tasks?.map((task) => [task.state, task.status_update_state])).toEqual([['TASK_RUNNING', 'TASK_RUNNING']]);
    expect(next.states('t')).toEqual([]);
    next.exited(path);
    expect(next.acknowledgeAll('t')).toEqual(['FINISHED']);
    expect(next.effects.some((effect) => effect.type === 'forget-container' && effect.container === path)).toBe(true);
  });

  it('says what the task had not said yet', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'), { framework });
    const { path } = harness.container('t');
    const next = restarted(harness);
    next.launched(path);
    next.exited(path, { kind: 'exited', status: 4 });
    expect(register(next).tasks?.map(({ state }) => state)).toEqual(['TASK_FAILED']);
    expect(next.acknowledgeAll('t')).toEqual(['STARTING', 'RUNNING', 'FAILED']);
  });

  it('fails a task whose container was never started', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'), { framework });
    const next = restarted(harness);
    next.event({ type: 'container-launch-failed', container: harness.container('t').path, message: 'it never was' });
    register(next);
    expect(next.acknowledgeAll('t')).toEqual(['FAILED']);
    expect(next.sent('t')[0]).toMatchObject({ reason: 'REASON_CONTAINER_LAUNCH_FAILED' });
  });

  it('goes on killing where it was, with what is left of the grace period', () => {
    const { harness, path } = running();
    harness.kill('t', 90);
    harness.acknowledgeAll('t');
    const next = restarted(harness);
    next.launched(path);
    const signals = next.effects.filter((effect) => effect.type === 'signal-container');
    expect(signals).toEqual([{ type: 'signal-container', container: path, signal: 'SIGTERM' }]);
    next.advance(29_000);
    expect(next.effects.some((effect) => effect.type === 'destroy-container')).toBe(false);
    next.advance(2_000);
    expect(next.effects.some((effect) => effect.type === 'destroy-container')).toBe(true);
    next.exited(path, { kind: 'signaled', signal: 9 });
    register(next);
    expect(next.acknowledgeAll('t')).toEqual(['KILLED']);
  });

  it.each<[string, (next: Harness, path: string) => void]>([
    [
      'was never started',
      (next, path) => next.event({ type: 'container-launch-failed', container: path, message: 'it never was' }),
    ],
    [
      'runs',
      (next, path) => {
        next.launched(path);
        expect(next.states('t')).toEqual([]);
        next.exited(path, { kind: 'signaled', signal: 9 });
      },
    ],
  ])('remembers that a launch was given up: its container %s', (_name, answer) => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'), { framework });
    const { path } = harness.container('t');
    harness.kill('t');
    const next = restarted(harness);
    expect(next.effects).toContainEqual({ type: 'destroy-container', container: path });
    expect(register(next).tasks?.map(({ state }) => state)).toEqual(['TASK_STAGING']);
    expect(next.states('t')).toEqual([]);
    answer(next, path);
    expect(next.acknowledgeAll('t')).toEqual(['KILLED']);
    expect(next.sent('t')[0]).toMatchObject({ reason: 'REASON_TASK_KILLED_DURING_LAUNCH' });
    expect(next.machine.state.frameworks.size).toBe(0);
  });

  it('counts the time that a task may take from its start', () => {
    const { harness, path } = running();
    const next = restarted(harness);
    next.launched(path);
    next.advance(239_000);
    expect(next.effects.some((effect) => effect.type === 'signal-container')).toBe(false);
    next.advance(2_000);
    next.exited(path, { kind: 'signaled', signal: 15 });
    register(next);
    expect(next.acknowledgeAll('t')).toEqual(['FAILED']);
    expect(next.sent('t')[0]).toMatchObject({ reason: 'REASON_MAX_COMPLETION_TIME_REACHED' });
  });

  it('sends again what was not acknowledged, under the same uuid, the next one only after it', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'), { framework });
    harness.launched(harness.container('t').path);
    const [starting] = harness.sent('t');
    const next = restarted(harness);
    next.launched(harness.container('t').path);
    register(next);
    expect(next.sent('t').map((status) => Buffer.from(status.uuid ?? []))).toEqual([Buffer.from(starting?.uuid ?? [])]);
    next.acknowledge('t');
    expect(next.states('t')).toEqual(['STARTING', 'RUNNING']);
  });

  it('writes down nothing of frameworks that did not ask for it, and does not know them any more', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'));
    harness.launched(harness.container('t').path);
    harness.acknowledgeAll('t');
    expect(recordsOf(harness)).toEqual([]);
    const next = restarted(harness);
    expect(recovered(next)).toEqual([]);
    expect(register(next).tasks).toEqual([]);
  });

  it('ends what had been told to end', () => {
    const { harness, path } = running();
    harness.master({ type: 'SHUTDOWN_FRAMEWORK', shutdown_framework: { framework_id: framework.id ?? { value: '' } } });
    const next = restarted(harness);
    next.launched(path);
    expect(next.effects.at(-1)).toEqual({ type: 'destroy-container', container: path });
    next.exited(path, { kind: 'signaled', signal: 9 });
    expect(next.machine.state.frameworks.size).toBe(0);
    expect(next.states('t')).toEqual([]);
  });
});

describe('a custom executor', () => {
  function withExecutor(): { harness: Harness; path: string } {
    const harness = Harness.registered();
    harness.run(taskInfo('known', { executor: customExecutor }), { framework });
    harness.run(taskInfo('missed', { executor: customExecutor }), { framework, launchExecutor: false });
    const { path } = harness.container('custom');
    harness.launched(path);
    harness.executorCall({ type: 'SUBSCRIBE', subscribe: {} });
    return { harness, path };
  }

  it('that comes back in time is asked for its updates; tasks that it does not know are dropped', () => {
    const { harness, path } = withExecutor();
    const next = restarted(harness);
    next.launched(path);
    next.detect('10.0.0.1:5050');
    next.advance(1_500);
    expect(next.link).toBeUndefined();
    const status = {
      task_id: { value: 'known' },
      state: 'TASK_RUNNING' as const,
      source: 'SOURCE_EXECUTOR' as const,
      uuid: uuid(5),
    };
    const connection = next.executorCall({
      type: 'SUBSCRIBE',
      subscribe: { unacknowledged_tasks: [taskInfo('known')], unacknowledged_updates: [{ status }] },
    });
    expect(next.eventsOf(connection).map(({ type }) => type)).toEqual(['ACKNOWLEDGED', 'SUBSCRIBED']);
    next.advance(100);
    expect(next.calls[0]?.reregister?.executors?.map(({ executor_id }) => executor_id.value)).toEqual(['custom']);
    next.reregister();
    expect(next.acknowledgeAll('known')).toEqual(['RUNNING']);
    expect(next.acknowledgeAll('missed')).toEqual(['DROPPED']);
    expect(next.sent('missed')[0]).toMatchObject({ reason: 'REASON_AGENT_RESTARTED' });
  });

  it.each([
    ['GONE', framework],
    ['LOST', { ...framework, capabilities: [{ type: 'MULTI_ROLE' as const }] }],
  ])('that does not come back is destroyed, its tasks are %s, and the agent registers', (state, info) => {
    const harness = Harness.registered();
    harness.run(taskInfo('t', { executor: customExecutor }), { framework: info });
    const { path } = harness.container('custom');
    harness.launched(path);
    harness.executorCall({ type: 'SUBSCRIBE', subscribe: {} });
    const next = restarted(harness);
    next.launched(path);
    next.detect('10.0.0.1:5050');
    next.advance(1_999);
    expect(next.link).toBeUndefined();
    next.advance(1);
    expect(next.effects.some((effect) => effect.type === 'destroy-container' && effect.container === path)).toBe(true);
    next.exited(path, { kind: 'signaled', signal: 9 });
    register(next);
    expect(next.acknowledgeAll('t')).toEqual([state]);
    expect(next.sent('t')[0]).toMatchObject({
      reason: 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT',
      message: 'Executor did not re-register within 2secs',
      source: 'SOURCE_AGENT',
    });
  });
});

describe('what else is remembered', () => {
  it('an operation that was answered is answered again until it is acknowledged', () => {
    const harness = Harness.registered();
    harness.master({ type: 'APPLY_OPERATION', apply_operation: operation(1) });
    const persist = harness.effects.find((effect) => effect.type === 'persist-resources');
    const inBetween = restarted(harness);
    register(inBetween);
    expect(answers(inBetween).map(({ status }) => status.state)).toEqual(['OPERATION_FAILED']);
    harness.event({ type: 'resources-persisted', token: persist?.token ?? -1 });
    const next = restarted(harness, { checkpointedResources: harness.machine.state.checkpointedResources });
    const { operations } = register(next);
    expect(operations?.map(({ latest_status }) => latest_status.state)).toEqual(['OPERATION_FINISHED']);
    const [answer] = answers(next);
    expect(answer?.status.state).toBe('OPERATION_FINISHED');
    next.master({
      type: 'ACKNOWLEDGE_OPERATION_STATUS',
      acknowledge_operation_status: {
        operation_uuid: { value: uuid(1) },
        status_uuid: answer?.status.uuid?.value ?? new Uint8Array(),
      },
    });
    expect(next.machine.state.operations.size).toBe(0);
  });

  it('an operation that was applied but not answered has succeeded', () => {
    const harness = Harness.registered();
    harness.master({ type: 'APPLY_OPERATION', apply_operation: operation(1) });
    const persist = harness.effects.find((effect) => effect.type === 'persist-resources');
    const next = restarted(harness, { checkpointedResources: persist?.resources ?? parsed('cpus:1') });
    register(next);
    expect(answers(next).map(({ status }) => status.state)).toEqual(['OPERATION_FINISHED']);
  });

  it('a drain goes on', () => {
    const { harness, path } = running();
    harness.master({ type: 'DRAIN', drain: { config: { max_grace_period: { nanoseconds: 1e9 } } } });
    const next = restarted(harness);
    next.launched(path);
    expect(register(next).agent.drain_config).toEqual({ max_grace_period: { nanoseconds: 1e9 } });
    next.exited(path, { kind: 'signaled', signal: 15 });
    next.acknowledgeAll('t');
    expect(next.sent('t').at(-1)).toMatchObject({ state: 'TASK_KILLED', reason: 'REASON_AGENT_DRAINING' });
    expect(next.machine.state.drain).toBeUndefined();
  });
});

describe('an agent that is stopped', () => {
  it('ends what nobody could find again, leaves the rest, and takes nothing new', () => {
    const { harness, path } = running();
    const other = frameworkInfo({ id: { value: 'framework-0001' } });
    harness.run(taskInfo('other'), { framework: other });
    const { path: otherPath } = harness.container('other');
    harness.launched(otherPath);
    harness.event({ type: 'stop', message: 'bye' });
    expect(harness.terminated).toBeUndefined();
    harness.run(taskInfo('late'), { framework });
    expect(harness.containers.get(otherPath)?.signals).toEqual(['SIGTERM']);
    harness.exited(otherPath, { kind: 'signaled', signal: 15 });
    expect(harness.terminated).toBe('bye');
    expect(harness.containers.get(path)).toMatchObject({ signals: [], destroyed: false });
    expect(harness.calls.some((call) => call.type === 'UNREGISTER')).toBe(false);
    expect(harness.effects.some((effect) => effect.type === 'forget-agent')).toBe(false);
    const tasks = register(restarted(harness)).tasks;
    expect(tasks?.map((task) => task.task_id.value)).toEqual(['t']);
  });

  it('for good forgets who it was', () => {
    const { harness, path } = running();
    harness.event({ type: 'shutdown', message: 'bye' });
    harness.exited(path, { kind: 'signaled', signal: 15 });
    const last = harness.effects.slice(-3).map(({ type }) => type);
    expect(last.indexOf('forget-agent')).toBeGreaterThanOrEqual(0);
    expect(last.indexOf('forget-agent')).toBeLessThan(last.indexOf('terminate'));
  });
});

function operation(fill: number): link.Event.ApplyOperation {
  const reservation = { type: 'DYNAMIC' as const, role: 'dev', principal: 'p' };
  const resources = parsed('cpus:1')
    .toProto()
    .map((resource) => ({ ...resource, reservations: [reservation] }));
  return {
    framework_id: { value: 'framework-0000' },
    operation: { type: 'RESERVE', id: { value: 'op' }, reserve: { resources } },
    operation_uuid: { value: uuid(fill) },
  };
}

function answers(harness: Harness): link.OperationStatusUpdate[] {
  return harness.calls.flatMap(({ update_operation_status: update }) => update ?? []);
}
