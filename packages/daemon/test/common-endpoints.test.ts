// Goal: the endpoints of every daemon answer as Mesos does. Method: injected requests; keys, texts and headers are those
// of the recordings and of libprocess.
import { describe, expect, test } from 'vitest';
import {
  API_VERSION,
  createFront,
  ManualTime,
  MetricsRegistry,
  packageVersion,
  registerCommonEndpoints,
} from '@mini-mesos/daemon';
import type { LevelToggle } from '@mini-mesos/daemon';

function daemon() {
  const front = createFront({ processId: 'master' });
  const time = new ManualTime();
  const metrics = new MetricsRegistry({ time });
  const set: [number, number][] = [];
  const toggle: LevelToggle = { verbosity: 0, set: (...given) => void set.push(given) };
  let isHealthy = true;
  registerCommonEndpoints(front, { metrics, toggle, flags: () => ({ port: '5050' }), isHealthy: () => isHealthy });
  const ask = async (path: string, method = 'GET') => {
    const { status, headers, body } = await front.inject({ path, method });
    return { status, type: headers['content-type'], body: body.toString() };
  };
  return { front, time, metrics, set, ask, fallIll: () => (isHealthy = false) };
}

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

test('/version has the keys of a built Mesos, and three numbers', async () => {
  const { status, type, body } = await daemon().ask('/version');
  expect([status, type]).toEqual([200, JSON_TYPE]);
  expect(JSON.parse(body)).toEqual({
    build_date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    build_time: expect.any(Number),
    build_user: '',
    git_branch: `mini-mesos-${packageVersion()}`,
    git_sha: '',
    version: API_VERSION,
  });
  expect(API_VERSION.split('.').map(Number)).toEqual([1, 12, 0]);
});

test('/flags', async () => {
  const { ask } = daemon();
  const expected = { status: 200, type: JSON_TYPE, body: '{"flags":{"port":"5050"}}' };
  expect([await ask('/flags'), await ask('/master/flags.json')]).toEqual([expected, expected]);
});

test('/health is empty, without a type; 503 where the daemon says so', async () => {
  const { ask, fallIll } = daemon();
  expect(await ask('/health')).toEqual({ status: 200, type: undefined, body: '' });
  fallIll();
  expect((await ask('/master/health')).status).toBe(503);
});

describe('/metrics/snapshot', () => {
  test('with and without a time limit, which leaves slow gauges out', async () => {
    const { ask, metrics, time } = daemon();
    metrics.counter('b').increment();
    metrics.gauge('a', () => 0.5);
    expect(await ask('/metrics/snapshot')).toEqual({ status: 200, type: JSON_TYPE, body: '{"a":0.5,"b":1}' });
    metrics.gauge('slow', () => new Promise(() => undefined));
    const limited = ask('/metrics/snapshot?timeout=2000ms');
    await time.advanceAndSettle(2000);
    expect((await limited).body).toBe('{"a":0.5,"b":1}');
  });

  test('refuses a time that is none', async () => {
    const { status, type, body } = await daemon().ask('/metrics/snapshot?timeout=soon');
    expect([status, type]).toEqual([400, TEXT_TYPE]);
    expect(body).toMatch(/^Invalid timeout 'soon': .*\.\n$/);
  });

  test('as JSONP', async () => {
    expect(await daemon().ask('/metrics/snapshot?jsonp=cb')).toEqual({
      status: 200,
      type: 'text/javascript',
      body: 'cb({})',
    });
  });
});

describe('/logging/toggle', () => {
  test('tells the level', async () => {
    expect(await daemon().ask('/logging/toggle')).toEqual({ status: 200, type: TEXT_TYPE, body: '0\n' });
  });

  test.each(['GET', 'POST'])('sets it for a while by %s', async (method) => {
    const { ask, set } = daemon();
    expect(await ask('/logging/toggle?level=1&duration=15mins', method)).toEqual({
      status: 200,
      type: undefined,
      body: '',
    });
    expect(set).toEqual([[1, 900_000]]);
  });

  test.each([
    ['level=1', "Expecting 'duration=value' in query.\n"],
    ['duration=1secs', "Expecting 'level=value' in query.\n"],
    ['level=x&duration=1secs', "Failed to convert 'x' to number.\n"],
    ['level=-1&duration=1secs', "Invalid level '-1'.\n"],
    ['level=1&duration=soon', expect.stringContaining("'soon' as a duration")],
  ])('%s is refused', async (query, body) => {
    const { ask, set } = daemon();
    expect([await ask(`/logging/toggle?${query}`), set]).toEqual([{ status: 400, type: TEXT_TYPE, body }, []]);
  });
});

test('/system/stats.json', async () => {
  const { status, type, body } = await daemon().ask('/system/stats.json');
  expect([status, type]).toEqual([200, JSON_TYPE]);
  expect(Object.entries(JSON.parse(body) as object)).toEqual(
    ['avg_load_15min', 'avg_load_1min', 'avg_load_5min', 'cpus_total', 'mem_free_bytes', 'mem_total_bytes'].map(
      (name) => [name, expect.any(Number)],
    ),
  );
});

test('/help lists what can be asked for', async () => {
  const { ask, front } = daemon();
  front.post('/api/v1', () => ({ status: 200 }), { summary: 'Operator calls.' });
  const { type, body } = await ask('/help');
  expect(type).toBe(TEXT_TYPE);
  expect(body.split('\n')).toEqual(
    expect.arrayContaining([
      '/api/v1             POST       Operator calls.',
      '/logging/toggle     GET, POST  Raises the logging level for a while: level, duration.',
    ]),
  );
});
