// Goal: draining, deactivating, reactivating and marking gone take an agent where the operator wants it, whatever it does
// meanwhile, and are durable before anybody hears of them.
import type { AgentInfo } from '@mini-mesos/proto';
import type { AgentId } from '@mini-mesos/wire';
import { beforeEach, describe, expect, it } from 'vitest';
import { applyRegistryOperation } from '../../src/core/registry/registry.js';
import { AWARE, Harness, task } from '../support/harness.js';
import type { Client, Machine } from '../support/harness.js';
import { answerTo, ask, OK } from './support.js';

const CAPABILITIES = (['MULTI_ROLE', 'AGENT_DRAINING'] as const).map((type) => ({ type }));

let world: Harness;
let agent: Machine;
let client: Client;

beforeEach(() => {
  world = new Harness();
  agent = world.register(undefined, { capabilities: CAPABILITIES });
  client = world.subscribe();
});

const of = (id: string = agent.id) => ({ agent_id: { value: id } });
const drain = (extra: { max_grace_period?: { seconds: number }; mark_gone?: boolean } = {}, id?: string) => ({
  type: 'DRAIN_AGENT' as const,
  drain_agent: { ...of(id), ...extra },
});
const deactivate = (id?: string) => ({ type: 'DEACTIVATE_AGENT' as const, deactivate_agent: of(id) });
const reactivate = (id?: string) => ({ type: 'REACTIVATE_AGENT' as const, reactivate_agent: of(id) });
const markGone = (id?: string) => ({ type: 'MARK_AGENT_GONE' as const, mark_agent_gone: of(id) });
const last = (type: string) => world.commands.findLast((command) => command.type === type);

function run(id: string): void {
  client.launch(world.offer(client, agent, 'cpus:1;mem:128'), task(id, agent));
  client.acknowledge(agent.update(client, id, 'TASK_RUNNING'));
}

/** Its agent reports the end of a task, and its framework acknowledges it. */
function end(id: string, state: 'TASK_KILLED' | 'TASK_GONE_BY_OPERATOR' = 'TASK_KILLED'): void {
  client.acknowledge(agent.update(client, id, state));
}

/** Silent until it is unreachable. */
function lose(): void {
  agent.disconnect();
  world.advance(world.machine.config.agentReregisterTimeoutMs + 1);
}

describe('DEACTIVATE_AGENT and REACTIVATE_AGENT', () => {
  it('take back the offers and leave the tasks alone, once it is stored', () => {
    run('t');
    world.offer(client, agent, 'cpus:1;mem:128');
    world.storesAtOnce = false;
    const { answer } = ask(world, deactivate());
    expect([answer(), agent.record.deactivated, client.of('RESCIND').length]).toEqual([undefined, false, 0]);
    world.store();
    expect([answer(), agent.record.deactivated, client.of('RESCIND').length]).toEqual([OK, true, 1]);
    expect(last('deactivate-agent')).toEqual({ type: 'deactivate-agent', agentId: agent.id });
    expect(agent.record.tasks.size).toBe(1);
    world.storesAtOnce = true;
    expect(answerTo(world, reactivate())).toEqual(OK);
    expect(agent.record.deactivated).toBe(false);
    expect(world.commands.at(-1)).toEqual({ type: 'activate-agent', agentId: agent.id });
  });

  it('hold while the agent is unreachable and when it is back', () => {
    answerTo(world, deactivate());
    lose();
    expect(world.state.agents.size).toBe(0);
    agent.reregister();
    expect(agent.record.deactivated).toBe(true);
    expect(world.commands.slice(-2).map(({ type }) => type)).toEqual(['add-agent', 'deactivate-agent']);
    agent.disconnect();
    agent.reregister();
    expect(last('activate-agent')).toBeUndefined();
  });

  it('can be said of an agent that is unreachable', () => {
    lose();
    expect(answerTo(world, deactivate())).toEqual(OK);
    expect(answerTo(world, reactivate())).toEqual({ status: 409, text: 'Agent removed while processing the call' });
    answerTo(world, deactivate());
    agent.reregister();
    expect(agent.record.deactivated).toBe(true);
  });

  it('refuse an agent that is unknown, and one that is not deactivated', () => {
    expect(answerTo(world, deactivate('x'))).toEqual({ status: 400, text: 'Unknown agent' });
    expect(answerTo(world, reactivate())).toEqual({ status: 400, text: 'Agent is not deactivated' });
  });

  it('wait for a disconnected agent', () => {
    answerTo(world, deactivate());
    agent.disconnect();
    expect(answerTo(world, reactivate())).toEqual(OK);
    expect(last('activate-agent')).toBeUndefined();
    agent.reregister();
    expect(last('activate-agent')).toBeDefined();
  });
});

describe('DRAIN_AGENT', () => {
  it('tells the agent, and is over when the last end was acknowledged', () => {
    run('a');
    run('b');
    world.offer(client, agent, 'cpus:1;mem:128');
    expect(answerTo(world, drain({ max_grace_period: { seconds: 5 } }))).toEqual(OK);
    const config = { max_grace_period: { nanoseconds: 5e9 }, mark_gone: false };
    expect(agent.of('DRAIN')).toEqual([{ type: 'DRAIN', drain: { config } }]);
    expect(agent.record).toMatchObject({ deactivated: true, drainInfo: { state: 'DRAINING', config } });
    expect(agent.record.drainStartedAtMs).toBe(world.nowMs);
    expect(client.of('RESCIND')).toHaveLength(1);
    end('a');
    expect(answerTo(world, reactivate())).toEqual({ status: 400, text: 'Agent is still in the DRAINING state' });
    const update = agent.update(client, 'b', 'TASK_KILLED');
    expect(agent.record.drainInfo?.state).toBe('DRAINING');
    client.acknowledge(update);
    expect(agent.record.drainInfo?.state).toBe('DRAINED');
    expect(world.state.registry.agents.get(agent.id)?.drain?.state).toBe('DRAINED');
    expect(answerTo(world, reactivate())).toEqual(OK);
    expect(agent.record).toMatchObject({ deactivated: false, drainInfo: undefined, drainStartedAtMs: undefined });
  });

  it('is over at once where nothing runs', () => {
    expect(answerTo(world, drain())).toEqual(OK);
    expect(agent.record.drainInfo).toEqual({ state: 'DRAINED', config: { mark_gone: false } });
  });

  it('is over when the framework of the last task is torn down', () => {
    run('t');
    answerTo(world, drain());
    client.call({ type: 'TEARDOWN' });
    expect(agent.record.drainInfo?.state).toBe('DRAINED');
  });

  it('waits for operations', () => {
    const reservations = [{ type: 'DYNAMIC' as const, role: 'ops' }];
    const resources = [{ name: 'cpus', type: 'SCALAR' as const, scalar: { value: 1 }, reservations }];
    answerTo(world, { type: 'RESERVE_RESOURCES', reserve_resources: { ...of(), resources } });
    answerTo(world, drain());
    expect(agent.record.drainInfo?.state).toBe('DRAINING');
    const [operation] = agent.record.operations.values();
    agent.call({
      type: 'UPDATE_OPERATION_STATUS',
      update_operation_status: {
        operation_uuid: operation?.operation.uuid ?? { value: new Uint8Array(16) },
        status: { state: 'OPERATION_FINISHED' },
      },
    });
    expect(agent.record.drainInfo?.state).toBe('DRAINED');
  });

  it('marks the agent gone when it is empty, where the operator said so', () => {
    run('t');
    answerTo(world, drain({ mark_gone: true }));
    end('t', 'TASK_GONE_BY_OPERATOR');
    expect(world.state.agents.has(agent.id)).toBe(false);
    expect(world.state.registry.gone.has(agent.id)).toBe(true);
    expect(agent.of('SHUTDOWN')).toHaveLength(1);
    expect(agent.of('ACKNOWLEDGE_STATUS')).toHaveLength(2);
  });

  it('is told again to an agent that came back', () => {
    run('t');
    answerTo(world, drain());
    agent.disconnect();
    const running = agent.record.tasks.get(client.id)?.get('t' as never)?.task;
    agent.reregister({ tasks: running ? [running] : [] });
    expect(agent.of('DRAIN')).toHaveLength(1);
    lose();
    agent.reregister();
    expect(agent.of('DRAIN')).toHaveLength(1);
    expect(agent.record.drainInfo?.state).toBe('DRAINED');
  });

  it('can be asked of an agent that is unreachable, or has not come back since a failover', () => {
    lose();
    expect(answerTo(world, drain())).toEqual(OK);
    agent.reregister();
    expect(agent.record.drainInfo?.state).toBe('DRAINED');
    expect(agent.of('DRAIN')).toHaveLength(1);

    const leader = new Harness();
    const info: AgentInfo = { id: { value: 'old-S1' }, hostname: 'h' };
    applyRegistryOperation(leader.state.registry, { type: 'admit-agent', agent: info });
    expect(answerTo(leader, drain({}, 'old-S1'))).toEqual(OK);
    expect(leader.state.registry.agents.get('old-S1' as AgentId)).toMatchObject({ deactivated: true });
  });

  it('refuses agents that cannot', () => {
    expect(answerTo(world, drain({}, 'x'))).toEqual({ status: 400, text: 'Unknown agent' });
    expect(answerTo(world, drain({ max_grace_period: { seconds: -1 } }))?.status).toBe(400);
    const old = world.register();
    expect(answerTo(world, drain({}, old.id))).toEqual({
      status: 400,
      text: `Agent ${old.id} is not capable of draining`,
    });
    const { hostname } = agent.description.agent_info;
    const windows = [{ machine_ids: [{ hostname, ip: '127.0.0.1' }], unavailability: { start: { nanoseconds: 1 } } }];
    answerTo(world, { type: 'UPDATE_MAINTENANCE_SCHEDULE', update_maintenance_schedule: { schedule: { windows } } });
    expect(answerTo(world, drain())).toEqual({
      status: 400,
      text: `Agent ${agent.id} is part of a maintenance schedule under Machine ${hostname} (127.0.0.1)`,
    });
  });

  it('loses against being marked gone', () => {
    world.storesAtOnce = false;
    const gone = ask(world, markGone());
    expect(answerTo(world, drain())).toEqual({ status: 409, text: 'Agent is currently being marked gone' });
    world.store();
    expect(gone.answer()).toEqual(OK);
  });
});

describe('MARK_AGENT_GONE', () => {
  it('ends the agent and its tasks, each as its framework understands it', () => {
    const plain = world.subscribe({ ...AWARE, name: 'plain', capabilities: [{ type: 'MULTI_ROLE' }] });
    run('t');
    plain.launch(world.offer(plain, agent, 'cpus:1;mem:128'), task('u', agent));
    world.storesAtOnce = false;
    const { answer } = ask(world, markGone());
    expect([answer(), agent.of('SHUTDOWN').length]).toEqual([undefined, 0]);
    expect(answerTo(world, markGone())).toMatchObject({ status: 503 });
    world.store();
    expect(answer()).toEqual(OK);
    expect(agent.of('SHUTDOWN')).toEqual([{ type: 'SHUTDOWN', shutdown: { message: 'Agent has been marked gone' } }]);
    expect(client.status('t')).toMatchObject({
      state: 'TASK_GONE_BY_OPERATOR',
      reason: 'REASON_AGENT_REMOVED_BY_OPERATOR',
      source: 'SOURCE_MASTER',
    });
    expect(plain.status('u')).toMatchObject({ state: 'TASK_LOST', reason: 'REASON_AGENT_REMOVED' });
    expect(client.of('FAILURE')).toHaveLength(1);
    expect(world.state.agents.size).toBe(0);
  });

  it('is for ever, and can be said twice', () => {
    answerTo(world, markGone());
    expect(answerTo(world, markGone())).toEqual(OK);
    agent.reregister();
    expect(agent.of('SHUTDOWN')).toHaveLength(1);
    expect(world.state.agents.size).toBe(0);
  });

  it('ends the tasks of an agent that was unreachable', () => {
    run('t');
    lose();
    expect(client.states('t').at(-1)).toBe('TASK_UNREACHABLE');
    expect(answerTo(world, markGone())).toEqual(OK);
    expect(client.states('t').at(-1)).toBe('TASK_GONE_BY_OPERATOR');
    expect([client.record.unreachableTasks.size, client.record.completedTasks.size]).toEqual([0, 1]);
    expect(world.state.unreachableAgents.size).toBe(0);
  });

  it('keeps the agent from coming back while it is being stored', () => {
    lose();
    world.storesAtOnce = false;
    const { answer } = ask(world, markGone());
    agent.reregister();
    world.store();
    expect(answer()).toEqual(OK);
    expect([world.state.agents.size, world.state.registry.agents.size]).toEqual([0, 0]);
  });

  it('tells frameworks of operations that will not end', () => {
    const offer = world.offer(client, agent, 'cpus:1;mem:128');
    const reservations = [{ type: 'DYNAMIC' as const, role: 'dev' }];
    const resources = [{ name: 'cpus', type: 'SCALAR' as const, scalar: { value: 1 }, reservations }];
    client.accept([offer], [{ type: 'RESERVE', id: { value: 'op' }, reserve: { resources } }]);
    answerTo(world, markGone());
    expect(client.of('UPDATE_OPERATION_STATUS').at(-1)?.update_operation_status?.status).toMatchObject({
      operation_id: { value: 'op' },
      state: 'OPERATION_GONE_BY_OPERATOR',
    });
  });

  it('refuses what it does not know, and waits for what is under way', () => {
    expect(answerTo(world, markGone('x-S99'))).toEqual({ status: 404, text: "Agent 'x-S99' not found" });
    world.storesAtOnce = false;
    agent.call({ type: 'UNREGISTER' });
    expect(answerTo(world, markGone())).toMatchObject({ status: 503 });
  });
});
