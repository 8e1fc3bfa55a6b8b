// Goal: bars and charts show what there is. Method: metrics and agents by hand.
import { describe, expect, test } from 'vitest';
import { capacities, clusterCapacity, namesIn, reservationsOf } from '../src/core/capacity.js';
import { History, rateSeries, SAMPLES_MAX, utilisationSeries } from '../src/core/history.js';
import { quantitiesOf } from '../src/core/quantities.js';
import { containerUses } from '../src/core/statistics.js';
import { tableWindow } from '../src/core/table-window.js';
import fc from 'fast-check';
import { agent, scalar } from './support/rows.js';

describe('capacity', () => {
  test('the metrics of a master tell it without asking for agents', () => {
    const metrics = {
      'master/cpus_total': 4,
      'master/cpus_used': 0.4,
      'master/mem_total': 4096,
      'allocator/mesos/resources/cpus/offered_or_allocated': 4,
    };
    const [cpus, mem] = clusterCapacity(metrics, []);
    expect(cpus).toEqual({ name: 'cpus', total: 4, used: 0.4, offered: 3.6 });
    expect(mem).toEqual({ name: 'mem', total: 4096, used: 0, offered: 0 });
  });

  test('without them it is the sum over agents', () => {
    const agents = [
      agent({ id: 'a', allocated_resources: [scalar('cpus', 2)] }),
      agent({ id: 'b', offered_resources: [scalar('cpus', 1)] }),
    ];
    expect(clusterCapacity(undefined, agents)[0]).toEqual({ name: 'cpus', total: 16, used: 2, offered: 1 });
  });

  test('gpus are shown where there are any', () => {
    const names = (total: { [name: string]: number }) =>
      capacities({ total, used: {}, offered: {} }).map(({ name }) => name);
    expect(names({ cpus: 1 })).toEqual(['cpus', 'mem', 'disk']);
    expect(names({ gpus: 2 })).toEqual(['cpus', 'mem', 'disk', 'gpus']);
  });

  test('resources are told apart by whom they are reserved to', () => {
    const reserved = { ...scalar('cpus', 2), reservations: [{ role: 'a' }, { role: 'a/b' }] };
    const old = { ...scalar('mem', 64), role: 'ops' };
    const total = [{ ...scalar('cpus', 6), role: '*' }, reserved, old];
    expect(reservationsOf({ total, used: [{ ...reserved, scalar: { value: 1 } }] }, quantitiesOf)).toEqual([
      { role: '', total: { cpus: 6 }, used: {}, offered: {} },
      { role: 'a/b', total: { cpus: 2 }, used: { cpus: 1 }, offered: {} },
      { role: 'ops', total: { mem: 64 }, used: {}, offered: {} },
    ]);
    expect(namesIn([{ ports: 3, cpus: 1, mem: 0 }])).toEqual(['cpus', 'ports']);
  });
});

describe('history', () => {
  const sample = (atMs: number, launches: number) => ({ atMs, cpus: 0.5, mem: 0.25, launches, endings: 0 });

  test('rates are per second between samples, and the first sample has none', () => {
    const { times, lines } = rateSeries([sample(1000, 10), sample(3000, 16), sample(4000, 16)]);
    expect(times).toEqual([1, 3, 4]);
    expect(lines[0]).toEqual([null, 3, 0]);
  });

  test('use is in per cent', () => expect(utilisationSeries([sample(0, 0)]).lines).toEqual([[50], [25]]));

  test('the oldest samples go', () => {
    const history = new History();
    for (let at = 0; at < SAMPLES_MAX + 3; at += 1) history.add(sample(at, 0));
    expect([history.samples.length, history.samples[0]?.atMs]).toEqual([SAMPLES_MAX, 3]);
  });
});

test('what a container uses of the processors is a difference of two answers', () => {
  const message = (id: string, timestamp: number, used: number) => ({
    executor_id: id,
    executor_name: '',
    framework_id: 'f',
    statistics: { timestamp, cpus_user_time_secs: used, cpus_system_time_secs: used, mem_rss_bytes: 5 },
  });
  const uses = containerUses([message('a', 12, 2), message('b', 12, 9)], [message('b', 10, 8), message('a', 12, 1)]);
  expect(uses.map(({ executorId, cpus }) => [executorId, cpus])).toEqual([
    ['b', 1],
    ['a', undefined],
  ]);
  expect(containerUses([message('a', 12, 2)], undefined)[0]).toMatchObject({ cpus: undefined, memBytes: 5 });
});

test('property: every row in view is drawn, and the table is as high as all its rows', () => {
  const view = fc.record({
    count: fc.nat(20_000),
    rowHeight: fc.integer({ min: 20, max: 60 }),
    scrolled: fc.nat(1_500_000),
    viewHeight: fc.integer({ min: 100, max: 2000 }),
  });
  fc.assert(
    fc.property(view, ({ count, rowHeight, scrolled, viewHeight }) => {
      const { start, end, aboveHeight, belowHeight } = tableWindow({ count, rowHeight, scrolled, viewHeight });
      expect(aboveHeight + (end - start) * rowHeight + belowHeight).toBe(count * rowHeight);
      expect(end - start).toBeGreaterThanOrEqual(Math.min(count, 1));
      const last = Math.min(count, Math.ceil((scrolled + viewHeight) / rowHeight));
      const first = Math.min(Math.floor(scrolled / rowHeight), count);
      if (first < last) expect([start <= first, end >= last]).toEqual([true, true]);
      expect(end - start).toBeLessThanOrEqual(Math.ceil(viewHeight / rowHeight) + 24);
    }),
  );
});
