// Goal: a new leader knows what the old one had stored, waits for its agents, and gives none up lightly. Method: two
// machines one after the other, the second with the registry of the first.
import { describe, expect, test } from 'vitest';
import type { link } from '@mini-mesos/proto';
import { copyOf } from '../../src/core/registry/format.js';
import type { Registry } from '../../src/core/registry/registry.js';
import { applyRegistryOperation, emptyRegistry } from '../../src/core/registry/registry.js';
import type { RegistryOperation } from '../../src/core/registry/operations.js';
import { DEFAULTS } from '../../src/core/config.js';
import type { MasterConfig } from '../../src/core/config.js';
import type { LinkId } from '../../src/core/effects.js';
import { AWARE, Harness, INFO, Machine, task } from '../support/harness.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const LOST = { ...AWARE, name: 'lost', capabilities: [{ type: 'MULTI_ROLE' as const }] };

const SUCCESSOR = { ...INFO, id: '11111111-0000-4000-8000-000000000000' };

/** A master that leads with that registry. */
function leader(registry: Registry, config: Partial<MasterConfig> = {}): Harness {
  const world = new Harness({ info: SUCCESSOR, ...config });
  world.send({ type: 'recover', registry: copyOf(registry) });
  return world;
}

const registryOf = (...operations: RegistryOperation[]): Registry => {
  const registry = emptyRegistry();
  for (const operation of operations) applyRegistryOperation(registry, operation);
  return registry;
};

let links = 0;

/** An agent of the old leader dials the new one. */
function comesBack(world: Harness, agent: Machine, what: Omit<link.Call.Reregister, 'agent'> = {}): Machine {
  const linkId = `back-${++links}` as LinkId;
  world.told.set(linkId, []);
  const info = { ...agent.description.agent_info, id: { value: agent.id } };
  const reregister = { agent: { ...agent.description, agent_info: info }, ...what };
  world.send({ type: 'link-opened', link: linkId, call: { type: 'REREGISTER', reregister } });
  return new Machine(world, linkId, agent.description);
}

const RACK = [{ name: 'rack', type: 'TEXT' as const, text: { value: 'r2' } }];

/** With another attribute than before. */
function restarted(agent: Machine): Machine {
  Object.assign(agent.description, { agent_info: { ...agent.description.agent_info, attributes: RACK } });
  return agent;
}

function setUp(count = 1, info = AWARE) {
  const before = new Harness();
  const agent = before.register();
  const agents = [agent, ...Array.from({ length: count - 1 }, () => before.register())];
  const client = before.subscribe(info);
  client.launch(before.offer(client, agent, 'cpus:4;mem:4096'), task('t', agent));
  client.acknowledge(agent.update(client, 't', 'TASK_RUNNING'));
  const running = structuredClone(client.record.tasks.get('t' as never)?.task);
  if (!running) throw new Error('no task');
  const framework = client.record.info;
  return { before, agents, agent, client, brings: { tasks: [running], frameworks: [framework] }, framework };
}

describe('a new leader', () => {
  test('knows the agents, answers nothing about their tasks, and takes them back without a word', () => {
    const { before, agent, framework, brings } = setUp();
    const world = leader(before.state.registry);
    expect([...world.state.recoveredAgents.keys()]).toEqual([agent.id]);
    const client = world.subscribe(framework);
    const ask = () =>
      client.call({
        type: 'RECONCILE',
        reconcile: { tasks: [{ task_id: { value: 't' }, agent_id: { value: agent.id } }] },
      });
    ask();
    expect(client.of('UPDATE')).toEqual([]);
    const back = comesBack(world, agent, brings);
    expect(back.of('REREGISTERED')).toHaveLength(1);
    expect(world.state.recoveredAgents.size).toBe(0);
    expect(client.of('UPDATE')).toEqual([]);
    ask();
    expect(client.status('t')).toMatchObject({ state: 'TASK_RUNNING', reason: 'REASON_RECONCILIATION' });
    expect(world.timers.has(`agent-reregister ${agent.id}`)).toBe(false);
  });

  test.each([
    ['PARTITION_AWARE', AWARE, 'TASK_UNREACHABLE'],
    ['other', LOST, 'TASK_LOST'],
  ] as const)('gives an agent up after the timeout: %s', (_, info, state) => {
    const { before, agent, framework } = setUp(1, info);
    const world = leader(before.state.registry);
    const client = world.subscribe(framework);
    world.advance(10 * MINUTE_MS - 1);
    expect(world.state.unreachableAgents.size).toBe(0);
    world.advance(1);
    expect(world.state.unreachableAgents.has(agent.id)).toBe(true);
    expect(world.state.registry.unreachable.has(agent.id)).toBe(true);
    expect(client.of('FAILURE')).toMatchObject([{ failure: { agent_id: { value: agent.id } } }]);
    client.call({
      type: 'RECONCILE',
      reconcile: { tasks: [{ task_id: { value: 't' }, agent_id: { value: agent.id } }] },
    });
    expect(client.status('t')).toMatchObject({ state, unreachable_time: {} });
    expect(world.state.counters.get('master/recovery_slave_removals')).toBe(1);
  });

  test('takes one back that it had given up, and says so to its frameworks', () => {
    const { before, agent, framework, brings } = setUp();
    const world = leader(before.state.registry);
    const client = world.subscribe(framework);
    world.advance(10 * MINUTE_MS);
    comesBack(world, agent, brings);
    expect(client.status('t')).toMatchObject({ state: 'TASK_RUNNING', reason: 'REASON_AGENT_REREGISTERED' });
    expect(world.state.registry.unreachable.size).toBe(0);
    expect(world.state.registry.agents.has(agent.id)).toBe(true);
  });

  test('takes one back at once that is as the registry knows it: there is nothing to store', () => {
    const { before, agent, brings } = setUp();
    const world = leader(before.state.registry);
    world.storesAtOnce = false;
    const back = comesBack(world, agent, brings);
    expect(back.of('REREGISTERED')).toHaveLength(1);
    expect(world.state.agents.has(agent.id)).toBe(true);
    world.store();
    expect(world.state.registry).toEqual(before.state.registry);
  });

  test('stores first what one that comes back is now', () => {
    const { before, agent, brings } = setUp();
    const world = leader(before.state.registry);
    world.storesAtOnce = false;
    const back = comesBack(world, restarted(agent), brings);
    expect(back.of('REREGISTERED')).toEqual([]);
    world.store();
    expect(back.of('REREGISTERED')).toHaveLength(1);
    expect(world.state.registry.agents.get(agent.id)?.info.attributes).toEqual(RACK);
  });

  test('an agent that comes back while it is given up is reachable to the next leader too', () => {
    const { before, agent, brings } = setUp();
    const world = leader(before.state.registry);
    world.storesAtOnce = false;
    world.advance(10 * MINUTE_MS);
    const back = comesBack(world, agent, brings);
    expect(back.of('REREGISTERED')).toEqual([]);
    world.store();
    expect(back.of('REREGISTERED')).toHaveLength(1);
    expect([...leader(world.state.registry).state.recoveredAgents.keys()]).toEqual([agent.id]);
  });

  test('does not give one up whose return is being stored', () => {
    const { before, agent, brings } = setUp();
    const world = leader(before.state.registry);
    world.advance(10 * MINUTE_MS - 1);
    world.storesAtOnce = false;
    const back = comesBack(world, restarted(agent), brings);
    world.advance(1);
    world.store();
    expect(back.of('REREGISTERED')).toHaveLength(1);
    expect(world.state.registry.agents.has(agent.id)).toBe(true);
    expect(world.state.unreachableAgents.size).toBe(0);
  });

  test('waits once more for one whose connection broke while its return was being stored', () => {
    const { before, agent } = setUp();
    const world = leader(before.state.registry);
    world.advance(10 * MINUTE_MS);
    expect(world.state.unreachableAgents.size).toBe(1);
    world.storesAtOnce = false;
    const back = comesBack(world, agent);
    back.disconnect();
    world.store();
    expect([...world.state.recoveredAgents.keys()]).toEqual([agent.id]);
    world.storesAtOnce = true;
    world.advance(10 * MINUTE_MS);
    expect([...world.state.unreachableAgents.keys()]).toEqual([agent.id]);
  });

  test('ends when more agents are missing than the limit allows', () => {
    const { before, agents, agent } = setUp(4);
    expect(agents).toHaveLength(4);
    const world = leader(before.state.registry, { recoveryAgentRemovalLimit: 0.5 });
    comesBack(world, agent);
    world.advance(10 * MINUTE_MS);
    expect(world.aborted).toEqual([
      expect.stringMatching(/^3 of 4 agents \(75%\) did not come back.*--recovery_agent_removal_limit.*\(50%\)/),
    ]);
    expect(world.state.recoveredAgents.size).toBe(3);
    const lenient = leader(before.state.registry, { recoveryAgentRemovalLimit: 0.75 });
    comesBack(lenient, agent);
    lenient.advance(10 * MINUTE_MS);
    expect({ aborted: lenient.aborted, missing: lenient.state.recoveredAgents.size }).toEqual({
      aborted: [],
      missing: 0,
    });
  });

  test('has what operators laid down: weights, quota, marks, gone agents', () => {
    const { before, agent } = setUp();
    const gone = before.register();
    const registry = copyOf(before.state.registry);
    const operations: RegistryOperation[] = [
      { type: 'update-weights', weights: new Map([['dev', 2]]) },
      { type: 'update-quota', configs: [{ role: 'dev', limits: { cpus: { value: 2 } } }] },
      { type: 'deactivate-agent', agent: agent.id },
      { type: 'mark-gone', agent: gone.id, atMs: 1 },
    ];
    for (const operation of operations) applyRegistryOperation(registry, operation);
    const world = leader(registry);
    expect(world.commands.map(({ type }) => type)).toEqual(['update-weights', 'update-quota', 'await-agents']);
    const back = comesBack(world, agent);
    expect(back.record).toMatchObject({ deactivated: true });
    expect(world.commands.slice(3)).toMatchObject([
      { type: 'add-agent', agentId: agent.id },
      { type: 'deactivate-agent', agentId: agent.id },
    ]);
    expect(comesBack(world, gone).told.map(({ type }) => type)).toEqual(['SHUTDOWN']);
  });

  test('refuses a framework that was torn down, whoever tore it down', () => {
    const { before, client, framework } = setUp();
    before.storesAtOnce = false;
    const request = before.request();
    before.send({ type: 'teardown', request, framework: client.id });
    expect(before.answers.has(request)).toBe(false);
    before.store();
    expect(before.answers.get(request)?.status).toBe(200);
    const other = before.subscribe({ ...AWARE, name: 'other' });
    const [otherInfo, otherId] = [other.record.info, other.id];
    other.call({ type: 'TEARDOWN' });
    expect(before.state.frameworks.has(otherId)).toBe(true);
    before.store();
    const world = leader(before.state.registry);
    for (const info of [framework, otherInfo]) {
      expect(world.subscribe(info).events).toEqual([
        { type: 'ERROR', error: { message: 'Framework has been removed' } },
      ]);
    }
  });

  test('tells an agent what became of a framework, where it does not know it', () => {
    const { before, agent, framework, brings } = setUp();
    const world = leader(before.state.registry);
    const client = world.subscribe(framework);
    const first = comesBack(world, agent, brings);
    expect(first.of('REREGISTERED')).toHaveLength(1);
    expect(first.of('UPDATE_FRAMEWORK')).toEqual([]);
    first.disconnect();
    const changed = { ...framework, name: 'renamed' };
    client.call({ type: 'UPDATE_FRAMEWORK', update_framework: { framework_info: changed } });
    expect(comesBack(world, agent, brings).of('UPDATE_FRAMEWORK')).toMatchObject([
      { update_framework: { framework: { id: { value: client.id }, name: 'renamed' } } },
    ]);
  });

  test('tells an agent to shut down what it still runs of a framework that was torn down', () => {
    const { before, agent, client, brings } = setUp();
    client.call({ type: 'TEARDOWN' });
    const world = leader(before.state.registry);
    const back = comesBack(world, agent, brings);
    expect(world.state.frameworks.size).toBe(0);
    expect(back.of('SHUTDOWN_FRAMEWORK')).toHaveLength(1);
    expect(back.record.used.size).toBe(0);
  });
});

test('the allocator is told how many agents are awaited, after weights and quota', () => {
  const { before } = setUp();
  applyRegistryOperation(before.state.registry, {
    type: 'update-quota',
    configs: [{ role: 'dev', limits: { cpus: { value: 2 } } }],
  });
  const { commands } = leader(before.state.registry);
  expect(commands).toMatchObject([
    { type: 'update-quota' },
    {
      type: 'await-agents',
      expected: 1,
      part: DEFAULTS.allocatorAgentRecoveryFactor,
      timeoutMs: DEFAULTS.allocatorRecoveryTimeoutMs,
    },
  ]);
});

describe('with --agent_removal_rate_limit', () => {
  const agentRemovalRate = { permits: 1, intervalMs: 10 * MINUTE_MS };

  test('agents that fell silent are given up one after the other', () => {
    const world = new Harness({ agentRemovalRate });
    const agents = [world.register(), world.register(), world.register()];
    world.advance(75_000);
    expect([...world.state.unreachableAgents.keys()]).toEqual([agents[0]?.id]);
    world.advance(10 * MINUTE_MS);
    expect(world.state.unreachableAgents.size).toBe(2);
    // The third is heard of while it waits.
    agents[2]?.call({ type: 'PONG' });
    world.advance(20 * MINUTE_MS);
    expect(world.state.counters.get('master/slave_unreachable_canceled')).toBe(1);
    expect(world.state.counters.get('master/slave_unreachable_scheduled')).toBe(4);
    expect(world.state.unreachableAgents.size).toBe(3);
  });

  test('so are those that did not come back after a failover', () => {
    const { before } = setUp(3);
    const world = leader(before.state.registry, { agentRemovalRate });
    world.advance(10 * MINUTE_MS);
    expect(world.state.unreachableAgents.size).toBe(1);
    world.advance(20 * MINUTE_MS);
    expect(world.state.unreachableAgents.size).toBe(3);
  });
});

test('an agent that restarted with other attributes is known to the next leader as it is now', () => {
  const { before, agent } = setUp();
  restarted(agent);
  agent.disconnect();
  agent.reregister();
  const [known] = leader(before.state.registry).state.recoveredAgents.values();
  expect(known).toMatchObject({ id: { value: agent.id }, attributes: RACK });
});

describe('the registry forgets', () => {
  const nowMs = new Harness().nowMs;

  test('agents and frameworks that are gone for too long', () => {
    const world = leader(
      registryOf(
        { type: 'mark-unreachable', agent: 'old' as never, atMs: nowMs - 14 * DAY_MS },
        { type: 'mark-unreachable', agent: 'new' as never, atMs: nowMs - DAY_MS },
        { type: 'mark-gone', agent: 'old gone' as never, atMs: nowMs - 14 * DAY_MS },
        { type: 'remove-framework', framework: 'F' as never, atMs: nowMs - 14 * DAY_MS },
      ),
    );
    world.advance(15 * MINUTE_MS);
    expect([...world.state.unreachableAgents.keys()]).toEqual(['new']);
    expect([...world.state.registry.unreachable.keys()]).toEqual(['new']);
    expect([...world.state.goneAgents.keys(), ...world.state.registry.removedFrameworks.keys()]).toEqual([]);
  });

  test('the oldest, when there are too many', () => {
    const marks = [5, 1, 4, 2, 3].map((atMs): RegistryOperation => ({
      type: 'mark-gone',
      agent: `S${atMs}` as never,
      atMs: nowMs + atMs,
    }));
    const world = leader(registryOf(...marks), { registryMaxAgentCount: 2 });
    world.advance(15 * MINUTE_MS);
    expect([...world.state.goneAgents.keys()]).toEqual(['S5', 'S4']);
  });

  test('the id of an agent that was never told it', () => {
    const world = new Harness();
    world.storesAtOnce = false;
    world.register().disconnect();
    world.store();
    expect(world.state.registry.agents.size).toBe(0);
  });
});
