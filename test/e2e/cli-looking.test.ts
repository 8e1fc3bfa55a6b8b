// Goal: whoever looks at a cluster sees what is there, in tables and as JSON, down to the files of tasks that have ended;
// and can end what should not run. Method: the built command line against a master, an agent and tasks that are
// processes of their own.
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Finished, Running } from './support/running.js';
import { useScene } from './support/scene.js';
import type { AgentProcess, MasterProcess } from './support/scene.js';
import { until } from './support/until.js';

const scene = useScene('looking');
let master: MasterProcess;
let agent: AgentProcess;

const start = (...args: string[]): Running => scene.start(args, { env: { MESOS_MASTER: master.address } });
const run = (...args: string[]): Promise<Finished> => start(...args).finished();
const execute = (name: string, command: string): Running =>
  start('execute', `--name=${name}`, '--resources=cpus:0.1;mem:32', `--command=${command}`);

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '--json');
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

/** A task that runs until the file is there. */
async function startServer(name: string, say = 'ready'): Promise<{ running: Running; end: () => void }> {
  const gate = scene.path(`end-of-${name}`);
  const running = execute(name, `echo ${say}; while [ ! -e '${gate}' ]; do sleep 0.05; done; echo bye`);
  await running.writes('stdout', /\n/);
  return { running, end: () => writeFileSync(gate, '') };
}

beforeAll(async () => {
  master = await scene.startMaster(['--allocation_interval=200ms', '--weights=dev=2']);
  agent = await scene.startAgent(master, ['--attributes=os:centos7;rack:2']);
  await execute(
    'done',
    'mkdir logs; echo deep > logs/app.log; for i in 1 2 3 4 5; do echo line $i; done; exit 3',
  ).finished();
});

describe('listings', () => {
  test('agents', async () => {
    const { stdout, code } = await run('agents');
    expect(code).toBe(0);
    const [head, row] = stdout.split('\n');
    expect(head).toMatch(/^ID +HOST +STATE +CPUS +MEM +DISK +TASKS +AGE +ATTRIBUTES$/);
    expect(row).toMatch(new RegExp(`^${agent.id} +\\S+ +active +[\\d.]+/2 .* os:centos7;rack:2$`));
    expect(await json('agents')).toMatchObject([{ id: agent.id, attributes: { os: 'centos7', rack: 2 } }]);
  });

  test('tasks, of which those that ended on request', async () => {
    const { running, end } = await startServer('web');
    const { stdout } = await run('tasks');
    expect(stdout).toMatch(/^web +mini-mesos execute web +TASK_RUNNING /m);
    expect(stdout).not.toMatch(/^done /m);
    expect((await run('tasks', '--all')).stdout).toMatch(/^done +.* TASK_FAILED /m);
    expect((await run('tasks', '--state=failed')).stdout).toMatch(/^done /m);
    expect(await json('tasks', '--framework=mini-mesos execute web')).toMatchObject([
      { id: 'web', slave_id: agent.id },
    ]);
    expect(await json('tasks', `--agent=${agent.id.replace(/.*-/, '')}`)).toMatchObject([{ id: 'web' }]);
    end();
    await running.finished();
  });

  test('frameworks', async () => {
    expect((await run('frameworks', '--all')).stdout).toMatch(/ mini-mesos execute done +\S+ +\* +completed /);
    const all = await json<{ name: string }[]>('frameworks', '--all');
    expect(all.map(({ name }) => name)).toContain('mini-mesos execute done');
  });

  test('roles', async () => {
    expect((await run('roles')).stdout).toMatch(/^dev +2 +0 /m);
    expect(await json('roles')).toContainEqual(expect.objectContaining({ name: 'dev', weight: 2 }));
  });

  test('the cluster', async () => {
    const { stdout } = await run('state');
    expect(stdout).toMatch(/^agents +1 active$/m);
    expect(stdout).toMatch(new RegExp(`^id +${master.id}$`, 'm'));
    expect(await json('state')).toMatchObject({ id: master.id, activated_slaves: 1 });
  });

  test('the leader, however the master is named', async () => {
    const port = master.address.split(':')[1];
    for (const args of [[], [`localhost:${port}`], [`--master=${master.address}`, '--verbose']]) {
      const { stdout, code } = await run('resolve', ...args);
      expect({ code, name: stdout.replace('localhost', '127.0.0.1') }).toEqual({
        code: 0,
        name: `${master.address}\n`,
      });
    }
    const { code, stderr } = await run('resolve', '127.0.0.1:1', '--timeout=1secs');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('cannot ask 127.0.0.1:1 who leads') });
    const nobody = await run('resolve', 'zk://127.0.0.1:1/mesos', '--timeout=300ms');
    expect(nobody).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no master leads at zk://127.0.0.1:1/mesos'),
    });
  });
});

describe('sandboxes', () => {
  test('are listed', async () => {
    expect((await run('ls', 'done')).stdout.split('\n')).toEqual(expect.arrayContaining(['logs/', 'stderr', 'stdout']));
    expect((await run('ls', 'don', 'logs')).stdout).toBe('app.log\n');
    expect((await run('ls', '-l', 'done')).stdout).toMatch(
      /^-rw\S+ +1 .* 35 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +stdout$/m,
    );
  });

  test('are read', async () => {
    expect((await run('cat', 'done', 'logs/app.log')).stdout).toBe('deep\n');
    expect((await run('tail', '-n2', 'done')).stdout).toBe('line 4\nline 5\n');
    expect((await run('tail', '-f', 'done')).stdout).toMatch(/line 1[^]*line 5\n$/);
  });

  test('say what is not there', async () => {
    expect(await run('cat', 'done', 'nope')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has no file nope'),
    });
    expect(await run('cat', 'nope')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no task nope is known'),
    });
    expect(await run('cat', 'done', '../../../../../../etc/passwd')).toMatchObject({ code: 1, stdout: '' });
  });

  test('are followed until the task ends', async () => {
    const { running, end } = await startServer('followed', 'first');
    const tail = start('tail', '-f', 'followed');
    await tail.writes('stdout', /first\n/);
    end();
    const { code, stdout, stderr } = await tail.finished();
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'first\nbye\n' });
    expect(stderr).toContain('task followed has ended: TASK_FINISHED');
    await running.finished();
  });

  test('are followed until Ctrl-C', async () => {
    const { running, end } = await startServer('watched');
    const tail = start('tail', '-f', 'watched');
    await tail.writes('stdout', /ready\n/);
    tail.signal('SIGINT');
    expect((await tail.finished(5000)).code).toBe(0);
    end();
    await running.finished();
  });
});

describe('acting', () => {
  test('kill ends a task and waits for it', async () => {
    const { running } = await startServer('victim');
    const { code, stderr } = await run('kill', 'vict', '--grace-period=1secs');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('task victim has ended: TASK_KILLED'),
    });
    expect((await running.finished()).code).toBe(1);
    expect(await run('kill', 'victim')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has already ended'),
    });
  });

  test('a word that can mean two tasks kills none', async () => {
    const two = await Promise.all([startServer('pair-1'), startServer('pair-2')]);
    const { code, stderr } = await run('kill', 'pair');
    expect(code).toBe(1);
    expect(stderr).toContain('pair can mean 2 tasks: give more of the id, or --framework');
    for (const id of ['pair-1', 'pair-2']) expect(stderr).toContain(`  ${id} (TASK_RUNNING of framework `);
    expect((await json<unknown[]>('tasks')).length).toBe(2);
    for (const { end } of two) end();
    await Promise.all(two.map(({ running }) => running.finished()));
  });

  test('teardown removes a framework by its name', async () => {
    const { running } = await startServer('doomed');
    const { code, stderr } = await run('teardown', '--yes', 'mini-mesos execute doomed');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^removed framework mini-mesos execute doomed \(.*-\d{4}\) with 1 task$/m);
    expect((await running.finished()).code).toBe(1);
    const left = async () => (await json<{ id: string }[]>('tasks')).map(({ id }) => id);
    await until('the end of its task', async () => !(await left()).includes('doomed'));
  });
});

describe('the command line', () => {
  test.each([
    [['taks'], 'unknown command taks: did you mean tasks?'],
    [['tasks', '--jsn'], 'unknown flag --jsn: did you mean --json?'],
    [['tasks', '--state=walking'], 'walking is no state of a task'],
    [['cat'], 'cat needs TASK [FILE]'],
    [['kill', 'a', 'b'], 'unexpected argument b'],
    [['tail', '-n', 'x', 'done'], "-n: cannot read 'x': expected a whole number"],
    [['resolve', 'http2://x'], 'unknown scheme'],
  ])('%j is refused with 2', async (args, message) => {
    const { code, stderr, stdout } = await run(...args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  test('a master that is not there is 1, with what to do', async () => {
    const { code, stderr } = await run('tasks', '--master=127.0.0.1:1');
    expect(code).toBe(1);
    expect(stderr).toContain('cannot reach the master at 127.0.0.1:1 (connection refused)');
  });

  test('a reader that has seen enough is no error', async () => {
    const running = start('state', '--json');
    running.closeStdout();
    expect(await running.finished()).toMatchObject({ code: 0, stderr: '' });
  });
});
