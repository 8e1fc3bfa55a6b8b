// The place of a test file: clusters of real processes on free ports, and a directory. Everything is stopped and removed
// at the end; where a test failed, the directory stays and what the processes wrote is printed.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { Running } from './running.js';
import type { Finished, RunOptions } from './running.js';
import { until } from './until.js';

export interface MasterProcess {
  readonly process: Running;
  /** `host:port`. */
  readonly address: string;
  readonly url: string;
  readonly id: string;
}

export interface AgentProcess {
  readonly process: Running;
  readonly address: string;
  readonly url: string;
  /** Given by the master. */
  readonly id: string;
  readonly workDir: string;
}

export class Scene {
  readonly directory: string;
  readonly #processes: Running[] = [];
  #agents = 0;

  constructor(name: string) {
    this.directory = mkdtempSync(join(tmpdir(), `mini-mesos-e2e-${name}-`));
  }

  /** A path in the directory. */
  path(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  start(args: readonly string[], options?: RunOptions): Running {
    const running = new Running(args, options);
    this.#processes.push(running);
    return running;
  }

  run(args: readonly string[], options?: RunOptions): Promise<Finished> {
    return this.start(args, options).finished();
  }

  /** Leading, on a free port unless the flags say otherwise. */
  async startMaster(flags: readonly string[] = [], options?: RunOptions): Promise<MasterProcess> {
    const hasPort = flags.some((flag) => flag.startsWith('--port'));
    const process = this.start(['master', ...(hasPort ? [] : ['--port=0']), ...flags], options);
    const { url, id } = await ready<{ url: string; id: string }>(process, 'master is ready');
    return { process, url, id, address: url.replace('http://', '') };
  }

  /** Registered, with 2 cpus and 1 GiB unless the flags say otherwise. */
  async startAgent(master: MasterProcess, flags: readonly string[] = [], options?: RunOptions): Promise<AgentProcess> {
    this.#agents += 1;
    const workDir = this.path(`agent-${this.#agents}`);
    mkdirSync(workDir, { recursive: true });
    const usual = [
      `--master=${master.address}`,
      '--port=0',
      `--work_dir=${workDir}`,
      '--registration_backoff_factor=10ms',
    ];
    const resources = flags.some((flag) => flag.startsWith('--resources'))
      ? []
      : ['--resources=cpus:2;mem:1024;disk:1024'];
    const process = this.start(['agent', ...usual, ...resources, ...flags], options);
    const { url } = await ready<{ url: string }>(process, 'agent is ready');
    const address = url.replace('http://', '');
    const id = await until(`the registration of the agent at ${address}`, async () => {
      const slaves = await slavesOf(master);
      return slaves.find(({ pid }) => pid.endsWith(`@${address}`))?.id;
    });
    return { process, url, address, id, workDir };
  }

  async close({ hasFailed }: { hasFailed: boolean }): Promise<void> {
    if (hasFailed) for (const process of this.#processes) console.error(process.describe());
    // Agents, which come after their masters, end first: they tell them.
    for (const process of this.#processes.toReversed()) await process.stop().catch(console.error);
    if (hasFailed) console.error(`kept: ${this.directory}`);
    else rmSync(this.directory, { recursive: true, force: true });
  }
}

/** For the whole file it is called in. */
export function useScene(name: string): Scene {
  const scene = new Scene(name);
  let hasFailed = false;
  afterEach(({ task }) => {
    hasFailed ||= task.result?.state === 'fail';
  });
  afterAll(() => scene.close({ hasFailed }), 60_000);
  return scene;
}

/** The fields of a line of the log. */
async function ready<T>(process: Running, message: string): Promise<T> {
  const [line] = await process.writes('stderr', new RegExp(`^.*"msg":"${message}".*$`, 'm'));
  return JSON.parse(line) as T;
}

async function slavesOf({ url }: MasterProcess): Promise<{ id: string; pid: string }[]> {
  const response = await fetch(`${url}/slaves`);
  const { slaves } = (await response.json()) as { slaves: { id: string; pid: string }[] };
  return slaves;
}
