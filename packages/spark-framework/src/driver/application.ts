// One running application: configuration, cluster, scheduling, shared variables, wired together.
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { LineageNode } from '../core/plan/lineage.js';
import type { ResultAction } from '../core/plan/operations.js';
import type { SparkConf } from '../core/conf/spark-conf.js';
import { parseMasterUrl } from '../core/master-url.js';
import type { ShippedFunction } from '../closures/types.js';
import type { AccumulatorUpdate, DriverRequests, Registration, ToExecutor } from '../protocol.js';
import type { Peer } from '../rpc/peer.js';
import { formatBytes } from '../core/conf/units.js';
import { backendFor, type OpenBackend } from './backends/create-backend.js';
import { Cleaner } from './cleaner.js';
import { loadConf, type ConnectOptions } from './load-conf.js';
import { functionTable, type DatasetHost, type RunOptions } from './dataset.js';
import type { DriverServices } from './driver-endpoint.js';
import { DriverServer } from './driver-server.js';
import { foreignFrames } from '../closures/position.js';
import { currentScope } from './job-scope.js';
import { ListenerBus, type SparkListener } from './listener-bus.js';
import type { Bundle } from './modules.js';
import { ProgressPrinter } from './progress-printer.js';
import type { SchedulerBackend } from './scheduler-backend.js';
import { SchedulerLoop } from './scheduler-loop.js';
import { loopOptions } from './loop-options.js';
import type { Accumulator } from './shared-variables.js';

export type { ConnectOptions } from './load-conf.js';

/** Thrown by actions whose job failed or was cancelled. */
export class SparkJobError extends Error {
  override name = 'SparkJobError';
  readonly jobId: number;

  /** `calledFrom`: the stack of the action, so that the error points at the program's line, not at ours. */
  constructor(jobId: number, message: string, calledFrom: string) {
    super(message);
    this.jobId = jobId;
    this.stack = `${this.name}: ${message}\n${foreignFrames(calledFrom)}`;
  }
}

/** Functions larger than this are probably catching data by mistake (Spark warns at the same size). */
const FUNCTION_BYTES_WARN = 1024 * 1024;

/** How long a message is not repeated (Spark: spark.logging.exceptionPrintInterval), and how many are remembered. */
const REPEATED_WARNING_MS = 10_000;
const REMEMBERED_WARNINGS_MAX = 100;

interface RunningJob {
  readonly jobId: number;
  readonly group: string | undefined;
}

/** Registers an application with its cluster. Rejects when the configuration is wrong or the cluster refuses. */
export async function createApplication(options: ConnectOptions): Promise<Application> {
  const conf = await loadConf(options);
  const masterText = conf.text('spark.master') ?? 'local[*]';
  const master = parseMasterUrl(masterText, availableParallelism());
  if ('error' in master) throw new Error(master.error);
  const application = new Application(conf, await backendFor(master), options);
  await application.start();
  return application;
}

export class Application {
  readonly conf: SparkConf;
  readonly name: string;
  readonly datasets: DatasetHost;
  private readonly bus = new ListenerBus();
  private readonly loop: SchedulerLoop;
  private readonly backend: SchedulerBackend;
  private readonly services: DriverServices;
  private readonly progress: ProgressPrinter | undefined;
  private readonly cleaner: Cleaner;
  private readonly broadcasts = new Map<number, Uint8Array>();
  private readonly bundles = new Map<string, Uint8Array>();
  private readonly accumulators = new Map<number, Accumulator<unknown, unknown>>();
  private readonly jobs = new Map<number, RunningJob>();
  private readonly shownWarnings = new Map<string, number>();
  private server: DriverServer | undefined;
  private applicationId = '';
  private nextIds = { rdd: 0, shuffle: 0, job: 0, broadcast: 0, accumulator: 0 };
  private stopping: Promise<void> | undefined;
  private failure: string | undefined;

  constructor(conf: SparkConf, openBackend: OpenBackend, options: ConnectOptions) {
    this.conf = conf;
    this.name = conf.text('spark.app.name') ?? 'spark application';
    const out = options.terminal ?? process.stderr;
    if (conf.boolean('spark.ui.showConsoleProgress')) this.progress = new ProgressPrinter(out);
    this.services = this.createServices();
    this.backend = openBackend({ conf, services: this.services, name: this.name });
    this.loop = new SchedulerLoop(
      loopOptions(conf, {
        post: (event) => this.bus.post(event),
        count: (updates) => this.countAccumulators(updates),
        demandChanged: (pending) => this.backend.demandChanged(pending),
        starved: (waitingMs) =>
          this.warn(`no task could start for ${Math.round(waitingMs / 1000)} s: ${this.backend.explainShortage()}`),
      }),
    );
    this.cleaner = new Cleaner({
      removeShuffle: (shuffleId) => this.loop.removeShuffle(shuffleId),
      removeRdd: (rddId) => this.loop.removeRdd(rddId),
    });
    this.datasets = this.createDatasets();
    if (this.progress !== undefined) this.bus.add(this.progress.handle);
    this.bus.add((event) => {
      if (event.type === 'warning' && conf.choice('spark.log.level').toUpperCase() !== 'ERROR')
        this.print(out, event.message);
    });
  }

  get id(): string {
    return this.applicationId;
  }

  async start(): Promise<void> {
    for (const warning of this.conf.warnings) this.warn(warning);
    try {
      const listen = await this.backend.listenOn();
      if (listen !== undefined) this.server = await DriverServer.listen(this.services, listen);
      this.applicationId = await this.backend.start({
        driverAddress: { host: listen?.host ?? 'localhost', port: this.server?.port ?? 0 },
        token: this.services.token,
        executorLost: (executorId, cause) => this.loop.executorLost(executorId, cause),
        failed: (reason) => this.failed(reason),
        warn: (message) => this.warn(message),
      });
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.bus.post({ type: 'applicationStart', applicationId: this.applicationId, name: this.name, timeMs: Date.now() });
  }

  addListener(listener: SparkListener): () => void {
    return this.bus.add(listener);
  }

  /** A message that repeats itself is not shown again for a while: retries of one error say the same four times. */
  private print(out: NodeJS.WriteStream, message: string): void {
    const nowMs = Date.now();
    const shownMs = this.shownWarnings.get(message);
    if (shownMs !== undefined && nowMs - shownMs < REPEATED_WARNING_MS) return;
    if (this.shownWarnings.size >= REMEMBERED_WARNINGS_MAX) this.shownWarnings.clear();
    this.shownWarnings.set(message, nowMs);
    const text = `spark: ${message}\n`;
    if (this.progress === undefined) out.write(text);
    else this.progress.write(text);
  }

  private warn(message: string): void {
    this.bus.post({ type: 'warning', message });
  }

  private failed(reason: string): void {
    this.failure = reason;
    this.loop.cancelAll(reason);
  }

  // Executors

  private createServices(): DriverServices {
    return {
      token: randomBytes(24).toString('base64url'),
      conf: Object.fromEntries(this.conf.entries()),
      registered: (registration, peer) => this.executorRegistered(registration, peer),
      disconnected: (executorId, reason) => void this.executorDisconnected(executorId, reason),
      notice: (executorId, message) => this.loop.notice(executorId, message),
      answer: (method, ask) => this.answer(method, ask) as never,
    };
  }

  private executorRegistered(registration: Registration, peer: Peer<ToExecutor>): boolean {
    if (this.stopping !== undefined || !this.backend.executorRegistered(registration.executorId, registration.cores))
      return false;
    this.loop.executorAdded(registration, peer);
    return true;
  }

  private async executorDisconnected(executorId: string, reason: string): Promise<void> {
    if (this.stopping !== undefined) return;
    const cause = await this.backend.causeOfLoss(executorId);
    this.loop.executorLost(executorId, cause.reason === '' ? { ...cause, reason } : cause);
  }

  private answer(method: 'mapOutputs' | 'broadcast' | 'bundle', ask: unknown): unknown {
    if (method === 'mapOutputs') {
      const { shuffleId, reducePartition } = ask as DriverRequests['mapOutputs']['ask'];
      return this.loop.mapOutputs(shuffleId, reducePartition);
    }
    const { offset, length } = ask as { offset: number; length: number };
    const key = method === 'broadcast' ? (ask as { id: number }).id : (ask as { hash: string }).hash;
    const bytes = method === 'broadcast' ? this.broadcasts.get(key as number) : this.bundles.get(key as string);
    if (bytes === undefined) throw new Error(`${method} ${key} does not exist (any more)`);
    return { bytes: bytes.subarray(offset, offset + length), total: bytes.length };
  }

  // Shared variables

  addBroadcast(bytes: Uint8Array): number {
    const id = this.nextIds.broadcast++;
    this.broadcasts.set(id, bytes);
    return id;
  }

  removeBroadcast(id: number): void {
    this.broadcasts.delete(id);
    this.loop.connections.broadcast({ type: 'removeBroadcast', id });
  }

  addAccumulator<A, V>(create: (id: number) => Accumulator<A, V>): Accumulator<A, V> {
    const accumulator = create(this.nextIds.accumulator++);
    this.accumulators.set(accumulator.id, accumulator as unknown as Accumulator<unknown, unknown>);
    return accumulator;
  }

  private countAccumulators(updates: readonly AccumulatorUpdate[]): void {
    for (const [id, encoded] of updates) this.accumulators.get(id)?.merge(encoded);
  }

  addBundle({ hash, packed }: Bundle): void {
    this.bundles.set(hash, packed);
  }

  // Jobs

  private createDatasets(): DatasetHost {
    const { conf } = this;
    const configuredParallelism = conf.integer('spark.default.parallelism');
    const { backend } = this;
    return {
      nextRddId: () => this.nextIds.rdd++,
      nextShuffleId: () => this.nextIds.shuffle++,
      configuredParallelism,
      get defaultParallelism() {
        return configuredParallelism ?? backend.expectedCores;
      },
      maxPartitionBytes: conf.bytes('spark.files.maxPartitionBytes'),
      runAction: (node, action, functions, options) => this.runAction({ node, action, functions, options }),
      functionGiven: (shipped) => this.functionGiven(shipped),
      storageChanged: (rddId, level) => {
        if (level === undefined) this.loop.removeRdd(rddId);
      },
      watch: (node) => this.cleaner.watch(node),
    };
  }

  private functionGiven({ sizeBytes, label }: ShippedFunction): void {
    if (sizeBytes < FUNCTION_BYTES_WARN) return;
    this.warn(
      `${label} is ${formatBytes(sizeBytes)} large with its environment, and travels with every stage: use a broadcast variable`,
    );
  }

  private runAction({ node, action, functions, options }: ActionRun): Promise<Uint8Array[]> {
    const { signal, partitions = Array.from({ length: node.partitions }, (_, index) => index), name } = options;
    if (this.stopping !== undefined) return Promise.reject(new Error('the SparkContext was stopped'));
    if (this.failure !== undefined) return Promise.reject(new Error(this.failure));
    if (signal?.aborted === true) return Promise.reject(abortError(signal));
    const jobId = this.nextIds.job++;
    const caller = { stack: '' };
    Error.captureStackTrace(caller);
    const { group, description } = currentScope();
    this.jobs.set(jobId, { jobId, group });
    const job = { jobId, root: node, output: { kind: 'result', action }, partitions } as const;
    this.bus.post({
      type: 'jobStart',
      jobId,
      timeMs: Date.now(),
      description: description ?? name,
      ...(group === undefined ? {} : { group }),
    });
    return new Promise((resolve, reject) => {
      const results: Uint8Array[] = [];
      const onAbort = (): void => this.loop.cancelJob(jobId, 'its signal was aborted');
      signal?.addEventListener('abort', onAbort, { once: true });
      this.loop.runJob(job, functionTable(functions), {
        result: (index, frames) => void (results[index] = frames),
        ended: (failure) => {
          signal?.removeEventListener('abort', onAbort);
          this.jobs.delete(jobId);
          if (failure === undefined) resolve(results);
          else
            reject(
              signal?.aborted === true
                ? abortError(signal)
                : new SparkJobError(jobId, `job ${jobId} (${name}) failed: ${failure}`, caller.stack),
            );
        },
      });
    });
  }

  cancelJobs(matches: (job: RunningJob) => boolean, reason: string): void {
    for (const job of [...this.jobs.values()]) if (matches(job)) this.loop.cancelJob(job.jobId, reason);
  }

  /** Idempotent: later calls wait for the first. */
  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    this.loop.stop('the SparkContext was stopped');
    this.cleaner.stop();
    this.progress?.stop();
    await this.backend.stop();
    this.server?.close();
    this.bus.post({ type: 'applicationEnd', timeMs: Date.now() });
  }
}

interface ActionRun {
  readonly node: LineageNode;
  readonly action: ResultAction;
  readonly functions: readonly ShippedFunction[];
  readonly options: RunOptions & { name: string };
}

function abortError(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(`the action was aborted: ${String(signal.reason)}`);
}
