// The coarse-grained Mesos backend: the machine of core/mesos on the scheduler SDK.
import { hostname, userInfo } from 'node:os';
import type { CommandInfo } from '@mini-mesos/proto';
import { DEFAULT_CAPABILITIES, launch, Scheduler, SdkError } from '@mini-mesos/scheduler-sdk';
import type { SparkConf } from '../core/conf/spark-conf.js';
import {
  CoarseBackend,
  type CoarseEffect,
  type CoarseEvent,
  type ExecutorRecord,
} from '../core/mesos/coarse-backend.js';
import { coarseSettings, type CoarseSettings } from '../core/mesos/coarse-settings.js';
import { executorCommandInfo, usesLocalInstallation } from '../core/mesos/executor-command.js';
import { executorTask } from '../core/mesos/executor-task.js';
import { frameworkInfo } from '../core/mesos/framework-info.js';
import { EXECUTOR_MAIN, executorArguments } from '../driver/executor-entry.js';
import type { BackendHost, ListenOptions, LossCause, SchedulerBackend } from '../driver/scheduler-backend.js';
import { addressTowards, bindAddressFor, firstServer } from './driver-address.js';
import { LossWatch } from './loss-watch.js';
import { readCredentials } from './read-credentials.js';

/** How often the end of executors is looked for at the stop (Spark polls at the same pace). */
const STOP_POLL_MS = 100;
/** Contexts this process has had: only the first may use an id given from outside. */
let contexts = 0;

export interface MesosBackendOptions {
  /** What the SDK takes: host:port or zk://… */
  readonly master: string;
  readonly conf: SparkConf;
  readonly name: string;
}

export class MesosBackend implements SchedulerBackend {
  private readonly options: MesosBackendOptions;
  private readonly settings: CoarseSettings;
  private readonly machine: CoarseBackend;
  private readonly warnings: readonly string[];
  private readonly losses = new LossWatch((executorId) =>
    this.handle({ type: 'killExecutors', executorIds: [executorId] }),
  );
  private host: BackendHost | undefined;
  private scheduler: Scheduler | undefined;
  private timer: NodeJS.Timeout | undefined;
  private timerAtMs = Number.POSITIVE_INFINITY;
  private ready: { resolve: () => void } | undefined;
  private stopped = false;

  /** Throws when the properties make no sense. */
  constructor(options: MesosBackendOptions) {
    this.options = options;
    const read = coarseSettings(options.conf, options.name);
    if ('error' in read) throw new Error(read.error);
    this.settings = read.settings;
    this.warnings = read.warnings;
    this.machine = new CoarseBackend(read.settings, (executor, resources) =>
      executorTask(executor, { settings: this.settings, resources, command: this.commandFor(executor) }),
    );
  }

  async listenOn(): Promise<ListenOptions> {
    const { conf, master } = this.options;
    const host = conf.text('spark.driver.host') ?? (await addressTowards(firstServer(master)));
    return {
      host,
      bindAddress: conf.text('spark.driver.bindAddress') ?? bindAddressFor(host),
      port: conf.integer('spark.driver.port') ?? 0,
    };
  }

  /** The cores asked for, or two where nobody knows how many there will be (Spark's minimum). */
  get expectedCores(): number {
    const { maxCores } = this.settings;
    return Number.isFinite(maxCores) ? Math.max(2, maxCores) : Math.max(2, this.machine.totalCores);
  }

  async start(host: BackendHost): Promise<string> {
    this.host = host;
    for (const warning of this.warnings) host.warn(warning);
    if (usesLocalInstallation(this.options.conf)) this.warnAboutLocalInstallation(host);
    this.scheduler = await this.createScheduler();
    this.listenTo(this.scheduler);
    await this.scheduler.start();
    contexts++;
    await this.waitUntilReady();
    return this.scheduler.frameworkId as string;
  }

  private warnAboutLocalInstallation(host: BackendHost): void {
    if (host.driverAddress.host.startsWith('127.') || host.driverAddress.host === '::1') return;
    host.warn(
      `executors are started as ${EXECUTOR_MAIN}, which must exist on every agent: otherwise set spark.executor.uri or spark.mesos.executor.home`,
    );
  }

  private async createScheduler(): Promise<Scheduler> {
    const { conf, master, name } = this.options;
    const credentials = await readCredentials(conf);
    const { principal, secret } = credentials;
    const framework = frameworkInfo(conf, {
      name,
      user: process.env['SPARK_USER'] ?? userInfo().username,
      hostname: process.env['SPARK_PUBLIC_DNS'] ?? conf.text('spark.driver.host') ?? hostname(),
      principal,
      contextNumber: contexts,
      capabilities: DEFAULT_CAPABILITIES.map((type) => ({ type })),
    });
    if ('error' in framework) throw new Error(framework.error);
    return new Scheduler({
      master,
      framework,
      logger: this.logger(),
      ...(principal === undefined || secret === undefined ? {} : { credentials: { principal, secret } }),
    });
  }

  /** The SDK's complaints become warnings; what it tells besides is not for users. */
  private logger() {
    const silent = (): void => undefined;
    const tell = (_fields: object, message?: string): void => {
      // While it ends, everything the SDK could complain about is meant to happen.
      if (message !== undefined && !this.stopped) this.host?.warn(`mesos: ${message}`);
    };
    return { debug: silent, info: silent, warn: tell, error: tell };
  }

  private listenTo(scheduler: Scheduler): void {
    scheduler.on('subscribed', ({ frameworkId, isAgain }) => this.handle({ type: 'subscribed', frameworkId, isAgain }));
    scheduler.on('disconnected', ({ reason }) => {
      if (!this.stopped)
        this.host?.warn(`the connection to the Mesos master is lost (${reason}); executors go on working`);
      this.handle({ type: 'disconnected' });
    });
    scheduler.on('offers', ({ offers }) => this.handle({ type: 'offers', offers }));
    scheduler.on('update', ({ status }) => this.handle({ type: 'update', status }));
    scheduler.on('error', ({ error, isFinal }) => {
      if (isFinal) this.host?.failed(`Mesos ended the framework: ${error.message}`);
      else this.host?.warn(`mesos: ${error.message}`);
    });
  }

  /** Jobs wait until enough executors have registered, but not for ever. */
  private async waitUntilReady(): Promise<void> {
    if (this.machine.isReady) return;
    const timeoutMs = this.options.conf.timeMs('spark.scheduler.maxRegisteredResourcesWaitingTime');
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.ready = {
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
    });
  }

  private handle(event: CoarseEvent): void {
    if (this.stopped) return;
    for (const effect of this.machine.handle(event, Date.now())) this.perform(effect);
  }

  private perform(effect: CoarseEffect): void {
    const scheduler = this.scheduler as Scheduler;
    switch (effect.type) {
      case 'accept':
        return this.call(scheduler.accept([...effect.offerIds], launch(effect.tasks)), () => this.notLaunched(effect));
      case 'decline': {
        const { refuseSeconds } = effect;
        return this.call(scheduler.decline([...effect.offerIds], refuseSeconds === undefined ? {} : { refuseSeconds }));
      }
      case 'suppress':
        return this.call(scheduler.suppress());
      case 'revive':
        return this.call(scheduler.revive());
      case 'kill':
        return this.call(scheduler.kill(effect.taskId));
      case 'reconcile':
        return this.call(scheduler.reconcile(effect.tasks));
      case 'executorLost': {
        const { executorId, reason, causedByTask } = effect;
        this.losses.told(executorId, { reason, causedByTask });
        return this.host?.executorLost(executorId, { reason, causedByTask });
      }
      case 'warn':
        return this.host?.warn(effect.message);
      case 'wakeAt':
        return this.wakeAt(effect.atMs);
    }
  }

  /** Calls that fail because the subscription just ended repeat themselves with the next one. */
  private call(calling: Promise<void>, failed?: () => void): void {
    calling.catch((error: unknown) => {
      failed?.();
      const expected = error instanceof SdkError && (error.code === 'MM_SDK_NOT_SUBSCRIBED' || error.retryable);
      if (!expected && !this.stopped)
        this.host?.warn(`mesos: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  /** The tasks of a call that was not taken will never report: they count as dropped. */
  private notLaunched({ tasks }: Extract<CoarseEffect, { type: 'accept' }>): void {
    for (const { task_id } of tasks) {
      this.handle({
        type: 'update',
        status: { task_id, state: 'TASK_DROPPED', message: 'the offer was no longer valid' },
      });
    }
  }

  private wakeAt(atMs: number): void {
    if (atMs >= this.timerAtMs) return;
    clearTimeout(this.timer);
    this.timerAtMs = atMs;
    this.timer = setTimeout(
      () => {
        this.timerAtMs = Number.POSITIVE_INFINITY;
        this.handle({ type: 'tick' });
      },
      Math.max(0, atMs - Date.now()),
    );
    this.timer.unref();
  }

  private commandFor({ executorId, cores, hostname: agentHost }: ExecutorRecord): CommandInfo {
    const { conf } = this.options;
    const { extraCores, heapMiB, tellHostname } = this.settings;
    const host = this.host as BackendHost;
    const start = {
      driver: host.driverAddress,
      executorId,
      cores: cores + extraCores,
      memoryMiB: heapMiB,
      ...(tellHostname ? { hostname: agentHost } : {}),
    };
    return executorCommandInfo(conf, {
      executorArguments: executorArguments(start),
      local: { node: process.execPath, entry: EXECUTOR_MAIN },
      token: host.token,
    });
  }

  executorRegistered(executorId: string, cores: number): boolean {
    if (!this.machine.knows(executorId)) return false;
    this.handle({ type: 'executorRegistered', executorId, cores });
    if (this.machine.isReady) this.ready?.resolve();
    return true;
  }

  causeOfLoss(executorId: string): Promise<LossCause> {
    this.handle({ type: 'executorDisconnected', executorId });
    return this.losses.causeOf(executorId);
  }

  explainShortage(): string {
    if (this.scheduler?.state !== 'subscribed') {
      return `the framework is not subscribed with a Mesos master: ${this.scheduler?.trouble ?? 'it is being looked for'}`;
    }
    return this.machine.explainShortage();
  }

  demandChanged(): void {
    // Coarse-grained executors stay for the life of the application; only their number is asked for.
  }

  async stop(): Promise<void> {
    const { scheduler } = this;
    if (scheduler === undefined) return;
    this.handle({ type: 'stop' });
    const deadlineMs = Date.now() + this.options.conf.timeMs('spark.mesos.coarse.shutdownTimeout');
    while (scheduler.state === 'subscribed' && this.machine.executorCount > 0 && Date.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, STOP_POLL_MS));
    }
    if (this.machine.executorCount > 0 && scheduler.state === 'subscribed') {
      this.host?.warn(
        `${this.machine.executorCount} executors did not end in time; Mesos ends them, and files of theirs may be left in their sandboxes`,
      );
    }
    this.stopped = true;
    clearTimeout(this.timer);
    this.losses.close();
    await scheduler.stop();
  }
}
