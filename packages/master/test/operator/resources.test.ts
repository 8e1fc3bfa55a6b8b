// Goal: an operator's reservation or volume is asked of the agent only where the resources are free or can be made so,
// and the books of master and allocator follow.
import type { Resource } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness, resources, task } from '../support/harness.js';
import type { Client, Machine } from '../support/harness.js';
import { ACCEPTED, answerTo } from './support.js';

const reserved = (name: string, value: number, principal?: string): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  reservations: [{ type: 'DYNAMIC', role: 'ops', ...(principal === undefined ? {} : { principal }) }],
});
const volume: Resource = {
  ...reserved('disk', 64),
  disk: { persistence: { id: 'v1' }, volume: { container_path: 'data', mode: 'RW' } },
};

let world: Harness;
let agent: Machine;
let client: Client;

beforeEach(() => {
  world = new Harness();
  agent = world.register('cpus:4;mem:4096;disk:1024');
  client = world.subscribe();
});

const reserve = (...list: Resource[]) => ({
  type: 'RESERVE_RESOURCES' as const,
  reserve_resources: { agent_id: { value: agent.id }, resources: list },
});
const unreserve = (...list: Resource[]) => ({
  type: 'UNRESERVE_RESOURCES' as const,
  unreserve_resources: { agent_id: { value: agent.id }, resources: list },
});
const create = (...volumes: Resource[]) => ({
  type: 'CREATE_VOLUMES' as const,
  create_volumes: { agent_id: { value: agent.id }, volumes },
});
const destroy = (...volumes: Resource[]) => ({
  type: 'DESTROY_VOLUMES' as const,
  destroy_volumes: { agent_id: { value: agent.id }, volumes },
});

describe('operator conversions', () => {
  it('go to the agent as an operation of no framework, and change both books', () => {
    expect(answerTo(world, reserve(reserved('cpus', 1)))).toEqual(ACCEPTED);
    const [told] = agent.of('APPLY_OPERATION');
    expect(told?.apply_operation).toMatchObject({ operation: { type: 'RESERVE' } });
    expect(told?.apply_operation?.framework_id).toBeUndefined();
    expect(agent.record.total.reservedTo('ops').scalarMilli('cpus')).toBe(1000);
    expect(agent.record.total.unreserved().scalarMilli('cpus')).toBe(3000);
    const command = world.commands.find((one) => one.type === 'update-agent');
    expect(command).toMatchObject({ agentId: agent.id, total: agent.record.total });
    expect(answerTo(world, unreserve(reserved('cpus', 1)))).toEqual(ACCEPTED);
    expect(agent.record.total.equals(Resources.fromProto(agent.description.agent_info.resources))).toBe(true);
  });

  it('end when the agent reports how they went', () => {
    answerTo(world, reserve(reserved('cpus', 1)));
    const [operation] = agent.record.operations.values();
    agent.call({
      type: 'UPDATE_OPERATION_STATUS',
      update_operation_status: {
        operation_uuid: operation?.operation.uuid ?? { value: new Uint8Array(16) },
        status: { state: 'OPERATION_FINISHED' },
      },
    });
    expect(agent.record.operations.size).toBe(0);
  });

  it('make volumes and destroy them', () => {
    expect(answerTo(world, reserve(reserved('disk', 64)))).toEqual(ACCEPTED);
    expect(answerTo(world, create(volume))).toEqual(ACCEPTED);
    expect(agent.record.checkpointed.persistentVolumes().isEmpty).toBe(false);
    expect(answerTo(world, create(volume))).toMatchObject({ status: 400 });
    expect(answerTo(world, destroy(volume))).toEqual(ACCEPTED);
    expect(agent.record.checkpointed.persistentVolumes().isEmpty).toBe(true);
    expect(answerTo(world, destroy(volume))).toEqual({
      status: 400,
      text: 'Invalid DESTROY operation: Persistent volumes not found',
    });
  });

  it('grow and shrink volumes', () => {
    answerTo(world, reserve(reserved('disk', 128)));
    answerTo(world, create(volume));
    const agent_id = { value: agent.id };
    const grow = { agent_id, volume, addition: reserved('disk', 32) };
    expect(answerTo(world, { type: 'GROW_VOLUME', grow_volume: grow })).toEqual(ACCEPTED);
    expect(agent.record.total.persistentVolumes().scalarMilli('disk')).toBe(96_000);
    const shrink = { agent_id, volume: { ...volume, scalar: { value: 96 } }, subtract: { value: 64 } };
    expect(answerTo(world, { type: 'SHRINK_VOLUME', shrink_volume: shrink })).toEqual(ACCEPTED);
    expect(agent.record.total.persistentVolumes().scalarMilli('disk')).toBe(32_000);
  });

  it('rescind offers that hold what is needed, with a filter, and leave the others', () => {
    const memory = world.offer(client, agent, 'mem:1024');
    const first = world.offer(client, agent, 'cpus:2;mem:64');
    const second = world.offer(client, agent, 'cpus:2;mem:64');
    expect(answerTo(world, reserve(reserved('cpus', 1)))).toEqual(ACCEPTED);
    expect(client.of('RESCIND').map(({ rescind }) => rescind?.offer_id)).toEqual([first.id]);
    expect([...agent.record.offers].sort()).toEqual([memory.id.value, second.id.value].sort());
    const recovered = world.commands.find(({ type }) => type === 'recover');
    expect(recovered).toMatchObject({ refuseSeconds: 5 });
    const types = world.commands.map(({ type }) => type);
    expect(types.indexOf('recover')).toBeLessThan(types.indexOf('update-agent'));
  });

  it('win against an allocation that was on its way', () => {
    answerTo(world, reserve(reserved('cpus', 1)));
    const allocate = (text: string) => {
      const allocation = { frameworkId: client.id, agentId: agent.id, role: 'dev', resources: resources(text, 'dev') };
      world.send({ type: 'allocated', allocations: [allocation] });
    };
    allocate('cpus:4;mem:64');
    expect(client.of('OFFERS')).toHaveLength(0);
    expect(world.recovered(client, agent).toString()).toBe(resources('cpus:4;mem:64', 'dev').toString());
    allocate('cpus:3;mem:64');
    expect(client.of('OFFERS')).toHaveLength(1);
  });

  it('answer 409 where the resources are in use', () => {
    client.launch(world.offer(client, agent, 'cpus:4;mem:64'), task('t', agent, 'cpus:4;mem:64'));
    expect(answerTo(world, reserve(reserved('cpus', 1)))?.status).toBe(409);
    expect(agent.of('APPLY_OPERATION')).toHaveLength(0);
  });

  it('answer 409 while the agent is away', () => {
    agent.disconnect();
    expect(answerTo(world, reserve(reserved('cpus', 1)))).toMatchObject({ status: 409 });
  });

  it('refuse what cannot be', () => {
    const unknown = { type: 'RESERVE_RESOURCES' as const, reserve_resources: { agent_id: { value: 'x' } } };
    expect(answerTo(world, unknown)).toEqual({ status: 400, text: 'No agent found with specified ID' });
    expect(answerTo(world, reserve({ name: 'cpus', type: 'SCALAR', scalar: { value: -1 } }))?.status).toBe(400);
    expect(answerTo(world, reserve({ ...reserved('cpus', 1), allocation_info: { role: 'ops' } }))).toMatchObject({
      status: 400,
      text: expect.stringContaining('the operator API only allows reservations to be made to unallocated resources'),
    });
    expect(answerTo(world, reserve(reserved('cpus', 1, 'eve')), 'bob')).toMatchObject({
      status: 400,
      text: expect.stringMatching(/^Invalid RESERVE operation on agent .* at slave\(1\)@127.0.0.1:\d+ \(host-\d+\): /),
    });
    expect(agent.of('APPLY_OPERATION')).toHaveLength(0);
  });
});
