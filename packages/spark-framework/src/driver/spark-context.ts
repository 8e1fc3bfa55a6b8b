// SparkContext: the program's way to a cluster. Connects, hands out datasets, runs jobs.
import type { SparkConf } from '../core/conf/spark-conf.js';
import { createApplication, type Application, type ConnectOptions } from './application.js';
import type { SparkListener } from './listener-bus.js';
import { withScope } from './job-scope.js';
import { loadModule, type ModuleHandle, type ModuleOptions } from './modules.js';
import { RDD } from './rdd.js';
import type { AnyRecord } from './rdd-base.js';
import { union } from './set-operations.js';
import {
  collectionAccumulator,
  customAccumulator,
  encodeBroadcast,
  numberAccumulator,
  Broadcast,
  type Accumulator,
  type CustomAccumulator,
} from './shared-variables.js';
import { numberRange, parallelized, textFiles, wholeTextFiles } from './sources.js';

export class SparkContext {
  private readonly application: Application;

  private constructor(application: Application) {
    this.application = application;
  }

  /**
   * Connects to a cluster: `mesos://host:port`, `mesos://zk://…`, `local[N]`, `local[*]` or
   * `local-cluster[executors, cores, MiB]`. Resolves when the application is registered.
   */
  static async connect(options: ConnectOptions = {}): Promise<SparkContext> {
    return new SparkContext(await createApplication(options));
  }

  /** The framework id on Mesos. */
  get applicationId(): string {
    return this.application.id;
  }

  get appName(): string {
    return this.application.name;
  }

  get conf(): SparkConf {
    return this.application.conf;
  }

  /** Partitions of datasets that do not say. */
  get defaultParallelism(): number {
    return this.application.datasets.defaultParallelism;
  }

  // Datasets

  /** The values, in `partitions` slices. */
  parallelize<T extends AnyRecord>(values: Iterable<T>, partitions?: number): RDD<T> {
    return new RDD(parallelized(this.application.datasets, values, partitions));
  }

  /** Numbers from `start` up to, not including, `end`; with one argument from 0. */
  range(start: number, end?: number, step = 1, partitions?: number): RDD<number> {
    const bounds = end === undefined ? { start: 0, end: start } : { start, end };
    return new RDD(numberRange(this.application.datasets, { ...bounds, step, partitions }));
  }

  /** Lines of a file, of the files in a folder, or of all that match a pattern; several paths are separated by commas. */
  textFile(paths: string, minPartitions?: number): RDD<string> {
    return new RDD(textFiles(this.application.datasets, paths, minPartitions));
  }

  /** [path, content] of whole files. */
  wholeTextFiles(paths: string, minPartitions?: number): RDD<[string, string]> {
    return new RDD(wholeTextFiles(this.application.datasets, paths, minPartitions));
  }

  union<T>(first: RDD<T>, ...others: RDD<T>[]): RDD<T> {
    return new RDD(union([first.dataset, ...others.map(({ dataset }) => dataset)]));
  }

  emptyRDD<T extends AnyRecord>(): RDD<T> {
    return this.parallelize<T>([], 1);
  }

  // Shared variables and modules

  /** Sends a value to every executor once. Use it in functions as `name.value`. */
  broadcast<T>(value: T): Broadcast<T> {
    const id = this.application.addBroadcast(encodeBroadcast(value));
    return new Broadcast(id, value, () => this.application.removeBroadcast(id));
  }

  /** A number tasks add to, or anything else with an `add` and a `merge`. */
  accumulator(zero?: number, name?: string): Accumulator<number>;
  accumulator<A, V = A>(spec: CustomAccumulator<A, V>): Accumulator<A, V>;
  accumulator(zero: number | CustomAccumulator<unknown, unknown> = 0, name?: string): unknown {
    return typeof zero === 'number'
      ? this.application.addAccumulator((id) => numberAccumulator(id, zero, name))
      : this.application.addAccumulator((id) => customAccumulator(id, zero));
  }

  /** A list tasks add to. */
  collectionAccumulator<T>(name?: string): Accumulator<T[], T> {
    return this.application.addAccumulator((id) => collectionAccumulator<T>(id, name));
  }

  /** A module for the environment of functions: `rdd.map((x) => lodash.chunk(x), { lodash: sc.module('lodash') })`. */
  module(specifier: string, options: ModuleOptions = {}): ModuleHandle {
    const { handle, bundle } = loadModule(specifier, options);
    if (bundle !== undefined) this.application.addBundle(bundle);
    return handle;
  }

  // Jobs

  /** Runs code whose jobs belong to a group, which can be cancelled as one. */
  withJobGroup<T>(group: string, run: () => T, description?: string): T {
    return withScope({ group, ...(description === undefined ? {} : { description }) }, run);
  }

  cancelJobGroup(group: string, reason = 'its group was cancelled'): void {
    this.application.cancelJobs((job) => job.group === group, reason);
  }

  cancelJob(jobId: number, reason = 'it was cancelled'): void {
    this.application.cancelJobs((job) => job.jobId === jobId, reason);
  }

  cancelAllJobs(reason = 'all jobs were cancelled'): void {
    this.application.cancelJobs(() => true, reason);
  }

  /** Hears of jobs, stages, tasks and executors. Returns what stops it. */
  addListener(listener: SparkListener): () => void {
    return this.application.addListener(listener);
  }

  /** Ends all jobs and executors and leaves the cluster. */
  stop(): Promise<void> {
    return this.application.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
