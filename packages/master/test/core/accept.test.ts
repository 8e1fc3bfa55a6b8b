// Goal: ACCEPT and DECLINE do to tasks and resources what Mesos does. Method: a machine, scripted offers and calls; the
// accounting with the allocator is compared resource by resource.
import { describe, expect, test } from 'vitest';
import type { Offer } from '@mini-mesos/proto';
import { AWARE, Harness, resources, task } from '../support/harness.js';

function setUp(info = AWARE) {
  const world = new Harness();
  const agent = world.register('cpus:4;mem:4096;disk:8192;ports:[31000-32000]');
  const client = world.subscribe(info);
  const offer = (text = 'cpus:4;mem:4096;disk:8192') => world.offer(client, agent, text);
  return { world, agent, client, offer };
}

const dynamic = (text: string) =>
  resources(text)
    .toProto()
    .map((resource) => ({
      ...resource,
      reservations: [{ type: 'DYNAMIC' as const, role: 'dev' }],
      allocation_info: { role: 'dev' },
    }));

describe('launching tasks', () => {
  test('stages the task, tells the agent, charges what it uses, returns the rest with the filter', () => {
    const { world, agent, client, offer } = setUp();
    expect(client.launch(offer(), task('t', agent))?.status).toBe(202);
    expect(agent.of('RUN_TASK')).toMatchObject([
      { run_task: { launch_executor: true, task: { task_id: { value: 't' } } } },
    ]);
    expect(client.record.tasks.get('t' as never)?.task).toMatchObject({
      state: 'TASK_STAGING',
      agent_id: { value: agent.id },
    });
    expect(agent.record.used.get(client.id)?.toString()).toBe('cpus(allocated: dev):1; mem(allocated: dev):128');
    expect(agent.record.offered.isEmpty).toBe(true);
    expect(world.commands.at(-1)).toMatchObject({ type: 'recover', refuseSeconds: 5 });
    expect(world.recovered(client, agent).equals(resources('cpus:3;mem:3968;disk:8192', 'dev'))).toBe(true);
    expect(world.published.at(-1)).toMatchObject({ type: 'TASK_ADDED', task_added: { task: { name: 't' } } });
  });

  test.each([
    [
      'huge',
      { resources: resources('cpus:900').toProto() },
      'required by task and its executor is more than available',
    ],
    ['nores', { resources: [] }, 'Task uses no resources'],
    ['both', { executor: { executor_id: { value: 'e' } } }, 'Task should have at least one (but not both)'],
    ['neither', { command: undefined }, 'Task should have at least one (but not both)'],
    ['elsewhere', { agent_id: { value: 'other' } }, 'Task uses invalid agent other while agent'],
    ['a/b', {}, "'a/b' contains invalid characters"],
    [
      'grace',
      { kill_policy: { grace_period: { nanoseconds: -1 } } },
      "'kill_policy.grace_period' must be non-negative",
    ],
    ['check', { health_check: { delay_seconds: 1 } }, "HealthCheck must specify 'type'"],
    ['limits', { limits: { cpus: { value: 0.5 } } }, 'The cpu limit must be greater than or equal to the cpu request'],
    [
      'gpus',
      {
        resources: resources('cpus:1')
          .toProto()
          .concat({ name: 'gpus', type: 'SCALAR', scalar: { value: 0.5 } }),
      },
      'gpus',
    ],
  ])('%s is a TASK_ERROR, and its resources go back', (id, change, text) => {
    const { world, agent, client, offer } = setUp();
    client.launch(offer(), { ...task(id, agent), ...change });
    expect(client.status(id)).toMatchObject({
      state: 'TASK_ERROR',
      source: 'SOURCE_MASTER',
      reason: 'REASON_TASK_INVALID',
    });
    expect(client.status(id)?.message).toContain(text);
    expect(client.status(id)?.uuid).toBeUndefined();
    expect(client.record.tasks.size).toBe(0);
    expect(world.recovered(client, agent).equals(resources('cpus:4;mem:4096;disk:8192', 'dev'))).toBe(true);
  });

  test('one bad task does not spoil the others, a duplicate id is one', () => {
    const { agent, client, offer } = setUp();
    client.launch(offer(), task('a', agent), task('a', agent), task('b', agent));
    expect(client.status('a')?.message).toBe('Task has duplicate ID: a');
    expect([...client.record.tasks.keys()]).toEqual(['a', 'b']);
  });

  test('tasks of one call share what the offer holds', () => {
    const { agent, client, offer } = setUp();
    client.launch(offer('cpus:3;mem:512'), task('a', agent, 'cpus:2;mem:1'), task('b', agent, 'cpus:2;mem:1'));
    expect(client.status('b')?.message).toContain('cpus(allocated: dev):2');
    expect([...client.record.tasks.keys()]).toEqual(['a']);
  });

  test('an executor is charged once, used again, and must stay the same', () => {
    const { world, agent, client, offer } = setUp();
    const executor = {
      executor_id: { value: 'e' },
      command: { value: 'run' },
      resources: resources('cpus:0.5;mem:64').toProto(),
    };
    const custom = (id: string, info: object = executor) =>
      task(id, agent, 'cpus:1;mem:128', { command: undefined, executor: info as typeof executor });
    client.launch(offer(), custom('a'), custom('b'));
    expect(agent.of('RUN_TASK').map(({ run_task: run }) => run?.launch_executor)).toEqual([true, false]);
    expect(agent.record.used.get(client.id)?.scalarMilli('cpus')).toBe(2500);
    client.launch(offer('cpus:1;mem:128'), custom('c', { ...executor, command: { value: 'other' } }));
    expect(client.status('c')?.message).toContain('ExecutorInfo is not compatible with existing ExecutorInfo');
    agent.call({
      type: 'EXITED_EXECUTOR',
      exited_executor: { framework_id: { value: client.id }, executor_id: { value: 'e' }, status: 9 },
    });
    expect(client.events.at(-1)).toMatchObject({
      type: 'FAILURE',
      failure: { executor_id: { value: 'e' }, status: 9 },
    });
    expect(agent.record.executors.size).toBe(0);
    expect(world.commands.at(-1)).toMatchObject({ type: 'recover', resources: resources('cpus:0.5;mem:64', 'dev') });
  });

  test('a group is launched whole or not at all', () => {
    const { agent, client, offer } = setUp();
    const executor = (text: string) => ({
      type: 'DEFAULT' as const,
      executor_id: { value: 'pod' },
      framework_id: { value: client.id },
      resources: resources(text).toProto(),
    });
    const group = (text: string, ...ids: string[]): Offer.Operation => ({
      type: 'LAUNCH_GROUP',
      launch_group: { executor: executor(text), task_group: { tasks: ids.map((id) => task(id, agent)) } },
    });
    client.accept([offer()], [group('cpus:0.1;mem:32', 'a', 'b')]);
    expect(client.status('b')).toMatchObject({ state: 'TASK_ERROR', reason: 'REASON_TASK_GROUP_INVALID' });
    expect(client.status('a')?.message).toBe("Executor 'pod' uses no disk");
    client.accept([offer()], [group('cpus:0.1;mem:32;disk:32', 'c', 'd')]);
    expect(agent.of('RUN_TASK_GROUP')[0]?.run_task_group?.task_group.tasks?.map(({ name }) => name)).toEqual([
      'c',
      'd',
    ]);
    expect(client.record.tasks.size).toBe(2);
    expect(client.record.tasks.get('c' as never)?.task.executor_id?.value).toBe('pod');
  });
});

describe('offers', () => {
  test('used twice, unknown, or of two agents give TASK_DROPPED, and the good ones go back', () => {
    const { world, agent, client, offer } = setUp();
    const used = offer('cpus:1');
    client.call({ type: 'DECLINE', decline: { offer_ids: [used.id] } });
    client.launch(used, task('stale', agent));
    expect(client.status('stale')).toMatchObject({
      state: 'TASK_DROPPED',
      reason: 'REASON_INVALID_OFFERS',
      message: `Task launched with invalid offers: Offer ${used.id.value} is no longer valid`,
    });
    const other = world.register();
    const [first, second] = [offer('cpus:1'), world.offer(client, other, 'cpus:1')];
    client.accept([first, second], [{ type: 'LAUNCH', launch: { task_infos: [task('two', agent)] } }]);
    expect(client.status('two')?.message).toContain('Aggregated offers must belong to one single agent');
    expect(world.state.offers.size).toBe(0);
    expect(world.commands.at(-1)).toMatchObject({ type: 'recover', refuseSeconds: undefined });
    client.accept([], [{ type: 'LAUNCH', launch: { task_infos: [task('none', agent)] } }]);
    expect(client.status('none')?.message).toContain('No offers specified');
  });

  test('another framework cannot use them, nor take them away', () => {
    const { world, agent, client, offer } = setUp();
    const mine = offer('cpus:1');
    const thief = world.subscribe({ ...AWARE, name: 'thief' });
    thief.launch(mine, task('x', agent));
    expect(thief.status('x')?.message).toContain('has invalid framework');
    thief.call({ type: 'DECLINE', decline: { offer_ids: [mine.id] } });
    expect(client.record.offers.size).toBe(1);
  });

  test('of one agent can be used together', () => {
    const { agent, client, offer } = setUp();
    client.accept(
      [offer('cpus:1;mem:64'), offer('cpus:1;mem:64')],
      [{ type: 'LAUNCH', launch: { task_infos: [task('t', agent, 'cpus:2;mem:128')] } }],
    );
    expect(client.record.tasks.size).toBe(1);
  });

  test('are declined with the filter of the call, whose default is 5 s; LAUNCH of nothing is a decline', () => {
    const { world, client, offer } = setUp();
    client.call({ type: 'DECLINE', decline: { offer_ids: [offer().id], filters: { refuse_seconds: 60 } } });
    expect(world.commands.at(-1)).toMatchObject({ type: 'recover', refuseSeconds: 60 });
    client.call({ type: 'DECLINE', decline: { offer_ids: [offer().id] } });
    expect(world.commands.at(-1)).toMatchObject({ type: 'recover', refuseSeconds: 5 });
    client.accept([offer()], [{ type: 'LAUNCH', launch: {} }], 1);
    expect(world.commands.at(-1)).toMatchObject({ type: 'recover', refuseSeconds: 1 });
  });

  test('are rescinded after the offer timeout and when their framework disconnects', () => {
    const world = new Harness({ offerTimeoutMs: 1000 });
    const agent = world.register();
    const client = world.subscribe();
    const offer = world.offer(client, agent, 'cpus:1');
    world.advance(1000);
    expect(client.of('RESCIND')).toEqual([{ type: 'RESCIND', rescind: { offer_id: offer.id } }]);
    world.offer(client, agent, 'cpus:1');
    client.disconnect();
    expect(world.state.offers.size).toBe(0);
    expect(world.timers.has('offer-timeout')).toBe(false);
  });

  test('take the form that the framework understands', () => {
    const world = new Harness();
    const agent = world.register();
    const plain = world.subscribe({ user: 'u', name: 'plain', role: 'dev' });
    const offer = world.offer(plain, agent, 'cpus:1');
    expect(offer.allocation_info).toBeUndefined();
    expect(offer.resources).toEqual([{ name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, role: '*' }]);
    plain.launch(offer, task('t', agent, 'cpus:1'));
    expect(plain.record.tasks.get('t' as never)?.resources.toString()).toBe('cpus(allocated: dev):1');
  });

  test('made for someone who is gone go back to the allocator', () => {
    const { world, agent, client } = setUp();
    client.disconnect();
    const allocation = {
      frameworkId: client.id,
      agentId: agent.id,
      role: 'dev',
      resources: resources('cpus:1', 'dev'),
    };
    world.send({ type: 'allocated', allocations: [allocation] });
    expect(world.commands.at(-1)).toMatchObject({ type: 'recover', frameworkId: client.id });
    expect(world.state.offers.size).toBe(0);
  });
});

describe('operations on resources', () => {
  test('reserve, create, use, in one call', () => {
    const { world, agent, client, offer } = setUp();
    const volume = {
      ...dynamic('disk:64')[0],
      name: 'disk',
      type: 'SCALAR' as const,
      disk: { persistence: { id: 'v' }, volume: { container_path: 'data', mode: 'RW' as const } },
    };
    client.accept(
      [offer('cpus:1;mem:128;disk:128')],
      [
        { type: 'RESERVE', reserve: { resources: dynamic('disk:64') } },
        { type: 'CREATE', create: { volumes: [volume] } },
        {
          type: 'LAUNCH',
          launch: {
            task_infos: [task('t', agent, 'cpus:1', { resources: [...resources('cpus:1').toProto(), volume] })],
          },
        },
      ],
    );
    expect(client.states('t')).toEqual([]);
    expect(agent.of('APPLY_OPERATION').map(({ apply_operation: apply }) => apply?.operation.type)).toEqual([
      'RESERVE',
      'CREATE',
    ]);
    expect(agent.record.total.persistentVolumes().isEmpty).toBe(false);
    expect(agent.record.checkpointed.scalarMilli('disk')).toBe(64_000);
    expect(world.commands.filter(({ type }) => type === 'update-allocation')).toHaveLength(2);
    expect(world.commands.at(-1)).toMatchObject({ type: 'recover', resources: resources('mem:128;disk:64', 'dev') });
    expect(world.commands.at(-1)).toMatchObject({ refuseSeconds: 5 });
  });

  test('what they made and nobody used comes back without a filter', () => {
    const { world, client, offer } = setUp();
    client.accept([offer('cpus:2')], [{ type: 'RESERVE', reserve: { resources: dynamic('cpus:1') } }]);
    const recovered = world.commands.filter((command) => command.type === 'recover');
    expect(recovered.map(({ resources: r, refuseSeconds }) => [r.toString(), refuseSeconds])).toEqual([
      ['cpus(allocated: dev)(reservations: [(DYNAMIC,dev)]):1', undefined],
      ['cpus(allocated: dev):1', 5],
    ]);
  });

  test('a bad one is dropped, with feedback where it has an id, and the rest goes on', () => {
    const { agent, client, offer } = setUp();
    client.accept(
      [offer('cpus:2;mem:128')],
      [
        { type: 'RESERVE', id: { value: 'op' }, reserve: { resources: dynamic('cpus:100') } },
        { type: 'LAUNCH', launch: { task_infos: [task('t', agent)] } },
      ],
    );
    expect(client.of('UPDATE_OPERATION_STATUS')[0]?.update_operation_status?.status).toMatchObject({
      operation_id: { value: 'op' },
      state: 'OPERATION_ERROR',
    });
    expect(client.record.tasks.size).toBe(1);
    expect(agent.of('APPLY_OPERATION')).toEqual([]);
  });

  test('feedback travels to the framework and its acknowledgement back', () => {
    const { agent, client, offer } = setUp();
    client.accept([offer()], [{ type: 'RESERVE', id: { value: 'op' }, reserve: { resources: dynamic('cpus:1') } }]);
    const uuid = agent.of('APPLY_OPERATION')[0]?.apply_operation?.operation_uuid;
    if (!uuid) throw new Error('no operation');
    const statusUuid = new Uint8Array(16).fill(7);
    agent.call({
      type: 'UPDATE_OPERATION_STATUS',
      update_operation_status: {
        framework_id: { value: client.id },
        operation_uuid: uuid,
        status: { state: 'OPERATION_FINISHED', uuid: { value: statusUuid }, operation_id: { value: 'op' } },
      },
    });
    expect(client.of('UPDATE_OPERATION_STATUS')).toHaveLength(1);
    expect(agent.record.operations.size).toBe(1);
    client.call({ type: 'RECONCILE_OPERATIONS', reconcile_operations: { operations: [] } });
    expect(client.of('UPDATE_OPERATION_STATUS').at(-1)?.update_operation_status?.status.uuid).toBeUndefined();
    client.call({
      type: 'ACKNOWLEDGE_OPERATION_STATUS',
      acknowledge_operation_status: { agent_id: { value: agent.id }, operation_id: { value: 'op' }, uuid: statusUuid },
    });
    expect(agent.of('ACKNOWLEDGE_OPERATION_STATUS')).toHaveLength(1);
    expect(agent.record.operations.size).toBe(0);
  });
});
