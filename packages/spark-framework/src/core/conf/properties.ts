// The properties this framework reads, with their kinds and defaults, and the ones of Spark it takes without effect.
import type { SizeUnit, TimeUnit } from './units.js';

export type Kind =
  | { readonly kind: 'text' }
  | { readonly kind: 'integer'; readonly min?: number }
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'time'; readonly unit: TimeUnit }
  | { readonly kind: 'size'; readonly unit: SizeUnit }
  | {
      readonly kind: 'choice';
      readonly of: readonly string[];
      /** Choices of Spark that are taken, and change nothing. */
      readonly withoutEffect?: readonly string[];
    };

export type Property = Kind & { readonly default?: string };

const text = (value?: string): Property => ({ kind: 'text', ...(value === undefined ? {} : { default: value }) });
const integer = (value?: string, min?: number): Property => ({
  kind: 'integer',
  ...(value === undefined ? {} : { default: value }),
  ...(min === undefined ? {} : { min }),
});
const boolean = (value: string): Property => ({ kind: 'boolean', default: value });
const time = (value: string | undefined, unit: TimeUnit): Property => ({
  kind: 'time',
  unit,
  ...(value === undefined ? {} : { default: value }),
});
const size = (value: string | undefined, unit: SizeUnit): Property => ({
  kind: 'size',
  unit,
  ...(value === undefined ? {} : { default: value }),
});
const fraction = (value: string): Property => ({ kind: 'number', default: value, min: 0, max: 1 });

/** Defaults are Spark's unless a comment says otherwise. */
export const PROPERTIES = {
  'spark.app.name': text(),
  'spark.master': text(),
  'spark.submit.deployMode': { kind: 'choice', of: ['client', 'cluster'], default: 'client' },
  'spark.cores.max': integer(undefined, 1),
  'spark.default.parallelism': integer(undefined, 1),
  'spark.driver.host': text(),
  'spark.driver.bindAddress': text(),
  'spark.driver.port': integer('0', 0),
  'spark.driver.memory': size('1g', 'm'),
  'spark.driver.maxResultSize': size('1g', 'm'),
  'spark.executor.cores': integer(undefined, 1),
  'spark.executor.memory': size('1g', 'm'),
  'spark.executor.memoryOverheadFactor': fraction('0.10'),
  'spark.executor.uri': text(),
  'spark.executor.heartbeatInterval': time('10s', 'ms'),
  'spark.network.timeout': time('120s', 's'),
  'spark.local.dir': text(),
  'spark.blockManager.port': integer('0', 0),
  'spark.task.cpus': integer('1', 1),
  'spark.task.maxFailures': integer('4', 1),
  'spark.task.maxDirectResultSize': size('1m', 'b'),
  'spark.task.reaper.killTimeout': time('2s', 'ms'), // Spark: -1 (never); a worker thread is cheap to replace
  'spark.stage.maxConsecutiveAttempts': integer('4', 1),
  'spark.starvation.timeout': time('15s', 'ms'),
  'spark.locality.wait': time('3s', 'ms'),
  'spark.locality.wait.process': time(undefined, 'ms'),
  'spark.locality.wait.node': time(undefined, 'ms'),
  'spark.locality.wait.legacyResetOnTaskLaunch': boolean('false'),
  'spark.scheduler.mode': { kind: 'choice', of: ['FIFO', 'FAIR'], withoutEffect: ['FAIR'], default: 'FIFO' },
  'spark.scheduler.minRegisteredResourcesRatio': fraction('0.0'),
  'spark.scheduler.maxRegisteredResourcesWaitingTime': time('30s', 'ms'),
  'spark.memory.storageFraction': fraction('0.3'), // share of the executor's memory; Spark's 0.5 is of 0.6
  'spark.shuffle.spill.taskMemory': size(undefined, 'b'), // ours: forces the bound at which a task spills
  'spark.shuffle.io.maxRetries': integer('3', 0),
  'spark.shuffle.io.retryWait': time('1s', 'ms'), // Spark: 5s; a lost executor ends the retries here
  'spark.files.maxPartitionBytes': size('32m', 'b'), // Hadoop's block size for local files
  'spark.ui.showConsoleProgress': boolean('true'),
  'spark.log.level': { kind: 'choice', of: ['ERROR', 'WARN', 'INFO', 'DEBUG'], default: 'WARN' },
  'spark.mesos.coarse': boolean('true'),
  'spark.mesos.coarse.shutdownTimeout': time('10s', 'ms'),
  'spark.mesos.extra.cores': integer('0', 0),
  'spark.mesos.executor.home': text(),
  'spark.mesos.executor.memoryOverhead': size(undefined, 'm'),
  'spark.mesos.executor.docker.image': text(),
  'spark.mesos.executor.docker.forcePullImage': boolean('false'),
  'spark.mesos.executor.docker.volumes': text(),
  'spark.mesos.executor.docker.portmaps': text(),
  'spark.mesos.executor.docker.parameters': text(),
  'spark.mesos.containerizer': { kind: 'choice', of: ['docker', 'mesos'], default: 'docker' },
  'spark.mesos.uris': text(),
  'spark.mesos.fetcherCache.enable': boolean('false'),
  'spark.mesos.principal': text(),
  'spark.mesos.principal.file': text(),
  'spark.mesos.secret': text(),
  'spark.mesos.secret.file': text(),
  'spark.mesos.role': text(),
  'spark.mesos.constraints': text(),
  'spark.mesos.driver.webui.url': text(),
  'spark.mesos.driver.failoverTimeout': { kind: 'number', default: '0.0', min: 0 },
  'spark.mesos.driver.frameworkId': text(),
  'spark.mesos.checkpoint': boolean('false'),
  'spark.mesos.task.labels': text(),
  'spark.mesos.gpus.max': integer('0', 0),
  'spark.mesos.network.name': text(),
  'spark.mesos.network.labels': text(),
  'spark.mesos.rejectOfferDuration': time('120s', 's'),
  'spark.mesos.rejectOfferDurationForUnmetConstraints': time(undefined, 's'),
  'spark.mesos.rejectOfferDurationForReachedMaxCores': time(undefined, 's'),
  'spark.mesos.maxExecutorFailuresPerAgent': integer('2', 1), // ours: Spark has 2, fixed
  'spark.mesos.agentExclusionTimeout': time('5min', 's'), // ours: Spark excludes for ever
  'spark.mesos.coresPerAgent.max': integer(undefined, 1), // ours
  'spark.mesos.mem.max': size(undefined, 'm'), // ours
} as const satisfies Record<string, Property>;

export type PropertyName = keyof typeof PROPERTIES;

/** Families of properties whose last part is free. */
export const PROPERTY_PREFIXES = [
  'spark.executorEnv.',
  'spark.mesos.driverEnv.',
  'spark.mesos.dispatcher.',
  'spark.hadoop.',
  'spark.app.',
];

/** Properties of Spark that have no effect here but are no mistake either. */
export const IGNORED_PROPERTIES: ReadonlySet<string> = new Set(
  `spark.jars spark.submit.pyFiles spark.files spark.executor.instances spark.driver.cores spark.driver.supervise
  spark.driver.extraJavaOptions spark.executor.extraJavaOptions spark.driver.extraClassPath spark.executor.extraClassPath
  spark.serializer spark.kryo.registrator spark.shuffle.compress spark.shuffle.spill.compress spark.rdd.compress
  spark.broadcast.blockSize spark.broadcast.compress spark.io.compression.codec spark.eventLog.enabled spark.eventLog.dir spark.ui.enabled
  spark.ui.port spark.memory.fraction spark.reducer.maxSizeInFlight spark.shuffle.file.buffer spark.speculation
  spark.dynamicAllocation.enabled spark.shuffle.service.enabled spark.shuffle.service.port spark.logConf
  spark.driver.log.level`.split(/\s+/),
);
