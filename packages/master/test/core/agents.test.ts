// Goal: agents come, answer pings, fall silent, come back and leave, and their tasks' frameworks hear the right thing.
// Method: a machine with scripted agents on a clock of the test's own.
import { describe, expect, test } from 'vitest';
import { Resources } from '@mini-mesos/resources';
import { AWARE, Harness, MASTER_ID, resources, task } from '../support/harness.js';

const LOST = { ...AWARE, name: 'lost', capabilities: [{ type: 'MULTI_ROLE' as const }] };

function setUp(info = AWARE) {
  const world = new Harness();
  const agent = world.register();
  const client = world.subscribe(info);
  client.launch(world.offer(client, agent, 'cpus:4;mem:4096'), task('t', agent));
  client.acknowledge(agent.update(client, 't', 'TASK_RUNNING'));
  const running = client.record.tasks.get('t' as never)?.task;
  if (!running) throw new Error('no task');
  world.commands.length = 0;
  // The agent keeps its own copy: the master's changes.
  return { world, agent, client, running: structuredClone(running) };
}

const silence = (world: Harness) => world.advance(5 * 15_000);

describe('registration', () => {
  test('gives an id only once the registry holds it', () => {
    const world = new Harness();
    world.storesAtOnce = false;
    const agent = world.register();
    expect(agent.told).toEqual([]);
    world.store();
    expect(agent.id).toBe(`${MASTER_ID}-S0`);
    expect(agent.told.map(({ type }) => type)).toEqual(['PING', 'REGISTERED']);
    expect(agent.of('REGISTERED')[0]?.registered?.total_ping_timeout_seconds).toBe(75);
    expect(world.commands).toMatchObject([{ type: 'add-agent', agentId: agent.id }]);
    expect(world.published.map(({ type }) => type)).toEqual(['AGENT_ADDED']);
  });

  test('a link that closes before that is not registered', () => {
    const world = new Harness();
    world.storesAtOnce = false;
    const agent = world.register();
    agent.disconnect();
    world.store();
    expect(world.state.agents.size).toBe(0);
  });

  test('at the address of a disconnected agent removes the old one, at that of a connected one is refused', () => {
    const { world, agent, client } = setUp();
    const twin = { agent_info: agent.description.agent_info };
    const second = world.register('cpus:1', twin);
    expect(world.closed.has(second.linkId)).toBe(true);
    agent.disconnect();
    const third = world.register('cpus:1', twin);
    expect(third.id).toBe(`${MASTER_ID}-S1`);
    expect(world.state.agents.has(agent.id)).toBe(false);
    expect(client.status('t')).toMatchObject({ state: 'TASK_LOST', reason: 'REASON_AGENT_REMOVED' });
    expect(client.events.at(-1)).toMatchObject({ type: 'FAILURE', failure: { agent_id: { value: agent.id } } });
  });

  test('reservations that do not fit the resources are refused', () => {
    const world = new Harness();
    const reserved = resources('cpus(dev):9').toProto();
    const agent = world.register('cpus:1', {
      checkpointed_resources: reserved.map((resource) => ({
        ...resource,
        reservations: [{ type: 'DYNAMIC', role: 'dev' }],
      })),
    });
    expect(world.closed.has(agent.linkId)).toBe(true);
    expect(world.state.agents.size).toBe(0);
  });
});

describe('an agent that falls silent', () => {
  test('is unreachable after five pings; aware frameworks hear TASK_UNREACHABLE, others TASK_LOST', () => {
    for (const [info, state] of [
      [AWARE, 'TASK_UNREACHABLE'],
      [LOST, 'TASK_LOST'],
    ] as const) {
      const { world, agent, client } = setUp(info);
      silence(world);
      expect(client.status('t')).toMatchObject({ state, reason: 'REASON_AGENT_REMOVED', source: 'SOURCE_MASTER' });
      expect(client.status('t')?.unreachable_time?.nanoseconds).toBe(world.nowMs * 1e6);
      expect(client.of('FAILURE')).toHaveLength(1);
      expect(client.record.unreachableTasks.has('t' as never)).toBe(true);
      expect(world.commands.map(({ type }) => type)).toContain('remove-agent');
      expect(world.published.at(-1)?.type).toBe('AGENT_REMOVED');
      expect(world.state.unreachableAgents.has(agent.id)).toBe(true);
    }
  });

  test('stays as long as it answers', () => {
    const { world, agent } = setUp();
    for (let i = 0; i < 20; i++) {
      world.advance(15_000);
      agent.call({ type: 'PONG' });
    }
    expect(world.state.agents.has(agent.id)).toBe(true);
  });

  test('may return with its tasks, which are live again', () => {
    const { world, agent, client, running } = setUp();
    silence(world);
    agent.reregister({ tasks: [running], frameworks: [client.record.info] });
    expect(client.status('t')).toMatchObject({ state: 'TASK_RUNNING', reason: 'REASON_AGENT_REREGISTERED' });
    expect(client.status('t')?.uuid).toBeUndefined();
    expect(client.record.unreachableTasks.size).toBe(0);
    expect(agent.record.used.get(client.id)?.toString()).toBe('cpus(allocated: dev):1; mem(allocated: dev):128');
    expect(world.commands.at(-1)).toMatchObject({ type: 'add-agent', used: agent.record.used });
  });

  test('that returns with a task whose end it has not told yet is announced with the state that it tells next', () => {
    const { world, agent, client, running } = setUp();
    silence(world);
    const ended = { ...running, state: 'TASK_FINISHED' as const, status_update_state: 'TASK_RUNNING' as const };
    agent.reregister({ tasks: [ended], frameworks: [client.record.info] });
    expect(client.status('t')).toMatchObject({ state: 'TASK_RUNNING', reason: 'REASON_AGENT_REREGISTERED' });
    expect(agent.record.used.size).toBe(0);
  });

  test('that returns to find its framework gone is told to shut it down', () => {
    const { world, agent, client, running } = setUp();
    const info = client.record.info;
    silence(world);
    client.call({ type: 'TEARDOWN' });
    agent.reregister({ tasks: [running], frameworks: [info] });
    expect(agent.of('SHUTDOWN_FRAMEWORK')).toHaveLength(1);
    expect(agent.record.tasks.size).toBe(0);
  });
});

describe('an agent that disconnects', () => {
  test('gets no offers, keeps checkpointed tasks, and is offered again when it is back', () => {
    const { world, agent, client, running } = setUp();
    world.offer(client, agent, 'cpus:1');
    agent.disconnect();
    expect(client.of('RESCIND')).toHaveLength(1);
    expect(client.record.tasks.size).toBe(1);
    agent.reregister({ tasks: [running], frameworks: [client.record.info] });
    expect(world.commands.map(({ type }) => type)).toEqual([
      'deactivate-agent',
      'recover',
      'update-agent',
      'activate-agent',
    ]);
    expect(agent.of('REREGISTERED')[0]?.reregistered?.reconciliations).toEqual([]);
  });

  test('loses tasks of frameworks without checkpoint at once', () => {
    const { agent, client } = setUp({ ...AWARE, checkpoint: false });
    agent.disconnect();
    expect(client.status('t')).toMatchObject({ state: 'TASK_LOST', reason: 'REASON_AGENT_DISCONNECTED' });
    expect(client.record.tasks.size).toBe(0);
    expect(agent.record.used.size).toBe(0);
  });

  test('brings back what was given up although it ran on, before anybody is offered what it uses', () => {
    const { world, agent, client, running } = setUp({ ...AWARE, checkpoint: false });
    const used = agent.record.used.get(client.id);
    agent.disconnect();
    agent.reregister({ tasks: [running], frameworks: [client.record.info] });
    expect(client.status('t')).toMatchObject({ state: 'TASK_RUNNING', reason: 'REASON_AGENT_REREGISTERED' });
    expect(agent.record.used.get(client.id)?.equals(used ?? Resources.EMPTY)).toBe(true);
    const types = world.commands.map(({ type }) => type);
    expect(types.slice(-3)).toEqual(['remove-agent', 'add-agent', 'activate-agent']);
    expect(world.commands.at(-2)).toMatchObject({ used: agent.record.used });
  });

  test('is asked for tasks that it does not name, and loses executors that it does not name', () => {
    const { agent, client } = setUp();
    agent.disconnect();
    agent.reregister({ frameworks: [client.record.info] });
    expect(agent.of('REREGISTERED')[0]?.reregistered?.reconciliations).toMatchObject([
      { task_id: { value: 't' }, partition_aware: true },
    ]);
  });

  test('is told to shut down when it comes back from another address, or was marked gone', () => {
    const { agent } = setUp();
    agent.disconnect();
    agent.description.ip = '10.0.0.9';
    agent.reregister();
    expect(agent.of('SHUTDOWN')).toHaveLength(1);
    const { agent: gone, world: other } = setUp();
    other.state.goneAgents.set(gone.id, 1);
    gone.reregister();
    expect(gone.of('SHUTDOWN')[0]?.shutdown?.message).toBe('Agent has been marked gone');
  });
});

test('a master that knows nothing learns frameworks and tasks from agents', () => {
  const old = setUp();
  const world = new Harness();
  const agent = world.register();
  const info = old.client.record.info;
  Object.assign(agent, { linkId: 'fresh' });
  world.told.set('fresh' as never, []);
  world.send({
    type: 'link-opened',
    link: 'fresh' as never,
    call: {
      type: 'REREGISTER',
      reregister: {
        agent: {
          ...old.agent.description,
          agent_info: { ...old.agent.description.agent_info, id: { value: 'old-S7' } },
        },
        tasks: [{ ...old.running, agent_id: { value: 'old-S7' } }],
        frameworks: [info],
      },
    },
  });
  expect(world.state.frameworks.get(old.client.id)).toMatchObject({ phase: 'recovered' });
  expect(world.commands.find(({ type }) => type === 'add-framework')).toMatchObject({ active: false });
  const client = world.subscribe(info);
  expect(client.record.phase).toBe('connected');
  expect(client.record.tasks.size).toBe(1);
  expect(world.commands.at(-1)).toMatchObject({ type: 'activate-framework' });
});

test('an agent that unregisters takes its tasks along', () => {
  const { world, agent, client } = setUp();
  agent.call({ type: 'UNREGISTER' });
  expect(client.status('t')).toMatchObject({ state: 'TASK_LOST', reason: 'REASON_AGENT_REMOVED' });
  expect(world.state.counters.get('master/slave_removals/reason_unregistered')).toBe(1);
});

test('changed resources void the offers made of the old ones', () => {
  const { world, agent, client } = setUp();
  world.offer(client, agent, 'cpus:1');
  agent.call({ type: 'UPDATE_AGENT', update_agent: { total_resources: resources('cpus:8;mem:1').toProto() } });
  expect(client.of('RESCIND')).toHaveLength(1);
  expect(world.commands.at(-1)).toMatchObject({ type: 'update-agent', total: resources('cpus:8;mem:1') });
});
