// Goal: machines go through a maintenance step by step; frameworks hear of it in their offers and are asked to leave;
// machines that are down take no agents.
import type { maintenance } from '@mini-mesos/proto';
import { beforeEach, describe, expect, it } from 'vitest';
import { maintenanceStatus } from '../../src/core/views/governance.js';
import { frameworkMessage } from '../../src/core/views/v1/framework.js';
import { AWARE, Harness, task } from '../support/harness.js';
import type { Client, Machine } from '../support/harness.js';
import { answerTo, OK } from './support.js';

let world: Harness;
let agent: Machine;
let client: Client;

beforeEach(() => {
  world = new Harness();
  agent = world.register();
  client = world.subscribe();
});

const machineOf = ({ description }: Machine) => ({
  hostname: description.agent_info.hostname.toUpperCase(),
  ip: description.ip,
});
const window = (machines: { hostname?: string; ip?: string }[], startNs = 4e18): maintenance.Window => ({
  machine_ids: machines,
  unavailability: { start: { nanoseconds: startNs }, duration: { nanoseconds: 1e12 } },
});
const schedule = (...windows: maintenance.Window[]) => ({
  type: 'UPDATE_MAINTENANCE_SCHEDULE' as const,
  update_maintenance_schedule: { schedule: { windows } },
});
const down = (...machines: Machine[]) => ({
  type: 'START_MAINTENANCE' as const,
  start_maintenance: { machines: machines.map(machineOf) },
});
const up = (...machines: Machine[]) => ({
  type: 'STOP_MAINTENANCE' as const,
  stop_maintenance: { machines: machines.map(machineOf) },
});
const plan = () => answerTo(world, schedule(window([machineOf(agent)])));

function run(id: string, on: Client = client): void {
  on.launch(world.offer(on, agent, 'cpus:1;mem:128'), task(id, agent));
}
const asked = (by: Client = client) =>
  by.of('INVERSE_OFFERS').flatMap((event) => event.inverse_offers?.inverse_offers ?? []);
const latest = () => {
  const offer = asked().at(-1);
  if (!offer) throw new Error('no inverse offer was made');
  return offer;
};

describe('the schedule', () => {
  it('makes machines drain, and offers carry the time', () => {
    world.offer(client, agent, 'cpus:1;mem:128');
    expect(plan()).toEqual(OK);
    expect(client.of('RESCIND')).toHaveLength(1);
    const { unavailability } = window([]);
    expect(world.commands.at(-1)).toEqual({ type: 'update-unavailability', agentId: agent.id, unavailability });
    expect(world.offer(client, agent, 'cpus:1;mem:128').unavailability).toEqual(unavailability);
    expect(maintenanceStatus(world.state).draining_machines).toEqual([{ id: machineOf(agent), statuses: [] }]);
  });

  it('is replaced as a whole, and the same again changes nothing', () => {
    plan();
    world.offer(client, agent, 'cpus:1;mem:128');
    plan();
    expect(client.of('RESCIND')).toHaveLength(0);
    expect(answerTo(world, schedule())).toEqual(OK);
    expect(client.of('RESCIND')).toHaveLength(1);
    expect(agent.record.unavailability).toBeUndefined();
    expect(maintenanceStatus(world.state)).toEqual({ draining_machines: [], down_machines: [] });
  });

  it('counts for agents that come later', () => {
    const { description } = agent;
    plan();
    const later = world.register('cpus:1', { ...description, agent_info: { ...description.agent_info, port: 6000 } });
    expect(later.record.unavailability).toEqual(window([]).unavailability);
    expect(world.commands.findLast(({ type }) => type === 'add-agent')).toMatchObject({
      unavailability: window([]).unavailability,
    });
  });

  it.each<[string, maintenance.Window[], string]>([
    ['an empty window', [window([])], 'List of machines in the maintenance window is empty'],
    ['a machine without a name', [window([{}])], "Both 'hostname' and 'ip' for a machine are empty"],
    ['a bad address', [window([{ ip: '1.2.3.400' }])], "Failed to parse the IP address '1.2.3.400'"],
    [
      'a machine twice',
      [window([{ hostname: 'a', ip: '10.0.0.1' }]), window([{ hostname: 'A', ip: '10.0.0.1' }])],
      'Machine \'{"hostname":"A","ip":"10.0.0.1"}\' appears more than once in the schedule',
    ],
    [
      'less than no time',
      [
        {
          ...window([{ ip: '10.0.0.1' }]),
          unavailability: { start: { nanoseconds: 1 }, duration: { nanoseconds: -1 } },
        },
      ],
      "Unavailability 'duration' is negative",
    ],
  ])('refuses %s', (_what, windows, text) => {
    expect(answerTo(world, schedule(...windows))).toEqual({ status: 400, text: expect.stringContaining(text) });
    expect(world.state.registry.machines.size).toBe(0);
  });
});

describe('machines', () => {
  it('go down: agents are told to end, tasks are lost, and nobody registers from there', () => {
    run('t');
    plan();
    expect(answerTo(world, down(agent))).toEqual(OK);
    expect(agent.of('SHUTDOWN')[0]?.shutdown?.message).toBe("Operator initiated 'Machine DOWN'");
    expect(client.states('t').at(-1)).toBe('TASK_LOST');
    expect(world.state.agents.size).toBe(0);
    expect(maintenanceStatus(world.state)).toEqual({ draining_machines: [], down_machines: [machineOf(agent)] });
    agent.reregister();
    expect(agent.of('SHUTDOWN')[0]?.shutdown?.message).toBe('Machine is `DOWN`');
    const fresh = world.register('cpus:1', agent.description);
    expect(fresh.of('SHUTDOWN')).toHaveLength(1);
  });

  it('come up again, out of the schedule', () => {
    const other = world.register();
    answerTo(world, schedule(window([machineOf(agent), machineOf(other)])));
    answerTo(world, down(agent));
    expect(answerTo(world, up(agent))).toEqual(OK);
    expect(world.state.registry.schedule.windows).toEqual([window([machineOf(other)])]);
    expect(world.register('cpus:1', agent.description).record.unavailability).toBeUndefined();
  });

  it('that are down stay in the schedule', () => {
    plan();
    answerTo(world, down(agent));
    expect(answerTo(world, schedule())).toMatchObject({
      status: 400,
      text: expect.stringContaining('is deactivated and cannot be removed from the schedule'),
    });
  });

  it('move by one step only', () => {
    const text = (what: string) => ({ status: 400, text: expect.stringContaining(what) });
    expect(answerTo(world, down(agent))).toEqual(text('is not part of a maintenance schedule'));
    plan();
    expect(answerTo(world, up(agent))).toEqual(text('is not in DOWN mode and cannot be brought up'));
    answerTo(world, down(agent));
    expect(answerTo(world, down(agent))).toEqual(text('is not in DRAINING mode and cannot be brought down'));
    expect(answerTo(world, down())).toEqual(text('List of machines is empty'));
    expect(answerTo(world, up(agent, agent))).toEqual(text('appears more than once'));
  });
});

describe('inverse offers', () => {
  /** As the allocator would after a cycle: `by` holds something there. */
  function demand(by: Client = client, startNs = 4e18): void {
    const { unavailability } = window([], startNs);
    world.send({ type: 'inverse-offers', inverseOffers: [{ frameworkId: by.id, agentId: agent.id, unavailability }] });
  }
  const ended = (by: Client = client, more = {}) => ({
    type: 'answer-inverse-offer',
    frameworkId: by.id,
    agentId: agent.id,
    ...more,
  });

  it('go to whom the allocator says, and are shown', () => {
    plan();
    demand();
    expect(asked()).toMatchObject([
      { agent_id: { value: agent.id }, framework_id: { value: client.id }, unavailability: { start: {} } },
    ]);
    expect(frameworkMessage(world.state, client.record).inverse_offers).toEqual(asked());
  });

  it.each([
    ['ACCEPT_INVERSE_OFFERS', 'accept_inverse_offers', 'ACCEPT'],
    ['DECLINE_INVERSE_OFFERS', 'decline_inverse_offers', 'DECLINE'],
  ] as const)('are answered by %s, which the operator sees and the allocator hears', (type, body, status) => {
    plan();
    demand();
    const { id } = latest();
    expect(client.call({ type, [body]: { inverse_offer_ids: [id] } })?.status).toBe(202);
    const [machine] = maintenanceStatus(world.state).draining_machines ?? [];
    expect(machine?.statuses).toMatchObject([{ status, framework_id: { value: client.id } }]);
    expect(client.record.inverseOffers.size).toBe(0);
    expect(world.commands.at(-1)).toEqual(ended(client, { response: status, refuseSeconds: 5 }));
    const { length } = world.commands;
    client.call({ type, [body]: { inverse_offer_ids: [id], filters: { refuse_seconds: 0 } } });
    expect(world.commands).toHaveLength(length);
    demand();
    client.call({ type, [body]: { inverse_offer_ids: [latest().id], filters: { refuse_seconds: 0 } } });
    expect(world.commands.at(-1)).toEqual(ended(client, { response: status, refuseSeconds: 0 }));
  });

  it('are not made on a state that is past', () => {
    plan();
    demand(client, 5e18);
    expect(world.commands.some(({ type }) => type === 'answer-inverse-offer')).toBe(false);
    client.disconnect();
    demand();
    expect(world.commands.at(-1)).toEqual(ended());
    expect(client.record.inverseOffers.size).toBe(0);
  });

  it('are taken back when the plan changes, and their answers forgotten', () => {
    plan();
    demand();
    const first = latest();
    answerTo(world, schedule(window([machineOf(agent)], 5e18)));
    expect(client.of('RESCIND_INVERSE_OFFER')[0]?.rescind_inverse_offer?.inverse_offer_id).toEqual(first.id);
    demand(client, 5e18);
    client.call({ type: 'ACCEPT_INVERSE_OFFERS', accept_inverse_offers: { inverse_offer_ids: [latest().id] } });
    demand(client, 5e18);
    answerTo(world, schedule());
    expect(client.of('RESCIND_INVERSE_OFFER')).toHaveLength(2);
    expect(agent.record.inverseOffers.size).toBe(0);
  });

  it('end with the activity of the agent, its connection, and the agent', () => {
    plan();
    const actions = [
      () => answerTo(world, { type: 'DEACTIVATE_AGENT', deactivate_agent: { agent_id: { value: agent.id } } }),
      () => agent.disconnect(),
      () => answerTo(world, down(agent)),
    ];
    for (const [count, act] of actions.entries()) {
      demand();
      act();
      expect(client.of('RESCIND_INVERSE_OFFER')).toHaveLength(count + 1);
      expect(client.record.inverseOffers.size).toBe(0);
      answerTo(world, { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id: { value: agent.id } } });
      if (count === 1) agent.reregister();
    }
  });

  it('end without a word with the connection of the framework, and stale answers count for nothing', () => {
    plan();
    demand();
    const stale = latest().id;
    client.disconnect();
    expect(world.commands.at(-1)).toEqual(ended());
    const again = world.subscribe({ ...AWARE, id: { value: client.record.id } });
    again.call({ type: 'ACCEPT_INVERSE_OFFERS', accept_inverse_offers: { inverse_offer_ids: [stale] } });
    expect(agent.record.inverseOffers.get(again.id)?.status).toBeUndefined();
    again.call({ type: 'TEARDOWN' });
    expect(agent.record.inverseOffers.size).toBe(0);
  });

  it('are rescinded after --offer_timeout', () => {
    world = new Harness({ offerTimeoutMs: 2500 });
    agent = world.register();
    client = world.subscribe();
    plan();
    demand();
    world.advance(2400);
    expect(client.of('RESCIND_INVERSE_OFFER')).toHaveLength(0);
    world.advance(200);
    expect(client.of('RESCIND_INVERSE_OFFER')).toHaveLength(1);
  });
});
