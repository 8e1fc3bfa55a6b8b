// The cluster that is tormented: a ZooKeeper ensemble, masters, agents and frameworks as processes, each in a network of its
// own where that can be had, each started again when it ends, as a supervisor would.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { agentDaemon, Daemon, freePort, masterDaemon, ZookeeperEnsemble } from '@mini-mesos/cli';
import type { Ran, Seen } from '../core/check.js';
import type { Cast } from '../core/faults.js';
import { Network, whyNoNetwork } from './network.js';

export interface WorldOptions {
  readonly masters: number;
  readonly servers: number;
  readonly agents: number;
  readonly frameworks: number;
  /** Each framework launches no more, and has no more that have not ended. */
  readonly tasksMax?: number;
  readonly inFlightMax?: number;
  /** 2 seconds unless given. */
  readonly sessionTimeout?: string;
  readonly masterFlags?: readonly string[];
  readonly agentFlags?: readonly string[];
}

const FRAMEWORK = join(import.meta.dirname, 'framework.mjs');
/** As a supervisor waits before it starts a daemon again. */
const RESTART_MS = 300;
/** The exit code of a master that lost its leadership. */
const LOST_LEADERSHIP = 3;
/** After its disk was full an agent may end as it sees fit. */
const FULL_DISK_EXCUSE_MS = 15_000;
const LOOK_MS = 100;
const READ_TIMEOUT_MS = 2_000;
/** Much shorter than any session: no leader can follow another in that time. */
const PROMPT_MS = 300;
const SMALL_DISK = 'size=32m';

interface SlaveMessage {
  readonly id: string;
  readonly pid: string;
  readonly active: boolean;
  readonly resources: { readonly [name: string]: unknown };
  readonly used_resources: { readonly [name: string]: unknown };
}

export interface StateMessage {
  readonly slaves: readonly SlaveMessage[];
  readonly frameworks: readonly { readonly id: string; readonly name: string; readonly active: boolean }[];
}

export class World {
  readonly folder: string;
  readonly cast: Cast;
  readonly network: Network | undefined;
  /** What is worth to be told of the place. */
  readonly notes: string[] = [];
  readonly unexpectedEnds: string[] = [];
  /** Masters that answered as leaders at one moment. */
  readonly rivals: string[] = [];
  readonly #options: WorldOptions;
  readonly #daemons = new Map<string, Daemon>();
  readonly #addresses = new Map<string, string>();
  /** Whoever is here stays down when it ends; counted, because faults overlap. */
  readonly #held = new Map<string, number>();
  readonly #frozen = new Map<string, number>();
  readonly #full = new Map<string, { atMs: number; faults: number }>();
  readonly #disks: string[] = [];
  #ensemble: ZookeeperEnsemble | undefined;
  #isClosing = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'mini-mesos-chaos-'));
    writeFileSync(join(this.folder, 'alive'), '');
    writeFileSync(this.#ranFile, '');
    const names = (role: string, count: number): string[] =>
      Array.from({ length: count }, (_, index) => `${role}-${index + 1}`);
    const masters = names('master', options.masters);
    const agents = names('agent', options.agents);
    const frameworks = names('framework', options.frameworks);
    const servers = names('zookeeper', options.servers);
    const reason = whyNoNetwork();
    if (reason === undefined) this.network = new Network([...masters, ...agents, ...frameworks, ...servers]);
    else this.notes.push(`no partitions: ${reason}`);
    const smallDisks = agents.slice(0, 1).filter((name) => this.#mountSmallDisk(name));
    this.cast = { masters, agents, frameworks, servers, smallDisks, canPartition: this.network !== undefined };
  }

  async start(): Promise<void> {
    const { masters, agents, frameworks, servers } = this.cast;
    const { network } = this;
    if (servers.length > 0) {
      this.#ensemble = await ZookeeperEnsemble.start({
        servers: servers.length,
        directory: this.folder,
        ...(network
          ? { ips: servers.map((name) => network.ip(name)), prefix: (index) => network.prefix(servers[index] ?? '') }
          : {}),
      });
      for (const server of this.#ensemble.servers) this.#supervise(server);
    }
    for (const name of masters) await this.#addMaster(name);
    await this.until('a leader', () => this.leader());
    for (const name of agents) await this.#addAgent(name);
    await this.until('all agents', async () => (await this.state())?.slaves.length === agents.length);
    for (const name of frameworks) this.#addFramework(name);
    await this.until('a task of each framework', () => frameworks.every((name) => this.#hasRun(name)));
    void this.#watchLeaders();
  }

  /** What daemons are told to find the leader: `zk://…`, or the address of the only master. */
  get masterUrl(): string {
    const [only = ''] = this.cast.masters;
    return this.#ensemble?.url() ?? this.#addresses.get(only) ?? '';
  }

  /** `host:port` of a master or an agent. */
  address(name: string): string {
    return this.#addresses.get(name) ?? '';
  }

  daemon(name: string): Daemon {
    const daemon = this.#daemons.get(name);
    if (!daemon) throw new Error(`there is no ${name}`);
    return daemon;
  }

  /** Stays down until `release`. */
  async kill(name: string): Promise<void> {
    this.#count(this.#held, name, 1);
    await this.daemon(name).kill();
  }

  release(name: string): void {
    if (this.#count(this.#held, name, -1) === 0) this.daemon(name).start();
  }

  freeze(name: string): void {
    this.#count(this.#frozen, name, 1);
    this.daemon(name).signal('SIGSTOP');
  }

  thaw(name: string): void {
    if (this.#count(this.#frozen, name, -1) === 0) this.daemon(name).signal('SIGCONT');
  }

  fillDisk(name: string): void {
    const { faults = 0 } = this.#full.get(name) ?? {};
    this.#full.set(name, { atMs: Date.now(), faults: faults + 1 });
    const file = join(this.#workDir(name), 'ballast');
    try {
      execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=4k'], { stdio: 'ignore' });
    } catch {
      // That it ends when there is no room is the purpose.
    }
  }

  freeDisk(name: string): void {
    const { faults = 1 } = this.#full.get(name) ?? {};
    this.#full.set(name, { atMs: Date.now(), faults: faults - 1 });
    if (faults === 1) rmSync(join(this.#workDir(name), 'ballast'), { force: true });
  }

  /** Of the agent with that pid: `slave(1)@host:port`. */
  hadFullDisk(pid: string): boolean {
    return [...this.#full.keys()].some((name) => pid.endsWith(`@${this.address(name)}`));
  }

  /** The leading master's name, as it says itself. */
  async leader(): Promise<string | undefined> {
    const { masters } = this.cast;
    const answers = await Promise.all(masters.map((name) => this.#stateOf(name)));
    return masters.find((_, index) => answers[index] !== undefined);
  }

  /** Of the leading master. */
  async state(): Promise<StateMessage | undefined> {
    const answers = await Promise.all(this.cast.masters.map((name) => this.#stateOf(name)));
    return answers.find((answer) => answer !== undefined);
  }

  seen(framework: string): Seen[] {
    return linesOf(this.#seenFile(framework)).flatMap((line) => {
      try {
        return [JSON.parse(line) as Seen];
      } catch {
        // A kill came in the middle of a line.
        return [];
      }
    });
  }

  ran(): Ran[] {
    return linesOf(this.#ranFile).flatMap((line) => {
      const [type, task, atMs] = line.split(' ');
      return (type === 'start' || type === 'end') && task !== undefined ? [{ type, task, atMs: Number(atMs) }] : [];
    });
  }

  /** Tells every framework: `drain`, then `finish`. */
  tellFrameworks(what: 'drain' | 'finish'): void {
    writeFileSync(join(this.folder, what), '');
  }

  /** What `probe` gives as soon as it is neither undefined nor false; throws at the deadline. */
  async until<T>(
    what: string,
    probe: () => Promise<T | undefined | false> | T | undefined | false,
    deadlineMs = 90_000,
  ): Promise<T> {
    const end = performance.now() + deadlineMs;
    for (;;) {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what} (${this.folder})`);
      await pause(LOOK_MS);
    }
  }

  async close({ keep = false } = {}): Promise<void> {
    this.#isClosing = true;
    rmSync(join(this.folder, 'alive'), { force: true });
    const { frameworks, agents } = this.cast;
    const ended = [...frameworks, ...agents].map((name) => this.#daemons.get(name));
    // Agents end their tasks when they are asked to.
    await Promise.all(ended.flatMap((daemon) => (daemon ? [daemon.stop()] : [])));
    await Promise.all([...this.#daemons.values()].map((daemon) => daemon.kill()));
    this.network?.close();
    for (const disk of this.#disks) execFileSync('umount', ['-l', disk], { stdio: 'ignore' });
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  #hasRun(framework: string): boolean {
    return this.seen(framework).some((entry) => entry.type === 'update' && entry.state === 'TASK_RUNNING');
  }

  /** Asks all masters again and again: of answers that were given within a moment, one at most may be a leader's. */
  async #watchLeaders(): Promise<void> {
    while (!this.#isClosing) {
      const startedMs = performance.now();
      const leading: string[] = [];
      const ask = async (name: string): Promise<void> => {
        const answer = await this.#stateOf(name);
        // A late answer may be of a moment that has passed: of before a freeze.
        if (answer && performance.now() - startedMs < PROMPT_MS) leading.push(name);
      };
      await Promise.all(this.cast.masters.map(ask));
      if (leading.length > 1) this.rivals.push(`${leading.join(' and ')} both answer as leader`);
      await pause(LOOK_MS);
    }
  }

  async #addMaster(name: string): Promise<void> {
    const { sessionTimeout = '2secs', masterFlags = [] } = this.#options;
    const flags = [
      `--zk_session_timeout=${sessionTimeout}`,
      '--agent_ping_timeout=1secs',
      '--max_agent_ping_timeouts=5',
      '--allocation_interval=200ms',
      ...masterFlags,
    ];
    const quorum = Math.floor(this.cast.masters.length / 2) + 1;
    const masters = this.#ensemble ? this.masterUrl : undefined;
    this.#supervise(masterDaemon({ ...(await this.#place(name)), masters, quorum, flags })).start();
  }

  async #addAgent(name: string): Promise<void> {
    const { agentFlags = [] } = this.#options;
    const flags = [
      '--registration_backoff_factor=50ms',
      '--resources=cpus:2;mem:512;disk:1024;ports:[31000-31100]',
      ...agentFlags,
    ];
    const place = await this.#place(name);
    mkdirSync(this.#workDir(name), { recursive: true });
    const workDir = this.#workDir(name);
    this.#supervise(agentDaemon({ ...place, workDir, masters: this.masterUrl, flags })).start();
  }

  #addFramework(name: string): void {
    const { tasksMax = 1_000_000, inFlightMax = 12 } = this.#options;
    const told = {
      name,
      master: this.masterUrl,
      folder: this.folder,
      log: this.#seenFile(name),
      ran: this.#ranFile,
      tasksMax,
      inFlightMax,
    };
    const [program = '', ...args]: string[] = [
      ...(this.network?.prefix(name) ?? []),
      process.execPath,
      FRAMEWORK,
      JSON.stringify(told),
    ];
    const logFile = join(this.folder, `${name}.log`);
    this.#supervise(new Daemon({ name, command: [program, ...args], logFile })).start();
  }

  async #place(name: string) {
    const port = await freePort();
    const ip = this.network?.ip(name) ?? '127.0.0.1';
    this.#addresses.set(name, `${ip}:${port}`);
    const inNetwork = this.network ? { ip, prefix: this.network.prefix(name) } : {};
    return { name, directory: this.folder, port, ...inNetwork };
  }

  /** Starts it again whenever it ends, unless a fault holds it down. */
  #supervise(daemon: Daemon): Daemon {
    const { name } = daemon;
    this.#daemons.set(name, daemon);
    void (async () => {
      while (!this.#isClosing) {
        await pause(RESTART_MS);
        if (daemon.starts === 0 || daemon.isAlive) {
          await daemon.ended;
          continue;
        }
        const { code, signal } = await daemon.ended;
        if (this.#isClosing || (this.#held.get(name) ?? 0) > 0 || daemon.isAlive) continue;
        if (name.startsWith('framework') && existsSync(join(this.folder, 'finish'))) return;
        if (signal !== 'SIGKILL' && !this.#mayEnd(name, code)) {
          this.unexpectedEnds.push(`${name} ended with ${code ?? signal}: ${lastLine(daemon)}`);
        }
        daemon.start();
      }
    })();
    return daemon;
  }

  #mayEnd(name: string, code: number | undefined): boolean {
    if (name.startsWith('master') && code === LOST_LEADERSHIP) return true;
    const full = this.#full.get(name);
    return full !== undefined && (full.faults > 0 || Date.now() - full.atMs < FULL_DISK_EXCUSE_MS);
  }

  #mountSmallDisk(name: string): boolean {
    const folder = this.#workDir(name);
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', SMALL_DISK, 'mini-mesos-chaos', folder], { stdio: 'ignore' });
    } catch {
      this.notes.push('no full disks: a small one cannot be mounted here');
      return false;
    }
    this.#disks.push(folder);
    return true;
  }

  async #stateOf(master: string): Promise<StateMessage | undefined> {
    try {
      const response = await fetch(`http://${this.address(master)}/state`, {
        redirect: 'manual',
        signal: AbortSignal.timeout(READ_TIMEOUT_MS),
      });
      if (response.ok) return (await response.json()) as StateMessage;
      await response.body?.cancel();
      return undefined;
    } catch {
      return undefined;
    }
  }

  #count(counts: Map<string, number>, name: string, by: 1 | -1): number {
    const count = Math.max(0, (counts.get(name) ?? 0) + by);
    counts.set(name, count);
    return count;
  }

  get #ranFile(): string {
    return join(this.folder, 'ran');
  }

  #seenFile(framework: string): string {
    return join(this.folder, `${framework}.seen`);
  }

  #workDir(name: string): string {
    return join(this.folder, `${name}-work`);
  }
}

const linesOf = (path: string): string[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];

const lastLine = (daemon: Daemon): string => daemon.logTail().trimEnd().split('\n').at(-1) ?? '';
