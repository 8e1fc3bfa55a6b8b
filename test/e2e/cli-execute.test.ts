// Goal: `execute` runs things as a person expects of a command: its output, its status, its signals, and a reason where
// nothing runs yet. Method: the built command line against a master and agents that are processes of their own.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Finished, Running } from './support/running.js';
import { useScene } from './support/scene.js';
import type { AgentProcess, MasterProcess } from './support/scene.js';
import { until } from './support/until.js';

const scene = useScene('execute');
let master: MasterProcess;
let centos: AgentProcess;
let debian: AgentProcess;

beforeAll(async () => {
  master = await scene.startMaster(['--allocation_interval=200ms']);
  [centos, debian] = await Promise.all([
    scene.startAgent(master, ['--attributes=os:centos7;rack:1']),
    scene.startAgent(master, ['--attributes=os:debian;rack:2']),
  ]);
});

const small = '--resources=cpus:0.1;mem:32';
const start = (...args: string[]): Running => scene.start(['execute', `--master=${master.address}`, ...args]);
const execute = (...args: string[]): Promise<Finished> => start(small, ...args).finished();
/** A shell that goes on when the file is there. */
const waitFor = (path: string): string => `while [ ! -e '${path}' ]; do sleep 0.05; done`;

describe('a command', () => {
  test('shows its output as data, everything else as talk, and ends with 0', async () => {
    const { code, stdout, stderr } = await execute('--name=hello', '--command=echo hello; echo oops >&2');
    expect(stdout).toBe('hello\n');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Subscribed with ID [0-9a-f-]{36}-\d{4}$/m);
    expect(stderr).toMatch(/^Submitted task 'hello' to agent '[0-9a-f-]{36}-S[01]'$/m);
    for (const state of ['STARTING', 'RUNNING', 'FINISHED']) {
      expect(stderr).toContain(`Received status update TASK_${state} for task 'hello'`);
    }
    expect(stderr).toMatch(/^oops$/m);
  });

  test('ends with the status of what it ran', async () => {
    expect(await execute('--command=exit 7')).toMatchObject({ code: 7, stdout: '' });
    expect(await execute('--command=kill -9 $$')).toMatchObject({ code: 1 });
  });

  test('after -- is run without a shell', async () => {
    const { code, stdout } = await execute('--', 'printf', '%s|', 'a b', '$HOME', '--name');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'a b|$HOME|--name|' });
  });

  test('that is not there fails', async () => {
    expect((await execute('--', '/no/such/program')).code).not.toBe(0);
  });

  test('gets its variables', async () => {
    const { stdout } = await execute('--env={"GREETING": "good day"}', '--command=echo $GREETING');
    expect(stdout).toBe('good day\n');
  });

  test('shows output while it runs', async () => {
    const gate = scene.path('gate');
    const running = start(small, `--command=echo one; ${waitFor(gate)}; echo two`);
    await running.writes('stdout', /^one\n$/);
    expect(running.hasEnded).toBe(false);
    writeFileSync(gate, '');
    expect(await running.finished()).toMatchObject({ code: 0, stdout: 'one\ntwo\n' });
  });

  test('shows all of its output, byte for byte', async () => {
    const copy = scene.path('copy');
    const { bytes, code } = await execute(`--command=head -c 3000000 /dev/urandom | tee '${copy}'`);
    expect(code).toBe(0);
    expect(bytes.equals(readFileSync(copy))).toBe(true);
  });

  test('is killed when its time is up', async () => {
    const { code, stderr } = await execute('--kill_after=100ms', '--command=sleep 60');
    expect(code).toBe(1);
    expect(stderr).toContain('Received status update TASK_KILLED');
  });

  test('runs where the constraints say', async () => {
    const place = async (constraints: string): Promise<string | undefined> => {
      const { stderr } = await execute(`--constraints=${constraints}`, '--command=true');
      return /to agent '(.*)'/.exec(stderr)?.[1];
    };
    expect(await place('os:centos7')).toBe(centos.id);
    expect(await place('os:debian,suse;rack:2')).toBe(debian.id);
  });

  test('can be said as JSON, in a file, to a master that is spoken to in JSON', async () => {
    const task = {
      name: 'from-json',
      task_id: { value: 'from-json' },
      resources: [
        { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
        { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
      ],
      command: { value: 'echo $MESOS_EXECUTOR_ID' },
    };
    writeFileSync(scene.path('task.json'), JSON.stringify(task));
    const { code, stdout } = await start(`--task=${scene.path('task.json')}`, '--content_type=json').finished();
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'from-json\n' });
  });
});

describe('a task group', () => {
  const task = (id: string, command: string) => ({
    name: id,
    task_id: { value: id },
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
      { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
    ],
    command: { value: command },
  });
  const group = (...tasks: object[]): string => `--task_group=${JSON.stringify({ tasks })}`;

  test('runs as one pod, and ends when all its tasks have', async () => {
    const { code, stdout, stderr } = await start(
      group(task('a', 'echo from a'), task('b', 'sleep 0.3; echo from b')),
    ).finished();
    expect(code).toBe(0);
    expect(stdout.split('\n').sort()).toEqual(['', 'from a', 'from b']);
    expect(stderr).toMatch(/^Submitted task group with tasks \[ a, b \] to agent /m);
  });

  test('ends with the status of the task that failed, which ended the others', async () => {
    const { code, stderr } = await start(group(task('long', 'sleep 60'), task('short', 'exit 5'))).finished();
    expect(code).toBe(5);
    expect(stderr).toContain("TASK_KILLED for task 'long'");
  });
});

describe('signals', () => {
  test('the first kills the task', async () => {
    const started = scene.path('started');
    const running = start(small, '--name=victim', `--command=touch '${started}'; exec sleep 60`);
    await until('the start of the task', () => existsSync(started));
    running.signal('SIGINT');
    const { code, stderr } = await running.finished();
    expect(stderr).toContain('interrupted: killing victim');
    expect(stderr).toContain("Received status update TASK_KILLED for task 'victim'");
    expect(code).toBe(1);
  });

  test('the second ends the command at once', async () => {
    const running = start(small, '--name=stubborn', "--command=trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await running.writes('stdout', /ready/);
    running.signal('SIGINT');
    await running.writes('stderr', /interrupted: killing stubborn/);
    running.signal('SIGINT');
    expect((await running.finished(2000)).code).toBe(130);
  });

  test('a reader that goes away ends the task', async () => {
    const running = start(small, '--name=yes', '--command=while :; do echo y; sleep 0.01; done');
    await running.writes('stdout', /y\n/);
    running.closeStdout();
    await running.finished();
    expect(running.stderr).toContain("TASK_KILLED for task 'yes'");
  });
});

// Each waits for some seconds, so they wait together.
describe.concurrent('nothing fits', () => {
  test('because no agent is so large: says so, and waits', async () => {
    const running = start('--resources=cpus:64;mem:32', '--command=true');
    await running.writes('stderr', /^waiting: no agent is large enough: needs cpus:64, the most in one is 2$/m);
    running.signal('SIGINT');
    const { code, stderr } = await running.finished();
    expect(code).toBe(1);
    expect(stderr).toContain('nothing was launched');
  });

  test('because no agent has the attributes', async () => {
    const running = start(small, '--constraints=os:plan9', '--command=true');
    await running.writes('stderr', /^waiting: none of 2 agents matches --constraints=os:plan9 \(.*os:centos7/m);
    running.signal('SIGTERM');
    expect((await running.finished()).code).toBe(1);
  });

  test('because what there is, is in use: runs when it is free', async () => {
    const gate = scene.path('free');
    const busy = start('--resources=cpus:2;mem:32', '--constraints=rack:2', `--command=echo in; ${waitFor(gate)}`);
    await busy.writes('stdout', /in/);
    const waiting = start('--resources=cpus:2;mem:32', '--constraints=rack:2', '--command=echo out');
    await waiting.writes('stderr', /^waiting: no offers? /m);
    writeFileSync(gate, '');
    expect(await waiting.finished()).toMatchObject({ code: 0, stdout: 'out\n' });
  });

  test('because there are no agents: runs when one comes', async () => {
    const empty = await scene.startMaster(['--allocation_interval=200ms']);
    const running = scene.start(['execute', `--master=${empty.address}`, small, '--command=echo at last']);
    await running.writes('stderr', /^waiting: no agent is registered/m);
    await scene.startAgent(empty);
    expect(await running.finished()).toMatchObject({ code: 0, stdout: 'at last\n' });
  });

  test('because there is no master', async () => {
    const running = scene.start(['execute', '--master=127.0.0.1:1', '--command=true']);
    await running.writes('stderr', /^waiting: no subscription with a master: /m);
    running.signal('SIGINT');
    expect((await running.finished()).code).toBe(1);
  });
});

describe('refused with 2', () => {
  test.each([
    [['--comand=x'], /unknown flag --comand: did you mean --command\?/],
    [[], /nothing to run: give --command=/],
    [['--command=x', '--resources=cpus'], /--resources: cannot read 'cpus'/],
    [['--command=x', '--constraints=:b'], /--constraints: .*expected name:value/],
    [['--name=a/b', '--command=x'], /cannot take 'a\/b' as the id of a task/],
    [['--task={"name": "x"}'], /--task: .*task_id/],
    [['--task={', '--command=x'], /--task: cannot read the value as JSON/],
    [['--containerizer=docker', '--command=x'], /needs an image: give --docker_image=IMAGE/],
    [['--kill_after=5', '--command=x'], /--kill_after: cannot read '5' as a duration/],
  ])('%j', async (args, message) => {
    const { code, stderr, stdout } = await start(...args).finished();
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
