// An agent process that can be ended in any way and started again in the same place, and a framework that keeps every
// update it gets, with its uuid.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameworkInfo, Offer, TaskStatus } from '@mini-mesos/proto';
import { isTerminal, Scheduler } from '@mini-mesos/scheduler-sdk';
import type { Running } from './running.js';
import type { MasterProcess, Scene } from './scene.js';
import { until } from './until.js';

/** Starting a process takes seconds where many run at once. */
const PATIENCE_MS = 60_000;

export class RecoverableAgent {
  readonly workDir: string;
  readonly #scene: Scene;
  readonly #flags: readonly string[];
  process: Running | undefined;

  constructor(scene: Scene, master: MasterProcess, name: string, flags: readonly string[] = []) {
    this.#scene = scene;
    this.workDir = scene.path(name);
    mkdirSync(this.workDir, { recursive: true });
    this.#flags = [
      `--master=${master.address}`,
      '--port=0',
      `--work_dir=${this.workDir}`,
      '--registration_backoff_factor=10ms',
      // A busy machine starts an executor's connection later than Mesos' two seconds allow.
      '--executor_reregistration_timeout=15secs',
      `--attributes=name:${name}`,
      ...flags,
    ];
  }

  /** Registered, with this many cpus. */
  async start(cpus = 2, flags: readonly string[] = []): Promise<Running> {
    this.process = this.launch(cpus, flags);
    await this.process.writes('stderr', /registered with the master as agent/, PATIENCE_MS);
    return this.process;
  }

  launch(cpus = 2, flags: readonly string[] = []): Running {
    return this.#scene.start(['agent', ...this.#flags, `--resources=cpus:${cpus};mem:1024;disk:1024`, ...flags]);
  }

  /** Without a word. */
  async crash(): Promise<void> {
    this.process?.signal('SIGKILL');
    await this.process?.finished();
  }

  get id(): string {
    return readdirSync(join(this.workDir, 'meta', 'slaves')).find((name) => name !== 'latest') ?? '';
  }

  get journal(): string {
    return join(this.workDir, 'meta', 'slaves', this.id, 'journal');
  }

  /** Of the only run of this executor. */
  sandbox(frameworkId: string, executorId: string): string {
    const runs = join(this.workDir, 'slaves', this.id, 'frameworks', frameworkId, 'executors', executorId, 'runs');
    const names = readdirSync(runs).filter((name) => name !== 'latest');
    if (names.length !== 1) throw new Error(`expected one run of '${executorId}', found ${names.join(', ')}`);
    return join(runs, names[0] ?? '');
  }

  /** As the supervisors wrote them down: task, its start, supervisor, its start. */
  pids(): { task: number; supervisor: number }[] {
    const root = join(this.workDir, 'run', 'containers');
    return readdirSync(root).flatMap((name) => {
      const file = join(root, name, 'pid');
      if (!existsSync(file)) return [];
      const [task = -1, , supervisor = -1] = readFileSync(file, 'latin1').trim().split(' ').map(Number);
      return [{ task, supervisor }];
    });
  }
}

export class Witness {
  readonly scheduler: Scheduler;
  /** By task: states in the order in which they came, each once, as the framework sees them. */
  readonly statuses = new Map<string, TaskStatus[]>();
  #wanted: ((offer: Offer) => Promise<boolean>)[] = [];

  constructor(master: MasterProcess, framework: Partial<FrameworkInfo> = {}) {
    this.scheduler = new Scheduler({
      master: master.address,
      framework: { name: 'witness', user: 'root', checkpoint: true, failover_timeout: 600, ...framework },
    });
    this.scheduler.on('offers', async ({ offers }) => {
      for (const offer of offers) await this.#use(offer);
    });
    this.scheduler.on('update', ({ status }) => {
      const id = status.task_id.value;
      this.statuses.set(id, [...(this.statuses.get(id) ?? []), status]);
    });
  }

  async start(): Promise<void> {
    await this.scheduler.start();
    await until('the subscription', () => this.scheduler.frameworkId !== undefined, PATIENCE_MS);
  }

  get id(): string {
    return this.scheduler.frameworkId ?? '';
  }

  /** `accept` gets offers until it says that it took one. */
  async place(accept: (offer: Offer) => Promise<boolean>): Promise<void> {
    this.#wanted.push(accept);
    await this.scheduler.revive();
  }

  async #use(offer: Offer): Promise<void> {
    const wanted = this.#wanted.shift();
    if (wanted === undefined) {
      await this.scheduler.decline(offer, { refuseSeconds: 600 });
    } else if (!(await wanted(offer))) {
      this.#wanted.unshift(wanted);
      await this.scheduler.decline(offer, { refuseSeconds: 0.2 });
    }
  }

  state(taskId: string, state: string): Promise<TaskStatus> {
    const found = () => this.statuses.get(taskId)?.find((status) => status.state === `TASK_${state}`);
    return until(`${state} of ${taskId}`, found, PATIENCE_MS);
  }

  /** States with a uuid, which an agent gave: answers of reconciliations have none. */
  states(taskId: string): string[] {
    const told = (this.statuses.get(taskId) ?? []).filter(({ uuid }) => uuid !== undefined);
    return told.map(({ state }) => state.replace('TASK_', ''));
  }

  ends(taskId: string): number {
    return (this.statuses.get(taskId) ?? []).filter(({ state }) => isTerminal(state)).length;
  }
}
