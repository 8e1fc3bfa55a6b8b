// Goal: events come one at a time, in order, to everybody, and what became of each is known. Method: a feed on its own.
import { expect, test } from 'vitest';
import { EventFeed } from '../src/shell/event-feed.js';

type Event = { type: 'a' | 'b'; n: number };

function makeFeed() {
  const settled: [number, boolean][] = [];
  const failed: string[] = [];
  const feed = new EventFeed<Event>({
    prepare: (event) => (event.n < 0 ? undefined : event),
    settled: ({ n }, isHandled) => void settled.push([n, isHandled]),
    listenerFailed: (error) => void failed.push(error.message),
    isForListenersOnly: ({ n }) => n === 99,
  });
  return { feed, settled, failed, push: (...ns: number[]) => ns.forEach((n) => feed.push({ type: 'a', n })) };
}

test('events that arrived before there was a consumer wait for one', async () => {
  const { feed, push } = makeFeed();
  push(1, -1, 2);
  const events = feed.events();
  expect([(await events.next()).value?.n, (await events.next()).value?.n]).toEqual([1, 2]);
});

test('an event is settled when the loop asks for the next one', async () => {
  const { feed, push, settled } = makeFeed();
  push(1, 2);
  const events = feed.events();
  await events.next();
  expect(settled).toEqual([]);
  await events.next();
  expect(settled).toEqual([[1, true]]);
  await events.return?.();
  push(3);
  const again = feed.events();
  expect((await again.next()).value?.n).toBe(3);
  expect(settled).toEqual([
    [1, true],
    [2, false],
  ]);
});

test('an event that a left loop did not take is kept for the next loop', async () => {
  const { feed, push } = makeFeed();
  const events = feed.events();
  push(1);
  await new Promise((resolve) => setImmediate(resolve));
  await events.return?.();
  expect((await feed.events().next()).value?.n).toBe(1);
});

test('two loops at once are refused', () => {
  const { feed } = makeFeed();
  feed.events();
  expect(() => feed.events()).toThrow('being read already');
});

test('a failing listener does not keep others from the event, nor later events from coming', async () => {
  const { feed, push, settled, failed } = makeFeed();
  const seen: number[] = [];
  feed.on('a', () => Promise.reject(new Error('no')));
  feed.on('a', ({ n }) => void seen.push(n));
  const events = feed.events();
  push(1, 2);
  await events.next();
  await events.next();
  expect(seen).toEqual([1, 2]);
  expect(settled).toEqual([[1, false]]);
  expect(failed[0]).toContain("a listener for 'a' failed (no)");
});

test('a listener that was removed hears nothing more', async () => {
  const { feed, push } = makeFeed();
  const seen: number[] = [];
  const listener = ({ n }: Event): void => void seen.push(n);
  feed.on('a', listener);
  feed.off('a', listener);
  const events = feed.events();
  push(1);
  await events.next();
  expect(seen).toEqual([]);
});

test('ending with an error shows what is queued first, then throws once', async () => {
  const { feed, push } = makeFeed();
  push(1, 99);
  feed.finish(new Error('over'));
  push(2);
  const events = feed.events();
  expect((await events.next()).value?.n).toBe(1);
  await expect(events.next()).rejects.toThrow('over');
  expect(await events.next()).toEqual({ done: true, value: undefined });
  await expect(feed.events().next()).rejects.toThrow('over');
});

test('ending without an error drops what is queued and frees who waits for room', async () => {
  const { feed, push } = makeFeed();
  while (!feed.isFull) push(1);
  const room = feed.room();
  const events = feed.events();
  feed.finish();
  await room;
  expect(await events.next()).toEqual({ done: true, value: undefined });
});
