// Goal: whatever operators do to a cluster that works, master and allocator agree on what there is, who holds what, and
// what is offered. Method: random histories (fast-check prints the seed that replays one) of a master with the real
// allocator behind it; after every step both books are held against each other.
import { Allocator } from '@mini-mesos/allocator';
import type { Allocation, InverseOffer } from '@mini-mesos/allocator';
import type { master, Resource } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { asUuid } from '@mini-mesos/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isActive } from '../../src/core/state/agent.js';
import { AWARE, Harness, task } from '../support/harness.js';
import type { Client, Machine } from '../support/harness.js';
import { ask } from './support.js';

const CAPABILITIES = (['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT', 'AGENT_DRAINING'] as const).map(
  (type) => ({ type }),
);

const reserved = (name: string, value: number): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  reservations: [{ type: 'DYNAMIC', role: 'dev' }],
});
const volume: Resource = {
  ...reserved('disk', 64),
  disk: { persistence: { id: 'v' }, volume: { container_path: 'd', mode: 'RW' } },
};

class Cluster {
  readonly world = new Harness();
  readonly allocator = new Allocator({ seed: 1 });
  readonly agents: Machine[] = [];
  readonly clients: Client[] = [];
  readonly #late: { allocations: Allocation[]; inverseOffers: InverseOffer[] }[] = [];
  #tasks = 0;

  /** What the master told the allocator, in order. */
  sync(): void {
    for (const command of this.world.commands.splice(0)) this.allocator.handle(command, this.world.nowMs);
  }

  cycle(): void {
    this.world.advance(1000);
    this.sync();
    this.allocator.tick(this.world.nowMs);
    this.#late.push({
      allocations: this.allocator.allocate(this.world.nowMs),
      inverseOffers: this.allocator.takeInverseOffers(),
    });
  }

  /** What came out of cycles reaches the master, at once or, as from another thread, when the world has moved on. */
  deliver(): void {
    for (const { allocations, inverseOffers } of this.#late.splice(0)) {
      if (allocations.length > 0) this.world.send({ type: 'allocated', allocations });
      if (inverseOffers.length > 0) this.world.send({ type: 'inverse-offers', inverseOffers });
    }
  }

  get isLate(): boolean {
    return this.#late.length > 0;
  }

  newTask(agent: string) {
    const id = `t${this.#tasks++}`;
    const resources = [
      { name: 'cpus', type: 'SCALAR' as const, scalar: { value: 0.5 } },
      { name: 'mem', type: 'SCALAR' as const, scalar: { value: 32 } },
    ];
    return task(id, { id: agent } as Machine, '', { resources });
  }
}

type Act = (cluster: Cluster, a: number, b: number) => void;

const agentAt = ({ agents, world }: Cluster, a: number) => {
  const known = agents.filter(({ id }) => id !== undefined && world.state.agents.has(id));
  return known[a % Math.max(1, known.length)];
};
const clientAt = ({ clients }: Cluster, b: number) => clients[b % clients.length];

function call(cluster: Cluster, made: master.Call): void {
  const { answer } = ask(cluster.world, made);
  expect(answer()).toMatchObject({ status: expect.any(Number) });
}

function onAgent(make: (agent_id: { value: string }, a: number) => master.Call): Act {
  return (cluster, a, b) => {
    const agent = agentAt(cluster, a);
    if (agent) call(cluster, make({ value: agent.id }, b));
  };
}

function machineOf({ description: { agent_info: info, ip } }: Machine) {
  return { hostname: info.hostname, ip };
}

function lastOffer(client: Client | undefined) {
  return client?.of('OFFERS').at(-1)?.offers?.offers?.at(-1);
}

const ACTS: { readonly [name: string]: Act } = {
  cycle: (cluster) => {
    cluster.cycle();
    cluster.deliver();
  },
  'cycle-elsewhere': (cluster) => cluster.cycle(),
  deliver: (cluster) => cluster.deliver(),
  register: ({ agents, world }) => {
    if (agents.length < 4) agents.push(world.register(undefined, { capabilities: CAPABILITIES }));
  },
  'drop-link': (cluster, a) => agentAt(cluster, a)?.disconnect(),
  'come-back': (cluster, a) => {
    cluster.deliver();
    const agent = cluster.agents[a % cluster.agents.length];
    if (agent?.id === undefined) return;
    const record = cluster.world.state.agents.get(agent.id);
    const tasks = [...(record?.tasks.values() ?? [])].flatMap((map) => [...map.values()].map(({ task: one }) => one));
    const frameworks = [...cluster.world.state.frameworks.values()].map(({ info }) => info);
    const checkpointed = record?.checkpointed.toProto() ?? [];
    Object.assign(agent.description, { checkpointed_resources: checkpointed });
    agent.reregister({ tasks: structuredClone(tasks), frameworks });
    if (agent.id === undefined) cluster.agents.splice(cluster.agents.indexOf(agent), 1);
  },
  // Between the end of an agent and its return more time passes than between two threads.
  'be-lost': (cluster, a) => {
    cluster.deliver();
    agentAt(cluster, a)?.disconnect();
    cluster.world.advance(cluster.world.machine.config.agentReregisterTimeoutMs + 1);
  },
  launch: (cluster, _a, b) => {
    const client = clientAt(cluster, b);
    const offer = lastOffer(client);
    if (client && offer) client.launch(offer, cluster.newTask(offer.agent_id.value));
  },
  reserve: (cluster, _a, b) => {
    const client = clientAt(cluster, b);
    const offer = lastOffer(client);
    const reserve = { resources: [reserved('cpus', 0.5)] };
    if (client && offer) client.accept([offer], [{ type: 'RESERVE', reserve }], 0);
  },
  decline: (cluster, _a, b) => {
    const client = clientAt(cluster, b);
    const offer = lastOffer(client);
    if (client && offer) client.call({ type: 'DECLINE', decline: { offer_ids: [offer.id] } });
  },
  revive: (cluster, _a, b) => void clientAt(cluster, b)?.call({ type: 'REVIVE' }),
  finish: (cluster, a, b) => {
    const client = clientAt(cluster, b);
    const tasks = [...(client?.record.tasks.values() ?? [])];
    const found = tasks[a % Math.max(1, tasks.length)]?.task;
    const agent = cluster.agents.find(({ id }) => id === found?.agent_id.value);
    if (!client || !found || agent?.record.link === undefined) return;
    client.acknowledge(agent.update(client, found.task_id.value, 'TASK_KILLED'));
  },
  'operations-end': (cluster, a) => {
    const agent = agentAt(cluster, a);
    for (const { operation } of [...(agent?.record.operations.values() ?? [])]) {
      agent?.call({
        type: 'UPDATE_OPERATION_STATUS',
        update_operation_status: {
          operation_uuid: { value: asUuid(operation.uuid.value) },
          status: { state: 'OPERATION_FINISHED' },
        },
      });
    }
  },
  answer: (cluster, a, b) => {
    const client = clientAt(cluster, b);
    const ids = [...(client?.record.inverseOffers.values() ?? [])].map(({ id }) => id);
    const type = a % 2 === 0 ? 'ACCEPT_INVERSE_OFFERS' : 'DECLINE_INVERSE_OFFERS';
    client?.call({ type, [type.toLowerCase()]: { inverse_offer_ids: ids } });
  },
  'op-reserve': onAgent((agent_id, b) => ({
    type: 'RESERVE_RESOURCES',
    reserve_resources: { agent_id, resources: [reserved('cpus', b / 2 + 0.5), reserved('disk', 64)] },
  })),
  'op-unreserve': onAgent((agent_id, b) => ({
    type: 'UNRESERVE_RESOURCES',
    unreserve_resources: { agent_id, resources: [reserved('cpus', b / 2 + 0.5)] },
  })),
  'op-create': onAgent((agent_id) => ({ type: 'CREATE_VOLUMES', create_volumes: { agent_id, volumes: [volume] } })),
  'op-destroy': onAgent((agent_id) => ({ type: 'DESTROY_VOLUMES', destroy_volumes: { agent_id, volumes: [volume] } })),
  'op-weights': (cluster, a, b) =>
    call(cluster, {
      type: 'UPDATE_WEIGHTS',
      update_weights: { weight_infos: [{ role: a % 2 === 0 ? 'dev' : 'ops', weight: b }] },
    }),
  'op-quota': (cluster, a, b) => {
    const [guarantees, limits] = [{ cpus: { value: a % 3 } }, { cpus: { value: b } }];
    const quota_configs = [{ role: a % 2 === 0 ? 'dev' : 'ops', guarantees, limits }];
    call(cluster, { type: 'UPDATE_QUOTA', update_quota: { force: b % 2 === 0, quota_configs } });
  },
  'op-deactivate': onAgent((agent_id) => ({ type: 'DEACTIVATE_AGENT', deactivate_agent: { agent_id } })),
  'op-reactivate': onAgent((agent_id) => ({ type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id } })),
  'op-drain': onAgent((agent_id, b) => ({ type: 'DRAIN_AGENT', drain_agent: { agent_id, mark_gone: b === 0 } })),
  'op-gone': (cluster, a, b) => {
    const agent = agentAt(cluster, a);
    if (agent && b === 0)
      call(cluster, { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: agent.id } } });
  },
  'op-schedule': (cluster, a, b) => {
    const machine_ids = cluster.agents.slice(a % 4, (a % 4) + (b % 3)).map(machineOf);
    const window = { machine_ids, unavailability: { start: { nanoseconds: 1e18 + b } } };
    const windows = machine_ids.length > 0 ? [window] : [];
    call(cluster, { type: 'UPDATE_MAINTENANCE_SCHEDULE', update_maintenance_schedule: { schedule: { windows } } });
  },
  'op-down': (cluster, a, b) => {
    const agent = cluster.agents[a % cluster.agents.length];
    if (agent && b < 2)
      call(cluster, { type: 'START_MAINTENANCE', start_maintenance: { machines: [machineOf(agent)] } });
  },
  'op-up': (cluster, a) => {
    const agent = cluster.agents[a % cluster.agents.length];
    if (agent) call(cluster, { type: 'STOP_MAINTENANCE', stop_maintenance: { machines: [machineOf(agent)] } });
  },
};

/** What must hold between any two events. */
function check({ world, allocator, isLate }: Cluster): void {
  const { state } = world;
  for (const agent of state.agents.values()) {
    const view = allocator.agent(agent.id);
    expect(`${view?.total}`).toBe(`${agent.total}`);
    expect(view?.isActive).toBe(isActive(agent));
    expect(view?.unavailability).toEqual(agent.unavailability);
    // What is on its way is held in one book only.
    if (isLate) continue;
    const held = Resources.sum(view?.held.values() ?? []);
    const known = Resources.sum([...agent.used.values(), agent.offered]);
    expect(`${held}`).toBe(`${known}`);
    if (!isActive(agent)) expect(agent.offers.size).toBe(0);
    for (const [frameworkId, { outstanding }] of agent.inverseOffers) {
      const offers = state.frameworks.get(frameworkId)?.inverseOffers;
      if (outstanding !== undefined) expect(offers?.get(outstanding)?.agent_id?.value).toBe(agent.id);
    }
    expect(state.registry.agents.get(agent.id)).toMatchObject({ deactivated: agent.deactivated });
  }
  for (const framework of state.frameworks.values()) {
    for (const [id, { agent_id: agentId }] of framework.inverseOffers) {
      const agent = state.agents.get(agentId?.value as never);
      expect(agent?.inverseOffers.get(framework.id)?.outstanding).toBe(id);
    }
  }
}

test('master and allocator agree after every step of any history', () => {
  const step = fc.record({ act: fc.constantFrom('cycle', 'cycle', ...Object.keys(ACTS)), a: fc.nat(7), b: fc.nat(7) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      const cluster = new Cluster();
      cluster.clients.push(
        cluster.world.subscribe(),
        cluster.world.subscribe({ ...AWARE, name: 'ops', roles: ['dev', 'ops'] }),
      );
      cluster.agents.push(cluster.world.register(undefined, { capabilities: CAPABILITIES }));
      for (const { act, a, b } of steps) {
        ACTS[act]?.(cluster, a, b);
        cluster.sync();
        check(cluster);
      }
    }),
    { numRuns: 150 },
  );
}, 120_000);
