// Goal: every call is on the wire what Mesos expects, offers are used once, and refusals reach the caller. Method: a
// fake master that records calls.
import { expect, test } from 'vitest';
import { launch, tasksFrom } from '@mini-mesos/scheduler-sdk';
import type { Scheduler } from '@mini-mesos/scheduler-sdk';
import { makeOffer } from './fake-master.js';
import type { FakeMaster } from './fake-master.js';
import { makeScheduler, startMaster, until } from './schedulers.js';

async function subscribed(): Promise<{
  master: FakeMaster;
  scheduler: Scheduler;
  events: ReturnType<Scheduler['events']>;
}> {
  const master = await startMaster();
  const scheduler = makeScheduler(master, { framework: { name: 'test', user: 'me', roles: ['dev', 'ops'] } });
  const events = scheduler.events();
  await until(events, 'subscribed');
  return { master, scheduler, events };
}

test('accepting launches tasks on the agent of the offers, once', async () => {
  const { master, scheduler, events } = await subscribed();
  master.offer('o1', 'o2');
  const { offers } = await until(events, 'offers');
  const [offer] = offers;
  if (!offer) throw new Error('no offer');
  const { tasks } = tasksFrom(offer, [{ taskId: 't', resources: { cpus: 1, mem: 32 }, command: 'true' }]);
  await scheduler.accept(offers, launch(tasks), { refuseSeconds: 2 });
  const { call, headers } = await master.received('ACCEPT');
  expect(call).toMatchObject({
    framework_id: { value: scheduler.frameworkId },
    accept: {
      offer_ids: [{ value: 'o1' }, { value: 'o2' }],
      operations: [{ type: 'LAUNCH', launch: { task_infos: [{ task_id: { value: 't' }, agent_id: offer.agent_id }] } }],
      filters: { refuse_seconds: 2 },
    },
  });
  expect(headers['mesos-stream-id']).toBe(master.stream?.id);
  expect(scheduler.offers).toEqual([]);
  await expect(scheduler.accept('o1', [])).rejects.toThrow('offer o1 was used already');
  expect(master.calls.filter((received) => received.call.type === 'ACCEPT').length).toBe(1);
});

test('a rescinded offer is an error before a call is made, and is never shown if it was not shown yet', async () => {
  const { master, scheduler, events } = await subscribed();
  master.offer('o1');
  master.send({ type: 'RESCIND', rescind: { offer_id: { value: 'o2' } } });
  await until(events, 'offers');
  master.offer('o2', 'o3');
  master.send({ type: 'RESCIND', rescind: { offer_id: { value: 'o2' } } });
  master.send({ type: 'RESCIND', rescind: { offer_id: { value: 'o1' } } });
  master.update({ taskId: 'behind' });
  // All of it has arrived when the answer to a later call has.
  await scheduler.revive();
  expect((await until(events, 'offers')).offers.map(({ id }) => id.value)).toEqual(['o3']);
  expect((await until(events, 'rescind')).offerId).toBe('o1');
  expect((await events.next()).value).toMatchObject({ type: 'update' });
  await expect(scheduler.decline('o1')).rejects.toThrow('offer o1 was rescinded');
  await scheduler.decline(['o3']);
  expect((await master.received('DECLINE')).call.decline).toEqual({ offer_ids: [{ value: 'o3' }] });
});

test('offers of two agents or two roles are not combined, and stay outstanding', async () => {
  const { master, scheduler, events } = await subscribed();
  const offers = [makeOffer('o1'), makeOffer('o2', 'agent-2'), makeOffer('o3', 'agent-1', 'dev')];
  master.send({ type: 'OFFERS', offers: { offers } });
  await until(events, 'offers');
  await expect(scheduler.accept(['o1', 'o2'], [])).rejects.toThrow('of the agents agent-1 and agent-2');
  await expect(scheduler.accept(['o1', 'o3'], [])).rejects.toThrow('of the roles * and dev');
  await expect(scheduler.accept([], [])).rejects.toThrow('no offer is named');
  await scheduler.decline([]);
  expect(scheduler.offers.length).toBe(3);
});

test('a call that the master refuses is an error with its answer, and gives the offers back', async () => {
  const { master, scheduler, events } = await subscribed();
  master.offer('o1');
  await until(events, 'offers');
  master.callAnswers.set('ACCEPT', { status: 400, text: 'Failed to validate scheduler::Call' });
  const refused = { code: 'MM_SDK_CALL_REFUSED', status: 400, message: expect.stringContaining('Failed to validate') };
  await expect(scheduler.accept('o1', [])).rejects.toMatchObject(refused);
  await scheduler.accept('o1', []);
});

test('suppressed roles are told again with the next subscription, and strange roles are refused here', async () => {
  const { master, scheduler, events } = await subscribed();
  await master.received('SUBSCRIBE');
  await expect(scheduler.suppress(['nope'])).rejects.toMatchObject({ code: 'MM_SDK_UNKNOWN_ROLE' });
  await scheduler.suppress();
  await scheduler.revive(['ops']);
  expect((await master.received('SUPPRESS')).call.suppress ?? {}).toEqual({});
  expect((await master.received('REVIVE')).call.revive).toEqual({ roles: ['ops'] });
  master.endStream();
  await until(events, 'subscribed');
  expect((await master.received('SUBSCRIBE')).call.subscribe?.suppressed_roles).toEqual(['dev']);
});

test('updating the framework lasts beyond the subscription', async () => {
  const { master, scheduler, events } = await subscribed();
  await master.received('SUBSCRIBE');
  await scheduler.updateFramework({ roles: ['dev', 'new'], failover_timeout: 60 }, { suppressedRoles: ['new'] });
  const id = { value: scheduler.frameworkId };
  const updated = { id, roles: ['dev', 'new'], failover_timeout: 60, user: 'me' };
  const { call } = await master.received('UPDATE_FRAMEWORK');
  expect(call.update_framework).toMatchObject({ framework_info: updated, suppressed_roles: ['new'] });
  master.endStream();
  await until(events, 'subscribed');
  expect((await master.received('SUBSCRIBE')).call.subscribe).toMatchObject({
    framework_info: updated,
    suppressed_roles: ['new'],
  });
});

test('the other calls carry what they are given', async () => {
  const { master, scheduler } = await subscribed();
  const sent: [Promise<void>, string, object][] = [
    [
      scheduler.kill('t', { agentId: 'a', gracePeriodMs: 1_500 }),
      'kill',
      {
        task_id: { value: 't' },
        agent_id: { value: 'a' },
        kill_policy: { grace_period: { nanoseconds: 1_500_000_000 } },
      },
    ],
    [scheduler.shutdownExecutor('e', 'a'), 'shutdown', { executor_id: { value: 'e' }, agent_id: { value: 'a' } }],
    [
      scheduler.message({ agentId: 'a', executorId: 'e' }, 'hi'),
      'message',
      { agent_id: { value: 'a' }, executor_id: { value: 'e' }, data: Buffer.from('hi') },
    ],
    [scheduler.request([{ agent_id: { value: 'a' } }]), 'request', { requests: [{ agent_id: { value: 'a' } }] }],
    [
      scheduler.reconcileOperations([{ operationId: 'op', agentId: 'a' }]),
      'reconcile_operations',
      { operations: [{ operation_id: { value: 'op' }, agent_id: { value: 'a' } }] },
    ],
  ];
  await Promise.all(sent.map(([promise]) => promise));
  // In the order in which they were made.
  expect(master.calls.slice(1).map(({ call }) => call.type?.toLowerCase())).toEqual(sent.map(([, field]) => field));
  for (const [, field, body] of sent) {
    const { call } = await master.received(field.toUpperCase());
    expect({ ...call[field as 'kill'] }).toEqual(body);
  }
});

test('inverse offers are answered like offers', async () => {
  const { master, scheduler, events } = await subscribed();
  const inverse = (id: string) => ({
    id: { value: id },
    framework_id: { value: 'f' },
    unavailability: { start: { nanoseconds: 1 } },
  });
  master.send({
    type: 'INVERSE_OFFERS',
    inverse_offers: { inverse_offers: [inverse('i1'), inverse('i2'), inverse('i3')] },
  });
  expect((await until(events, 'inverseOffers')).inverseOffers.length).toBe(3);
  master.send({ type: 'RESCIND_INVERSE_OFFER', rescind_inverse_offer: { inverse_offer_id: { value: 'i3' } } });
  expect((await until(events, 'rescindInverseOffer')).offerId).toBe('i3');
  await scheduler.acceptInverseOffers('i1');
  await scheduler.declineInverseOffers('i2', { refuseSeconds: 1 });
  expect((await master.received('ACCEPT_INVERSE_OFFERS')).call.accept_inverse_offers?.inverse_offer_ids).toEqual([
    { value: 'i1' },
  ]);
  expect((await master.received('DECLINE_INVERSE_OFFERS')).call.decline_inverse_offers?.filters).toEqual({
    refuse_seconds: 1,
  });
  await expect(scheduler.acceptInverseOffers('i3')).rejects.toThrow('was rescinded');
});

test('teardown resolves when the master took it, and rejects without a subscription', async () => {
  const { master, scheduler } = await subscribed();
  await scheduler.teardown();
  expect(master.calls.at(-1)?.call.type).toBe('TEARDOWN');
  expect(scheduler.state).toBe('stopped');
  await expect(makeScheduler(master).teardown()).rejects.toMatchObject({ code: 'MM_SDK_NOT_SUBSCRIBED' });
});

test('messages and failures reach the scheduler', async () => {
  const { master, events } = await subscribed();
  const data = Buffer.from('hello');
  master.send({ type: 'MESSAGE', message: { agent_id: { value: 'a' }, executor_id: { value: 'e' }, data } });
  expect(await until(events, 'message')).toEqual({ type: 'message', agentId: 'a', executorId: 'e', data });
  master.send({ type: 'FAILURE', failure: { agent_id: { value: 'a' } } });
  expect(await until(events, 'failure')).toEqual({
    type: 'failure',
    agentId: 'a',
    executorId: undefined,
    status: undefined,
  });
});
