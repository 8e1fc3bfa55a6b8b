// Goal: which handler takes a request: prefixes, trailing slashes, `.json`, encodings. Method: injected requests
// against handlers that tell what they saw.
import { describe, expect, test } from 'vitest';
import { createFront } from '@mini-mesos/daemon';
import type { Front, FrontRequest } from '@mini-mesos/daemon';

const seen = ({ route, path, rest, delegatedUrl, query }: FrontRequest) => ({
  status: 200,
  json: { route, path, rest, delegatedUrl, query: Object.fromEntries(query) },
});

function frontOf(processId: string): Front {
  const front = createFront({ processId });
  front.get('/state', seen);
  front.get('/frameworks', seen);
  front.get('/metrics/snapshot', seen);
  front.get('/system/stats.json', seen);
  front.get('/redirect', seen, { exact: true });
  front.get('/health', seen, { jsonAlias: false });
  front.delete('/quota', seen);
  front.get('/quota', seen);
  front.post('/api/v1', seen);
  front.post('/api/v1/scheduler', seen);
  return front;
}

const master = frontOf('master');
const agent = frontOf('slave(1)');

async function ask(front: Front, path: string, method = 'GET') {
  const { status, body } = await front.inject({ method, path });
  return status === 200 ? (JSON.parse(body.toString()) as { route: string; path: string; rest: string }) : status;
}

describe('one handler, many spellings', () => {
  test.each([
    [master, '/state'],
    [master, '/master/state'],
    [master, '/state/'],
    [master, '//master//state//'],
    [master, '/state.json'],
    [master, '/master/state.json/'],
    [master, '/%73tate'],
    [master, '/m%61ster/state'],
    [master, 'http://other:1/master/state'],
    [agent, '/state'],
    [agent, '/slave(1)/state'],
    [agent, '/slave%281%29/state'],
    [agent, '/slave%281%29/state.json'],
  ])('%#: %s reaches /state', async (front, path) => {
    expect(await ask(front, path)).toMatchObject({ route: '/state', path: '/state', rest: '' });
  });

  test('the process of another daemon is no prefix', async () => {
    expect(await ask(agent, '/master/state')).toBe(404);
  });

  test('a path that ends in .json by itself stands on its own', async () => {
    expect(await ask(master, '/system/stats.json')).toMatchObject({ route: '/system/stats.json' });
    expect(await ask(master, '/system/stats')).toBe(404);
  });

  test('a route may do without the alias', async () => {
    expect(await ask(master, '/health.json')).toBe(404);
    expect(await ask(master, '/api/v1.json', 'POST')).toBe(404);
  });
});

describe('the longest registered prefix takes the path', () => {
  test.each([
    ['/frameworks/', 'GET', '/frameworks', ''],
    ['/frameworks/abc/def', 'GET', '/frameworks', 'abc/def'],
    ['/metrics/snapshot/x', 'GET', '/metrics/snapshot', 'x'],
    ['/api/v1/operator', 'POST', '/api/v1', 'operator'],
    ['/api/v1/scheduler/x', 'POST', '/api/v1/scheduler', 'x'],
    ['/quota/my%2Frole', 'DELETE', '/quota', 'my/role'],
    ['/quota/my%20role', 'DELETE', '/quota', 'my role'],
  ])('%s by %s reaches %s', async (path, method, route, rest) => {
    expect(await ask(master, path, method)).toMatchObject({ route, rest });
  });

  test('a route may take its own path only', async () => {
    expect(await ask(master, '/redirect')).toMatchObject({ route: '/redirect' });
    expect(await ask(master, '/redirect/x')).toBe(404);
  });

  test.each(['/nope', '/', '/master', '/metrics', '/statex', '/master/nope'])('%s reaches nothing', async (path) => {
    expect(await ask(master, path)).toBe(404);
  });
});

describe('what names nothing is a 404', () => {
  test.each(['/state/../state', '/state/%2e%2e/state', '/%zz', '/%ff', '/state/%00', '*', 'state'])(
    '%s',
    async (path) => {
      expect(await ask(master, path)).toBe(404);
    },
  );

  test('a very deep path is looked up no deeper than the routes go', async () => {
    expect(await ask(master, `/state${'/x'.repeat(100_000)}`)).toMatchObject({ route: '/state' });
  });
});

test.each([
  ['/state?jsonp=', '/master/state?jsonp='],
  ['/master/state?a=b&a=c', '/master/state?a=b&a=c'],
  ['/state/', '/master/state/'],
])('%s is %s to redirects', async (path, delegatedUrl) => {
  expect(await ask(master, path)).toMatchObject({ delegatedUrl });
});

test('queries are decoded; the first of several values counts', async () => {
  const { body } = await master.inject({ path: '/state?path=%2Fa%20b+c&x=1' });
  expect(JSON.parse(body.toString())).toMatchObject({ query: { path: '/a b c', x: '1' } });
});

test('routes are listed with their methods; a method of a path is registered once', () => {
  const front = frontOf('master');
  expect(front.routes()).toContainEqual({ path: '/quota', methods: ['DELETE', 'GET'], summary: '' });
  expect(() => front.get('/state/', seen)).toThrow('GET /state is registered twice');
});
