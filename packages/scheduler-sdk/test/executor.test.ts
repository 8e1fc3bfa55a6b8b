// Goal: an executor's whole life with its agent: subscription, tasks, updates that survive a lost connection, shutdown.
// Method: a fake agent over real HTTP on loopback; a manual clock where time matters.
import { afterEach, expect, test } from 'vitest';
import { Executor } from '@mini-mesos/scheduler-sdk';
import type { ExecutorEvent, ExecutorEventOf, ExecutorEventType, ExecutorOptions } from '@mini-mesos/scheduler-sdk';
import { EXECUTOR_HEARTBEAT_INTERVAL_MS } from '../src/shell/executor.js';
import { FakeAgent } from './fake-agent.js';
import { ManualClock } from './manual-clock.js';

const agents: FakeAgent[] = [];
const executors: Executor[] = [];
const exits: number[] = [];

afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.close()));
  await Promise.all(executors.splice(0).map((executor) => executor.stop()));
  exits.length = 0;
});

async function startAgent(port?: number): Promise<FakeAgent> {
  const agent = await FakeAgent.start(port);
  agents.push(agent);
  return agent;
}

function makeExecutor(agent: FakeAgent, options: ExecutorOptions = {}): Executor {
  const executor = new Executor({
    environment: agent.environment(),
    exit: (code) => void exits.push(code),
    ...options,
  });
  executors.push(executor);
  return executor;
}

async function until<T extends ExecutorEventType>(
  events: AsyncIterator<ExecutorEvent, undefined>,
  type: T,
): Promise<ExecutorEventOf<T>> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error(`the events ended before '${type}'`);
    if (value.type === type) return value as ExecutorEventOf<T>;
  }
}

const states = (agent: FakeAgent) =>
  agent.calls.flatMap(({ call }) => (call.type === 'UPDATE' ? [call.update?.status.state] : []));

test.each(['json', 'protobuf'] as const)(
  'it subscribes in %s, gets a task, and tells its states in order',
  async (mediaType) => {
    const agent = await startAgent();
    const executor = makeExecutor(agent, { mediaType });
    const events = executor.events();
    expect(await until(events, 'subscribed')).toMatchObject({
      isAgain: false,
      containerId: 'container',
      agentInfo: { hostname: 'host' },
    });
    const { call, headers } = await agent.received('SUBSCRIBE');
    expect(headers['content-type']).toBe(mediaType === 'json' ? 'application/json' : 'application/x-protobuf');
    expect(call).toMatchObject({ executor_id: { value: 'executor' }, framework_id: { value: 'framework' } });
    agent.launch('t');
    const { task } = await until(events, 'launch');
    void executor.update(task.task_id.value, 'TASK_STARTING');
    void executor.update('t', 'TASK_RUNNING', { message: 'up', healthy: true });
    await executor.update('t', 'TASK_FINISHED');
    expect(states(agent)).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
    await agent.received('UPDATE');
    const running = (await agent.received('UPDATE')).call.update?.status;
    expect(running).toMatchObject({
      source: 'SOURCE_EXECUTOR',
      message: 'up',
      healthy: true,
      timestamp: expect.any(Number),
    });
    expect(running?.uuid).toHaveLength(16);
  },
);

test('after a lost connection it subscribes again and tells what was not acknowledged', async () => {
  const agent = await startAgent();
  agent.isAcknowledging = false;
  const executor = makeExecutor(agent);
  const events = executor.events();
  await until(events, 'subscribed');
  agent.launch('t');
  agent.launch('u');
  await until(events, 'launch');
  await until(events, 'launch');
  const starting = executor.update('t', 'TASK_STARTING');
  agent.acknowledge(await agent.received('UPDATE'));
  await starting;
  const running = executor.update('t', 'TASK_RUNNING');
  await agent.received('UPDATE');
  const { port } = agent;
  await agent.close();
  await until(events, 'disconnected');
  const finished = executor.update('t', 'TASK_FINISHED');
  const again = await startAgent(port);
  again.isAcknowledging = false;
  expect((await until(events, 'subscribed')).isAgain).toBe(true);
  const { subscribe } = (await again.received('SUBSCRIBE')).call;
  expect(subscribe?.unacknowledged_tasks?.map(({ task_id }) => task_id.value)).toEqual(['u']);
  expect(subscribe?.unacknowledged_updates?.map(({ status }) => status.state)).toEqual([
    'TASK_RUNNING',
    'TASK_FINISHED',
  ]);
  for (const { status } of subscribe?.unacknowledged_updates ?? []) {
    again.send({
      type: 'ACKNOWLEDGED',
      acknowledged: { task_id: status.task_id, uuid: status.uuid ?? new Uint8Array() },
    });
  }
  await Promise.all([running, finished]);
  // They were told with the subscription and not a second time.
  const after = executor.update('t', 'TASK_FAILED');
  again.acknowledge(await again.received('UPDATE'));
  await after;
  expect(states(again)).toEqual(['TASK_FAILED']);
});

test('an agent that recovers is waited for', async () => {
  const agent = await startAgent();
  agent.refusal = { status: 503, text: 'Agent has not finished recovery' };
  const executor = makeExecutor(agent, { environment: agent.environment({ MESOS_CHECKPOINT: '0' }) });
  const events = executor.events();
  const first = until(events, 'subscribed');
  await agent.received('SUBSCRIBE');
  agent.refusal = undefined;
  await first;
});

test('without checkpointing a lost agent means shutdown, and the process is ended after the grace period', async () => {
  const agent = await startAgent();
  const clock = new ManualClock();
  const executor = makeExecutor(agent, { clock, environment: agent.environment({ MESOS_CHECKPOINT: '0' }) });
  const events = executor.events();
  await until(events, 'subscribed');
  agent.endStream();
  await until(events, 'disconnected');
  expect(await until(events, 'shutdown')).toMatchObject({ gracePeriodMs: 2_000 });
  clock.advance(1_999);
  expect(exits).toEqual([]);
  clock.advance(1);
  expect(exits).toEqual([1]);
  expect(agent.calls.length).toBe(1);
});

test('with checkpointing it gives up after the recovery timeout', async () => {
  const agent = await startAgent();
  const clock = new ManualClock();
  const executor = makeExecutor(agent, { clock });
  const events = executor.events();
  await until(events, 'subscribed');
  agent.refusal = { status: 503, text: 'recovering' };
  agent.endStream();
  await until(events, 'disconnected');
  clock.advance(15 * 60_000);
  expect((await until(events, 'shutdown')).reason).toContain('no agent within 900000 ms');
});

test('shutdown: updates still go out, stop() waits for their acknowledgement, and the process is left alone', async () => {
  const agent = await startAgent();
  const clock = new ManualClock();
  const executor = makeExecutor(agent, { clock });
  const events = executor.events();
  await until(events, 'subscribed');
  agent.isAcknowledging = false;
  agent.send({ type: 'SHUTDOWN' });
  await until(events, 'shutdown');
  const killed = executor.update('t', 'TASK_KILLED');
  const stopped = executor.stop();
  agent.acknowledge(await agent.received('UPDATE'));
  await Promise.all([killed, stopped]);
  clock.advance(60_000);
  expect([exits, clock.armed]).toEqual([[], []]);
  await expect(executor.update('t', 'TASK_KILLED')).rejects.toMatchObject({ code: 'MM_SDK_STOPPED' });
});

test('an update that the agent could not take is told again; one that it refuses is an error', async () => {
  const agent = await startAgent();
  const clock = new ManualClock();
  const executor = makeExecutor(agent, { clock });
  await until(executor.events(), 'subscribed');
  agent.updateAnswer = { status: 503, text: 'later' };
  const update = executor.update('t', 'TASK_RUNNING');
  await agent.received('UPDATE');
  // The retry is armed when the answer has arrived.
  while (!clock.armed.includes(1_000)) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1_000);
  await update;
  agent.updateAnswer = { status: 400, text: 'Not a valid UUID' };
  await expect(executor.update('t', 'TASK_FAILED')).rejects.toMatchObject({ code: 'MM_SDK_CALL_REFUSED', status: 400 });
  await executor.update('t', 'TASK_FINISHED');
  await expect(executor.update('t', 'TASK_STAGING')).rejects.toMatchObject({ code: 'MM_SDK_BAD_OPTIONS' });
});

test('kills, groups and messages reach the executor; messages and heartbeats the agent', async () => {
  const agent = await startAgent();
  const clock = new ManualClock();
  const executor = makeExecutor(agent, { clock });
  const events = executor.events();
  await until(events, 'subscribed');
  agent.send({ type: 'KILL', kill: { task_id: { value: 't' }, kill_policy: { grace_period: { nanoseconds: 1e9 } } } });
  expect(await until(events, 'kill')).toMatchObject({ taskId: 't', gracePeriodMs: 1_000 });
  const task = { name: 'g', task_id: { value: 'g' }, agent_id: { value: 'agent' } };
  agent.send({ type: 'LAUNCH_GROUP', launch_group: { task_group: { tasks: [task] } } });
  expect((await until(events, 'launchGroup')).tasks).toMatchObject([task]);
  agent.send({ type: 'MESSAGE', message: { data: Buffer.from('ping') } });
  expect((await until(events, 'message')).data).toEqual(Buffer.from('ping'));
  await executor.message('pong');
  expect((await agent.received('MESSAGE')).call.message?.data).toEqual(Buffer.from('pong'));
  clock.advance(EXECUTOR_HEARTBEAT_INTERVAL_MS);
  await agent.received('HEARTBEAT');
});

test('an ERROR of the agent, or a refusal, is final', async () => {
  const agent = await startAgent();
  const executor = makeExecutor(agent);
  const events = executor.events();
  await until(events, 'subscribed');
  agent.send({ type: 'ERROR', error: { message: 'unknown executor' } });
  await expect(until(events, 'shutdown')).rejects.toMatchObject({ code: 'MM_SDK_AGENT_ERROR' });
  agent.refusal = { status: 403, text: 'no' };
  await expect(makeExecutor(agent).events().next()).rejects.toMatchObject({
    code: 'MM_SDK_EXECUTOR_REFUSED',
    status: 403,
  });
});

test('the token goes with every request and leaves the environment', async () => {
  const agent = await startAgent();
  const environment = agent.environment({ MESOS_EXECUTOR_AUTHENTICATION_TOKEN: 'jwt' });
  const executor = makeExecutor(agent, { environment });
  await until(executor.events(), 'subscribed');
  expect((await agent.received('SUBSCRIBE')).headers.authorization).toBe('Bearer jwt');
  expect(environment['MESOS_EXECUTOR_AUTHENTICATION_TOKEN']).toBeUndefined();
  expect(() => new Executor({ environment: {} })).toThrow(
    'lacks MESOS_FRAMEWORK_ID, MESOS_EXECUTOR_ID, MESOS_AGENT_ENDPOINT',
  );
});
