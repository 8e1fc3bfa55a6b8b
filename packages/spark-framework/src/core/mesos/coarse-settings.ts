// The coarse-grained backend's settings, read from the Spark properties and checked.
import type { ContainerInfo, Labels } from '@mini-mesos/proto';
import type { SparkConf } from '../conf/spark-conf.js';
import { parseConstraints, type Constraints } from './constraints.js';
import { containerFor } from './container-info.js';
import { parseLabels } from './labels.js';
import { executorMemoryMiB } from './memory.js';

export interface CoarseSettings {
  readonly name: string;
  /** Rounded down to a multiple of the executor's cores; infinite when spark.cores.max is not set. */
  readonly maxCores: number;
  /** Undefined: an executor takes all cores of its offer. */
  readonly executorCores: number | undefined;
  /** Told to the executor on top of the cores it is given. */
  readonly extraCores: number;
  /** Without the overhead: what the executor divides among its heaps. */
  readonly heapMiB: number;
  /** With the overhead: what Mesos is asked for. */
  readonly memoryMiB: number;
  readonly maxMemoryMiB: number;
  readonly maxCoresPerAgent: number;
  readonly maxGpus: number;
  /** Ports every executor must have. */
  readonly ports: readonly number[];
  readonly constraints: Constraints;
  readonly unmetConstraintsRefuseSeconds: number;
  readonly reachedMaxCoresRefuseSeconds: number;
  readonly maxFailuresPerAgent: number;
  readonly exclusionTimeoutMs: number;
  readonly labels: Labels | undefined;
  readonly container: ContainerInfo;
  /** Without a network of its own an executor is told the agent's name, which is how others reach it. */
  readonly tellHostname: boolean;
  /** Share of spark.cores.max that must have registered before jobs begin. */
  readonly minRegisteredRatio: number;
}

/** The settings and what is odd about them; or what is wrong. */
export function coarseSettings(
  conf: SparkConf,
  name: string,
): { settings: CoarseSettings; warnings: string[] } | { error: string } {
  if (!conf.boolean('spark.mesos.coarse'))
    return { error: 'spark.mesos.coarse=false: only coarse-grained mode is available' };
  const constraints = parseConstraints(conf.text('spark.mesos.constraints') ?? '');
  if ('error' in constraints) return { error: `spark.mesos.constraints: ${constraints.error}` };
  const { container, warnings } = containerFor(conf);
  const executorCores = conf.integer('spark.executor.cores');
  const coresMax = conf.integer('spark.cores.max');
  if (coresMax !== undefined && executorCores !== undefined && coresMax < executorCores) {
    return {
      error: `spark.cores.max (${coresMax}) is less than spark.executor.cores (${executorCores}): no executor could ever start`,
    };
  }
  const heapMiB = conf.mebibytes('spark.executor.memory');
  const overheadBytes = conf.optionalBytes('spark.mesos.executor.memoryOverhead');
  const refuseSeconds = conf.timeMs('spark.mesos.rejectOfferDuration') / 1000;
  const labels = conf.text('spark.mesos.task.labels');
  const port = conf.integer('spark.blockManager.port') ?? 0;
  return {
    warnings: [...warnings, ...oddities(coresMax, executorCores)],
    settings: {
      name,
      maxCores: coresMax === undefined ? Number.POSITIVE_INFINITY : coresMax - (coresMax % (executorCores ?? 1)),
      executorCores,
      extraCores: conf.integer('spark.mesos.extra.cores') ?? 0,
      heapMiB,
      memoryMiB: executorMemoryMiB({
        memoryMiB: heapMiB,
        overheadMiB: overheadBytes === undefined ? undefined : Math.floor(overheadBytes / 1024 ** 2),
        overheadFactor: conf.number('spark.executor.memoryOverheadFactor'),
      }),
      maxMemoryMiB: (conf.optionalBytes('spark.mesos.mem.max') ?? Number.POSITIVE_INFINITY) / 1024 ** 2,
      maxCoresPerAgent: conf.integer('spark.mesos.coresPerAgent.max') ?? Number.POSITIVE_INFINITY,
      maxGpus: conf.integer('spark.mesos.gpus.max') ?? 0,
      ports: port === 0 ? [] : [port],
      constraints,
      unmetConstraintsRefuseSeconds: secondsOr(
        conf,
        'spark.mesos.rejectOfferDurationForUnmetConstraints',
        refuseSeconds,
      ),
      reachedMaxCoresRefuseSeconds: secondsOr(conf, 'spark.mesos.rejectOfferDurationForReachedMaxCores', refuseSeconds),
      maxFailuresPerAgent: conf.integer('spark.mesos.maxExecutorFailuresPerAgent') ?? 2,
      exclusionTimeoutMs: conf.timeMs('spark.mesos.agentExclusionTimeout'),
      labels: labels === undefined ? undefined : parseLabels(labels),
      container,
      tellHostname: conf.text('spark.mesos.network.name') === undefined,
      minRegisteredRatio: conf.number('spark.scheduler.minRegisteredResourcesRatio'),
    },
  };
}

function oddities(coresMax: number | undefined, executorCores: number | undefined): string[] {
  if (coresMax === undefined) {
    return ['spark.cores.max is not set: this application takes every core it is offered, and others have to wait'];
  }
  const lost = coresMax % (executorCores ?? 1);
  return lost === 0
    ? []
    : [`spark.cores.max is not a multiple of spark.executor.cores: ${lost} of ${coresMax} cores cannot be used`];
}

type RefuseProperty =
  'spark.mesos.rejectOfferDurationForUnmetConstraints' | 'spark.mesos.rejectOfferDurationForReachedMaxCores';

function secondsOr(conf: SparkConf, name: RefuseProperty, fallback: number): number {
  const timeMs = conf.optionalTimeMs(name);
  return timeMs === undefined ? fallback : timeMs / 1000;
}
