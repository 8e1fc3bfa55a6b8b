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

/** How each folder of examples/ is run, and what it prints. A folder that is not named here fails the first test. */
const EXAMPLES: { [folder: string]: { command: readonly string[]; prints: RegExp[] } } = {
  'hello-scheduler': {
    command: [process.execPath, 'examples/dist/hello-scheduler/hello-scheduler.js'],
    prints: [/^hello-1 TASK_RUNNING$/m, /^hello-3 TASK_FINISHED Command exited with status 0$/m],
  },
  'custom-executor': {
    command: [process.execPath, 'examples/dist/custom-executor/scheduler.js'],
    prints: [/^square-2 TASK_FINISHED 4$/m, /^square-3 TASK_FINISHED 9$/m, /^square-4 TASK_FINISHED 16$/m],
  },
  curl: {
    command: ['bash', 'examples/curl/scheduler.sh'],
    prints: [/^subscribed\nTASK_STARTING\nTASK_RUNNING\nTASK_FINISHED\ntorn down$/m],
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
  expect(folders.sort()).toEqual(Object.keys(EXAMPLES).sort());
});

describe.each(Object.entries(EXAMPLES))('%s', (_folder, { command, prints }) => {
  test('prints what it promises and exits 0', async () => {
    const [program = '', ...args] = command;
    const { stdout } = await promisify(execFile)(program, [...args, master.address], { cwd: home, timeout: 60_000 });
    for (const text of prints) expect(stdout).toMatch(text);
  }, 70_000);
});
