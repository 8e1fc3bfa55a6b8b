// local-cluster[executors, cores, MiB]: executors as child processes on this machine. Everything between processes is
// as on a cluster; only Mesos is missing. For tests, and to see how a program behaves when executors die.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SparkConf } from '../../core/conf/spark-conf.js';
import { executorCommand } from '../executor-entry.js';
import type { BackendHost, ListenOptions, LossCause, SchedulerBackend } from '../scheduler-backend.js';

/** Executors started in place of dead ones, over the application's life (Spark: spark.deploy.maxExecutorRetries per row). */
const REPLACEMENTS_MAX = 100;
const STOP_GRACE_MS = 5000;

interface Child {
  readonly process: ChildProcess;
  /** Resolves when the process is gone. */
  readonly gone: Promise<LossCause>;
}

export interface LocalClusterOptions {
  readonly executors: number;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly conf: SparkConf;
}

export class LocalClusterBackend implements SchedulerBackend {
  private readonly options: LocalClusterOptions;
  private readonly children = new Map<string, Child>();
  private host: BackendHost | undefined;
  private directory = '';
  private nextId = 0;
  private stopping = false;

  constructor(options: LocalClusterOptions) {
    this.options = options;
  }

  async listenOn(): Promise<ListenOptions> {
    return { host: '127.0.0.1', bindAddress: '127.0.0.1', port: 0 };
  }

  get expectedCores(): number {
    return this.options.executors * this.options.cores;
  }

  async start(host: BackendHost): Promise<string> {
    this.host = host;
    this.directory = mkdtempSync(join(this.options.conf.text('spark.local.dir') ?? tmpdir(), 'spark-local-cluster-'));
    for (let index = 0; index < this.options.executors; index++) this.launch();
    return `local-cluster-${Date.now()}`;
  }

  private launch(): void {
    const host = this.host as BackendHost;
    const executorId = String(this.nextId++);
    const folder = join(this.directory, `executor-${executorId}`);
    mkdirSync(folder, { recursive: true });
    const { cores, memoryMiB } = this.options;
    const { file, args } = executorCommand({
      driver: host.driverAddress,
      executorId,
      cores,
      memoryMiB,
      hostname: 'localhost',
    });
    const outputs = ['stdout', 'stderr'].map((name) => openSync(join(folder, name), 'a'));
    const child = spawn(file, [...args, '--work-dir', folder], {
      stdio: ['ignore', ...outputs],
      env: { ...process.env, SPARK_EXECUTOR_TOKEN: host.token },
    });
    for (const fd of outputs) closeSync(fd);
    const gone = once(child, 'exit').then(
      ([code, signal]: unknown[]) => describeExit(code as number | null, signal as string | null),
      (error: unknown) => ({ reason: `it could not be started: ${String(error)}`, causedByTask: false }),
    );
    this.children.set(executorId, { process: child, gone });
    void gone.then((cause) => this.exited(executorId, cause));
  }

  private exited(executorId: string, cause: LossCause): void {
    this.children.delete(executorId);
    if (this.stopping) return;
    this.host?.executorLost(executorId, cause);
    if (this.nextId < this.options.executors + REPLACEMENTS_MAX) this.launch();
    else if (this.children.size === 0)
      this.host?.failed(`every executor died, ${this.nextId} of them; the last: ${cause.reason}`);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const children = [...this.children.values()];
    const timer = setTimeout(() => children.forEach(({ process }) => process.kill('SIGKILL')), STOP_GRACE_MS);
    await Promise.all(children.map(({ gone }) => gone));
    clearTimeout(timer);
    await rm(this.directory, { recursive: true, force: true });
  }

  executorRegistered(executorId: string): boolean {
    return this.children.has(executorId);
  }

  async causeOfLoss(executorId: string): Promise<LossCause> {
    return this.children.get(executorId)?.gone ?? { reason: 'its process is gone', causedByTask: true };
  }

  explainShortage(): string {
    return `none of the ${this.options.executors} executor processes has registered yet; their output is in ${this.directory}`;
  }

  demandChanged(): void {
    // The number of executors is fixed.
  }
}

function describeExit(code: number | null, signal: string | null): LossCause {
  const reason = signal === null ? `its process exited with code ${code}` : `its process was ended by ${signal}`;
  // Ended from outside, it is not what it ran; the kernel's out-of-memory killer also uses SIGKILL, and is counted.
  return { reason, causedByTask: signal !== 'SIGTERM' && signal !== 'SIGINT' };
}
