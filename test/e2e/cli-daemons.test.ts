// Goal: the daemons read their flags from where Mesos' do, start and end as a supervisor expects, and say what is wrong.
// Method: the built command line; what the daemons made of their flags is asked from their endpoints.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { useScene } from './support/scene.js';
import { until } from './support/until.js';

const scene = useScene('daemons');

async function flagsOf(url: string): Promise<{ [name: string]: string }> {
  const response = await fetch(`${url}/flags`);
  return ((await response.json()) as { flags: { [name: string]: string } }).flags;
}

test('the command line wins over the environment, that over a directory, that over the default', async () => {
  const directory = scene.path('etc');
  mkdirSync(directory);
  writeFileSync(`${directory}/cluster`, 'from-directory\n');
  writeFileSync(`${directory}/offer_timeout`, '7secs\n');
  writeFileSync(`${directory}/roles`, 'a,b\n');
  writeFileSync(`${directory}/?no-root_submissions`, '');
  writeFileSync(scene.path('weights'), 'a=2\n');
  const master = await scene.startMaster(['--cluster=from-line', `--config_dir=${directory}`], {
    env: { MESOS_CLUSTER: 'from-env', MESOS_ROLES: 'b,c', MESOS_WEIGHTS: `file://${scene.path('weights')}` },
  });
  expect(await flagsOf(master.url)).toMatchObject({
    cluster: 'from-line',
    roles: 'b,c',
    offer_timeout: '7secs',
    root_submissions: 'false',
    weights: 'a=2',
    allocation_interval: '100ms',
  });
});

test('an agent reads the same, and attributes and resources from directories', async () => {
  const directory = scene.path('etc-agent');
  for (const name of ['attributes', 'resources']) mkdirSync(`${directory}/${name}`, { recursive: true });
  writeFileSync(`${directory}/attributes/os`, 'centos7\n');
  writeFileSync(`${directory}/attributes/rack`, 'r1\n');
  writeFileSync(`${directory}/resources/cpus`, '3\n');
  const master = await scene.startMaster();
  const { url } = await scene.startAgent(master, [`--config_dir=${directory}`, '--resources=cpus:2;mem:512']);
  const state = (await (await fetch(`${url}/state`)).json()) as { attributes: object; resources: object };
  expect(state.attributes).toEqual({ os: 'centos7', rack: 'r1' });
  expect(state.resources).toMatchObject({ cpus: 2, mem: 512 });
});

test('--help starts nothing and tells defaults, variables and examples', async () => {
  for (const command of ['master', 'agent', 'local']) {
    const { code, stdout, stderr } = await scene.run([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: mini-mesos ${command} [flags]`);
    expect(stdout).toMatch(/--port=VALUE\n.*\n.*default: 505[01].*env: MESOS_PORT/);
    expect(stdout).toMatch(/^Examples:$/m);
  }
});

test.each([
  [['master', '--quorm=1'], 'unknown flag --quorm: did you mean --quorum?'],
  [['master', '--port=x'], "--port: cannot read 'x': expected a whole number"],
  [['master', '--allocation_interval=5'], "cannot read '5' as a duration"],
  [['agent', '--work-dri=/tmp'], 'unknown flag --work-dri: did you mean --work_dir?'],
  [['agent', '--master=127.0.0.1:5050'], '--work_dir is required'],
  [['local', '--agents=0'], 'expected at least 1'],
  [['local', '--agnts=2'], 'unknown flag --agnts: did you mean --agents?'],
  [['master', '--config_dir=/no/such/directory'], '--config_dir: cannot read /no/such/directory'],
])('%j is refused with 2', async (args, message) => {
  const { code, stderr } = await scene.run(args);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});

test('a port that is in use names the flag to change', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  for (const command of [['master'], ['local'], ['agent', `--work_dir=${scene.path('in-use')}`]]) {
    const { code, stderr } = await scene.run([...command, `--port=${port}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`cannot listen on 127.0.0.1:${port}: another process uses the port: .*--port`));
  }
});

test('SIGUSR1 ends an agent with 0, which takes its tasks along and says good-bye; SIGTERM ends a master', async () => {
  const master = await scene.startMaster(['--allocation_interval=200ms']);
  const agent = await scene.startAgent(master);
  const task = scene.start(['execute', `--master=${master.address}`, '--name=t', '--command=echo on; sleep 60']);
  await task.writes('stdout', /on/);
  agent.process.signal('SIGUSR1');
  expect((await agent.process.finished()).code).toBe(0);
  expect((await task.finished()).code).toBe(1);
  const left = async (): Promise<boolean> => {
    const { slaves } = (await (await fetch(`${master.url}/slaves`)).json()) as { slaves: unknown[] };
    return slaves.length === 0;
  };
  await until('the agent to be gone', left);
  master.process.signal('SIGTERM');
  expect((await master.process.finished()).code).toBe(0);
});

test('an agent waits for its master', async () => {
  const first = await scene.startMaster();
  const port = first.address.split(':')[1];
  await first.process.stop();
  const agent = scene.start([
    'agent',
    `--master=${first.address}`,
    '--port=0',
    `--work_dir=${scene.path('early')}`,
    '--registration_backoff_factor=10ms',
  ]);
  await agent.writes('stderr', /agent is ready/);
  const master = await scene.startMaster([`--port=${port}`]);
  const agents = await until('the registration', async () => {
    const { stdout } = await scene.run(['agents', '--json', `--master=${master.address}`]);
    const listed = JSON.parse(stdout) as { id: string }[];
    return listed.length > 0 && listed;
  });
  expect(agents).toMatchObject([{ id: `${master.id}-S0` }]);
});
