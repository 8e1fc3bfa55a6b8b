// Goal: /state and its relatives show what Mesos shows. Method: the views of our machine, told what happened in a
// recorded cluster, are held against the recording, value by value.
import { describe, expect, it } from 'vitest';
import { stateJson, stateSummaryJson, slavesJson, frameworksJson } from '../../src/core/views/v0/state.js';
import { taskJson } from '../../src/core/views/v0/task.js';
import { tasksJson } from '../../src/core/views/v0/tasks.js';
import type { LinkId } from '../../src/core/effects.js';
import type { AboutMaster } from '../../src/core/views/v0/state.js';
import { AWARE, Harness, task } from '../support/harness.js';
import { capturedCluster, read, sample, unordered } from './support/captured-cluster.js';
import type { Json } from './support/captured-cluster.js';

const expected = sample('state');
const { world, agent, capture } = capturedCluster();

const about: AboutMaster = {
  build: expected,
  startTimeMs: expected.start_time * 1000,
  electedTimeMs: expected.elected_time * 1000,
  leader: world.machine.config.info,
  flags: expected.flags,
};

/** The keys of an object and of the objects in it, in their order. */
function keysOf(value: Json): Json {
  if (Array.isArray(value)) return value.length > 0 ? [keysOf(value[0])] : [];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value as object).map(([key, field]) => [key, keysOf(field)]);
}

describe('/state', () => {
  const state = read(stateJson(world.machine, about));

  it('has the values that Mesos has', () => {
    expect(unordered(state)).toEqual(unordered(expected));
  });

  it('has its keys in the same order', () => {
    expect(keysOf({ ...state, frameworks: [], slaves: [] })).toEqual(
      keysOf({ ...expected, frameworks: [], slaves: [] }),
    );
    expect(keysOf(state.slaves)).toEqual(keysOf(expected.slaves));
    expect(Object.keys(state.frameworks[0])).toEqual(Object.keys(expected.frameworks[0]));
    expect(Object.keys(state.frameworks[0].tasks[0])).toEqual(Object.keys(expected.frameworks[0].tasks[0]));
    expect(keysOf(state.frameworks[0].executors)).toEqual(keysOf(expected.frameworks[0].executors));
    expect(Object.keys(state.frameworks[0].offers[0])).toEqual(Object.keys(expected.frameworks[0].offers[0]));
  });

  it('leaves out what is not known', () => {
    const alone = read(
      stateJson(new Harness().machine, { ...about, leader: undefined, electedTimeMs: undefined, flags: {} }),
    );
    for (const key of ['elected_time', 'leader', 'leader_info', 'cluster', 'log_dir', 'domain']) {
      expect(alone).not.toHaveProperty(key);
    }
    expect(alone).toMatchObject({ flags: {}, slaves: [], frameworks: [], activated_slaves: 0 });
  });
});

describe('/slaves', () => {
  it('adds the resources as messages', () => {
    const { slaves, recovered_slaves: recovered } = read(slavesJson(world.machine));
    const dev = { allocation_info: { role: 'dev' } };
    const scalar = (name: string, value: number, extra = {}) => ({
      name,
      type: 'SCALAR',
      scalar: { value },
      role: '*',
      ...extra,
    });
    const ports = { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31000, end: 32000 }] }, role: '*' };
    expect(recovered).toEqual([]);
    expect(unordered(slaves)).toEqual(
      unordered([
        {
          ...expected.slaves[0],
          reserved_resources_full: {},
          unreserved_resources_full: [scalar('cpus', 4), scalar('mem', 4096), scalar('disk', 8192), ports],
          used_resources_full: [scalar('cpus', 0.3, dev), scalar('mem', 96, dev), scalar('disk', 32, dev)],
          offered_resources_full: [
            scalar('cpus', 3.7, dev),
            scalar('mem', 4000, dev),
            scalar('disk', 8160, dev),
            { ...ports, ...dev },
          ],
        },
      ]),
    );
  });

  it('shows reservations in the old form and in the new one', () => {
    const reserved = new Harness();
    reserved.register('cpus:3.8;cpus(ops):0.2');
    const { slaves } = read(slavesJson(reserved.machine));
    expect(slaves[0]).toMatchObject({
      reserved_resources: { ops: { disk: 0, mem: 0, gpus: 0, cpus: 0.2 } },
      unreserved_resources: { disk: 0, mem: 0, gpus: 0, cpus: 3.8 },
      reserved_resources_full: {
        ops: [
          {
            name: 'cpus',
            type: 'SCALAR',
            scalar: { value: 0.2 },
            role: 'ops',
            reservations: [{ type: 'STATIC', role: 'ops' }],
          },
        ],
      },
    });
  });

  it('shows one agent where one is asked for', () => {
    expect(read(slavesJson(world.machine, agent.id)).slaves).toHaveLength(1);
    expect(read(slavesJson(world.machine, 'nobody'))).toEqual({ slaves: [], recovered_slaves: [] });
  });

  it('shows agents that are awaited after a failover', () => {
    const recovering = new Harness();
    const attributes = [{ name: 'rack', type: 'SCALAR', scalar: { value: 2 } }] as const;
    recovering.state.recoveredAgents.set('a-S0' as never, { hostname: 'h', attributes: [...attributes] });
    expect(read(slavesJson(recovering.machine))).toEqual({
      slaves: [],
      recovered_slaves: [{ id: 'a-S0', hostname: 'h', port: 5051, attributes: { rack: 2 } }],
    });
  });

  it('tells when an agent came back, is drained, or is deactivated', () => {
    const cluster = new Harness();
    const machine = cluster.register();
    cluster.nowMs += 5000;
    machine.reregister();
    const { record } = machine;
    record.deactivated = true;
    record.drainInfo = { state: 'DRAINED', config: { max_grace_period: { nanoseconds: 5e9 } } };
    record.drainStartedAtMs = cluster.nowMs;
    expect(read(slavesJson(cluster.machine)).slaves[0]).toMatchObject({
      active: false,
      deactivated: true,
      registered_time: 1000,
      reregistered_time: 1005,
      drain_info: { state: 'DRAINED', config: { max_grace_period: { nanoseconds: 5e9 }, mark_gone: false } },
      estimated_drain_start_time_seconds: 1005,
    });
  });
});

describe('/frameworks', () => {
  it('is a part of /state', () => {
    const all = read(frameworksJson(world.machine));
    const { frameworks, completed_frameworks } = expected;
    expect(unordered(all)).toEqual(unordered({ frameworks, completed_frameworks, unregistered_frameworks: [] }));
  });

  it('shows one framework where one is asked for', () => {
    const one = read(frameworksJson(world.machine, capture.id));
    expect(one.frameworks).toHaveLength(1);
    expect(one.completed_frameworks).toEqual([]);
    expect(read(frameworksJson(world.machine, 'made-up-0001')).completed_frameworks).toHaveLength(1);
  });

  it('shows the only role of a framework without MULTI_ROLE, and when it came back', () => {
    const plain = new Harness();
    const client = plain.subscribe({ user: 'u', name: 'plain', role: 'dev', failover_timeout: 60, principal: 'p' });
    plain.nowMs += 1000;
    client.disconnect();
    plain.subscribe({ ...client.record.info });
    const [framework] = read(frameworksJson(plain.machine)).frameworks;
    expect(framework).toMatchObject({ role: 'dev', registered_time: 1000, reregistered_time: 1001, principal: 'p' });
    expect(framework).not.toHaveProperty('roles');
    expect(framework).not.toHaveProperty('labels');
  });

  it('shows a framework that is only known from its agents as recovered', () => {
    const before = new Harness();
    const { description, id } = before.register();
    const failedOver = new Harness();
    const agent = { ...description, agent_info: { ...description.agent_info, id: { value: id } } };
    failedOver.state.recoveredAgents.set(id, agent.agent_info);
    failedOver.send({
      type: 'link-opened',
      link: 'link' as LinkId,
      call: { type: 'REREGISTER', reregister: { agent, frameworks: [{ ...AWARE, id: { value: 'old-0000' } }] } },
    });
    const [framework] = read(frameworksJson(failedOver.machine)).frameworks;
    expect(framework).toMatchObject({
      id: 'old-0000',
      recovered: true,
      active: false,
      connected: false,
      registered_time: 0,
    });
    expect(framework).not.toHaveProperty('reregistered_time');
  });
});

describe('/state-summary', () => {
  it('counts tasks by agent and by framework', () => {
    const summary = read(stateSummaryJson(world.machine, about));
    const counts = {
      TASK_STAGING: 0,
      TASK_STARTING: 0,
      TASK_RUNNING: 2,
      TASK_KILLING: 0,
      TASK_FINISHED: 2,
      TASK_KILLED: 0,
      TASK_FAILED: 0,
      TASK_LOST: 0,
      TASK_ERROR: 0,
      TASK_UNREACHABLE: 0,
    };
    const keys = 'id name used_resources offered_resources capabilities hostname webui_url active connected recovered';
    const framework = Object.fromEntries(keys.split(' ').map((key) => [key, expected.frameworks[0][key]]));
    expect(summary).toEqual({
      hostname: '127.0.0.1',
      cluster: 'real',
      slaves: [{ ...expected.slaves[0], ...counts, framework_ids: [capture.id] }],
      frameworks: [{ ...framework, ...counts, slave_ids: [agent.id] }],
    });
  });
});

describe('/tasks', () => {
  const ids = (query = {}) => read(tasksJson(world.state, query)).tasks.map(({ id }: { id: string }) => id);

  it('shows live and completed tasks, the newest first', () => {
    expect(ids()).toEqual(['pod-b', 'pod-a', 'ok', 'long']);
    expect(ids({ ascending: true })).toEqual(['long', 'ok', 'pod-a', 'pod-b']);
  });

  it('shows a page of them', () => {
    expect(ids({ limit: 2, offset: 1 })).toEqual(['pod-a', 'ok']);
    expect(ids({ limit: 0 })).toEqual([]);
    expect(ids({ offset: 9 })).toEqual([]);
  });

  it('shows those of a framework, or one', () => {
    expect(ids({ frameworkId: capture.id, taskId: 'long' })).toEqual(['long']);
    expect(ids({ frameworkId: 'made-up-0001' })).toEqual([]);
  });

  it('shows tasks as /state does', () => {
    const { tasks, completed_tasks: completed } = expected.frameworks[0];
    expect(unordered(read(tasksJson(world.state, {})).tasks)).toEqual(unordered([...tasks, ...completed]));
  });

  it('shows a task without any status after all others', () => {
    const cluster = new Harness();
    const machine = cluster.register();
    const client = cluster.subscribe();
    client.launch(cluster.offer(client, machine, 'cpus:4;mem:4096'), task('new', machine), task('old', machine));
    machine.update(client, 'old', 'TASK_RUNNING');
    expect(read(tasksJson(cluster.state, {})).tasks.map(({ id }: { id: string }) => id)).toEqual(['old', 'new']);
  });
});

describe('a task', () => {
  const cluster = new Harness();
  const machine = cluster.register();
  const client = cluster.subscribe();

  const launched = (extra: object) => {
    const offer = cluster.offer(client, machine, 'cpus:1;mem:128');
    const id = offer.id.value;
    client.launch(offer, task(id, machine, 'cpus:1;mem:128', extra));
    const record = client.record.tasks.get(id as never);
    if (!record) throw new Error(JSON.stringify(client.status(id)));
    return record;
  };

  it('shows limits, discovery, container, health check and user where it has them', () => {
    const shown = read(
      taskJson(
        launched({
          limits: { cpus: { value: Infinity }, mem: { value: 256 } },
          command: { value: 'true', user: 'worker' },
          discovery: {
            visibility: 'CLUSTER',
            name: 'd',
            ports: { ports: [{ number: 80, name: 'http', protocol: 'tcp' }] },
          },
          container: { type: 'MESOS' },
          health_check: { command: { value: 'true' } },
        }),
      ),
    );
    expect(shown).toMatchObject({
      limits: { cpus: 'Infinity', mem: 256 },
      user: 'worker',
      discovery: {
        visibility: 'CLUSTER',
        name: 'd',
        ports: { ports: [{ number: 80, name: 'http', protocol: 'tcp' }] },
      },
      container: { type: 'MESOS' },
      health_check: { type: 'COMMAND', command: { shell: true, value: 'true' }, consecutive_failures: 3 },
    });
  });

  it('never shows the value of a secret', () => {
    const value = { type: 'VALUE', value: { data: Buffer.from('hush') } };
    const secret = { name: 'S', type: 'SECRET', secret: value };
    const record = launched({
      container: {
        type: 'MESOS',
        volumes: [{ container_path: '/s', mode: 'RO', source: { type: 'SECRET', secret: value } }],
        mesos: {
          image: {
            type: 'DOCKER',
            docker: { name: 'i', config: value, credential: { principal: 'p', secret: 'hush' } },
          },
        },
      },
      health_check: { command: { value: 'true', environment: { variables: [secret] } } },
    });
    const text = JSON.stringify(taskJson(record));
    expect(text).not.toContain(Buffer.from('hush').toString('base64'));
    expect(text).not.toContain('hush');
    expect(JSON.parse(text)).toMatchObject({
      container: { volumes: [{ source: { type: 'SECRET', secret: { type: 'VALUE' } } }] },
      health_check: {
        command: { environment: { variables: [{ name: 'S', type: 'SECRET', secret: { type: 'VALUE' } }] } },
      },
    });
    expect(JSON.stringify(record.task)).toContain('104');
  });

  it('shows of a status the state, the time, health, labels and where its container is', () => {
    const record = launched({});
    machine.call({
      type: 'UPDATE_STATUS',
      update_status: {
        framework_id: { value: client.id },
        latest_state: 'TASK_RUNNING',
        status: {
          task_id: record.task.task_id,
          state: 'TASK_RUNNING',
          timestamp: 1.5,
          healthy: false,
          message: 'not shown',
          data: new Uint8Array(3),
          labels: { labels: [{ key: 'k', value: 'v' }] },
          container_status: {
            container_id: { value: 'c', parent: { value: 'p' } },
            executor_pid: 7,
            cgroup_info: { net_cls: { classid: 1 } },
            network_infos: [
              {
                name: 'n',
                groups: ['g'],
                labels: { labels: [] },
                ip_addresses: [{ ip_address: '10.0.0.1' }],
                port_mappings: [{ host_port: 1, container_port: 2 }],
              },
            ],
          },
        },
      },
    });
    expect(read(taskJson(record)).statuses).toEqual([
      {
        state: 'TASK_RUNNING',
        timestamp: 1.5,
        labels: [{ key: 'k', value: 'v' }],
        container_status: {
          container_id: { value: 'c', parent: { value: 'p' } },
          network_infos: [
            {
              groups: ['g'],
              labels: [],
              ip_addresses: [{ protocol: 'IPv4', ip_address: '10.0.0.1' }],
              name: 'n',
              port_mappings: [{ host_port: 1, container_port: 2 }],
            },
          ],
          cgroup_info: { net_cls: { classid: 1 } },
        },
        healthy: false,
      },
    ]);
  });

  it('has zeros for the resources that it does not hold', () => {
    expect(read(taskJson(launched({}))).resources).toEqual({ disk: 0, mem: 128, gpus: 0, cpus: 1 });
  });
});
