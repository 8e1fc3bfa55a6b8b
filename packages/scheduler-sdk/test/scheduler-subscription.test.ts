// Goal: the scheduler subscribes as Mesos wants it, finds the leader, comes back after every kind of loss, and gives up
// only where trying again cannot help. Method: fake masters over real HTTP on loopback.
import { EventEmitter, on } from 'node:events';
import { expect, test } from 'vitest';
import type { Leader, LeaderDetector } from '@mini-mesos/election';
import { SdkError } from '@mini-mesos/scheduler-sdk';
import { makeScheduler, startMaster, until } from './schedulers.js';

test.each(['json', 'protobuf'] as const)('it subscribes in %s with its defaults filled in', async (mediaType) => {
  const master = await startMaster();
  const scheduler = makeScheduler(master, { mediaType, framework: { name: 'test' } });
  const subscribed = await until(scheduler.events(), 'subscribed');
  const { call, mediaType: sent, headers } = await master.received('SUBSCRIBE');
  expect(sent).toBe(mediaType === 'json' ? 'application/json' : 'application/x-protobuf');
  expect(headers.accept).toBe(sent);
  expect(call.framework_id).toBeUndefined();
  expect(call.subscribe?.framework_info).toMatchObject({
    name: 'test',
    user: expect.stringMatching(/./),
    hostname: expect.stringMatching(/./),
    roles: ['*'],
    capabilities: ['MULTI_ROLE', 'PARTITION_AWARE', 'TASK_KILLING_STATE', 'RESERVATION_REFINEMENT'].map((type) => ({
      type,
    })),
  });
  expect(subscribed).toMatchObject({ frameworkId: master.frameworkId, isAgain: false, masterInfo: { id: master.id } });
  expect([scheduler.frameworkId, scheduler.leader?.address]).toEqual([master.frameworkId, master.address]);
});

test('a master that does not lead sends it to the one that does', async () => {
  const [standby, leader] = [await startMaster(), await startMaster()];
  standby.refusal = { status: 307, text: '', location: `//${leader.address}/master/api/v1/scheduler` };
  const scheduler = makeScheduler(standby);
  await scheduler.start();
  expect(scheduler.leader?.address).toBe(leader.address);
  await scheduler.revive();
  expect((await leader.received('REVIVE')).headers['mesos-stream-id']).toBe(leader.stream?.id);
});

test('it moves to the new leader that its detector tells, and stays while none is known', async () => {
  const [first, second] = [await startMaster(), await startMaster()];
  const told = new EventEmitter();
  const leaders = on(told, 'leader', { close: ['close'] });
  const detector: LeaderDetector = {
    problem: undefined,
    close: () => Promise.resolve(void told.emit('close')),
    async *[Symbol.asyncIterator]() {
      for await (const [leader] of leaders as AsyncIterable<[Leader | undefined]>) yield leader;
    },
  };
  const scheduler = makeScheduler(first, { detector });
  const events = scheduler.events();
  told.emit('leader', { address: first.address });
  await until(events, 'subscribed');
  told.emit('leader', undefined);
  await scheduler.revive();
  told.emit('leader', { address: second.address });
  expect((await until(events, 'disconnected')).reason).toContain(`${second.address} leads now`);
  expect(await until(events, 'subscribed')).toMatchObject({ masterInfo: { id: second.id }, isAgain: true });
  expect(first.stream).toBeUndefined();
});

test('503 means later: it keeps trying', async () => {
  const master = await startMaster();
  master.refusal = { status: 503, text: 'No leader elected' };
  const scheduler = makeScheduler(master);
  const started = scheduler.start();
  await master.received('SUBSCRIBE');
  await master.received('SUBSCRIBE');
  expect(scheduler.trouble).toContain('503 No leader elected');
  master.refusal = undefined;
  await started;
  expect(scheduler.trouble).toBeUndefined();
});

test('when the leader dies and returns, it subscribes again with its id, and old offers are void', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master);
  const events = scheduler.events();
  await until(events, 'subscribed');
  master.offer('o1');
  const { offers } = await until(events, 'offers');
  const { port, frameworkId } = master;
  await master.close();
  await until(events, 'disconnected');
  expect(scheduler.offers).toEqual([]);
  await expect(scheduler.accept(offers, [])).rejects.toMatchObject({ code: 'MM_SDK_NOT_SUBSCRIBED', retryable: true });
  const again = await startMaster(port);
  expect(await until(events, 'subscribed')).toMatchObject({ frameworkId, isAgain: true });
  const { call } = await again.received('SUBSCRIBE');
  expect([call.framework_id?.value, call.subscribe?.framework_info.id?.value]).toEqual([frameworkId, frameworkId]);
  await expect(scheduler.decline(offers)).rejects.toThrow('offer o1 was lost with the connection to the master');
  // The implicit reconciliation after a new subscription, with the stream id of that subscription.
  const reconcile = await again.received('RECONCILE');
  expect(reconcile.call.reconcile?.tasks ?? []).toEqual([]);
  expect(reconcile.headers['mesos-stream-id']).toBe(again.stream?.id);
});

test('a stream that ends while the master lives is opened anew', async () => {
  const master = await startMaster();
  const events = makeScheduler(master).events();
  await until(events, 'subscribed');
  master.endStream();
  expect((await until(events, 'disconnected')).reason).toContain('closed the subscription');
  expect((await until(events, 'subscribed')).isAgain).toBe(true);
});

test('a master that falls silent for five heartbeats is left', async () => {
  const master = await startMaster();
  master.heartbeatIntervalSeconds = 0.02;
  const events = makeScheduler(master).events();
  await until(events, 'subscribed');
  expect((await until(events, 'disconnected')).reason).toContain('sent nothing for 100 ms');
  expect((await until(events, 'subscribed')).isAgain).toBe(true);
});

test.each([
  [401, 'MM_SDK_UNAUTHENTICATED'],
  [403, 'MM_SDK_FORBIDDEN'],
  [404, 'MM_SDK_NOT_A_MASTER'],
  [400, 'MM_SDK_SUBSCRIPTION_REFUSED'],
])('%i is final, and everybody who waits hears of it', async (status, code) => {
  const master = await startMaster();
  master.refusal = { status, text: 'because' };
  const scheduler = makeScheduler(master);
  const told: unknown[] = [];
  scheduler.on('error', ({ error, isFinal }) => void told.push(error.code, isFinal));
  await expect(scheduler.events().next()).rejects.toMatchObject({
    code,
    status,
    message: expect.stringContaining('because'),
  });
  await expect(scheduler.start()).rejects.toBeInstanceOf(SdkError);
  await expect(scheduler.closed).rejects.toMatchObject({ code });
  expect(told).toEqual([code, true]);
  expect(master.calls.length).toBe(1);
});

test('refused roles come as an ERROR on the stream and are final', async () => {
  const master = await startMaster();
  master.streamError = "'FrameworkInfo.roles' contains invalid role: Role '/x' cannot start with a slash";
  const scheduler = makeScheduler(master, { framework: { name: 'test', user: 'me', roles: ['/x'] } });
  await expect(scheduler.start()).rejects.toMatchObject({ code: 'MM_SDK_FRAMEWORK_ERROR' });
  await expect(scheduler.kill('t')).rejects.toMatchObject({ code: 'MM_SDK_STOPPED' });
});

test('another instance with the same id takes over, and the first one does not fight back', async () => {
  const master = await startMaster();
  const first = makeScheduler(master);
  const events = first.events();
  await until(events, 'subscribed');
  const second = makeScheduler(master, {
    framework: { name: 'test', user: 'me', id: { value: first.frameworkId ?? '' } },
  });
  expect(await until(second.events(), 'subscribed')).toMatchObject({ frameworkId: first.frameworkId, isAgain: true });
  await expect(until(events, 'disconnected')).rejects.toMatchObject({ code: 'MM_SDK_FAILED_OVER' });
  await second.revive();
  expect(first.state).toBe('stopped');
});

test('stopping tears the framework down, unless it is a failover', async () => {
  const master = await startMaster();
  const leaving = makeScheduler(master);
  await leaving.start();
  await leaving.stop({ failover: true });
  expect(master.calls.map(({ call }) => call.type)).toEqual(['SUBSCRIBE']);
  const ending = makeScheduler(master);
  await ending.start();
  const loop = ending.events();
  await ending.stop();
  expect(master.calls.at(-1)?.call.type).toBe('TEARDOWN');
  expect(await loop.next()).toEqual({ done: true, value: undefined });
  await expect(ending.closed).resolves.toBeUndefined();
  await expect(ending.revive()).rejects.toMatchObject({ code: 'MM_SDK_STOPPED' });
});

test('credentials go with every request', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master, { credentials: { principal: 'p', secret: 's' } });
  await scheduler.start();
  await scheduler.revive();
  const basic = `Basic ${Buffer.from('p:s').toString('base64')}`;
  expect(master.calls.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
  expect(master.calls[0]?.call.subscribe?.framework_info.principal).toBe('p');
});
