// Goal: answers as a real Mesos gives them: status, headers, texts. Method: injected requests; literals are those of the
// recordings of Mesos 1.12 and of libprocess.
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createFront, silentLogger } from '@mini-mesos/daemon';
import type { FrontAnswer, FrontOptions, Handler, InjectedRequest, RouteOptions } from '@mini-mesos/daemon';

/** Answers one request to `GET /x` with the given answer. */
async function answered(
  answer: FrontAnswer | Handler,
  {
    request,
    route,
    options,
  }: { request?: Partial<InjectedRequest>; route?: RouteOptions; options?: Partial<FrontOptions> } = {},
) {
  const front = createFront({ processId: 'master', ...options });
  front.get('/x', typeof answer === 'function' ? answer : () => answer, route);
  front.post('/y', ({ body }) => ({ status: 202, body }));
  const { status, headers, body } = await front.inject({ path: '/x', ...request });
  return { status, headers, body: body.toString() };
}

describe('types and lengths follow from the body', () => {
  test.each<[string, FrontAnswer, object]>([
    [
      'JSON has no charset',
      { status: 200, json: { a: 1 } },
      { status: 200, headers: { 'content-type': 'application/json', 'content-length': '7' }, body: '{"a":1}' },
    ],
    [
      'text has one',
      { status: 400, body: 'no\n' },
      { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '3' }, body: 'no\n' },
    ],
    [
      'an empty text still has a type, as the 404 of LIST_FILES',
      { status: 404, body: '' },
      { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '0' }, body: '' },
    ],
    ['no body has no type, as /health', { status: 200 }, { status: 200, headers: { 'content-length': '0' }, body: '' }],
    [
      'bytes keep the type they are given',
      { status: 200, headers: { 'content-type': 'application/x-protobuf' }, body: Buffer.from('é') },
      { status: 200, headers: { 'content-type': 'application/x-protobuf', 'content-length': '2' }, body: 'é' },
    ],
    ['204 has no length', { status: 204 }, { status: 204, headers: {}, body: '' }],
  ])('%s', async (_, answer, expected) => {
    expect(await answered(answer)).toEqual(expected);
  });
});

describe('refusals', () => {
  test('an unknown path', async () => {
    expect(await answered({ status: 200 }, { request: { path: '/nope' } })).toEqual({
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '14' },
      body: '404 Not Found.',
    });
  });

  test('a method that the path does not have', async () => {
    expect(await answered({ status: 200 }, { request: { path: '/y' } })).toEqual({
      status: 405,
      headers: { allow: 'POST', 'content-type': 'text/plain; charset=utf-8', 'content-length': '72' },
      body: "405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'.",
    });
  });

  test('of several methods all are named', async () => {
    const front = createFront({ processId: 'master' });
    front.route(['GET', 'POST'], '/z', () => ({ status: 200 }));
    const { headers, body } = await front.inject({ method: 'PUT', path: '/z' });
    expect([headers['allow'], body.toString()]).toEqual([
      'GET, POST',
      "405 Method Not Allowed. Expecting one of { 'GET', 'POST' }, but received 'PUT'.",
    ]);
  });

  test('a body that is larger than the route takes', async () => {
    const request = { method: 'POST', path: '/y', body: 'x'.repeat(11) };
    expect(await answered({ status: 200 }, { request, options: { bodyMaxBytes: 10 } })).toMatchObject({
      status: 413,
      body: '413 Payload Too Large. Expecting at most 10 bytes.',
    });
  });

  test('a handler that throws is a 500, logged once per cause', async () => {
    const lines: [string, unknown][] = [];
    const note = (level: string) => (fields: unknown) => void lines.push([level, fields]);
    const logger = { ...silentLogger, error: note('error'), debug: note('debug') };
    const front = createFront({ processId: 'master', logger });
    front.get('/x', ({ query }) => Promise.reject(new Error(query.get('m') ?? '')));
    const statuses = [];
    for (const message of ['a', 'a', 'b']) statuses.push((await front.inject({ path: `/x?m=${message}` })).status);
    expect(statuses).toEqual([500, 500, 500]);
    expect((await front.inject({ path: '/x?m=a' })).body.toString()).toBe('500 Internal Server Error: a');
    expect(lines.map(([level]) => level)).toEqual(['error', 'debug', 'error', 'debug']);
  });

  test('what cannot be written as JSON is a 500 too', async () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(await answered({ status: 200, json: loop })).toMatchObject({ status: 500 });
  });
});

describe('JSONP', () => {
  test.each(['cb', 'angular.callbacks._0', 'jQuery_1$', 'a[0].b'])('%s( … ) as libprocess writes it', async (name) => {
    const got = await answered({ status: 200, json: { a: 1 } }, { request: { path: `/x?jsonp=${name}` } });
    expect(got).toMatchObject({ status: 200, body: `${name}({"a":1})` });
    expect(got.headers['content-type']).toBe('text/javascript');
  });

  test.each(['alert(1);x', '<script>', 'a b', '1a', 'a.', 'a'.repeat(200)])('%j is no name', async (name) => {
    const path = `/x?jsonp=${encodeURIComponent(name)}`;
    const got = await answered({ status: 200, json: {} }, { request: { path } });
    expect(got.status).toBe(400);
    expect(got.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('only wraps JSON of GET routes that want it', async () => {
    const request = { path: '/x?jsonp=cb' };
    expect((await answered({ status: 200, body: 'text' }, { request })).body).toBe('text');
    expect((await answered({ status: 404, json: {} }, { request })).body).toBe('{}');
    expect((await answered({ status: 200, json: {} }, { request: { path: '/x?jsonp=' } })).body).toBe('{}');
    expect((await answered({ status: 200, json: {} }, { request, route: { jsonp: false } })).body).toBe('{}');
  });
});

test('HEAD is GET without the body', async () => {
  expect(await answered({ status: 200, json: { a: 1 } }, { request: { method: 'HEAD' } })).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json', 'content-length': '7' },
    body: '',
  });
});

describe('zipping', () => {
  const json = { text: 'mesos '.repeat(1000) };
  const accepting = (value: string) => ({ request: { headers: { 'Accept-Encoding': value } } });

  test.each(['gzip', 'deflate, gzip;q=0.5', 'GZIP'])('large JSON is zipped for %s', async (value) => {
    const front = createFront({ processId: 'master' });
    front.get('/x', () => ({ status: 200, json }));
    const { headers, body } = await front.inject({ path: '/x', headers: { 'Accept-Encoding': value } });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', 'content-length': String(body.length) });
    expect(JSON.parse(gunzipSync(body).toString())).toEqual(json);
  });

  test.each(['', 'br', 'gzip;q=0', 'xgzip'])('not for %j', async (value) => {
    expect((await answered({ status: 200, json }, accepting(value))).headers['content-encoding']).toBeUndefined();
  });

  test('small or packed bodies stay as they are', async () => {
    const png = { status: 200, headers: { 'content-type': 'image/png' }, body: Buffer.alloc(5000) };
    expect((await answered({ status: 200, json: {} }, accepting('gzip'))).headers['content-encoding']).toBeUndefined();
    expect((await answered(png, accepting('gzip'))).headers['content-encoding']).toBeUndefined();
  });
});

describe('before', () => {
  const refuse = (answer: FrontAnswer) => ({ before: () => answer });

  test('answers before the method is checked: a follower redirects whatever comes', async () => {
    const options = refuse({ status: 307, headers: { location: '//leader:5050/master/y' } });
    const got = await answered({ status: 200 }, { request: { path: '/y' }, options });
    expect([got.status, got.headers['location']]).toEqual([307, '//leader:5050/master/y']);
  });

  test('is not asked for paths without a route', async () => {
    expect(
      await answered({ status: 200 }, { request: { path: '/nope' }, options: refuse({ status: 401 }) }),
    ).toMatchObject({
      status: 404,
    });
  });

  test('names who asks', async () => {
    const options: Partial<FrontOptions> = {
      before: (head) => {
        head.principal = 'ops';
        return undefined;
      },
    };
    const handler: Handler = ({ principal }) => ({ status: 200, body: principal ?? '' });
    expect((await answered(handler, { options })).body).toBe('ops');
  });
});

describe('other origins', () => {
  const headers = { Origin: 'http://ui', 'Access-Control-Request-Method': 'POST' };

  test('get nothing unless asked for', async () => {
    const got = await answered({ status: 200 }, { request: { headers } });
    expect(Object.keys(got.headers)).toEqual(['content-length']);
    expect((await answered({ status: 200 }, { request: { method: 'OPTIONS', headers } })).status).toBe(405);
  });

  test('are told when they were named', async () => {
    const options = { corsOrigins: ['http://ui'] };
    expect((await answered({ status: 200 }, { request: { headers }, options })).headers).toMatchObject({
      'access-control-allow-origin': 'http://ui',
    });
    const preflight = await answered({ status: 200 }, { request: { method: 'OPTIONS', path: '/y', headers }, options });
    expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([204, 'POST']);
    const stranger = { headers: { Origin: 'http://other' } };
    const got = await answered({ status: 200 }, { request: stranger, options });
    expect(got.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('all are welcome with *', async () => {
    const got = await answered({ status: 200 }, { request: { headers }, options: { corsOrigins: '*' } });
    expect(got.headers['access-control-allow-origin']).toBe('*');
  });
});

test('the server names itself where it is told to', async () => {
  const { headers } = await answered({ status: 200 }, { options: { server: 'mini-mesos/0.1.0' } });
  expect(headers['server']).toBe('mini-mesos/0.1.0');
});
