// Goal: an operator rules a cluster from the command line: weights, quota, reservations, volumes, drains, maintenance,
// and the end of an agent. Method: the built command line against a master, agents and a task that are processes of
// their own; what a command says was done is looked for where it shows. Many processes: generous time limits.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Finished, Running } from './support/running.js';
import { useScene } from './support/scene.js';
import type { AgentProcess, MasterProcess } from './support/scene.js';
import { until } from './support/until.js';

vi.setConfig({ testTimeout: 90_000 });
const scene = useScene('operator');
let master: MasterProcess;
let agent: AgentProcess;

const start = (...args: string[]): Running => scene.start(args, { env: { MESOS_MASTER: master.address } });
const run = (...args: string[]): Promise<Finished> => start(...args).finished();

/** What the command said. Fails unless the command did what it was asked. */
async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect({ args, code, stderr }).toMatchObject({ code: 0 });
  return stdout + stderr;
}

async function refused(...args: string[]): Promise<{ code: number | undefined; stderr: string }> {
  const { code, stderr } = await run(...args);
  return { code, stderr };
}

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '--json');
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

interface AgentJson {
  id: string;
  hostname: string;
  deactivated: boolean;
  resources: { cpus: number };
  drain_info?: { state: string };
  reserved_resources: { [role: string]: { cpus: number } };
}
/** As the master tells it, without a command of ours between. */
async function agentsNow(): Promise<AgentJson[]> {
  const response = await fetch(`${master.url}/slaves`);
  return ((await response.json()) as { slaves: AgentJson[] }).slaves;
}
const agentNow = async (id: string) => (await agentsNow()).find((one) => one.id === id);

beforeAll(async () => {
  master = await scene.startMaster(['--allocation_interval=200ms', '--weights=dev=2']);
  agent = await scene.startAgent(master);
});

describe('roles', () => {
  test('have weights', async () => {
    expect(await done('weights')).toMatch(/^dev +2$/m);
    expect(await done('weights', 'set', 'prod=2.5', 'dev=1')).toContain('weight of role prod: 2.5');
    const [listed, wrong] = await Promise.all([json('weights'), refused('weights', 'set', 'dev=0')]);
    expect(listed).toEqual([
      { role: 'dev', weight: 1 },
      { role: 'prod', weight: 2.5 },
    ]);
    expect(wrong).toEqual({ code: 2, stderr: expect.stringContaining("cannot read 'dev=0': expected ROLE=WEIGHT") });
  });

  test('have quota', async () => {
    expect(await done('quota', 'set', 'dev', 'cpus:1', '--limit', 'cpus:2;mem:512')).toContain(
      'quota of role dev: guarantee cpus:1, limit cpus:2;mem:512',
    );
    expect(await done('quota')).toMatch(/^dev +cpus:1 +cpus:2;mem:512 +-$/m);
    const tooMuch = await refused('quota', 'set', 'prod', 'cpus:100');
    expect(tooMuch).toEqual({
      code: 1,
      stderr: expect.stringMatching(/cannot set the quota of role prod: .*exceed cluster capacity.*\n--force sets it/m),
    });
    await done('quota', 'set', 'prod', 'cpus:100', '--force');
    expect(await json('quota')).toMatchObject([{ role: 'dev' }, { role: 'prod', quota: { guarantee: { cpus: 100 } } }]);
    await Promise.all(['dev', 'prod'].map((role) => done('quota', 'remove', role)));
    const [nothing, none, unsaid] = await Promise.all([
      done('quota'),
      refused('quota', 'remove', 'dev'),
      refused('quota', 'set', 'dev'),
    ]);
    expect(nothing).toContain('no role has quota');
    expect(none.stderr).toContain('mini-mesos quota lists the roles that have one');
    expect(unsaid.code).toBe(2);
  });
});

describe('resources of an agent', () => {
  test('are reserved, hold volumes, and are given back', async () => {
    await done('reserve', 'S0', 'cpus:1;disk:256', '--role=ops');
    expect((await agentNow(agent.id))?.reserved_resources['ops']).toMatchObject({ cpus: 1 });
    await done('volumes', 'create', 'S0', 'db', '--role=ops', '--size=64MB');
    expect(await done('volumes')).toMatch(new RegExp(`^${agent.id} +ops +db +64 MiB +data$`, 'm'));
    await done('unreserve', 'S0', 'cpus:0.5', '--role=ops');
    expect((await agentNow(agent.id))?.reserved_resources['ops']).toMatchObject({ cpus: 0.5 });
    await done('volumes', 'destroy', 'S0', 'db');
    await done('unreserve', 'S0', '--role=ops');
    expect((await agentNow(agent.id))?.reserved_resources['ops']).toBeUndefined();
    const [nothing, tooMuch] = await Promise.all([
      refused('unreserve', 'S0', '--role=ops'),
      refused('reserve', 'S0', 'cpus:99', '--role=ops'),
    ]);
    expect(nothing).toEqual({
      code: 1,
      stderr: expect.stringContaining('nothing is dynamically reserved to role ops there'),
    });
    expect(tooMuch).toEqual({
      code: 1,
      stderr: expect.stringMatching(/cannot reserve cpus:99 of agent .*\nwhat tasks use cannot be taken/),
    });
  });
});

describe('an agent', () => {
  test('drains: its task is killed, and it gets no other until it is reactivated', async () => {
    const task = start('execute', '--name=web', '--command=echo ready; sleep 600', '--resources=cpus:0.1;mem:32');
    await task.writes('stdout', /ready\n/);
    const said = await done('drain', 'S0', '--grace-period=1secs');
    expect(said).toContain(`agent ${agent.id} is drained`);
    expect((await task.finished()).stderr).toContain('TASK_KILLED');
    expect(await agentNow(agent.id)).toMatchObject({ deactivated: true, drain_info: { state: 'DRAINED' } });
    expect(await done('agents')).toMatch(/ drained /);
    await done('reactivate', agent.id);
    expect(await agentNow(agent.id)).toMatchObject({ deactivated: false });
    await done('execute', '--name=again', '--command=true', '--resources=cpus:0.1;mem:32');
  });

  test('is deactivated and reactivated', async () => {
    await done('deactivate', 'S0');
    expect(await done('agents')).toMatch(/ deactivated /);
    await done('reactivate', 'S0');
    const [twice, unknown] = await Promise.all([refused('reactivate', 'S0'), refused('deactivate', 'nowhere')]);
    expect(twice).toEqual({ code: 1, stderr: expect.stringContaining('Agent is not deactivated') });
    expect(unknown.stderr).toContain('mini-mesos agents lists them');
  });

  test('goes for good', async () => {
    const doomed = await scene.startAgent(master);
    expect(await done('gone', '--yes', doomed.id)).toContain('gone for good');
    await doomed.process.finished();
    expect(await agentNow(doomed.id)).toBeUndefined();
    expect((await refused('drain', doomed.id)).stderr).toContain('Unknown agent');
  });
});

describe('maintenance', () => {
  const hostname = async () => (await agentNow(agent.id))?.hostname ?? '';

  test('is planned and cancelled', async () => {
    const name = await hostname();
    await done('maintenance', 'schedule', name, '--in=2hrs', '--duration=30mins');
    const [listing, drain, stop] = await Promise.all([
      done('maintenance'),
      refused('drain', 'S0'),
      refused('maintenance', 'stop', name),
    ]);
    expect(listing).toMatch(/ draining +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +30m/);
    expect(drain.stderr).toContain('is part of a maintenance schedule');
    expect(stop).toEqual({ code: 1, stderr: expect.stringContaining('is not in DOWN mode and cannot be brought up') });
    await done('maintenance', 'cancel', name);
    expect(await done('maintenance')).toContain('no maintenance is planned');
  });

  test('takes a machine down and brings it up again', async () => {
    const name = await hostname();
    await done('maintenance', 'schedule', name);
    await done('maintenance', 'start', name);
    expect(await done('maintenance')).toMatch(/ down /);
    await agent.process.finished();
    await until('the end of its registration', async () => (await agentsNow()).length === 0);
    await done('maintenance', 'stop', name);
    const back = await scene.startAgent(master);
    expect(await agentNow(back.id)).toMatchObject({ deactivated: false });
  });
});
