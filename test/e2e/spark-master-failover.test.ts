// Goal: a Spark-like application rides out the death of its master without losing a task. Method: real processes; the
// master is killed (kill -9) while a job runs, and another, which remembers nothing, is started at its address. The
// agent is held back until the new master has been asked about executors that it cannot know yet.
import { createServer } from 'node:net';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useScene } from './support/scene.js';
import type { MasterProcess } from './support/scene.js';
import { until } from './support/until.js';

const scene = useScene('spark-failover');
/** A few seconds on a free machine. */
const LIMIT_MS = 90_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface FrameworkView {
  readonly id: string;
  readonly connected: boolean;
  readonly tasks: readonly { readonly state: string }[];
}

async function frameworksOf({ url }: MasterProcess): Promise<readonly FrameworkView[]> {
  const response = await fetch(`${url}/frameworks`);
  return ((await response.json()) as { frameworks: FrameworkView[] }).frameworks;
}

/** The fields of a line that the program printed. */
function said([line]: RegExpExecArray): { readonly [name: string]: unknown } {
  return JSON.parse(line) as { readonly [name: string]: unknown };
}

test(
  'a job goes on while its master is killed, loses no task, and gets executors from the next master',
  async () => {
    const flags = [`--port=${await freePort()}`];
    const master = await scene.startMaster(flags);
    const agent = await scene.startAgent(master, ['--resources=cpus:2;mem:2048;disk:1024']);
    const program = join(import.meta.dirname, 'programs', 'spark-failover.mjs');
    const job = scene.start([
      ...['spark', 'submit', '--master', `mesos://${master.address}`, '--executor-cores', '1'],
      ...['--total-executor-cores', '2', '--executor-memory', '256m'],
      ...['--conf', 'spark.mesos.driver.failoverTimeout=120', program, scene.directory],
    ]);
    const connected = await job.writes('stdout', /^.*"at":"connected".*$/m, LIMIT_MS);
    const { frameworkId } = said(connected);
    await job.writes('stdout', /both cores are at work/, LIMIT_MS);

    agent.process.signal('SIGSTOP');
    master.process.signal('SIGKILL');
    await job.writes('stderr', /the connection to the Mesos master is lost .*; executors go on working/, LIMIT_MS);
    const next = await scene.startMaster(flags);
    const wasAsked = async () => {
      const response = await fetch(`${next.url}/metrics/snapshot`);
      const metrics = (await response.json()) as { readonly [name: string]: number };
      return (metrics['master/messages_reconcile_tasks'] ?? 0) > 0;
    };
    await until('a reconciliation', wasAsked, LIMIT_MS);
    agent.process.signal('SIGCONT');
    const back = await until(
      'the framework and its executors at the new master',
      async () => {
        const frameworks = await frameworksOf(next);
        const running = frameworks[0]?.tasks.filter(({ state }) => state === 'TASK_RUNNING') ?? [];
        return frameworks[0]?.connected && running.length === 2 && frameworks;
      },
      LIMIT_MS,
    );
    expect(back.map(({ id }) => id)).toEqual([frameworkId]);
    writeFileSync(scene.path('go'), '');

    const done = await job.writes('stdout', /^.*"at":"the job is done".*$/m, LIMIT_MS);
    expect(said(done)).toMatchObject({
      sums: [
        [0, 1683],
        [1, 1617],
        [2, 1650],
      ],
      tasks: 12,
      notSuccessful: 0,
      executorsAdded: 2,
      executorsLost: 0,
    });
    const replaced = await job.writes('stdout', /^.*"at":"an executor was replaced".*$/m, LIMIT_MS);
    expect(said(replaced)).toMatchObject({ sum: 6, executorsAdded: 3, executorsLost: 1 });
    expect(await job.finished(LIMIT_MS)).toMatchObject({ code: 0 });
  },
  4 * LIMIT_MS,
);
