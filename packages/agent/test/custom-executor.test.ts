// Goal: a framework's own executor is served as by a Mesos agent. Method: the machine on virtual time, calls as data.
import { describe, expect, it } from 'vitest';
import { customExecutor, FRAMEWORK_ID, frameworkInfo, Harness, taskInfo, uuid } from './support/harness.js';

const update = (
  state: 'TASK_STARTING' | 'TASK_RUNNING' | 'TASK_FINISHED' | 'TASK_STAGING',
  fill: number,
  extra = {},
) => ({
  type: 'UPDATE' as const,
  update: {
    status: { task_id: { value: 't' }, state, source: 'SOURCE_EXECUTOR' as const, uuid: uuid(fill), ...extra },
  },
});
const SUBSCRIBE = { type: 'SUBSCRIBE' as const, subscribe: {} };

function launched(): Harness {
  const harness = Harness.registered();
  harness.run(taskInfo('t', { executor: customExecutor }));
  harness.launched(harness.container('custom').path, 77);
  return harness;
}

function subscribed(): { harness: Harness; connection: number } {
  const harness = launched();
  return { harness, connection: harness.executorCall(SUBSCRIBE) };
}

describe('a custom executor', () => {
  it('gets its description, then its task', () => {
    const { harness, connection } = subscribed();
    const events = harness.eventsOf(connection);
    expect(events.map(({ type }) => type)).toEqual(['SUBSCRIBED', 'LAUNCH']);
    expect(events[0]?.subscribed).toMatchObject({
      executor_info: { executor_id: { value: 'custom' }, command: { value: 'run-me' } },
      framework_info: { id: { value: FRAMEWORK_ID } },
      agent_info: { id: { value: 'master-S0' } },
      container_id: { value: harness.container('custom').path },
    });
    expect(events[1]?.launch?.task.task_id.value).toBe('t');
  });

  it('has its updates acknowledged when the agent has taken them, and delivered with its container', () => {
    const { harness, connection } = subscribed();
    const request = harness.executorCall(update('TASK_RUNNING', 1, { message: 'running', healthy: true }));
    expect(harness.answers.get(request)).toEqual({ status: 202, text: '' });
    expect(harness.eventsOf(connection).at(-1)).toMatchObject({
      type: 'ACKNOWLEDGED',
      acknowledged: { task_id: { value: 't' }, uuid: uuid(1) },
    });
    expect(harness.sent('t')).toMatchObject([
      {
        state: 'TASK_RUNNING',
        message: 'running',
        healthy: true,
        container_status: { container_id: { value: harness.container('custom').path }, executor_pid: 77 },
      },
    ]);
  });

  it('may repeat an update, which is delivered once (S4)', () => {
    const { harness } = subscribed();
    for (const fill of [1, 1, 2, 2]) {
      const request = harness.executorCall(update(fill === 1 ? 'TASK_RUNNING' : 'TASK_FINISHED', fill));
      expect(harness.answers.get(request)?.status).toBe(202);
    }
    expect(harness.acknowledgeAll('t')).toEqual(['RUNNING', 'FINISHED']);
  });

  it('cannot bring a task back from its end', () => {
    const { harness } = subscribed();
    harness.executorCall(update('TASK_FINISHED', 1));
    const request = harness.executorCall(update('TASK_RUNNING', 2));
    expect(harness.answers.get(request)).toEqual({ status: 400, text: "Task 't' is in a terminal state already" });
    harness.advance(10_000);
    const latest = harness.calls.flatMap(({ update_status }) => update_status?.latest_state ?? []);
    expect(latest).toEqual(['TASK_FINISHED', 'TASK_FINISHED']);
  });

  it.each([
    [{ type: undefined }, 400, "Failed to validate Executor::Call: Expecting 'type' to be present"],
    [{ type: 'UPDATE' as const }, 400, "Failed to validate Executor::Call: Expecting 'update' to be present"],
    [{ type: 'MESSAGE' as const }, 400, "Failed to validate Executor::Call: Expecting 'message' to be present"],
    [
      update('TASK_RUNNING', 1, { uuid: undefined }),
      400,
      "Failed to validate Executor::Call: Expecting 'uuid' to be present",
    ],
    [
      update('TASK_RUNNING', 1, { uuid: new Uint8Array(16) }),
      400,
      'Failed to validate Executor::Call: Not a valid UUID',
    ],
    [
      update('TASK_RUNNING', 1, { uuid: new Uint8Array(3) }),
      400,
      'Failed to validate Executor::Call: Not a valid UUID',
    ],
    [
      update('TASK_STAGING', 1),
      400,
      `Failed to validate Executor::Call: Received TASK_STAGING from executor custom of framework ${FRAMEWORK_ID} which is not allowed`,
    ],
    [
      update('TASK_RUNNING', 1, { source: 'SOURCE_AGENT' }),
      400,
      `Failed to validate Executor::Call: Received Call from executor custom of framework ${FRAMEWORK_ID} with invalid source, expecting 'SOURCE_EXECUTOR'`,
    ],
    [update('TASK_RUNNING', 1, { task_id: { value: 'other' } }), 400, "Task 'other' is not a task of this executor"],
    [{ type: 'HEARTBEAT' as const, framework_id: { value: 'none' } }, 202, ''],
    [{ type: 'UNKNOWN' as const }, 501, "Received 'UNKNOWN' call"],
    [{ ...SUBSCRIBE, framework_id: { value: 'none' } }, 400, 'Framework cannot be found'],
    [{ ...SUBSCRIBE, executor_id: { value: 'none' } }, 400, 'Executor cannot be found'],
  ])('is answered: %j', (call, status, text) => {
    const { harness } = subscribed();
    expect(harness.answers.get(harness.executorCall(call))).toEqual({ status, text });
  });

  it('is refused before it has subscribed', () => {
    const harness = launched();
    expect(harness.answers.get(harness.executorCall(update('TASK_RUNNING', 1)))).toEqual({
      status: 403,
      text: 'Executor is not subscribed',
    });
  });

  it('cannot speak for a command executor', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'));
    harness.launched(harness.container('t').path);
    const request = harness.executorCall({ ...update('TASK_FINISHED', 1), executor_id: { value: 't' } });
    expect(harness.answers.get(request)?.status).toBe(403);
  });

  it('is destroyed where it does not subscribe within a minute of its launch, not of its fetch', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t', { executor: customExecutor }));
    const container = harness.container('custom');
    harness.advance(60_000);
    harness.master({ type: 'PING', ping: { connected: true } });
    expect(container.destroyed).toBe(false);
    harness.launched(container.path);
    harness.advance(60_000);
    expect(container.destroyed).toBe(true);
    harness.exited(container.path, { kind: 'signaled', signal: 9 });
    expect(harness.sent('t')).toMatchObject([
      {
        state: 'TASK_FAILED',
        reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT',
        message: 'Executor did not register within 1mins',
      },
    ]);
  });

  it('that ends before its tasks fails them, queued ones too, and is reported', () => {
    const { harness } = subscribed();
    harness.executorCall(update('TASK_RUNNING', 1));
    harness.exited(harness.container('custom').path, { kind: 'exited', status: 3 });
    expect(harness.acknowledgeAll('t')).toEqual(['RUNNING', 'FAILED']);
    expect(harness.sent('t').at(-1)).toMatchObject({
      source: 'SOURCE_AGENT',
      reason: 'REASON_EXECUTOR_TERMINATED',
      message: 'Executor terminated: exited with status 3',
    });
    const exited = harness.calls.find(({ type }) => type === 'EXITED_EXECUTOR')?.exited_executor;
    expect(exited?.status).toBe(3 << 8);
    const early = launched();
    early.exited(early.container('custom').path, { kind: 'exited', status: 0 });
    expect(early.states('t')).toEqual(['FAILED']);
  });

  it('gets kills, messages and heartbeats', () => {
    const { harness, connection } = subscribed();
    harness.kill('t', 1);
    const ids = { framework_id: { value: FRAMEWORK_ID }, executor_id: { value: 'custom' } };
    const data = new TextEncoder().encode('hi');
    harness.master({ type: 'FRAMEWORK_MESSAGE', framework_message: { ...ids, data } });
    for (let ping = 0; ping < 30; ping += 1) {
      harness.advance(60_000);
      harness.master({ type: 'PING', ping: { connected: true } });
    }
    expect(harness.eventsOf(connection).slice(2)).toEqual([
      { type: 'KILL', kill: { task_id: { value: 't' }, kill_policy: { grace_period: { nanoseconds: 1e9 } } } },
      { type: 'MESSAGE', message: { data } },
      { type: 'HEARTBEAT' },
    ]);
    harness.executorCall({ type: 'MESSAGE', message: { data } });
    expect(harness.calls.at(-1)).toEqual({ type: 'EXECUTOR_MESSAGE', executor_message: { ...ids, data } });
  });

  it('may subscribe again: the old stream is closed, unknown launches are dropped, a missed kill is told', () => {
    const { harness, connection } = subscribed();
    harness.run(taskInfo('lost', { executor: customExecutor }), { launchExecutor: false });
    harness.event({ type: 'executor-disconnected', connection });
    harness.kill('t');
    const again = harness.executorCall({
      type: 'SUBSCRIBE',
      subscribe: {
        unacknowledged_tasks: [],
        unacknowledged_updates: [update('TASK_RUNNING', 5).update],
      },
    });
    expect(harness.closedConnections).toContain(connection);
    expect(harness.eventsOf(again).map(({ type }) => type)).toEqual(['ACKNOWLEDGED', 'SUBSCRIBED', 'KILL']);
    expect(harness.states('t')).toEqual(['RUNNING']);
    expect(harness.sent('lost')).toMatchObject([{ state: 'TASK_DROPPED', reason: 'REASON_AGENT_RESTARTED' }]);
  });

  it('is told to shut down, and destroyed when its grace period is over', () => {
    const { harness, connection } = subscribed();
    const ids = { framework_id: { value: FRAMEWORK_ID }, executor_id: { value: 'custom' } };
    harness.master({ type: 'SHUTDOWN_EXECUTOR', shutdown_executor: ids });
    expect(harness.eventsOf(connection).at(-1)?.type).toBe('SHUTDOWN');
    harness.advance(4_999);
    expect(harness.container('custom').destroyed).toBe(false);
    harness.advance(1);
    expect(harness.container('custom').destroyed).toBe(true);
  });

  it('is sent home where it subscribes too late', () => {
    const harness = launched();
    const ids = { framework_id: { value: FRAMEWORK_ID }, executor_id: { value: 'custom' } };
    harness.master({ type: 'SHUTDOWN_EXECUTOR', shutdown_executor: ids });
    const connection = harness.executorCall(SUBSCRIBE);
    expect(harness.eventsOf(connection).map(({ type }) => type)).toEqual(['SHUTDOWN']);
    expect(harness.closedConnections).toContain(connection);
  });

  it('whose tasks were all killed before it came is told to end', () => {
    const harness = launched();
    harness.kill('t');
    expect(harness.states('t')).toEqual(['KILLED']);
    const connection = harness.executorCall(SUBSCRIBE);
    expect(harness.eventsOf(connection).map(({ type }) => type)).toEqual(['SHUTDOWN']);
  });

  it('gets a task group as a group', () => {
    const harness = Harness.registered();
    harness.master({
      type: 'RUN_TASK_GROUP',
      run_task_group: {
        framework: frameworkInfo(),
        executor: customExecutor,
        task_group: { tasks: [taskInfo('t'), taskInfo('u')] },
        launch_executor: true,
      },
    });
    harness.launched(harness.container('custom').path);
    const connection = harness.executorCall(SUBSCRIBE);
    const last = harness.eventsOf(connection).at(-1);
    expect(last?.type).toBe('LAUNCH_GROUP');
    expect(last?.launch_group?.task_group.tasks?.map((task) => task.task_id.value)).toEqual(['t', 'u']);
  });
});
