// Goal: the reading endpoints answer under Mesos' paths, with its types, parameters and JSONP; a master that does not
// lead sends callers to the one that does. Method: requests through the front, and the redirect's decision by itself.
import type { MasterInfo } from '@mini-mesos/proto';
import { describe, expect, it } from 'vitest';
import { redirectToLeader } from '../../src/shell/http/read/redirect.js';
import { Harness, resources, task } from '../support/harness.js';
import { capturedCluster, sample, unordered } from './support/captured-cluster.js';
import { readFront } from './support/read-front.js';

const { world, capture, agent } = capturedCluster();
const { get, getJson } = readFront(world);

describe('a reading endpoint', () => {
  it.each([
    '/state',
    '/master/state',
    '/state.json',
    '/master/state.json',
    '/state/',
    '/state-summary',
    '/slaves',
    '/frameworks',
    '/master/frameworks/',
    '/tasks',
    '/roles',
    '/weights',
    '/quota',
    '/maintenance/schedule',
    '/maintenance/status',
    '/metrics/snapshot',
    '/version',
    '/flags',
    '/system/stats.json',
  ])('%s is JSON', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
    expect(JSON.parse(answer.body.toString())).toBeTypeOf('object');
  });

  it('wraps its answer for JSONP', async () => {
    const answer = await get('/state?jsonp=cb');
    expect(answer.headers['content-type']).toBe('text/javascript');
    const [, json] = /^cb\((.*)\)$/s.exec(answer.body.toString()) ?? [];
    expect(JSON.parse(json ?? '')).toEqual(await getJson('/state'));
  });

  it('says nothing on /health but that all is well', async () => {
    const answer = await get('/health');
    expect([answer.status, answer.headers['content-type'], answer.body.length]).toEqual([200, undefined, 0]);
  });

  it('takes parameters', async () => {
    expect((await getJson('/tasks?limit=1&order=asc')).tasks.map(({ id }: { id: string }) => id)).toEqual(['long']);
    expect((await getJson('/tasks?limit=no&offset=-1')).tasks).toHaveLength(4);
    expect((await getJson(`/tasks?framework_id=${capture.id}&task_id=ok`)).tasks).toHaveLength(1);
    expect((await getJson(`/slaves?slave_id=${agent.id}`)).slaves).toHaveLength(1);
    expect((await getJson('/slaves?slave_id=x')).slaves).toHaveLength(0);
    expect((await getJson('/frameworks?framework_id=x')).frameworks).toHaveLength(0);
  });

  it('shows on /state what the flags and the clock say', async () => {
    const {
      git_sha: _sha,
      build_date: _date,
      build_time: _time,
      git_branch: _branch,
      ...shown
    } = await getJson('/state');
    const { git_sha: _a, build_date: _b, build_time: _c, git_branch: _d, ...expected } = sample('state');
    expect(unordered(shown)).toEqual(unordered(expected));
  });
});

describe('/roles', () => {
  it('adds up what frameworks of the role hold', async () => {
    expect(await getJson('/roles')).toEqual({
      roles: [
        {
          name: 'dev',
          weight: 1,
          quota: { role: 'dev', guarantee: {}, limit: {}, consumed: { cpus: 0.3, disk: 32, mem: 96 } },
          resources: { cpus: 4, disk: 8192, mem: 4096, ports: 1001 },
          allocated: { cpus: 0.3, disk: 32, mem: 96 },
          offered: { cpus: 3.7, disk: 8160, mem: 4000, ports: 1001 },
          reserved: {},
          frameworks: [capture.id],
        },
      ],
    });
  });

  it('knows roles by subscriptions, reservations and weights, with the roles above them', async () => {
    const cluster = new Harness();
    cluster.register('cpus:2;cpus(ops/web):1');
    cluster.state.registry.weights.set('heavy', 3);
    cluster.subscribe({ user: 'u', name: 'n', roles: ['z'], capabilities: [{ type: 'MULTI_ROLE' }] });
    const { roles } = await readFront(cluster).getJson('/roles');
    expect(roles.map(({ name, weight, reserved }: Record<string, unknown>) => [name, weight, reserved])).toEqual([
      ['heavy', 3, {}],
      ['ops', 1, { cpus: 1 }],
      ['ops/web', 1, { cpus: 1 }],
      ['z', 1, {}],
    ]);
    expect(roles[1].quota.consumed).toEqual({ cpus: 1 });
    expect(await readFront(cluster).getJson('/weights')).toEqual([{ role: 'heavy', weight: 3 }]);
  });

  it('counts a reservation once against the quota, whether it is used or not', async () => {
    const cluster = new Harness();
    const machine = cluster.register('cpus(dev):3;mem(dev):1024;cpus:1');
    const client = cluster.subscribe();
    const held = resources('cpus(dev):1;mem(dev):128').toProto();
    const offer = cluster.offer(client, machine, 'cpus(dev):1;mem(dev):128');
    client.launch(offer, task('t', machine, '', { resources: held }));
    const { roles } = await readFront(cluster).getJson('/roles');
    expect(roles[0]).toMatchObject({
      name: 'dev',
      allocated: { cpus: 1, mem: 128 },
      reserved: { cpus: 3, mem: 1024 },
      quota: { consumed: { cpus: 3, mem: 1024 } },
    });
  });

  it('shows only the roles of a whitelist where there is one', async () => {
    const cluster = new Harness({ roleWhitelist: new Set(['a/b']) });
    cluster.state.registry.weights.set('heavy', 3);
    const { roles } = await readFront(cluster).getJson('/roles');
    expect(roles.map(({ name }: { name: string }) => name)).toEqual(['a', 'a/b']);
  });
});

describe('/redirect', () => {
  it('leads to the leader', async () => {
    for (const path of ['/redirect', '/master/redirect']) {
      const answer = await get(path);
      expect([answer.status, answer.headers['location']]).toEqual([307, '//127.0.0.1:5050']);
    }
    expect((await get('/redirect/x')).status).toBe(404);
  });

  it('leads nowhere while nobody leads', async () => {
    const answer = await readFront(new Harness(), { leader: () => undefined }).get('/redirect');
    expect([answer.status, answer.body.toString()]).toEqual([503, 'No leader elected']);
  });
});

describe('a master that does not lead', () => {
  const leader: MasterInfo = { id: 'm', ip: 1, port: 5050, hostname: 'leader' };
  const decide = (route: string, leadership = {}) =>
    redirectToLeader(
      { route, delegatedUrl: `/master${route}?a=b` },
      { isLeading: false, isRecovered: false, leader, ...leadership },
    );

  it.each(['/state', '/api/v1', '/api/v1/scheduler', '/tasks', '/teardown', '/quota', '/maintenance/schedule'])(
    'redirects %s to the same path there',
    (route) => {
      expect(decide(route)).toEqual({ status: 307, headers: { location: `//leader:5050/master${route}?a=b` } });
    },
  );

  it.each([
    '/health',
    '/version',
    '/flags',
    '/metrics/snapshot',
    '/redirect',
    '/files/read',
    '/logging/toggle',
    '/help',
  ])('answers %s itself', (route) => {
    expect(decide(route)).toBeUndefined();
  });

  it('says so where nobody leads', () => {
    expect(decide('/state', { leader: undefined })).toEqual({ status: 503, body: 'No leader elected' });
  });

  it('puts an IPv6 address into brackets', () => {
    const address = { hostname: '::1', ip: '::1', port: 5050 };
    const { hostname: _, ...nameless } = leader;
    expect(decide('/state', { leader: { ...nameless, address } })?.headers).toEqual({
      location: '//[::1]:5050/master/state?a=b',
    });
  });

  it('once it leads answers, but only when it has read its registry', () => {
    for (const route of ['/state', '/quota', '/api/v1', '/mini-mesos/v1/agent']) {
      expect(decide(route, { isLeading: true })).toEqual({ status: 503, body: 'Master has not finished recovery' });
      expect(decide(route, { isLeading: true, isRecovered: true })).toBeUndefined();
    }
    expect(decide('/health', { isLeading: true })).toBeUndefined();
  });
});
