// Goal: every example does what it says, against a real cluster. Method: run each as its header tells, compare stdout.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { useScene } from '../e2e/support/scene.js';
import type { MasterProcess } from '../e2e/support/scene.js';

const home = join(import.meta.dirname, '..', '..');
const scene = useScene('examples');
let master: MasterProcess;

const submit = (address: string, program: string, ...args: readonly string[]): readonly string[] => [
  ...[process.execPath, 'packages/cli/bin/mini-mesos.js', 'spark', 'submit', '--master', `mesos://${address}`],
  ...['--total-executor-cores', '2', '--executor-memory', '256m', program, ...args],
];

/** How every program in examples/ is run, and what it prints. A folder that has none here fails the first test. */
const EXAMPLES: { [program: string]: { command: (address: string) => readonly string[]; prints: RegExp[] } } = {
  'hello-scheduler/hello-scheduler': {
    command: (address) => [process.execPath, 'examples/dist/hello-scheduler/hello-scheduler.js', address],
    prints: [/^hello-1 TASK_RUNNING$/m, /^hello-3 TASK_FINISHED Command exited with status 0$/m],
  },
  'custom-executor/scheduler': {
    command: (address) => [process.execPath, 'examples/dist/custom-executor/scheduler.js', address],
    prints: [/^square-2 TASK_FINISHED 4$/m, /^square-3 TASK_FINISHED 9$/m, /^square-4 TASK_FINISHED 16$/m],
  },
  // It has no need of the cluster: it makes its own.
  'test-kit/job-runner.test': {
    command: () => [process.execPath, '--test', '--test-reporter=tap', 'examples/dist/test-kit/job-runner.test.js'],
    prints: [/^# pass 3$/m, /^# fail 0$/m],
  },
  'curl/scheduler.sh': {
    command: (address) => ['bash', 'examples/curl/scheduler.sh', address],
    prints: [/^subscribed\nTASK_STARTING\nTASK_RUNNING\nTASK_FINISHED\ntorn down$/m],
  },
  'curl/scheduler-protobuf.sh': {
    command: (address) => ['bash', 'examples/curl/scheduler-protobuf.sh', address],
    prints: [/^subscribed\nTASK_STARTING\nTASK_RUNNING\nTASK_FINISHED\ntorn down$/m],
  },
  'spark-wordcount/spark-wordcount': {
    command: (address) => submit(address, 'examples/dist/spark-wordcount/spark-wordcount.js', 'LICENSE'),
    prints: [/^the 100\nor 69\nof 67\nand 46\nto 40$/m],
  },
  'spark-pi/spark-pi': {
    command: (address) => submit(address, 'examples/dist/spark-pi/spark-pi.js', '4'),
    prints: [/^Pi is roughly 3\.1[34]\d*$/m],
  },
};

beforeAll(async () => {
  master = await scene.startMaster();
  await scene.startAgent(master, ['--resources=cpus:4;mem:4096;disk:1024']);
});

test('every example is run here', () => {
  const folders = readdirSync(join(home, 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'dist' && entry.name !== 'node_modules')
    .map(({ name }) => name);
  const run = new Set(Object.keys(EXAMPLES).map((program) => program.split('/', 1)[0]));
  expect(folders.sort()).toEqual([...run].sort());
});

describe.each(Object.entries(EXAMPLES))('%s', (_program, { command, prints }) => {
  test('prints what it promises and exits 0', async () => {
    const [program = '', ...args] = command(master.address);
    const { stdout } = await promisify(execFile)(program, args, { cwd: home, timeout: 120_000 });
    for (const text of prints) expect(stdout).toMatch(text);
  }, 130_000);
});
