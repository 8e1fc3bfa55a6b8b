// Goal: a snapshot shows counters, gauges and timers under Mesos' names, sorted, bounded and without waiting for slow
// gauges. Method: a manual clock; statistics against literals.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualTime, MetricsRegistry, registerSystemMetrics, systemStatistics } from '@mini-mesos/daemon';

describe('a snapshot', () => {
  test('is flat and sorted by name', async () => {
    const metrics = new MetricsRegistry();
    metrics.counter('master/messages_kill_task').increment();
    metrics.gauge('master/elected', () => 1);
    metrics.gauge('allocator/event_queue_dispatches', () => Promise.resolve(0));
    metrics.counter('Master/upper').increment(0);
    const snapshot = await metrics.snapshot();
    expect(Object.entries(snapshot)).toEqual([
      ['Master/upper', 0],
      ['allocator/event_queue_dispatches', 0],
      ['master/elected', 1],
      ['master/messages_kill_task', 1],
    ]);
  });

  test('leaves out what fails or is no number', async () => {
    const metrics = new MetricsRegistry();
    metrics.gauge('a', () => {
      throw new Error('broken');
    });
    metrics.gauge('b', () => Promise.reject(new Error('broken')));
    metrics.gauge('c', () => NaN);
    metrics.gauge('d', () => 4);
    expect(await metrics.snapshot()).toEqual({ d: 4 });
  });

  test('leaves out what does not answer in time, and waits for all where no time is given', async () => {
    const time = new ManualTime();
    const metrics = new MetricsRegistry({ time });
    let answer: (value: number) => void = () => undefined;
    metrics.gauge('slow', () => new Promise((resolve) => (answer = resolve)));
    metrics.gauge('quick', () => 1);
    const limited = metrics.snapshot({ timeoutMs: 2000 });
    await time.advanceAndSettle(2000);
    expect([await limited, time.armedCount]).toEqual([{ quick: 1 }, 0]);
    const patient = metrics.snapshot();
    answer(7);
    expect(await patient).toEqual({ quick: 1, slow: 7 });
  });

  test('a gauge that answers in time leaves no timer behind', async () => {
    const time = new ManualTime();
    const metrics = new MetricsRegistry({ time });
    metrics.gauge('quick', () => Promise.resolve(1));
    expect([await metrics.snapshot({ timeoutMs: 2000 }), time.armedCount]).toEqual([{ quick: 1 }, 0]);
  });

  test('asks collectors for many names at once, until they are removed', async () => {
    const metrics = new MetricsRegistry();
    const remove = metrics.collect(() => new Map([['master/tasks_running', 3]]));
    metrics.collect(() => {
      throw new Error('broken');
    });
    expect(await metrics.snapshot()).toEqual({ 'master/tasks_running': 3 });
    remove();
    expect(await metrics.snapshot()).toEqual({});
  });
});

describe('names', () => {
  test('of a counter or a timer may be asked for again; of a gauge not', () => {
    const metrics = new MetricsRegistry();
    metrics.counter('c').increment(2);
    metrics.counter('c').increment();
    expect(metrics.counter('c').value).toBe(3);
    expect(() => metrics.counter('c').increment(-1)).toThrow('expected 0 or more');
    expect(metrics.timer('t')).toBe(metrics.timer('t'));
    metrics.gauge('g', () => 1);
    expect(() => metrics.gauge('g', () => 1)).toThrow('the metric g is registered already');
    expect(() => metrics.counter('g')).toThrow('is no counter');
    metrics.gauge('x_ms', () => 1);
    expect(() => metrics.timer('x')).toThrow('is no timer');
  });

  test('go with what they belonged to', async () => {
    const metrics = new MetricsRegistry();
    for (const name of ['frameworks/a/calls', 'frameworks/a/events', 'frameworks/b/calls']) metrics.counter(name);
    expect([metrics.removeAll('frameworks/a/'), metrics.remove('frameworks/b/calls'), metrics.remove('nope')]).toEqual([
      2,
      true,
      false,
    ]);
    expect(await metrics.snapshot()).toEqual({});
  });

  test('are bounded: what is too many counts, but is not shown', async () => {
    const metrics = new MetricsRegistry({ namesMax: 2 });
    const counters = ['a', 'b', 'c'].map((name) => metrics.counter(name));
    for (const counter of counters) counter.increment();
    expect(await metrics.snapshot()).toEqual({ a: 1, b: 1 });
    expect([counters[2]?.value, metrics.namesDropped]).toEqual([1, 1]);
  });
});

describe('timers', () => {
  test('show the last value with its unit, and statistics from the second sample on', async () => {
    const metrics = new MetricsRegistry({ time: new ManualTime() });
    const timer = metrics.timer('allocator/mesos/allocation_run', { windowMs: 3_600_000 });
    expect(await metrics.snapshot()).toEqual({});
    timer.record(5);
    expect(await metrics.snapshot()).toEqual({ 'allocator/mesos/allocation_run_ms': 5 });
    timer.record(15);
    // Linear interpolation between the two.
    expect(await metrics.snapshot()).toEqual({
      'allocator/mesos/allocation_run_ms': 15,
      'allocator/mesos/allocation_run_ms/count': 2,
      'allocator/mesos/allocation_run_ms/max': 15,
      'allocator/mesos/allocation_run_ms/min': 5,
      'allocator/mesos/allocation_run_ms/p50': 10,
      'allocator/mesos/allocation_run_ms/p90': 14,
      'allocator/mesos/allocation_run_ms/p95': 14.5,
      'allocator/mesos/allocation_run_ms/p99': 14.9,
      'allocator/mesos/allocation_run_ms/p999': 14.99,
      'allocator/mesos/allocation_run_ms/p9999': 14.999,
    });
  });

  test('without a window show the last value only', async () => {
    const metrics = new MetricsRegistry({ time: new ManualTime() });
    const timer = metrics.timer('registrar/state_fetch');
    timer.record(1);
    timer.record(2);
    expect(await metrics.snapshot()).toEqual({ 'registrar/state_fetch_ms': 2 });
  });

  test('measure from start to stop, and promises that fail too', async () => {
    const time = new ManualTime();
    const metrics = new MetricsRegistry({ time });
    const timer = metrics.timer('t');
    const stop = timer.start();
    time.advance(12);
    expect([stop(), await metrics.snapshot()]).toEqual([12, { t_ms: 12 }]);
    const failing = timer.time(new Promise((_, reject) => time.after(7, () => reject(new Error('failed')))));
    time.advance(7);
    await expect(failing).rejects.toThrow('failed');
    expect(await metrics.snapshot()).toEqual({ t_ms: 7 });
  });

  test('forget what is older than the window, but never the last value', async () => {
    const time = new ManualTime();
    const metrics = new MetricsRegistry({ time });
    const timer = metrics.timer('t', { windowMs: 1000 });
    for (const value of [100, 1, 3]) {
      timer.record(value);
      time.advance(600);
    }
    expect(await metrics.snapshot()).toMatchObject({ 't_ms/count': 2, 't_ms/max': 3 });
    time.advance(10_000);
    timer.record(4);
    expect(await metrics.snapshot()).toEqual({ t_ms: 4 });
  });

  test('thin out old samples evenly: the recent half stays whole, and every age is still there', async () => {
    const time = new ManualTime();
    const metrics = new MetricsRegistry({ time });
    const timer = metrics.timer('t', { windowMs: 1_000_000 });
    // Falling values, so that high percentiles are old samples.
    for (let value = 4999; value >= 0; value -= 1) {
      timer.record(value);
      time.advance(1);
    }
    const snapshot = await metrics.snapshot();
    expect(snapshot['t_ms/p50']).toBeCloseTo(500, -1);
    expect(snapshot['t_ms/p90']).toBeGreaterThan(1500);
    expect(snapshot['t_ms/p99']).toBeGreaterThan(2500);
  });

  test('property: at most 1000 samples are kept, the newest and the oldest of the window among them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 5000 }), async (count) => {
        const time = new ManualTime();
        const metrics = new MetricsRegistry({ time });
        const timer = metrics.timer('t', { windowMs: 1_000_000 });
        for (let value = 1; value <= count; value += 1) {
          timer.record(value);
          time.advance(1);
        }
        expect(await metrics.snapshot()).toMatchObject({
          t_ms: count,
          't_ms/count': Math.min(count, 1000),
          't_ms/min': 1,
          't_ms/max': count,
        });
      }),
      { numRuns: 20 },
    );
  });
});

test('the machine is told as Mesos tells it', async () => {
  const metrics = new MetricsRegistry();
  registerSystemMetrics(metrics);
  const snapshot = await metrics.snapshot();
  expect(Object.keys(snapshot)).toEqual([
    'system/cpus_total',
    'system/load_15min',
    'system/load_1min',
    'system/load_5min',
    'system/mem_free_bytes',
    'system/mem_total_bytes',
  ]);
  const { cpus_total: cpus, mem_total_bytes: total, mem_free_bytes: free } = systemStatistics();
  expect([cpus >= 1, total > free, free > 0]).toEqual([true, true, true]);
});
