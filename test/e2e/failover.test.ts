// Goal: masters may die, and nothing that was promised is lost: tasks run on, their framework goes on, what operators
// laid down holds. Method: the built command line; real masters, agents and ZooKeeper, killed without a warning.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithZookeeper, ZookeeperEnsemble } from '../../packages/election/test/support/zookeeper-server.js';
import { useScene } from './support/scene.js';
import type { AgentProcess, MasterProcess } from './support/scene.js';
import { until } from './support/until.js';

/** Of ZooKeeper: long enough for a busy machine, short enough to wait for. */
const SESSION = '6secs';
const DEADLINE_MS = 60_000;
const scene = useScene('failover');

async function call(url: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(`${url}/api/v1`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function read<T>(url: string, path: string): Promise<T> {
  const response = await fetch(`${url}${path}`, { redirect: 'manual' });
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

interface Cluster {
  slaves: { id: string; active: boolean; deactivated: boolean }[];
  recovered_slaves: { id: string }[];
}
interface Tasks {
  tasks: { id: string; state: string; slave_id: string; framework_id: string }[];
}

const QUOTA = {
  type: 'UPDATE_QUOTA',
  update_quota: { quota_configs: [{ role: 'lab', limits: { cpus: { value: 1 } } }] },
};
const WEIGHTS = { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos: [{ role: 'lab', weight: 2.5 }] } };

/** What operators laid down holds: asked from a leader. */
async function expectGovernance(url: string): Promise<void> {
  const { configs } = await read<{ configs: object[] }>(url, '/quota');
  expect(configs).toMatchObject([{ role: 'lab', limits: { cpus: { value: 1 } } }]);
  expect(await read(url, '/weights')).toEqual([{ role: 'lab', weight: 2.5 }]);
}

/** A task that runs until a file is there, with the framework that waits for it. */
async function startTask(name: string, master: string) {
  const file = scene.path(`${name}-may-end`);
  const command = `echo ${name} began; until [ -e ${file} ]; do sleep 0.1; done; echo ${name} is done`;
  const flags = [`--master=${master}`, `--name=${name}`, `--command=${command}`, '--resources=cpus:0.1;mem:32'];
  const running = scene.start(['execute', ...flags]);
  await running.writes('stdout', new RegExp(`${name} began`), DEADLINE_MS);
  return {
    end: async () => {
      writeFileSync(file, '');
      return running.finished(DEADLINE_MS);
    },
  };
}

test('a master alone that is killed comes back with what it had stored, and its agents and frameworks with it', async () => {
  const flags = ['--allocation_interval=200ms', `--work_dir=${scene.path('alone')}`];
  const first = await scene.startMaster(flags);
  const agent = await scene.startAgent(first);
  const task = await startTask('alone', first.address);
  await call(first.url, QUOTA);
  await call(first.url, WEIGHTS);
  await call(first.url, { type: 'DEACTIVATE_AGENT', deactivate_agent: { agent_id: { value: agent.id } } });
  const [{ framework_id: frameworkId } = { framework_id: '' }] = (await read<Tasks>(first.url, '/tasks')).tasks;
  first.process.signal('SIGKILL');
  await first.process.finished();

  const stored = await scene.run(['registry', 'dump', `--work_dir=${scene.path('alone')}`]);
  expect(JSON.parse(stored.stdout)).toMatchObject({
    format: 1,
    agents: [{ info: { id: { value: agent.id } }, deactivated: true }],
    weights: { lab: 2.5 },
  });

  const second = await scene.startMaster([...flags, `--port=${first.address.split(':')[1]}`]);
  await expectGovernance(second.url);
  await until(
    'the agent to come back, deactivated still',
    async () => {
      const { slaves, recovered_slaves: awaited } = await read<Cluster>(second.url, '/slaves');
      return awaited.length === 0 && slaves.length === 1 && slaves[0]?.id === agent.id && slaves[0].deactivated;
    },
    DEADLINE_MS,
  );
  await until(
    'the framework to come back',
    async () => {
      const { frameworks } = await read<{ frameworks: { id: string; active: boolean }[] }>(second.url, '/frameworks');
      return frameworks.some(({ id, active }) => id === frameworkId && active);
    },
    DEADLINE_MS,
  );
  const { code, stdout } = await task.end();
  expect({ code, isDone: stdout.includes('alone is done') }).toEqual({ code: 0, isDone: true });
}, 180_000);

test('registry dump says what it does not find, and what it needs', async () => {
  const directory = scene.path('damaged');
  const { code, stderr } = await scene.run(['registry', 'dump', `--work_dir=${directory}`]);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/there is no registry at/) as string,
  });
  expect((await scene.run(['registry', 'dump'])).code).toBe(2);
});

describeWithZookeeper('three masters and a ZooKeeper', () => {
  let zookeeper: ZookeeperEnsemble;
  let zk: string;
  const masters: MasterProcess[] = [];
  const agents: AgentProcess[] = [];

  const startMaster = (): Promise<MasterProcess> =>
    scene.startMaster([
      `--zk=${zk}`,
      `--zk_session_timeout=${SESSION}`,
      '--quorum=2',
      '--allocation_interval=200ms',
      `--work_dir=${scene.path(`master-${masters.length}`)}`,
    ]);

  const resolved = async (): Promise<string> => {
    const { stdout } = await scene.run(['resolve', zk, '--timeout=30secs']);
    return stdout.trim();
  };

  /** The one that leads and serves. */
  const leader = (not?: MasterProcess): Promise<MasterProcess> =>
    until(
      'a leader',
      async () => {
        for (const master of masters) {
          if (master === not || master.process.hasEnded) continue;
          const isServing = await read(master.url, '/state-summary').then(
            () => true,
            () => false,
          );
          if (isServing) return master;
        }
        return undefined;
      },
      DEADLINE_MS,
    );

  beforeAll(async () => {
    zookeeper = await ZookeeperEnsemble.start();
    zk = zookeeper.url('/mesos');
    for (let i = 0; i < 3; i += 1) masters.push(await startMaster());
    const first = await leader();
    for (let i = 0; i < 2; i += 1) agents.push(await scene.startAgent({ ...first, address: zk }));
  }, 180_000);
  afterAll(() => zookeeper?.stop(), 60_000);

  test('the others send callers to the one that leads, and resolve names it', async () => {
    const first = await leader();
    expect(await resolved()).toBe(first.address);
    for (const other of masters.filter((master) => master !== first)) {
      for (const path of ['/state', '/redirect', '/api/v1']) {
        const response = await fetch(`${other.url}${path}`, { redirect: 'manual' });
        expect(response.status).toBe(307);
        const port = first.address.split(':')[1] ?? '';
        const suffix = path === '/redirect' ? '' : `/master${path}`;
        expect(response.headers.get('location')).toMatch(new RegExp(`^//[^/]+:${port}${suffix}$`));
      }
      expect((await fetch(`${other.url}/version`)).status).toBe(200);
    }
  });

  test('the leader is killed: agents and a framework go to the next, the task runs on, quota and weights hold', async () => {
    const first = await leader();
    const task = await startTask('survivor', zk);
    await call(first.url, QUOTA);
    await call(first.url, WEIGHTS);
    const before = (await read<Tasks>(first.url, '/tasks')).tasks.find(({ state }) => state === 'TASK_RUNNING');
    first.process.signal('SIGKILL');
    const next = await leader(first);
    await expectGovernance(next.url);
    await until(
      'agents and task to come back',
      async () => {
        const { slaves } = await read<Cluster>(next.url, '/slaves');
        const { tasks } = await read<Tasks>(next.url, '/tasks');
        const now = tasks.find(({ id }) => id === before?.id);
        return (
          slaves.length === agents.length && now?.state === 'TASK_RUNNING' && now.framework_id === before?.framework_id
        );
      },
      DEADLINE_MS,
    );
    const { slaves } = await read<Cluster>(next.url, '/slaves');
    expect(slaves.map(({ id }) => id).toSorted()).toEqual(agents.map(({ id }) => id).toSorted());
    const { code, stdout } = await task.end();
    expect({ code, isDone: stdout.includes('survivor is done') }).toEqual({ code: 0, isDone: true });
    // The new leader gives offers, too.
    const work = await scene.run(['execute', `--master=${zk}`, '--name=after', '--command=echo after']);
    expect(work).toMatchObject({ code: 0, stdout: expect.stringContaining('after') as string });
    masters[masters.indexOf(first)] = await startMaster();
  }, 180_000);

  test('a leader that was stopped for longer than its session ends with 3 and has done nothing', async () => {
    const first = await leader();
    first.process.signal('SIGSTOP');
    const next = await leader(first).finally(() => first.process.signal('SIGCONT'));
    expect((await first.process.finished(DEADLINE_MS)).code).toBe(3);
    expect(next.address).not.toBe(first.address);
    await expectGovernance(next.url);
    masters[masters.indexOf(first)] = await startMaster();
  }, 180_000);

  test('a ZooKeeper that is away for longer than a session ends the leader, and everything goes on when it is back', async () => {
    const first = await leader();
    await zookeeper.kill();
    expect((await first.process.finished(DEADLINE_MS)).code).toBe(3);
    await zookeeper.restart();
    const next = await leader(first);
    await expectGovernance(next.url);
    await until(
      'the agents',
      async () => (await read<Cluster>(next.url, '/slaves')).slaves.length === agents.length,
      DEADLINE_MS,
    );
    const dump = JSON.parse((await scene.run(['registry', 'dump', `--zk=${zk}`])).stdout) as { agents: object[] };
    expect(dump.agents).toHaveLength(agents.length);
  }, 180_000);
});
