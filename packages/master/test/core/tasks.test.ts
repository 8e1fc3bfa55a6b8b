// Goal: the life of a task as frameworks see it: updates, acknowledgements, kills, reconciliation, the end.
// Method: a machine with scripted schedulers and agents.
import { describe, expect, test } from 'vitest';
import { AWARE, Harness, resources, task } from '../support/harness.js';

function setUp(info = AWARE) {
  const world = new Harness();
  const agent = world.register();
  const client = world.subscribe(info);
  client.launch(world.offer(client, agent, 'cpus:4;mem:4096'), task('t', agent));
  world.commands.length = 0;
  return { world, agent, client };
}

describe('status updates', () => {
  test('reach the framework, are acknowledged to the agent, and the task is forgotten after the terminal one', () => {
    const { world, agent, client } = setUp();
    client.acknowledge(agent.update(client, 't', 'TASK_RUNNING'));
    expect(client.record.tasks.get('t' as never)?.task.state).toBe('TASK_RUNNING');
    const finished = agent.update(client, 't', 'TASK_FINISHED');
    expect(world.commands).toMatchObject([{ type: 'recover', resources: resources('cpus:1;mem:128', 'dev') }]);
    expect(agent.record.used.size).toBe(0);
    expect(client.record.tasks.size).toBe(1);
    client.acknowledge(finished);
    expect(agent.of('ACKNOWLEDGE_STATUS')).toHaveLength(2);
    expect(client.record.tasks.size).toBe(0);
    expect([...client.record.completedTasks.values()].map(({ task: done }) => done.state)).toEqual(['TASK_FINISHED']);
    expect(client.states('t')).toEqual(['TASK_RUNNING', 'TASK_FINISHED']);
    expect(world.state.counters.get('master/tasks_finished')).toBe(1);
  });

  test('the newest state counts for resources while older updates are still forwarded', () => {
    const { world, agent, client } = setUp();
    agent.update(client, 't', 'TASK_STARTING', 'TASK_FINISHED');
    expect(client.states('t')).toEqual(['TASK_STARTING']);
    expect(client.record.tasks.get('t' as never)?.task).toMatchObject({
      state: 'TASK_FINISHED',
      status_update_state: 'TASK_STARTING',
    });
    expect(world.commands).toMatchObject([{ type: 'recover' }]);
    agent.update(client, 't', 'TASK_FINISHED');
    expect(world.commands).toHaveLength(1);
  });

  test('consecutive statuses of one state are one entry, without data', () => {
    const { agent, client } = setUp();
    agent.update(client, 't', 'TASK_RUNNING');
    agent.update(client, 't', 'TASK_RUNNING');
    expect(client.record.tasks.get('t' as never)?.task.statuses).toHaveLength(1);
  });

  test('for a framework that is away are not kept: its agent will send them again', () => {
    const { world, agent, client } = setUp();
    client.disconnect();
    const update = agent.update(client, 't', 'TASK_RUNNING');
    const again = world.subscribe({ ...AWARE, id: { value: client.id } });
    expect(again.of('UPDATE')).toEqual([]);
    agent.call({
      type: 'UPDATE_STATUS',
      update_status: { framework_id: { value: client.id }, status: update, latest_state: 'TASK_RUNNING' },
    });
    expect(again.states('t')).toEqual(['TASK_RUNNING']);
  });

  test('an acknowledgement of what this master did not send, or for an agent that is away, goes nowhere', () => {
    const { agent, client } = setUp();
    client.acknowledge({ agent_id: { value: agent.id }, task_id: { value: 't' } });
    client.acknowledge({ agent_id: { value: 'x' }, task_id: { value: 't' } });
    expect(agent.of('ACKNOWLEDGE_STATUS')).toEqual([]);
    const running = agent.update(client, 't', 'TASK_RUNNING');
    agent.disconnect();
    client.acknowledge(running);
    expect(agent.of('ACKNOWLEDGE_STATUS')).toEqual([]);
  });
});

describe('kill', () => {
  test('travels with its policy; an unknown task is answered; the wrong agent is ignored', () => {
    const { agent, client } = setUp();
    const policy = { grace_period: { nanoseconds: 1e9 } };
    client.call({ type: 'KILL', kill: { task_id: { value: 't' }, kill_policy: policy } });
    expect(agent.of('KILL_TASK')).toMatchObject([{ kill_task: { task_id: { value: 't' }, kill_policy: policy } }]);
    client.call({ type: 'KILL', kill: { task_id: { value: 't' }, agent_id: { value: 'other' } } });
    expect(agent.of('KILL_TASK')).toHaveLength(1);
    client.call({ type: 'KILL', kill: { task_id: { value: 'ghost' } } });
    expect(client.status('ghost')).toMatchObject({ state: 'TASK_UNKNOWN', reason: 'REASON_RECONCILIATION' });
  });

  test('is repeated when the agent comes back with the task', () => {
    const { agent, client } = setUp();
    const record = client.record.tasks.get('t' as never);
    agent.disconnect();
    client.call({ type: 'KILL', kill: { task_id: { value: 't' } } });
    if (!record) throw new Error('no task');
    agent.reregister({ tasks: [record.task], frameworks: [client.record.info] });
    expect(agent.of('KILL_TASK')).toHaveLength(1);
  });
});

describe('reconciliation', () => {
  const ask = (taskId: string, agent?: string) => ({
    type: 'RECONCILE' as const,
    reconcile: { tasks: [{ task_id: { value: taskId }, ...(agent ? { agent_id: { value: agent } } : {}) }] },
  });

  test.each([
    [AWARE, 'TASK_GONE', 'TASK_UNKNOWN'],
    [{ ...AWARE, capabilities: [{ type: 'MULTI_ROLE' as const }] }, 'TASK_LOST', 'TASK_LOST'],
  ])('answers by what the framework understands', (info, onAgent, nowhere) => {
    const { agent, client } = setUp(info);
    client.call(ask('other', agent.id));
    expect(client.status('other')).toMatchObject({ state: onAgent, source: 'SOURCE_MASTER' });
    client.call(ask('other2', 'nobody-S9'));
    expect(client.status('other2')?.state).toBe(nowhere);
    client.call(ask('other3'));
    expect(client.status('other3')?.state).toBe(nowhere);
  });

  test('gives the last state that was forwarded, without uuid; an empty list asks for all', () => {
    const { agent, client } = setUp();
    agent.update(client, 't', 'TASK_STARTING', 'TASK_RUNNING');
    client.call(ask('t'));
    expect(client.status('t')).toMatchObject({ state: 'TASK_STARTING', message: 'Reconciliation: Latest task state' });
    expect(client.status('t')?.uuid).toBeUndefined();
    client.call({ type: 'RECONCILE', reconcile: {} });
    expect(client.states('t')).toEqual(['TASK_STARTING', 'TASK_STARTING', 'TASK_STARTING']);
  });

  test('gives the state that comes next, not the newest, to a framework that was away for all updates', () => {
    const { world, agent, client } = setUp();
    client.disconnect();
    agent.update(client, 't', 'TASK_STARTING', 'TASK_FINISHED');
    const again = world.subscribe({ ...AWARE, id: { value: client.id } });
    again.call({ type: 'RECONCILE', reconcile: { tasks: [] } });
    expect(again.states('t')).toEqual(['TASK_STARTING']);
  });

  test('is silent while an admitted agent has not come back', () => {
    const { world, client } = setUp();
    world.state.recoveredAgents.set('old-S1' as never, { hostname: 'h' });
    client.call(ask('x'));
    client.call(ask('x', 'old-S1'));
    expect(client.states('x')).toEqual([]);
    client.call(ask('x', 'else-S2'));
    expect(client.states('x')).toEqual(['TASK_UNKNOWN']);
  });
});

describe('teardown', () => {
  test('ends everything and leaves nothing behind', () => {
    const { world, agent, client } = setUp();
    world.offer(client, agent, 'cpus:1');
    const info = client.record;
    client.call({ type: 'TEARDOWN' });
    expect(client.isClosed).toBe(true);
    expect(agent.of('SHUTDOWN_FRAMEWORK')).toHaveLength(1);
    expect(client.of('UPDATE')).toEqual([]);
    expect(
      [...info.completedTasks.values()].map(({ task: done }) => [done.state, done.statuses?.at(-1)?.reason]),
    ).toEqual([['TASK_KILLED', 'REASON_FRAMEWORK_REMOVED']]);
    expect(agent.record.used.size).toBe(0);
    expect(agent.record.offered.isEmpty).toBe(true);
    expect(world.commands.at(-1)).toEqual({ type: 'remove-framework', frameworkId: info.id });
    expect(world.state.connections.size).toBe(0);
  });

  test('by an operator, of a framework that is or is not there', () => {
    const { world, client } = setUp();
    const request = world.request();
    world.send({ type: 'teardown', request, framework: client.id });
    expect(world.answers.get(request)?.status).toBe(200);
    world.send({ type: 'teardown', request, framework: client.id });
    expect(world.answers.get(request)).toEqual({ status: 400, text: 'No framework found with specified ID' });
  });
});

test('messages travel both ways, as far as somebody is there', () => {
  const { agent, client } = setUp();
  const data = Uint8Array.of(1, 2);
  const executor = { executor_id: { value: 't' } };
  client.call({ type: 'MESSAGE', message: { agent_id: { value: agent.id }, ...executor, data } });
  expect(agent.of('FRAMEWORK_MESSAGE')).toMatchObject([{ framework_message: { data } }]);
  agent.call({ type: 'EXECUTOR_MESSAGE', executor_message: { framework_id: { value: client.id }, ...executor, data } });
  expect(client.of('MESSAGE')).toMatchObject([{ message: { data } }]);
  client.call({ type: 'MESSAGE', message: { agent_id: { value: 'x' }, ...executor, data } });
  expect(agent.of('FRAMEWORK_MESSAGE')).toHaveLength(1);
});

test('an operator can kill what runs, and hears what does not', () => {
  const { world, agent, client } = setUp();
  const kill = (framework: string, taskId: string) => {
    const request = world.request();
    world.send({
      type: 'operator-kill',
      request,
      framework: framework as never,
      task: taskId as never,
      gracePeriodMs: 500,
    });
    return world.answers.get(request)?.status;
  };
  expect([kill('x', 't'), kill(client.id, 'x'), kill(client.id, 't')]).toEqual([404, 404, 202]);
  expect(agent.of('KILL_TASK')).toMatchObject([{ kill_task: { kill_policy: { grace_period: { nanoseconds: 5e8 } } } }]);
});
