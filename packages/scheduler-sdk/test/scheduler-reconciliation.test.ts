// Goal: an explicit reconciliation asks until every task is answered, across subscriptions. Method: a fake master and a
// clock that the test advances.
import { expect, test } from 'vitest';
import { RECONCILIATION_BACKOFF } from '../src/core/reconciliation.js';
import { ManualClock } from './manual-clock.js';
import { makeScheduler, startMaster, until } from './schedulers.js';

const named = ['a', 'b', 'c'].map((taskId) => ({ taskId }));
const ids = (tasks: { task_id: { value: string } }[] | undefined) => (tasks ?? []).map(({ task_id }) => task_id.value);

test('only the unanswered tasks are asked for again, until none is left', async () => {
  const master = await startMaster();
  const clock = new ManualClock();
  const scheduler = makeScheduler(master, { clock, random: () => 1 });
  const events = scheduler.events();
  await until(events, 'subscribed');
  const done = scheduler.reconcile(named);
  expect(ids((await master.received('RECONCILE')).call.reconcile?.tasks)).toEqual(['a', 'b', 'c']);
  master.update({ taskId: 'b', reason: 'REASON_RECONCILIATION' });
  await until(events, 'update');
  clock.advance(RECONCILIATION_BACKOFF.firstMs - 1);
  expect(master.calls.length).toBe(2);
  clock.advance(1);
  expect(ids((await master.received('RECONCILE')).call.reconcile?.tasks)).toEqual(['a', 'c']);
  master.update({ taskId: 'a' });
  master.update({ taskId: 'c', state: 'TASK_UNKNOWN' });
  await done;
  clock.advance(RECONCILIATION_BACKOFF.maxMs);
  await scheduler.revive();
  expect(master.calls.filter(({ call }) => call.type === 'RECONCILE').length).toBe(2);
});

test('a new subscription asks at once: implicitly for all, explicitly for what is left', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master);
  const events = scheduler.events();
  await until(events, 'subscribed');
  const done = scheduler.reconcile([{ taskId: 'a', agentId: 'agent-1' }]);
  await master.received('RECONCILE');
  master.endStream();
  await until(events, 'subscribed');
  expect(ids((await master.received('RECONCILE')).call.reconcile?.tasks)).toEqual([]);
  expect((await master.received('RECONCILE')).call.reconcile?.tasks).toEqual([
    { task_id: { value: 'a' }, agent_id: { value: 'agent-1' } },
  ]);
  master.update({ taskId: 'a' });
  await done;
});

test('stopping rejects who still waits for answers', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master);
  await scheduler.start();
  const waiting = scheduler.reconcile(named).catch((error: unknown) => error);
  await scheduler.stop();
  expect(await waiting).toMatchObject({ code: 'MM_SDK_STOPPED' });
});
