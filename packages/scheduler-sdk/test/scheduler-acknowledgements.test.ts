// Goal: updates are acknowledged once they are handled, in either mode, and repeated ones cause no repeated work.
// Method: a fake master that sends updates and looks at the ACKNOWLEDGE calls.
import { expect, test } from 'vitest';
import { makeScheduler, startMaster, until } from './schedulers.js';
import { uuid } from './fake-master.js';

test('a loop acknowledges an update by asking for the next event', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master);
  const events = scheduler.events();
  await until(events, 'subscribed');
  master.update({ taskId: 'a', state: 'TASK_STARTING', uuid: uuid(1) });
  master.update({ taskId: 'a', state: 'TASK_RUNNING', uuid: uuid(2) });
  await until(events, 'update');
  // A call made now is answered before any acknowledgement of what is still in hand.
  await scheduler.revive();
  expect(master.calls.map(({ call }) => call.type)).toEqual(['SUBSCRIBE', 'REVIVE']);
  await until(events, 'update');
  const { call, headers } = await master.received('ACKNOWLEDGE');
  expect(call.acknowledge).toEqual({ agent_id: { value: 'agent-1' }, task_id: { value: 'a' }, uuid: uuid(1) });
  expect(headers['mesos-stream-id']).toBe(master.stream?.id);
  void events.next();
  expect((await master.received('ACKNOWLEDGE')).call.acknowledge?.uuid).toEqual(uuid(2));
});

test('a listener acknowledges an update by resolving, and never handles two at once', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master);
  const steps: string[] = [];
  const finish: (() => void)[] = [];
  scheduler.on('update', async ({ status }) => {
    steps.push(`begin ${status.task_id.value}`);
    await new Promise<void>((resolve) => finish.push(resolve));
    steps.push(`end ${status.task_id.value}`);
  });
  await scheduler.start();
  master.update({ taskId: 'a', uuid: uuid(1) });
  master.update({ taskId: 'b', uuid: uuid(2) });
  await scheduler.revive();
  expect(steps).toEqual(['begin a']);
  expect(master.calls.map(({ call }) => call.type)).toEqual(['SUBSCRIBE', 'REVIVE']);
  finish[0]?.();
  expect((await master.received('ACKNOWLEDGE')).call.acknowledge?.uuid).toEqual(uuid(1));
  finish[1]?.();
  expect((await master.received('ACKNOWLEDGE')).call.acknowledge?.uuid).toEqual(uuid(2));
  expect(steps).toEqual(['begin a', 'end a', 'begin b', 'end b']);
});

test('an update whose listener fails is not acknowledged, and is shown again when it comes again', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master);
  let tries = 0;
  const errors: string[] = [];
  scheduler.on('error', ({ error, isFinal }) => void errors.push(`${error.code} ${String(isFinal)}`));
  scheduler.on('update', () => {
    tries += 1;
    if (tries === 1) throw new Error('not today');
  });
  await scheduler.start();
  master.update({ taskId: 'a', uuid: uuid(1) });
  // The next update is acknowledged, so the first one was passed over.
  master.update({ taskId: 'b', uuid: uuid(2) });
  expect((await master.received('ACKNOWLEDGE')).call.acknowledge?.uuid).toEqual(uuid(2));
  expect(errors).toEqual(['MM_SDK_LISTENER_FAILED false']);
  master.update({ taskId: 'a', uuid: uuid(1) });
  expect((await master.received('ACKNOWLEDGE')).call.acknowledge?.uuid).toEqual(uuid(1));
});

test('an update that was handled before is acknowledged again, not shown again', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master);
  let shown = 0;
  scheduler.on('update', () => void (shown += 1));
  await scheduler.start();
  for (let round = 0; round < 3; round++) {
    master.update({ taskId: 'a', uuid: uuid(1) });
    await master.received('ACKNOWLEDGE');
  }
  expect(shown).toBe(1);
});

test('updates without a uuid are shown and never acknowledged', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master);
  const events = scheduler.events();
  await until(events, 'subscribed');
  master.update({ taskId: 'a', reason: 'REASON_RECONCILIATION' });
  master.update({ taskId: 'a', reason: 'REASON_RECONCILIATION' });
  master.update({ taskId: 'a', uuid: uuid(1) });
  for (let i = 0; i < 3; i++) await until(events, 'update');
  void events.next();
  expect((await master.received('ACKNOWLEDGE')).call.acknowledge?.uuid).toEqual(uuid(1));
  expect(master.calls.length).toBe(2);
});

test('explicitly, nothing is acknowledged but what the user acknowledges, and repeats are shown until then', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master, { acknowledgements: 'explicit' });
  const events = scheduler.events();
  await until(events, 'subscribed');
  const status = master.update({ taskId: 'a', uuid: uuid(1) });
  await until(events, 'update');
  master.update({ taskId: 'a', uuid: uuid(1) });
  await until(events, 'update');
  expect(master.calls.length).toBe(1);
  await scheduler.acknowledge(status);
  expect((await master.received('ACKNOWLEDGE')).call.acknowledge?.uuid).toEqual(uuid(1));
  master.update({ taskId: 'a', uuid: uuid(1) });
  expect((await master.received('ACKNOWLEDGE')).call.acknowledge?.uuid).toEqual(uuid(1));
  await expect(scheduler.acknowledge({ task_id: { value: 'a' }, state: 'TASK_LOST' })).rejects.toMatchObject({
    code: 'MM_SDK_NOT_ACKNOWLEDGEABLE',
  });
});

test('an operation update is acknowledged with its operation', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master);
  scheduler.on('operationUpdate', () => undefined);
  await scheduler.start();
  const status = {
    operation_id: { value: 'op' },
    state: 'OPERATION_FINISHED' as const,
    uuid: { value: uuid(3) },
    agent_id: { value: 'agent-1' },
  };
  master.send({ type: 'UPDATE_OPERATION_STATUS', update_operation_status: { status } });
  expect((await master.received('ACKNOWLEDGE_OPERATION_STATUS')).call.acknowledge_operation_status).toEqual({
    uuid: uuid(3),
    operation_id: { value: 'op' },
    agent_id: { value: 'agent-1' },
  });
});

test('an acknowledgement that finds no subscription is sent with the next one, under its stream id', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master, { acknowledgements: 'explicit' });
  const events = scheduler.events();
  await until(events, 'subscribed');
  const status = master.update({ taskId: 'a', uuid: uuid(1) });
  await until(events, 'update');
  master.endStream();
  await until(events, 'disconnected');
  const sent = [scheduler.acknowledge(status), scheduler.kill('b')];
  await until(events, 'subscribed');
  await Promise.all(sent);
  for (const type of ['ACKNOWLEDGE', 'KILL']) {
    expect((await master.received(type)).headers['mesos-stream-id']).toBe(master.stream?.id);
  }
});
