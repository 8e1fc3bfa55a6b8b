// The cluster that the demo torments: masters, agents and ZooKeeper servers as processes of their own, on free ports.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Daemon, freePort } from '../../../cluster/daemon.js';
import { agentDaemon, masterDaemon } from '../../../cluster/daemon-commands.js';
import { findZookeeper, ZookeeperEnsemble } from '../../../cluster/zookeeper.js';
import type { AgentMessage, StateMessage } from '../../../core/cluster/messages.js';
import { CommandError } from '../../../errors.js';

export interface Member {
  readonly daemon: Daemon;
  /** `host:port`. */
  readonly address: string;
}

const SERVERS = 3;
/** Of masters with an ensemble; without one only one can lead. */
const MASTERS = 3;
/** Shorter than Mesos' 10 s: people are watching. */
const SESSION_TIMEOUT = '3secs';
const LOOK_MS = 50;
const ANSWER_TIMEOUT_MS = 1_000;
/** Nothing of it takes so long, even on a slow machine. */
const STEP_TIMEOUT_MS = 60_000;

export class ChaosCluster {
  readonly directory: string;
  /** Undefined where ZooKeeper is not installed. */
  readonly ensemble: ZookeeperEnsemble | undefined;
  readonly masters: Member[] = [];
  readonly agents: Member[] = [];
  readonly #signal: AbortSignal;

  private constructor(
    directory: string,
    { ensemble, signal }: { ensemble: ZookeeperEnsemble | undefined; signal: AbortSignal },
  ) {
    this.directory = directory;
    this.ensemble = ensemble;
    this.#signal = signal;
  }

  /** Resolves when all agents are registered. Stops what it started where that fails. */
  static async start(options: { agents: number; resources: string; signal: AbortSignal }): Promise<ChaosCluster> {
    const { signal } = options;
    const directory = await mkdtemp(join(tmpdir(), 'mini-mesos-demo-'));
    const isThere = findZookeeper().ok;
    const ensemble = isThere ? await ZookeeperEnsemble.start({ servers: SERVERS, directory }) : undefined;
    const cluster = new ChaosCluster(directory, { ensemble, signal });
    try {
      await cluster.#startDaemons(options);
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** How frameworks and agents find the leader: `zk://…`, or `host:port`. */
  get master(): string {
    return this.ensemble?.url() ?? this.masters[0]?.address ?? '';
  }

  async leader(): Promise<Member | undefined> {
    const answers = await Promise.all(this.masters.map(({ address }) => stateOf(address)));
    return this.masters.find((_, index) => answers[index] !== undefined);
  }

  /** Of the leading master; undefined while there is none. */
  async state(): Promise<StateMessage | undefined> {
    const answers = await Promise.all(this.masters.map(({ address }) => stateOf(address)));
    return answers.find((answer) => answer !== undefined);
  }

  /** The agents that are connected to the leading master. */
  async activeAgents(): Promise<readonly AgentMessage[]> {
    const state = await this.state();
    return (state?.slaves ?? []).filter(({ active }) => active === true);
  }

  /** What `probe` gives as soon as it gives something. Rejects at the deadline, and when the demo is interrupted. */
  async until<T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> {
    const end = performance.now() + STEP_TIMEOUT_MS;
    for (;;) {
      this.#signal.throwIfAborted();
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      if (performance.now() > end) throw new CommandError(`not within ${STEP_TIMEOUT_MS / 1000} s: ${what}`);
      await pause(LOOK_MS);
    }
  }

  async close(): Promise<void> {
    // SIGUSR1 makes agents end all their tasks: SIGTERM would leave those of frameworks with checkpointing.
    for (const { daemon } of this.agents) daemon.signal('SIGUSR1');
    await Promise.all(this.agents.map(({ daemon }) => daemon.stop()));
    await Promise.all(this.masters.map(({ daemon }) => daemon.kill()));
    await this.ensemble?.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  async #startDaemons({ agents, resources }: { agents: number; resources: string }): Promise<void> {
    const { directory } = this;
    const masters = this.ensemble?.url();
    for (let number = 1; number <= (masters === undefined ? 1 : MASTERS); number++) {
      const port = await freePort();
      const flags = ['--allocation_interval=100ms', `--zk_session_timeout=${SESSION_TIMEOUT}`];
      const daemon = masterDaemon({ name: `master-${number}`, directory, masters, port, flags });
      daemon.start();
      this.masters.push({ daemon, address: `127.0.0.1:${port}` });
    }
    await this.until('a leading master', () => this.leader());
    for (let number = 1; number <= agents; number++) {
      const port = await freePort();
      const flags = [`--resources=${resources}`, '--registration_backoff_factor=50ms'];
      const daemon = agentDaemon({ name: `agent-${number}`, directory, masters: this.master, port, flags });
      daemon.start();
      this.agents.push({ daemon, address: `127.0.0.1:${port}` });
    }
    await this.until('all agents', async () => (await this.activeAgents()).length === agents);
  }
}

/** A master that does not lead redirects; one that is gone does not answer. */
async function stateOf(address: string): Promise<StateMessage | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const response = await fetch(`http://${address}/state`, { redirect: 'manual', signal });
    if (response.ok) return (await response.json()) as StateMessage;
    await response.body?.cancel();
    return undefined;
  } catch {
    return undefined;
  }
}
