// Goal: a whole agent on this machine. Method: startAgent with flags as a user gives them, against the fake master.
import { rmSync } from 'node:fs';
import { fileReaders, loadFlags } from '@mini-mesos/daemon';
import { agentFlags } from '../../src/flags.js';
import type { AgentFlags } from '../../src/configure.js';
import { startAgent, type RunningAgent } from '../../src/main.js';
import { FakeMaster } from './fake-master.js';
import { temporaryDirectory, until } from './launcher-world.js';

export function flagsOf(argv: readonly string[]): AgentFlags {
  const loaded = loadFlags(agentFlags, { argv, env: {}, ...fileReaders });
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  return loaded;
}

export class AgentWorld {
  readonly directory = temporaryDirectory();
  readonly master: FakeMaster;
  agent: RunningAgent | undefined;

  constructor(master = new FakeMaster()) {
    this.master = master;
  }

  /** Listening, registered and with its id. */
  static async start(flags: readonly string[] = [], master?: FakeMaster): Promise<AgentWorld> {
    const world = new AgentWorld(master);
    if (!master) await world.master.listen();
    await world.startAgent(flags);
    await until(() => world.agent?.id, 'registration');
    return world;
  }

  async startAgent(flags: readonly string[] = []): Promise<RunningAgent> {
    this.agent = await startAgent({ flags: flagsOf([...this.#defaults(), ...flags]) });
    return this.agent;
  }

  get url(): string {
    return this.agent?.url ?? '';
  }

  async json<T>(path: string): Promise<T> {
    return (await (await fetch(this.url + path)).json()) as T;
  }

  post(path: string, body: unknown, headers: { [name: string]: string } = {}): Promise<Response> {
    const type = { 'content-type': 'application/json' };
    return fetch(this.url + path, { method: 'POST', headers: { ...type, ...headers }, body: JSON.stringify(body) });
  }

  async close(): Promise<void> {
    await this.agent?.close({ killTasks: true });
    this.master.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #defaults(): string[] {
    return [
      `--master=${this.master.address}`,
      `--work_dir=${this.directory}/work`,
      '--port=0',
      '--hostname=agent.test',
      '--quiet',
      '--registration_backoff_factor=10ms',
      '--executor_shutdown_grace_period=3secs',
      '--resources=cpus:4;mem:4096;disk:8192;ports:[31000-32000]',
    ];
  }
}
