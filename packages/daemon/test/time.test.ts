// Goal: timers of both clocks keep their promises. Method: the manual clock is advanced; the machine's runs under
// vitest's fake timers, because a wait of weeks cannot be waited for.
import { afterEach, expect, test, vi } from 'vitest';
import { ManualTime, realTime } from '@mini-mesos/daemon';

afterEach(() => vi.useRealTimers());

test('manual timers run in order of time, then of arming, and see the time they were due at', () => {
  const time = new ManualTime(1000);
  const seen: [string, number][] = [];
  const note = (name: string) => () => void seen.push([name, time.nowMs()]);
  time.after(20, note('late'));
  time.after(10, note('first'));
  time.after(10, note('second'));
  time.after(30, note('too late'));
  time.advance(20);
  expect(seen).toEqual([
    ['first', 1010],
    ['second', 1010],
    ['late', 1020],
  ]);
  expect([time.nowMs(), time.monotonicMs(), time.armedCount]).toEqual([1020, 20, 1]);
});

test('a timer armed by a timer runs within the same advance when it falls due', () => {
  const time = new ManualTime();
  const seen: number[] = [];
  time.after(5, () => time.after(5, () => seen.push(time.nowMs())));
  time.advance(10);
  expect(seen).toEqual([10]);
});

test('a repeating timer runs until it is cancelled, also by itself', () => {
  const time = new ManualTime();
  let runs = 0;
  const timer = time.every(10, () => {
    runs += 1;
    if (runs === 3) timer.cancel();
  });
  time.advance(100);
  expect([runs, time.armedCount]).toEqual([3, 0]);
  expect(() => time.every(0, () => undefined)).toThrow('expected more than 0');
});

test('advanceAndSettle lets what a timer started go on before the next one', async () => {
  const time = new ManualTime();
  const seen: string[] = [];
  time.after(1, () => void Promise.resolve().then(() => seen.push('then')));
  time.after(2, () => seen.push('second'));
  await time.advanceAndSettle(2);
  expect(seen).toEqual(['then', 'second']);
});

test('the machine waits longer than Node itself can', () => {
  vi.useFakeTimers();
  let hasRun = false;
  const weeksMs = 4 * 7 * 24 * 3600 * 1000;
  realTime.after(weeksMs, () => (hasRun = true));
  vi.advanceTimersByTime(weeksMs - 1);
  expect(hasRun).toBe(false);
  vi.advanceTimersByTime(1);
  expect(hasRun).toBe(true);
});

test('a timer of the machine that repeats stops when it is cancelled', () => {
  vi.useFakeTimers();
  let runs = 0;
  const timer = realTime.every(10, () => (runs += 1));
  vi.advanceTimersByTime(35);
  timer.cancel();
  vi.advanceTimersByTime(100);
  expect(runs).toBe(3);
  expect(vi.getTimerCount()).toBe(0);
});

test('the clock of the machine tells the time of day', () => {
  expect(Math.abs(realTime.nowMs() - Date.now())).toBeLessThan(1000);
});
