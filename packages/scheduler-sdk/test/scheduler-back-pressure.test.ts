// Goal: a slow scheduler makes the SDK stop reading, not grow, and loses nothing. Method: a fake master that sends far
// more than the queue's bound and watches its own socket fill.
import { expect, test } from 'vitest';
import { EVENT_QUEUE_MAX } from '../src/core/event-queue.js';
import { ManualClock } from './manual-clock.js';
import { makeScheduler, startMaster, until } from './schedulers.js';

/** Enough to fill the sockets' buffers as well, which take some MiB on loopback. */
const UPDATES = 15_000;
const data = new Uint8Array(1_000);

test('events beyond the bound wait in the master, and all arrive in order once the scheduler reads', async () => {
  const master = await startMaster();
  const scheduler = makeScheduler(master);
  const events = scheduler.events();
  await until(events, 'subscribed');
  const response = master.stream?.response;
  if (!response) throw new Error('no stream');
  for (let i = 0; i < UPDATES; i++) master.update({ taskId: String(i), data });
  // The first event is taken; from then on nobody asks.
  expect((await until(events, 'update')).status.task_id.value).toBe('0');
  await scheduler.revive();
  expect(response.writableLength).toBeGreaterThan(UPDATES * 500);
  for (let i = 1; i < UPDATES; i++) {
    const { value } = await events.next();
    if (value?.type !== 'update' || value.status.task_id.value !== String(i)) throw new Error(`lost before ${i}`);
  }
  expect(response.writableLength).toBe(0);
});

test('silence that we make ourselves by not reading is no reason to reconnect', async () => {
  const master = await startMaster();
  const clock = new ManualClock();
  const scheduler = makeScheduler(master, { clock });
  const events = scheduler.events();
  await until(events, 'subscribed');
  for (let i = 0; i < 2 * EVENT_QUEUE_MAX; i++) master.update({ taskId: String(i) });
  await until(events, 'update');
  await scheduler.revive();
  clock.advance(100 * 15_000);
  await scheduler.revive();
  expect(master.calls.map(({ call }) => call.type)).toEqual(['SUBSCRIBE', 'REVIVE', 'REVIVE']);
  // Reading again, silence counts again.
  for (let i = 1; i < 2 * EVENT_QUEUE_MAX; i++) await until(events, 'update');
  await scheduler.revive();
  clock.advance(5 * 15_000);
  await until(events, 'disconnected');
});
