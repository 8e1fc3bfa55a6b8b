// Goal: a Spark-like application rides out the death of its master, and of an agent, without losing a task. Method: real
// processes, killed (kill -9) while a job runs whose tasks wait for a file, and started again.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RecoverableAgent } from './support/recoverable-agent.js';
import type { Running } from './support/running.js';
import { useScene } from './support/scene.js';
import type { MasterProcess } from './support/scene.js';
import { until } from './support/until.js';

const scene = useScene('spark-failover');
/** For each step; they take a few seconds on a free machine. */
const LIMIT_MS = 90_000;
const TIMEOUT_MS = 4 * LIMIT_MS;

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

async function get<T>(master: MasterProcess, path: string): Promise<T> {
  return (await (await fetch(`${master.url}${path}`)).json()) as T;
}

/** The only framework, once it is connected and so many executors of it run. */
async function framework(master: MasterProcess, executors: number): Promise<FrameworkView> {
  return until(
    `the framework with ${executors} executors at ${master.url}`,
    async () => {
      const { frameworks } = await get<{ frameworks: FrameworkView[] }>(master, '/frameworks');
      const running = frameworks[0]?.tasks.filter(({ state }) => state === 'TASK_RUNNING') ?? [];
      return frameworks.length === 1 && frameworks[0]?.connected && running.length === executors && frameworks[0];
    },
    LIMIT_MS,
  );
}

/** The waiting job, on two cores; resolves when both are at work. */
class Job {
  readonly process: Running;
  private readonly folder: string;

  private constructor(master: MasterProcess, folder: string, conf: readonly string[]) {
    this.folder = folder;
    const program = join(import.meta.dirname, 'programs', 'spark-failover.mjs');
    this.process = scene.start([
      ...['spark', 'submit', '--master', `mesos://${master.address}`, '--total-executor-cores', '2'],
      ...['--executor-memory', '256m', ...conf.flatMap((property) => ['--conf', property]), program, folder],
    ]);
  }

  static async start(master: MasterProcess, conf: readonly string[]): Promise<Job> {
    const folder = mkdtempSync(scene.path('job-'));
    const job = new Job(master, folder, conf);
    await job.says('both cores are at work');
    return job;
  }

  async says(what: string): Promise<{ readonly [name: string]: unknown }> {
    const [line] = await this.process.writes('stdout', new RegExp(`^.*"at":"${what}".*$`, 'm'), LIMIT_MS);
    return JSON.parse(line) as { readonly [name: string]: unknown };
  }

  /** Lets the tasks go; what they did then, and that an executor that dies afterwards is replaced. */
  async endsWith(executors: number): Promise<void> {
    writeFileSync(join(this.folder, 'go'), '');
    const sums = [
      [0, 1683],
      [1, 1617],
      [2, 1650],
    ];
    const done = { sums, tasks: 12, notSuccessful: 0, executorsAdded: executors, executorsLost: 0 };
    expect(await this.says('the job is done')).toMatchObject(done);
    const replaced = { sum: 6, executorsAdded: executors + 1, executorsLost: 1 };
    expect(await this.says('an executor was replaced')).toMatchObject(replaced);
    expect(await this.process.finished(LIMIT_MS)).toMatchObject({ code: 0 });
  }
}

test(
  'a job goes on while its master is killed, and gets executors from the next one, which remembers nothing',
  async () => {
    const flags = [`--port=${await freePort()}`];
    const master = await scene.startMaster(flags);
    const agent = await scene.startAgent(master, ['--resources=cpus:2;mem:2048;disk:1024']);
    const job = await Job.start(master, ['spark.executor.cores=1', 'spark.mesos.driver.failoverTimeout=120']);
    const { id } = await framework(master, 2);

    // The agent is held back until the new master was asked about executors that it cannot know yet.
    agent.process.signal('SIGSTOP');
    master.process.signal('SIGKILL');
    await job.process.writes('stderr', /the connection to the Mesos master is lost .*; executors go on/, LIMIT_MS);
    const next = await scene.startMaster(flags);
    const wasAsked = async (): Promise<boolean> => {
      const metrics = await get<{ readonly [name: string]: number }>(next, '/metrics/snapshot');
      return (metrics['master/messages_reconcile_tasks'] ?? 0) > 0;
    };
    await until('a reconciliation', wasAsked, LIMIT_MS);
    agent.process.signal('SIGCONT');
    expect((await framework(next, 2)).id).toBe(id);
    await job.endsWith(2);
    await agent.process.stop();
  },
  TIMEOUT_MS,
);

test(
  'a job with checkpointing goes on while its agent is killed, and the agent finds the executor again',
  async () => {
    const master = await scene.startMaster();
    const agent = new RecoverableAgent(scene, master, 'checkpointed');
    await agent.start();
    const job = await Job.start(master, ['spark.executor.cores=2', 'spark.mesos.checkpoint=true']);
    await framework(master, 1);
    await agent.crash();
    await agent.start();
    await framework(master, 1);
    await job.endsWith(1);
  },
  TIMEOUT_MS,
);
