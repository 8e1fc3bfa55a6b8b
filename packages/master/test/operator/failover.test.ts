// Goal: what an operator was told is done survives the master, and what the registry does not have was not told. Method:
// each call against a master whose store waits; its successor starts from the registry as it was before and after.
import { describe, expect, test } from 'vitest';
import type { master } from '@mini-mesos/proto';
import { copyOf, operationsOf } from '../../src/core/registry/format.js';
import type { Registry } from '../../src/core/registry/registry.js';
import { applyRegistryOperation } from '../../src/core/registry/registry.js';
import type { RegistryOperation } from '../../src/core/registry/operations.js';
import type { RequestId } from '../../src/core/effects.js';
import { AWARE, Harness } from '../support/harness.js';
import type { Client, Machine } from '../support/harness.js';
import { ask } from './support.js';

interface Situation {
  readonly world: Harness;
  readonly agent: Machine;
  readonly client: Client;
}

interface Case {
  readonly name: string;
  /** What was stored before. */
  readonly before?: (situation: Situation) => RegistryOperation[];
  readonly ask: (situation: Situation) => RequestId;
  /** Whether the registry has what was asked for. */
  readonly isDone: (registry: Registry, situation: Situation) => boolean;
}

const machine = { hostname: 'host-1', ip: '127.0.0.1' };
const schedule = { windows: [{ machine_ids: [machine], unavailability: { start: { nanoseconds: 1e18 } } }] };
const call = (name: master.Call.Type, body: (situation: Situation) => Partial<master.Call>) => ({
  name,
  ask: (situation: Situation) => ask(situation.world, { type: name, ...body(situation) }).request,
});
const idOf = ({ agent }: Situation) => ({ value: agent.id });

const CASES: Case[] = [
  {
    ...call('UPDATE_WEIGHTS', () => ({ update_weights: { weight_infos: [{ role: 'dev', weight: 3 }] } })),
    isDone: ({ weights }) => weights.get('dev') === 3,
  },
  {
    ...call('UPDATE_QUOTA', () => ({
      update_quota: { quota_configs: [{ role: 'dev', limits: { cpus: { value: 8 } } }] },
    })),
    isDone: ({ quotas }) => quotas.get('dev')?.limits?.['cpus']?.value === 8,
  },
  {
    ...call('UPDATE_MAINTENANCE_SCHEDULE', () => ({ update_maintenance_schedule: { schedule } })),
    isDone: ({ machines }) => [...machines.values()][0]?.mode === 'DRAINING',
  },
  {
    ...call('START_MAINTENANCE', () => ({ start_maintenance: { machines: [machine] } })),
    before: () => [{ type: 'update-maintenance', schedule }],
    isDone: ({ machines }) => [...machines.values()][0]?.mode === 'DOWN',
  },
  {
    ...call('STOP_MAINTENANCE', () => ({ stop_maintenance: { machines: [machine] } })),
    before: () => [
      { type: 'update-maintenance', schedule },
      { type: 'start-maintenance', machines: [machine] },
    ],
    isDone: ({ machines }) => machines.size === 0,
  },
  {
    ...call('DRAIN_AGENT', (situation) => ({ drain_agent: { agent_id: idOf(situation) } })),
    isDone: ({ agents }, { agent }) => agents.get(agent.id)?.drain !== undefined,
  },
  {
    ...call('DEACTIVATE_AGENT', (situation) => ({ deactivate_agent: { agent_id: idOf(situation) } })),
    isDone: ({ agents }, { agent }) => agents.get(agent.id)?.deactivated === true,
  },
  {
    ...call('REACTIVATE_AGENT', (situation) => ({ reactivate_agent: { agent_id: idOf(situation) } })),
    before: ({ agent }) => [{ type: 'deactivate-agent', agent: agent.id }],
    isDone: ({ agents }, { agent }) => agents.get(agent.id)?.deactivated === false,
  },
  {
    ...call('MARK_AGENT_GONE', (situation) => ({ mark_agent_gone: { agent_id: idOf(situation) } })),
    isDone: ({ gone, agents }, { agent }) => gone.has(agent.id) && !agents.has(agent.id),
  },
  {
    name: 'teardown',
    ask: ({ world, client }) => {
      const request = world.request();
      world.send({ type: 'teardown', request, framework: client.id });
      return request;
    },
    isDone: ({ removedFrameworks }, { client }) => removedFrameworks.has(client.id),
  },
];

const CAPABLE = (['MULTI_ROLE', 'AGENT_DRAINING'] as const).map((type) => ({ type }));

/** A master in the middle of things, whose store does not answer yet. */
function setUp({ before }: Case): Situation {
  const world = new Harness();
  const agent = world.register('cpus:16;mem:1024', { capabilities: CAPABLE });
  Object.assign(agent.record.info, { hostname: machine.hostname });
  const client = world.subscribe(AWARE);
  const situation = { world, agent, client };
  for (const operation of before?.(situation) ?? []) applyRegistryOperation(world.state.registry, operation);
  agent.record.deactivated = world.state.registry.agents.get(agent.id)?.deactivated ?? false;
  world.storesAtOnce = false;
  return situation;
}

describe.each(CASES)('$name', (each) => {
  test('is answered when it is stored, not before', () => {
    const situation = setUp(each);
    const { world } = situation;
    const stored = [...operationsOf(world.state.registry)];
    const request = each.ask(situation);
    expect(world.answers.get(request)).toBeUndefined();
    expect([...operationsOf(world.state.registry)]).toEqual(stored);
    expect(each.isDone(world.state.registry, situation)).toBe(false);
    world.store();
    expect(world.answers.get(request)).toMatchObject({ status: 200 });
    expect(each.isDone(world.state.registry, situation)).toBe(true);
  });

  test('is known to a successor', () => {
    const situation = setUp(each);
    each.ask(situation);
    situation.world.store();
    const next = new Harness();
    next.send({ type: 'recover', registry: copyOf(situation.world.state.registry) });
    expect(each.isDone(next.state.registry, situation)).toBe(true);
  });
});
