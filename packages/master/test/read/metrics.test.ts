// Goal: /metrics/snapshot has all names that dashboards are built on, with the true values. Method: a machine that was
// told what happened in a recorded cluster; names are held against the reference, values against what happened.
import { describe, expect, it } from 'vitest';
import { AWARE, Harness, task } from '../support/harness.js';
import { capturedCluster } from './support/captured-cluster.js';
import { readFront } from './support/read-front.js';

const snapshotOf = (world: Harness, options = {}) => readFront(world, options).getJson('/metrics/snapshot');

const names = (prefix: string, list: string) => list.split(' ').map((name) => `${prefix}${name}`);

const RESOURCES = ['cpus', 'gpus', 'mem', 'disk'].flatMap((name) =>
  [name, `${name}_revocable`].flatMap((full) => names(`master/${full}_`, 'total used percent')),
);
const OPERATION_TYPES = 'create create_disk destroy destroy_disk grow_volume reserve shrink_volume unreserve';
const OPERATION_STATES = 'total pending recovering unreachable finished failed error dropped gone_by_operator';

/** The names of a Mesos master that has just started, without those of its timers. */
const FROM_THE_START = [
  ...names('master/', 'elected uptime_secs outstanding_offers operator_event_stream_subscribers dropped_messages'),
  ...names('master/slaves_', 'connected disconnected active inactive unreachable'),
  ...names('master/slave_', 'registrations reregistrations removals removals/reason_unhealthy'),
  ...names('master/slave_', 'removals/reason_unregistered removals/reason_registered'),
  ...names('master/slave_unreachable_', 'scheduled completed canceled'),
  ...names('master/slave_shutdowns_', 'scheduled completed canceled'),
  'master/recovery_slave_removals',
  ...names('master/frameworks_', 'connected disconnected active inactive'),
  ...RESOURCES,
  ...names('master/tasks_', 'staging starting running killing unreachable finished failed killed lost error dropped'),
  ...names('master/tasks_', 'gone gone_by_operator'),
  ...names('master/messages_', 'register_framework reregister_framework unregister_framework deactivate_framework'),
  ...names('master/messages_', 'kill_task status_update status_update_acknowledgement launch_tasks decline_offers'),
  ...names('master/messages_', 'revive_offers suppress_offers reconcile_tasks reconcile_operations'),
  ...names('master/messages_', 'framework_to_executor executor_to_framework resource_request register_slave'),
  ...names('master/messages_', 'reregister_slave unregister_slave update_slave exited_executor authenticate'),
  ...names('master/messages_', 'operation_status_update operation_status_update_acknowledgement'),
  ...['valid', 'invalid'].flatMap((judgement) =>
    names(
      `master/${judgement}_`,
      'status_updates status_update_acknowledgements framework_to_executor_messages executor_to_framework_messages operation_status_updates operation_status_update_acknowledgements',
    ),
  ),
  ...names('master/event_queue_', 'messages dispatches http_requests'),
  'master/http_cache_hits',
  ...names('master/operations/', OPERATION_STATES),
  ...OPERATION_TYPES.split(' ').flatMap((type) => names(`master/operations/${type}/`, OPERATION_STATES)),
  ...['cpus', 'mem', 'disk'].flatMap((name) =>
    names(`allocator/mesos/resources/${name}/`, 'total offered_or_allocated'),
  ),
  ...names('allocator/', 'event_queue_dispatches mesos/event_queue_dispatches'),
  ...names('registrar/', 'queued_operations registry_size_bytes log/recovered log/ensemble_size'),
];

describe('a master that has just started', () => {
  it('shows all names, and no others', async () => {
    const metrics = await snapshotOf(new Harness());
    expect(Object.keys(metrics)).toEqual([...FROM_THE_START].sort());
    for (const value of Object.values(metrics)) expect(value).toBeTypeOf('number');
  });

  it('tells whether it leads, and since when it runs', async () => {
    expect(await snapshotOf(new Harness())).toMatchObject({ 'master/elected': 1, 'registrar/log/recovered': 1 });
    expect(await snapshotOf(new Harness(), { electedTimeMs: () => undefined })).toMatchObject({ 'master/elected': 0 });
    const world = new Harness();
    world.nowMs += 2500;
    expect(await snapshotOf(world, { startTimeMs: world.nowMs - 2500 })).toMatchObject({ 'master/uptime_secs': 2.5 });
  });

  it('shows what the registry tells', async () => {
    const registry = () => ({ queuedOperations: 2, sizeBytes: 360, ensembleSize: 3 });
    expect(await snapshotOf(new Harness(), { registry })).toMatchObject({
      'registrar/queued_operations': 2,
      'registrar/registry_size_bytes': 360,
      'registrar/log/ensemble_size': 3,
    });
  });
});

describe('a busy master', () => {
  const { world, capture } = capturedCluster();

  it('adds up agents, frameworks, resources and tasks', async () => {
    expect(await snapshotOf(world)).toMatchObject({
      'master/slaves_connected': 1,
      'master/slaves_active': 1,
      'master/slaves_disconnected': 0,
      'master/frameworks_active': 1,
      'master/frameworks_disconnected': 0,
      'master/outstanding_offers': 2,
      'master/cpus_total': 4,
      'master/cpus_used': 0.3,
      'master/cpus_percent': 0.3 / 4,
      'master/mem_used': 96,
      'master/gpus_percent': 0,
      'master/tasks_running': 2,
      'master/tasks_staging': 0,
      'master/tasks_finished': 2,
      'master/slave_registrations': 1,
      'master/messages_launch_tasks': 1,
      'allocator/mesos/resources/cpus/total': 4,
      'allocator/mesos/resources/cpus/offered_or_allocated': 4,
      'allocator/mesos/resources/disk/offered_or_allocated': 8192,
      'allocator/mesos/quota/roles//resources/cpus/consumed': 0.3,
      'allocator/mesos/quota/roles/dev/resources/mem/consumed': 96,
    });
  });

  it('tells of each framework, live or completed', async () => {
    const metrics = await snapshotOf(world);
    const prefix = `master/frameworks/capture/${capture.id}`;
    expect(metrics).toMatchObject({
      [`${prefix}/subscribed`]: 1,
      [`${prefix}/calls/accept`]: 1,
      [`${prefix}/calls/acknowledge`]: 1,
      [`${prefix}/calls`]: 3,
      [`${prefix}/events/offers`]: 3,
      [`${prefix}/events/subscribed`]: 1,
      [`${prefix}/offers/sent`]: 3,
      [`${prefix}/offers/accepted`]: 1,
      [`${prefix}/tasks/active/task_running`]: 2,
      [`${prefix}/tasks/terminal/task_finished`]: 2,
      [`${prefix}/roles/dev/suppressed`]: 0,
      'master/frameworks/probe/made-up-0001/subscribed': 0,
    });
    const own = Object.keys(metrics).filter((name) => name.startsWith(prefix));
    expect(own).toHaveLength(61);
  });

  it('leaves frameworks out where it is told to', async () => {
    const metrics = await snapshotOf(world, { flags: () => ({ publish_per_framework_metrics: 'false' }) });
    expect(Object.keys(metrics).filter((name) => name.startsWith('master/frameworks/'))).toEqual([]);
  });

  it('encodes the name of a framework', async () => {
    const cluster = new Harness();
    const client = cluster.subscribe({ ...AWARE, name: 'a/b ~\ud800' });
    expect(await snapshotOf(cluster)).toHaveProperty([
      `master/frameworks/a%2Fb%20%7E%EF%BF%BD/${client.id}/subscribed`,
    ]);
  });

  it('shows what the allocator knows of roles', async () => {
    const allocator = { roles: [{ role: 'dev', dominantShare: 0.5 }], activeFilters: new Map([['dev', 3]]) };
    expect(await snapshotOf(world, { allocator })).toMatchObject({
      'allocator/mesos/roles/dev/shares/dominant': 0.5,
      'allocator/mesos/offer_filters/roles/dev/active': 3,
    });
    expect(await snapshotOf(world)).toMatchObject({ 'allocator/mesos/offer_filters/roles/dev/active': 0 });
  });

  it('shows the quota of roles that have one', async () => {
    const config = { role: 'dev', guarantees: { cpus: { value: 1 } }, limits: { cpus: { value: 2 } } };
    world.state.registry.quotas.set('dev', config);
    expect(await snapshotOf(world)).toMatchObject({
      'allocator/mesos/quota/roles/dev/resources/cpus/guarantee': 1,
      'allocator/mesos/quota/roles/dev/resources/cpus/limit': 2,
      'allocator/mesos/quota/roles/dev/resources/cpus/offered_or_allocated': 4,
    });
  });
});

describe('tasks that an agent cannot be asked about', () => {
  it('count as unreachable, and their reasons are counted', async () => {
    const world = new Harness();
    const agent = world.register();
    const client = world.subscribe();
    client.launch(world.offer(client, agent, 'cpus:1;mem:128'), task('t', agent));
    agent.update(client, 't', 'TASK_RUNNING');
    world.advance(world.machine.config.agentPingTimeoutMs * (world.machine.config.maxAgentPingTimeouts + 1));
    expect(await snapshotOf(world)).toMatchObject({
      'master/tasks_unreachable': 1,
      'master/tasks_running': 0,
      'master/slaves_unreachable': 1,
      'master/slave_unreachable_completed': 1,
      'master/slave_removals/reason_unhealthy': 1,
    });
  });

  it('operations under way are counted by their type', async () => {
    const world = new Harness();
    const client = world.subscribe();
    const offer = world.offer(client, world.register(), 'cpus:1');
    const reservations = [{ type: 'DYNAMIC' as const, role: 'dev' }];
    const cpus = { name: 'cpus', type: 'SCALAR' as const, scalar: { value: 1 }, reservations };
    client.accept([offer], [{ type: 'RESERVE', reserve: { resources: [cpus] } }]);
    expect(await snapshotOf(world)).toMatchObject({
      'master/operations/reserve/pending': 1,
      'master/operations/reserve/total': 1,
      'master/operations/pending': 1,
      'master/operations/total': 1,
      'master/operations/create/pending': 0,
    });
  });
});
