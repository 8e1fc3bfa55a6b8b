// Goal: the reading calls of the operator API answer what Mesos answers, in JSON and in protobuf. Method: calls through
// the front to a machine that was told what happened in a recorded cluster; answers are held against the recording.
import { fromJson } from '@mini-mesos/wire';
import { describe, expect, it } from 'vitest';
import { applyRegistryOperation } from '../../src/core/registry/registry.js';
import type { OperatorApiDeps } from '../../src/shell/http/operator/ports.js';
import { Harness, task } from '../support/harness.js';
import { capturedCluster, sample, unordered } from './support/captured-cluster.js';
import { readFront, START_MS } from './support/read-front.js';

const expected = sample('get-state');
const { world, capture } = capturedCluster();
const { call, callJson, callProtobuf, get } = readFront(world);

describe('GET_STATE and its parts in JSON', () => {
  it('GET_STATE has the values that Mesos has', async () => {
    const answer = await call({ type: 'GET_STATE' });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(unordered(JSON.parse(answer.body.toString()))).toEqual(unordered(expected));
  });

  it.each([
    ['GET_TASKS', 'get_tasks'],
    ['GET_EXECUTORS', 'get_executors'],
    ['GET_FRAMEWORKS', 'get_frameworks'],
    ['GET_AGENTS', 'get_agents'],
  ])('%s is a part of it', async (type, section) => {
    const part = { type, [section]: expected.get_state[section] };
    expect(unordered(await callJson({ type }))).toEqual(unordered(part));
  });

  it('lists stay where they are empty, as in Mesos', async () => {
    const empty = readFront(new Harness());
    expect(await empty.callJson({ type: 'GET_STATE' })).toEqual({
      type: 'GET_STATE',
      get_state: {
        get_tasks: { tasks: [], unreachable_tasks: [], completed_tasks: [] },
        get_executors: { executors: [] },
        get_frameworks: { frameworks: [], completed_frameworks: [] },
        get_agents: { agents: [], recovered_agents: [] },
      },
    });
  });

  it('whole doubles keep their point', async () => {
    const text = (await call({ type: 'GET_AGENTS' })).body.toString();
    expect(text).toContain('"scalar":{"value":4.0}');
  });
});

describe('in protobuf', () => {
  it('GET_STATE holds the same', async () => {
    const json = fromJson('mesos.v1.master.Response', expected);
    const { get_state: state } = await callProtobuf({ type: 'GET_STATE' });
    const plain = (value: unknown) => unordered(JSON.parse(JSON.stringify(value)));
    const { agents } = json.get_state?.get_agents ?? {};
    expect(plain(state?.get_agents?.agents)).toEqual(plain(agents));
    expect(plain(state?.get_frameworks?.frameworks)).toEqual(plain(json.get_state?.get_frameworks?.frameworks));
    expect(state?.get_tasks?.tasks).toHaveLength(3);
    expect(state?.get_tasks?.completed_tasks).toHaveLength(1);
    expect(state?.get_executors?.executors).toHaveLength(1);
  });

  it.each(['GET_TASKS', 'GET_AGENTS', 'GET_ROLES', 'GET_MASTER', 'GET_HEALTH', 'GET_METRICS'] as const)(
    '%s is answered',
    async (type) => {
      const response = await callProtobuf({ type, get_metrics: {} });
      expect(response.type).toBe(type);
    },
  );
});

describe('the other calls', () => {
  it('GET_HEALTH', async () => {
    expect(await callJson({ type: 'GET_HEALTH' })).toEqual({ type: 'GET_HEALTH', get_health: { healthy: true } });
  });

  it('GET_FLAGS lists what /flags shows', async () => {
    expect(await callJson({ type: 'GET_FLAGS' })).toEqual({
      type: 'GET_FLAGS',
      get_flags: {
        flags: [
          { name: 'cluster', value: 'real' },
          { name: 'hostname', value: '127.0.0.1' },
        ],
      },
    });
  });

  it('GET_VERSION tells what /version tells', async () => {
    const { get_version: version } = await callJson({ type: 'GET_VERSION' });
    expect(version.version_info).toEqual(JSON.parse((await get('/version')).body.toString()));
  });

  it('GET_METRICS lists what /metrics/snapshot shows', async () => {
    const { get_metrics: metrics } = await callJson({
      type: 'GET_METRICS',
      get_metrics: { timeout: { nanoseconds: 1e9 } },
    });
    expect(metrics.metrics).toContainEqual({ name: 'master/elected', value: 1 });
  });

  it('GET_EXECUTORS names the framework of each', async () => {
    const { get_executors: executors } = await callJson({ type: 'GET_EXECUTORS' });
    expect(executors.executors[0].executor_info.framework_id.value).toBe(capture.id);
  });

  it('GET_AGENTS tells of draining, with the time in whole seconds', async () => {
    const cluster = new Harness();
    const { record } = cluster.register();
    record.deactivated = true;
    record.drainInfo = { state: 'DRAINED', config: { max_grace_period: { nanoseconds: 5e9 } } };
    record.drainStartedAtMs = 1_700_000_001_999;
    const { get_agents: answer } = await readFront(cluster).callJson({ type: 'GET_AGENTS' });
    expect(answer.agents[0]).toMatchObject({
      active: false,
      deactivated: true,
      drain_info: { state: 'DRAINED', config: { max_grace_period: { nanoseconds: 5e9 }, mark_gone: false } },
      estimated_drain_start_time: { nanoseconds: 1_700_000_001e9 },
    });
  });

  it('GET_ROLES tells of the resources that are scalars', async () => {
    expect(unordered(await callJson({ type: 'GET_ROLES' }))).toEqual(
      unordered({
        type: 'GET_ROLES',
        get_roles: {
          roles: [
            {
              name: 'dev',
              weight: 1,
              frameworks: [{ value: capture.id }],
              resources: [
                { name: 'cpus', type: 'SCALAR', scalar: { value: 4 } },
                { name: 'disk', type: 'SCALAR', scalar: { value: 8192 } },
                { name: 'mem', type: 'SCALAR', scalar: { value: 4096 } },
              ],
            },
          ],
        },
      }),
    );
  });

  it('GET_WEIGHTS has no body where no weight was set', async () => {
    expect(await callJson({ type: 'GET_WEIGHTS' })).toEqual({ type: 'GET_WEIGHTS' });
    const weighted = new Harness();
    weighted.state.registry.weights.set('dev', 2.5);
    expect(await readFront(weighted).callJson({ type: 'GET_WEIGHTS' })).toEqual({
      type: 'GET_WEIGHTS',
      get_weights: { weight_infos: [{ role: 'dev', weight: 2.5 }] },
    });
  });

  it('GET_MASTER', async () => {
    expect(await callJson({ type: 'GET_MASTER' })).toEqual({
      type: 'GET_MASTER',
      get_master: {
        master_info: world.machine.config.info,
        start_time: START_MS / 1000,
        elected_time: START_MS / 1000,
      },
    });
  });

  it('GET_OPERATIONS shows operations until they are done', async () => {
    expect(await callJson({ type: 'GET_OPERATIONS' })).toEqual({ type: 'GET_OPERATIONS', get_operations: {} });
    const cluster = new Harness();
    const client = cluster.subscribe();
    const offer = cluster.offer(client, cluster.register(), 'cpus:1');
    const reserved = { name: 'cpus', type: 'SCALAR', scalar: { value: 1 } } as const;
    const reservations = [{ type: 'DYNAMIC', role: 'dev' }] as const;
    client.accept(
      [offer],
      [{ type: 'RESERVE', reserve: { resources: [{ ...reserved, reservations: [...reservations] }] } }],
    );
    const { get_operations: answer } = await readFront(cluster).callJson({ type: 'GET_OPERATIONS' });
    expect(answer.operations).toMatchObject([
      { framework_id: { value: client.id }, info: { type: 'RESERVE' }, latest_status: { state: 'OPERATION_PENDING' } },
    ]);
  });

  it('GET_LOGGING_LEVEL and SET_LOGGING_LEVEL', async () => {
    const set: number[][] = [];
    const toggle = { verbosity: 2, set: (level: number, ms: number) => void set.push([level, ms]) };
    const { callJson: ask, call: tell } = readFront(new Harness(), { log: { toggle } });
    expect(await ask({ type: 'GET_LOGGING_LEVEL' })).toEqual({
      type: 'GET_LOGGING_LEVEL',
      get_logging_level: { level: 2 },
    });
    const level = { level: 1, duration: { nanoseconds: 1e9 } };
    const answer = await tell({ type: 'SET_LOGGING_LEVEL', set_logging_level: level });
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
    expect(set).toEqual([[1, 1000]]);
  });
});

describe('quota and maintenance', () => {
  const host = { hostname: 'h', ip: '10.0.0.1' };
  const windows = [{ machine_ids: [host], unavailability: { start: { nanoseconds: 4e18 } } }];
  const config = { role: 'dev', guarantees: { cpus: { value: 0.5 } }, limits: { cpus: { value: 100 } } };
  const cluster = new Harness();
  applyRegistryOperation(cluster.state.registry, { type: 'update-quota', configs: [config] });
  applyRegistryOperation(cluster.state.registry, { type: 'update-maintenance', schedule: { windows } });
  const governed = readFront(cluster);
  const status = {
    infos: [{ role: 'dev', guarantee: [{ name: 'cpus', type: 'SCALAR', scalar: { value: 0.5 } }] }],
    configs: [{ role: 'dev', guarantees: { cpus: { value: 0.5 } }, limits: { cpus: { value: 100 } } }],
  };

  it('are empty objects where there is none', async () => {
    expect(await callJson({ type: 'GET_QUOTA' })).toEqual({ type: 'GET_QUOTA', get_quota: { status: {} } });
    expect(await callJson({ type: 'GET_MAINTENANCE_STATUS' })).toMatchObject({
      get_maintenance_status: { status: {} },
    });
    expect(await callJson({ type: 'GET_MAINTENANCE_SCHEDULE' })).toMatchObject({
      get_maintenance_schedule: { schedule: {} },
    });
  });

  it('are shown by the operator API and by the old endpoints', async () => {
    expect(await governed.callJson({ type: 'GET_QUOTA' })).toEqual({ type: 'GET_QUOTA', get_quota: { status } });
    expect(await governed.getJson('/quota')).toEqual(status);
    const { get_maintenance_schedule: planned } = await governed.callJson({ type: 'GET_MAINTENANCE_SCHEDULE' });
    expect(planned.schedule).toEqual(await governed.getJson('/maintenance/schedule'));
    expect(await governed.getJson('/maintenance/status')).toEqual({ draining_machines: [{ id: host }] });
    expect(await governed.callJson({ type: 'GET_MAINTENANCE_STATUS' })).toMatchObject({
      get_maintenance_status: { status: { draining_machines: [{ id: host }] } },
    });
  });

  it('a role with a quota is known, and /roles tells of it', async () => {
    const { roles } = await governed.getJson('/roles');
    expect(roles).toMatchObject([
      { name: 'dev', quota: { role: 'dev', guarantee: { cpus: 0.5 }, limit: { cpus: 100 }, consumed: {} } },
    ]);
  });
});

describe('files', () => {
  const log = { path: '/master/log', size: 3, mtime: { nanoseconds: 1e9 } };
  const files: OperatorApiDeps['files'] = {
    browse: (path) =>
      Promise.resolve(
        path === '/master' ? { ok: true, value: [log] } : { ok: false, error: { kind: 'not-found', message: '' } },
      ),
    read: ({ path, offset }) =>
      Promise.resolve(
        path === log.path
          ? { ok: true, value: { size: 3, data: Buffer.from('log').subarray(offset) } }
          : { ok: false, error: { kind: 'unauthorized', message: 'no' } },
      ),
  };
  const withFiles = readFront(new Harness(), { files });

  it('LIST_FILES and READ_FILE', async () => {
    expect(await withFiles.callJson({ type: 'LIST_FILES', list_files: { path: '/master' } })).toEqual({
      type: 'LIST_FILES',
      list_files: { file_infos: [log] },
    });
    expect(await withFiles.callJson({ type: 'READ_FILE', read_file: { path: '/master/log', offset: 1 } })).toEqual({
      type: 'READ_FILE',
      read_file: { size: 3, data: Buffer.from('og').toString('base64') },
    });
  });

  it('what is not there, or may not be read, is refused', async () => {
    const missing = await withFiles.call({ type: 'LIST_FILES', list_files: { path: '/' } });
    expect([missing.status, missing.body.toString()]).toEqual([404, '']);
    const secret = await withFiles.call({ type: 'READ_FILE', read_file: { path: '/etc', offset: 0 } });
    expect([secret.status, secret.body.toString()]).toEqual([403, 'no']);
  });
});

describe('a task with secrets', () => {
  it('is shown without their values', async () => {
    const cluster = new Harness();
    const machine = cluster.register();
    const client = cluster.subscribe();
    const environment = {
      variables: [{ name: 'S', type: 'SECRET', secret: { type: 'VALUE', value: { data: Buffer.from('hush') } } }],
    } as const;
    const secretive = task('t', machine, 'cpus:1;mem:128', {
      executor: {
        executor_id: { value: 'e' },
        command: { value: 'true', environment: { variables: [...environment.variables] } },
        resources: [],
      },
    });
    delete secretive.command;
    client.launch(cluster.offer(client, machine, 'cpus:4;mem:4096'), secretive);
    const { call: ask, get: fetch } = readFront(cluster);
    const texts = [(await ask({ type: 'GET_STATE' })).body.toString(), (await fetch('/state')).body.toString()];
    for (const text of texts) {
      expect(text).toContain('"SECRET"');
      expect(text).not.toContain(Buffer.from('hush').toString('base64'));
    }
  });
});
