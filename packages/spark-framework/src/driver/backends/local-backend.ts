// local[N]: one executor inside this process, with N worker threads.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SparkConf } from '../../core/conf/spark-conf.js';
import { Executor } from '../../executor/executor.js';
import { executorSettings } from '../../executor/settings.js';
import { localPeers, type PeerHandlers } from '../../rpc/peer.js';
import type { ToDriver, ToExecutor } from '../../protocol.js';
import { driverEndpoint, type DriverServices } from '../driver-endpoint.js';
import type { BackendHost, LossCause, SchedulerBackend } from '../scheduler-backend.js';

export const LOCAL_EXECUTOR_ID = 'driver';
/** A thread of local[N] gets at least this much, whatever spark.executor.memory says. */
const MEMORY_MIB_PER_THREAD_MIN = 512;

export class LocalBackend implements SchedulerBackend {
  private readonly threads: number;
  private readonly conf: SparkConf;
  private readonly services: DriverServices;
  private executor: Executor | undefined;

  constructor(options: { threads: number; conf: SparkConf; services: DriverServices }) {
    this.threads = options.threads;
    this.conf = options.conf;
    this.services = options.services;
  }

  async listenOn(): Promise<undefined> {
    return undefined;
  }

  get expectedCores(): number {
    return this.threads;
  }

  async start(_host: BackendHost): Promise<string> {
    const { conf, threads, services } = this;
    const memoryMiB = Math.max(conf.mebibytes('spark.executor.memory'), MEMORY_MIB_PER_THREAD_MIN * threads);
    const directory = mkdtempSync(join(conf.text('spark.local.dir') ?? tmpdir(), 'spark-local-'));
    const late: { handlers?: PeerHandlers<ToExecutor> } = {};
    const { right: driver } = localPeers<ToDriver, ToExecutor>(
      (peer) => driverEndpoint(services, peer),
      () => ({
        notice: (message) => late.handlers?.notice(message),
        request: async (method, ask) => late.handlers?.request(method, ask),
        closed: () => undefined,
      }),
    );
    await driver.request('hello', { executorId: LOCAL_EXECUTOR_ID, token: services.token });
    this.executor = new Executor(driver, {
      ...executorSettings(conf, { cores: threads, memoryMiB }),
      executorId: LOCAL_EXECUTOR_ID,
      cores: threads,
      host: 'localhost',
      token: services.token,
      localDirectory: directory,
      ended: () => undefined,
    });
    late.handlers = this.executor.handlers();
    await this.executor.start();
    return `local-${Date.now()}`;
  }

  async stop(): Promise<void> {
    await this.executor?.stop();
  }

  executorRegistered(): boolean {
    return true;
  }

  async causeOfLoss(): Promise<LossCause> {
    return { reason: 'the application ends', causedByTask: false };
  }

  explainShortage(): string {
    return 'all worker threads are busy';
  }

  demandChanged(): void {
    // The threads are there from the beginning.
  }
}
