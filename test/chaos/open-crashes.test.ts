// Goal: what crashed or stalled masters of Apache Mesos, and was open when it was retired, harms no master of ours: each
// test is one of those histories (the number is Mesos' own), told to a real master, which must go on and be right.
// Method: a master as a process, agents that are only links, schedulers of the SDK.
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import type { TaskState } from '@mini-mesos/proto';
import { launch, Scheduler, tasksFrom } from '@mini-mesos/scheduler-sdk';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { useScene } from '../e2e/support/scene.js';
import type { MasterProcess } from '../e2e/support/scene.js';
import { until } from '../e2e/support/until.js';
import { LinkAgent } from './support/link-agent.js';

const scene = useScene('open-crashes');
let master: MasterProcess;
const agents: LinkAgent[] = [];
const schedulers: Scheduler[] = [];
const sockets: net.Socket[] = [];
let count = 0;

beforeAll(async () => {
  master = await scene.startMaster(['--allocation_interval=50ms']);
});
afterEach(async () => {
  for (const scheduler of schedulers.splice(0)) await scheduler.stop();
  for (const agent of agents.splice(0)) {
    await agent.say({ type: 'UNREGISTER' }).catch(() => undefined);
    agent.hangUp();
  }
  // Whatever was done to it: it runs, leads, and holds nothing any more.
  expect(master.process.hasEnded, master.process.describe()).toBe(false);
  const { slaves, frameworks } = await until('a master without agents', async () => {
    const state = (await (await fetch(`${master.url}/state`)).json()) as { slaves: unknown[]; frameworks: unknown[] };
    return state.slaves.length === 0 && state.frameworks.length === 0 && state;
  });
  expect({ slaves, frameworks }).toEqual({ slaves: [], frameworks: [] });
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
});

async function newAgent(): Promise<LinkAgent> {
  count += 1;
  const agent = await new LinkAgent(`agent-${count}.test`).register(master.url);
  agents.push(agent);
  return agent;
}

interface Framework {
  readonly scheduler: Scheduler;
  /** State and reason of every update so far. */
  readonly told: string[];
}

async function newFramework(
  info: Partial<ConstructorParameters<typeof Scheduler>[0]['framework']> = {},
): Promise<Framework> {
  count += 1;
  const scheduler = new Scheduler({
    master: master.address,
    framework: {
      name: `framework-${count}`,
      user: 'root',
      roles: ['dev'],
      failover_timeout: 600,
      checkpoint: true,
      ...info,
    },
  });
  schedulers.push(scheduler);
  const told: string[] = [];
  scheduler.on('update', ({ status }) => void told.push(`${status.task_id.value} ${status.state}`));
  await scheduler.start();
  return { scheduler, told };
}

const offerOf = ({ scheduler }: Framework) => until('an offer', () => scheduler.offers[0]);

async function launchOn(framework: Framework, agent: LinkAgent, taskId: string): Promise<void> {
  // What tasks left of offers comes in pieces, of which some hold no cpus.
  const { offer, tasks } = await until('an offer that is large enough', () => {
    const specs = [{ taskId, command: 'true', resources: { cpus: 1, mem: 64 } }];
    const cuts = framework.scheduler.offers.map((offer) => ({ offer, tasks: tasksFrom(offer, specs).tasks }));
    return cuts.find((cut) => cut.tasks.length > 0);
  });
  await framework.scheduler.accept(offer, launch(tasks), { refuseSeconds: 0 });
  await until(`RUN_TASK ${taskId}`, () => agent.events.some(({ run_task: run }) => run?.task.task_id.value === taskId));
}

const statusOf = (
  agent: LinkAgent,
  { framework, taskId, state }: { framework: Framework; taskId: string; state: TaskState },
) => ({
  type: 'UPDATE_STATUS' as const,
  update_status: {
    framework_id: { value: framework.scheduler.frameworkId ?? '' },
    status: {
      task_id: { value: taskId },
      agent_id: agent.id,
      state,
      source: 'SOURCE_EXECUTOR' as const,
      timestamp: 1,
      uuid: new Uint8Array(randomBytes(16)),
    },
    latest_state: state,
  },
});

test('MESOS-10146: a task of a disconnected framework ends and is removed with its agent', async () => {
  const agent = await newAgent();
  const framework = await newFramework();
  await launchOn(framework, agent, 'ends-alone');
  const id = framework.scheduler.frameworkId ?? '';
  await framework.scheduler.stop({ failover: true });
  expect(await agent.say(statusOf(agent, { framework, taskId: 'ends-alone', state: 'TASK_FINISHED' }))).toBe(202);
  expect(await agent.say({ type: 'UNREGISTER' })).toBe(202);
  const again = await newFramework({ id: { value: id } });
  await again.scheduler.reconcile([{ taskId: 'ends-alone', agentId: agent.id.value }]);
  expect(again.told).toEqual(['ends-alone TASK_UNKNOWN']);
});

test('MESOS-10011: feedback on operations of agents and ids that nobody knows', async () => {
  const agent = await newAgent();
  const framework = await newFramework();
  await offerOf(framework);
  const stale = { value: `${agent.id.value}-stale` };
  const uuid = new Uint8Array(randomBytes(16));
  const status = {
    state: 'OPERATION_FINISHED' as const,
    uuid: { value: uuid },
    agent_id: stale,
    operation_id: { value: 'no' },
  };
  const frameworkId = { value: framework.scheduler.frameworkId ?? '' };
  const update = { operation_uuid: { value: uuid }, status };
  expect(
    await agent.say(
      { type: 'UPDATE_OPERATION_STATUS', update_operation_status: { ...update, framework_id: frameworkId } },
      { type: 'UPDATE_OPERATION_STATUS', update_operation_status: { ...update, framework_id: { value: 'nobody' } } },
      { type: 'UPDATE_OPERATION_STATUS', update_operation_status: update },
    ),
  ).toBe(202);
  await framework.scheduler.acknowledgeOperationStatus(status).catch(() => undefined);
  await framework.scheduler.reconcileOperations([{ operationId: 'no', agentId: stale.value }]);
  await framework.scheduler.reconcileOperations();
});

test('MESOS-9419: words of executors and tasks of frameworks that nobody knows (yet)', async () => {
  const agent = await newAgent();
  const framework_id = { value: 'comes-later' };
  const executor_id = { value: 'e' };
  const task_id = { value: 't' };
  expect(
    await agent.say(
      { type: 'EXECUTOR_MESSAGE', executor_message: { framework_id, executor_id, data: new Uint8Array([1]) } },
      { type: 'EXITED_EXECUTOR', exited_executor: { framework_id, executor_id, status: 9 } },
      {
        type: 'UPDATE_STATUS',
        update_status: {
          framework_id,
          status: { task_id, agent_id: agent.id, state: 'TASK_RUNNING', uuid: new Uint8Array(randomBytes(16)) },
          latest_state: 'TASK_RUNNING',
        },
      },
    ),
  ).toBe(202);
  const { scheduler } = await newFramework({ id: framework_id });
  expect(scheduler.frameworkId).toBe('comes-later');
});

test('MESOS-9870, MESOS-10194: roles come and go while they are suppressed', async () => {
  await newAgent();
  const framework = await newFramework({ roles: ['one', 'two'] });
  const { scheduler } = framework;
  await offerOf(framework);
  for (let round = 0; round < 5; round++) {
    await scheduler.suppress();
    await scheduler.updateFramework({ roles: ['two', `three-${round}`] }, { suppressedRoles: ['two'] });
    await scheduler.revive(['two']);
    await scheduler.updateFramework({ roles: ['one'] }, { suppressedRoles: ['one'] });
    await scheduler.revive();
  }
  const offer = await until('an offer in role one', () => {
    return scheduler.offers.find(({ allocation_info: info }) => info?.role === 'one');
  });
  expect(offer.allocation_info?.role).toBe('one');
});

test('MESOS-10008, MESOS-9786: quota without measure, set twice and removed twice', async () => {
  const call = async (body: object) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const response = await fetch(`${master.url}/api/v1`, { method: 'POST', headers, body: JSON.stringify(body) });
    await response.arrayBuffer();
    return response.status;
  };
  const update = (value: unknown) => ({
    type: 'UPDATE_QUOTA',
    update_quota: { force: true, quota_configs: [{ role: 'dev', limits: { cpus: { value } } }] },
  });
  expect(await call(update(1e18))).toBeLessThan(500);
  for (const value of [1e308, -1, 'much']) expect(await call(update(value))).toBe(400);
  const remove = { type: 'REMOVE_QUOTA', remove_quota: { role: 'dev' } };
  const answers = await Promise.all([call(remove), call(remove), call(remove)]);
  expect(
    answers.every((status) => status < 500),
    String(answers),
  ).toBe(true);
  await newAgent();
  await offerOf(await newFramework());
});

test('MESOS-2842: another principal comes with the id of a framework', async () => {
  await newAgent();
  const framework = await newFramework({ principal: 'ann' });
  await offerOf(framework);
  const other = new Scheduler({
    master: master.address,
    framework: { name: 'other', user: 'root', principal: 'bob', id: { value: framework.scheduler.frameworkId ?? '' } },
  });
  await expect(other.start()).rejects.toThrow(/principal/i);
  await other.stop({ failover: true });
  expect(framework.scheduler.state).toBe('subscribed');
});

test('MESOS-7566: a framework and the agents of its offers go at the same time', async () => {
  for (let round = 0; round < 5; round++) {
    const [one, two] = [await newAgent(), await newAgent()];
    const framework = await newFramework({ roles: ['a', 'a/b'] });
    await launchOn(framework, (await offerOf(framework)).agent_id.value === one.id.value ? one : two, `t${round}`);
    one.hangUp();
    const gone = two.say({ type: 'UNREGISTER' });
    await framework.scheduler.teardown();
    await gone;
    await one.reregister(master.url);
    expect(one.events.some(({ type }) => type === 'REREGISTERED')).toBe(true);
    await one.say({ type: 'UNREGISTER' });
  }
});

test('MESOS-7748: a subscriber that never reads costs a bounded amount of memory and holds up nobody', async () => {
  const { host, hostname, port } = new URL(master.url);
  const socket = net.connect(Number(port), hostname);
  sockets.push(socket);
  const body = '{"type":"SUBSCRIBE"}';
  const head = ['POST /api/v1 HTTP/1.1', `Host: ${host}`, 'Content-Type: application/json', 'Accept: application/json'];
  socket.write([...head, `Content-Length: ${body.length}`, '', body].join('\r\n'));
  socket.pause();
  socket.on('error', () => undefined);
  const agent = await newAgent();
  const framework = await newFramework();
  const started = performance.now();
  for (let task = 0; task < 20; task++) {
    await launchOn(framework, agent, `n${task}`);
    await agent.say(statusOf(agent, { framework, taskId: `n${task}`, state: 'TASK_FINISHED' }));
    await until(`the end of n${task}`, () => framework.told.includes(`n${task} TASK_FINISHED`));
  }
  expect(performance.now() - started, 'milliseconds for twenty tasks').toBeLessThan(30_000);
});
