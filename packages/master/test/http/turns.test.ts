// Goal: a crowd does not keep others from being served. Method: work that takes time on a clock by hand.
import { expect, test } from 'vitest';
import { Turns } from '../../src/shell/http/turns.js';

const clock = () => {
  let nowMs = 0;
  return { monotonicMs: () => nowMs, pass: (ms: number) => (nowMs += ms) };
};

test('work is done in its order, in slices, with the event loop free in between', async () => {
  const time = clock();
  const turns = new Turns(time, { waitingMax: 100 });
  const done: number[] = [];
  const all = Array.from({ length: 50 }, (_, index) =>
    turns.take(() => {
      time.pass(4);
      done.push(index);
      return index;
    }),
  );
  const lengths: number[] = [];
  while (done.length < 50) {
    await new Promise((resolve) => void setImmediate(resolve));
    lengths.push(done.length);
  }
  expect(await Promise.all(all.map(async (one) => one))).toEqual(done);
  expect(done).toEqual(Array.from({ length: 50 }, (_, index) => index));
  // Three pieces of 4 ms fill a slice of 10 ms.
  expect(lengths.slice(0, 3)).toEqual([3, 6, 9]);
});

test('others who have something to do get their time between two slices', async () => {
  const time = clock();
  const turns = new Turns(time, { waitingMax: 100 });
  const order: string[] = [];
  for (let index = 0; index < 3; index++) {
    void turns.take(() => {
      time.pass(10);
      order.push('slice');
    });
  }
  // Somebody else has 8 ms to do in each turn of the event loop.
  while (order.filter((one) => one === 'slice').length < 3) {
    await new Promise((resolve) => void setImmediate(resolve));
    time.pass(8);
    order.push('other');
  }
  const text = order.join(' ').replaceAll('other', 'o').replaceAll('slice', 'S');
  expect(text).toMatch(/^(o )*S( o){3} S( o){3} S o$/);
});

test('one more than may wait is refused, and work that throws harms no other', async () => {
  const turns = new Turns(clock(), { waitingMax: 2 });
  const bad = turns.take(() => {
    throw new Error('bad');
  });
  const good = turns.take(() => 'good');
  expect(turns.take(() => 'too much')).toBeUndefined();
  await expect(bad).rejects.toThrow('bad');
  expect(await good).toBe('good');
  expect(await turns.take(() => 'again')).toBe('again');
});
