// Goal: whatever schedulers, agents and the clock do, the master's books stay in order and it never throws.
// Method: random histories (fast-check prints the seed that replays one); after every step the invariants are checked.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Resources } from '@mini-mesos/resources';
import { isReleased } from '../../src/core/tasks/transition.js';
import { AWARE, Harness, task } from '../support/harness.js';
import type { Client, Machine } from '../support/harness.js';

type Step = { do: string; a: number; b: number };

const step = fc.record({
  do: fc.constantFrom(
    'subscribe',
    'resubscribe',
    'disconnect',
    'teardown',
    'register',
    'drop-link',
    'come-back',
    'unregister',
    'offer',
    'launch',
    'launch-twice',
    'decline',
    'update',
    'finish',
    'acknowledge',
    'kill',
    'reconcile',
    'advance',
  ),
  a: fc.nat(7),
  b: fc.nat(7),
});

class People {
  readonly world = new Harness();
  readonly clients: Client[] = [];
  readonly agents: Machine[] = [];
  #tasks = 0;

  act({ do: what, a, b }: Step): void {
    const client = this.clients[a % Math.max(1, this.clients.length)];
    const agent = this.agents[b % Math.max(1, this.agents.length)];
    if (what === 'subscribe') this.clients.push(this.world.subscribe({ ...AWARE, checkpoint: a % 2 === 0 }));
    else if (what === 'register') this.agents.push(this.world.register());
    else if (what === 'advance') this.world.advance(a * 12_000);
    else if (client && ACTS[what]) ACTS[what](this, client, agent, b);
    else if (agent && agent.id !== undefined) this.#agentActs(what, agent);
  }

  #agentActs(what: string, agent: Machine): void {
    if (what === 'drop-link') agent.disconnect();
    if (what === 'unregister') agent.call({ type: 'UNREGISTER' });
    if (what === 'come-back') this.#comeBack(agent);
  }

  #comeBack(agent: Machine): void {
    const record = this.world.state.agents.get(agent.id);
    const tasks = [...(record?.tasks.values() ?? [])].flatMap((map) =>
      [...map.values()].map(({ task: t }) => structuredClone(t)),
    );
    const frameworks = [...this.world.state.frameworks.values()].map(({ info }) => info);
    const before = agent.id;
    agent.reregister({ tasks, frameworks });
    if (agent.id === undefined) this.agents.splice(this.agents.indexOf(agent), 1);
    else expect(agent.id).toBe(before);
  }

  newTask(agent: Machine) {
    return task(`t${this.#tasks++}`, agent, 'cpus:0.5;mem:32');
  }
}

type Act = (people: People, client: Client, agent: Machine | undefined, b: number) => void;

const isLive = ({ world }: People, client: Client) => client.id !== undefined && world.state.frameworks.has(client.id);

const ACTS: { [what: string]: Act } = {
  resubscribe: (people, client) => {
    if (client.id !== undefined) people.clients.push(people.world.subscribe({ ...AWARE, id: { value: client.id } }));
  },
  disconnect: (_, client) => client.disconnect(),
  teardown: (people, client) => void (isLive(people, client) && client.call({ type: 'TEARDOWN' })),
  offer: (people, client, agent) => {
    const record = agent && people.world.state.agents.get(agent.id);
    if (!agent || !record || !isLive(people, client)) return;
    // As the allocator would: no more than is free.
    const used = Resources.sum([...record.used.values(), record.offered]).unallocate();
    const free = record.total.minus(used);
    if (free.isEmpty) return;
    const allocation = { frameworkId: client.id, agentId: agent.id, role: 'dev', resources: free.allocate('dev') };
    people.world.send({ type: 'allocated', allocations: [allocation] });
  },
  launch: (people, client, agent) => launch(people, client, agent, 1),
  'launch-twice': (people, client, agent) => launch(people, client, agent, 2),
  decline: (_, client) => {
    const offer = client.of('OFFERS').at(-1)?.offers?.offers?.[0];
    if (offer) client.call({ type: 'DECLINE', decline: { offer_ids: [offer.id] } });
  },
  update: (people, client, _agent, b) => report(people, client, b, 'TASK_RUNNING'),
  finish: (people, client, _agent, b) => report(people, client, b, 'TASK_FINISHED'),
  acknowledge: (_, client) => {
    const status = client.of('UPDATE').at(-1)?.update?.status;
    if (status?.uuid) client.acknowledge(status);
  },
  kill: (people, client) => {
    const id = isLive(people, client) ? [...client.record.tasks.keys()][0] : undefined;
    client.call({ type: 'KILL', kill: { task_id: { value: id ?? 'ghost' } } });
  },
  reconcile: (_, client) => void client.call({ type: 'RECONCILE', reconcile: {} }),
};

function launch(people: People, client: Client, agent: Machine | undefined, times: number): void {
  const offer = client.of('OFFERS').at(-1)?.offers?.offers?.[0];
  if (!agent || !offer) return;
  for (let i = 0; i < times; i++) client.launch(offer, { ...people.newTask(agent), agent_id: offer.agent_id });
}

function report(people: People, client: Client, b: number, state: 'TASK_RUNNING' | 'TASK_FINISHED'): void {
  if (!isLive(people, client)) return;
  const tasks = [...client.record.tasks.values()];
  const found = tasks[b % Math.max(1, tasks.length)]?.task;
  const agent = people.agents.find(({ id }) => id === found?.agent_id.value);
  if (found && agent) agent.update(client, found.task_id.value, state);
}

/** What must hold between any two events. */
function check({ world }: People): void {
  const { state } = world;
  for (const agent of state.agents.values()) {
    const charged = [...agent.tasks].map(([frameworkId, tasks]) => {
      const live = [...tasks.values()].filter(({ task: t }) => !isReleased(t.state));
      return [frameworkId, Resources.sum(live.map(({ resources }) => resources))] as const;
    });
    for (const [frameworkId, sum] of charged) {
      expect((agent.used.get(frameworkId) ?? Resources.EMPTY).toString()).toBe(sum.toString());
    }
    const offers = [...agent.offers].flatMap((id) => state.offers.get(id) ?? []);
    expect(offers).toHaveLength(agent.offers.size);
    expect(Resources.sum(offers.map(({ resources }) => resources)).equals(agent.offered)).toBe(true);
    const taken = Resources.sum([...agent.used.values(), agent.offered]).unallocate();
    expect(agent.total.contains(taken)).toBe(true);
    if (agent.link === undefined) expect(agent.offers.size).toBe(0);
    else expect(state.links.get(agent.link)).toBe(agent.id);
  }
  for (const framework of state.frameworks.values()) {
    expect(framework.connection !== undefined).toBe(framework.phase === 'connected');
    if (framework.phase !== 'connected') expect(framework.offers.size).toBe(0);
    for (const [taskId, record] of framework.tasks) {
      const agent = state.agents.get(record.task.agent_id.value as never);
      expect(agent?.tasks.get(framework.id)?.get(taskId)).toBe(record);
    }
  }
  for (const offer of state.offers.values()) {
    expect(state.frameworks.get(offer.frameworkId)?.offers.has(offer.id)).toBe(true);
    expect(state.agents.get(offer.agentId)?.offers.has(offer.id)).toBe(true);
  }
  expect(world.state.connections.size).toBe(
    [...state.frameworks.values()].filter(({ connection }) => connection).length,
  );
}

test('the books balance after every step of any history', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      const people = new People();
      people.act({ do: 'register', a: 0, b: 0 });
      people.act({ do: 'subscribe', a: 0, b: 0 });
      for (const one of steps) {
        people.act(one);
        check(people);
      }
    }),
    { numRuns: 300 },
  );
}, 60_000);
