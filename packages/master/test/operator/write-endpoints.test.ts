// Goal: the old endpoints do what the calls of the operator API do, and refuse bodies with the texts of Mesos.
import { beforeEach, describe, expect, it } from 'vitest';
import { readFront } from '../read/support/read-front.js';
import type { ReadFront } from '../read/support/read-front.js';
import { Harness } from '../support/harness.js';
import type { Machine } from '../support/harness.js';

let world: Harness;
let agent: Machine;
let http: ReadFront;

beforeEach(() => {
  world = new Harness();
  agent = world.register('cpus:4;mem:4096;disk:1024');
  http = readFront(world);
});

async function send(method: string, path: string, body: string, type = 'application/json') {
  const answer = await http.front.inject({ method, path, headers: { 'content-type': type }, body });
  return { status: answer.status, text: answer.body.toString() };
}
const form = (path: string, fields: Record<string, string>) =>
  send('POST', path, new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded');

const DONE = { status: 200, text: '' };

describe('/weights', () => {
  it('PUT sets weights', async () => {
    expect(await send('PUT', '/weights', '[{"role":"dev","weight":2.5}]')).toEqual(DONE);
    expect(await http.getJson('/master/weights')).toEqual([{ role: 'dev', weight: 2.5 }]);
  });

  it.each([
    ['x', "Failed to parse update weights request JSON 'x': syntax error at line 1 near: x"],
    ['{}', "Failed to parse update weights request JSON '{}': Unexpected JSON type parsed"],
    ['[{"role":"dev"}]', 'Failed to convert weights JSON array to protobuf \'[{"role":"dev"}]\': '],
    [
      '[{"role":"dev","weight":0}]',
      "Failed to validate update weights request JSON for role 'dev': Invalid weight '0'",
    ],
  ])('PUT refuses %s', async (body, text) => {
    const answer = await send('PUT', '/weights', body);
    expect(answer).toEqual({ status: 400, text: expect.stringContaining(text) });
  });
});

describe('/quota', () => {
  const body = JSON.stringify({ role: 'dev', guarantee: [{ name: 'cpus', type: 'SCALAR', scalar: { value: 1 } }] });

  it('POST sets, GET shows and DELETE removes', async () => {
    expect(await send('POST', '/quota', body)).toEqual(DONE);
    expect(await http.getJson('/quota')).toMatchObject({ infos: [{ role: 'dev' }] });
    expect(await send('DELETE', '/master/quota/dev', '')).toEqual(DONE);
    expect(await http.getJson('/quota')).toEqual({});
    expect(await send('DELETE', '/quota/dev', '')).toEqual({
      status: 400,
      text: "Failed to remove quota for path '/master/quota/dev': Role 'dev' has no quota set",
    });
    expect(await send('DELETE', '/quota', '')).toMatchObject({ status: 400 });
  });

  it('POST refuses what is no request', async () => {
    expect((await send('POST', '/quota', 'x')).text).toContain('Failed to parse set quota request JSON');
    expect((await send('POST', '/quota', '{"force":3}')).text).toContain('Failed to validate set quota request JSON');
  });
});

describe('resources of agents', () => {
  const resources = JSON.stringify([
    { name: 'disk', type: 'SCALAR', scalar: { value: 64 }, reservations: [{ type: 'DYNAMIC', role: 'ops' }] },
  ]);
  const volumes = JSON.stringify([
    { ...JSON.parse(resources)[0], disk: { persistence: { id: 'v' }, volume: { container_path: 'd', mode: 'RW' } } },
  ]);

  it('are reserved, made volumes of, and given back', async () => {
    const slaveId = agent.id;
    expect(await form('/reserve', { slaveId, resources })).toEqual({ status: 202, text: '' });
    const { slaves } = await http.getJson('/slaves');
    expect(slaves[0].reserved_resources.ops).toMatchObject({ disk: 64 });
    expect(slaves[0].reserved_resources_full.ops).toMatchObject([{ role: 'ops', reservation: {} }]);
    expect(await form('/create-volumes', { slaveId, volumes })).toMatchObject({ status: 202 });
    expect(await form('/unreserve', { slaveId, resources })).toMatchObject({ status: 409 });
    expect(await form('/destroy-volumes', { slaveId, volumes })).toMatchObject({ status: 202 });
    expect(await form('/unreserve', { slaveId, resources })).toMatchObject({ status: 202 });
  });

  it('take the form from before reservations could be refined', async () => {
    const old = JSON.stringify([
      { name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, role: 'ops', reservation: { labels: {} } },
    ]);
    expect(await form('/reserve', { slaveId: agent.id, resources: old })).toMatchObject({ status: 202 });
    expect(agent.record.total.reservedTo('ops').scalarMilli('cpus')).toBe(1000);
  });

  it('refuse a form that lacks something', async () => {
    const missing = (name: string) => ({ status: 400, text: `Missing '${name}' query parameter in the request body` });
    expect(await form('/reserve', { resources })).toEqual(missing('slaveId'));
    expect(await form('/reserve', { slaveId: agent.id })).toEqual(missing('resources'));
    expect(await form('/create-volumes', { slaveId: agent.id, resources })).toEqual(missing('volumes'));
    expect(await form('/reserve', { slaveId: 'x', resources })).toEqual({
      status: 400,
      text: 'No agent found with specified ID',
    });
    expect((await form('/reserve', { slaveId: agent.id, resources: '{}' })).text).toContain("parsing 'resources'");
  });
});

describe('maintenance', () => {
  it('is planned, started and ended', async () => {
    const machine = { hostname: agent.description.agent_info.hostname, ip: '127.0.0.1' };
    const windows = [{ machine_ids: [machine], unavailability: { start: { nanoseconds: 1 } } }];
    expect(await send('POST', '/maintenance/schedule', JSON.stringify({ windows }))).toEqual(DONE);
    expect(await http.getJson('/maintenance/schedule')).toEqual({ windows });
    expect(await send('POST', '/machine/down', JSON.stringify([machine]))).toEqual(DONE);
    expect(await http.getJson('/maintenance/status')).toEqual({ down_machines: [machine] });
    expect(await send('POST', '/machine/up', JSON.stringify([machine]))).toEqual(DONE);
    expect(await http.getJson('/maintenance/schedule')).toEqual({});
  });

  it('refuses bodies that are none', async () => {
    expect(await send('POST', '/maintenance/schedule', '[]')).toMatchObject({ status: 400 });
    expect((await send('POST', '/machine/down', '{}')).text).toBe('Unexpected JSON type parsed');
    expect((await send('POST', '/machine/up', '[]')).text).toBe('List of machines is empty');
  });
});

describe('POST /api/v1', () => {
  it('answers calls that change something without a body', async () => {
    const answer = await http.call({ type: 'UPDATE_QUOTA', update_quota: { quota_configs: [{ role: 'dev' }] } });
    expect([answer.status, answer.body.length, answer.headers['content-type']]).toEqual([200, 0, undefined]);
  });

  it('wants the agent of a volume that is resized', async () => {
    const call = {
      type: 'SHRINK_VOLUME',
      shrink_volume: { volume: { name: 'disk', type: 'SCALAR' }, subtract: { value: 1 } },
    };
    const answer = await http.call(call);
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain("Expecting 'agent_id' to be present");
  });
});
