// The scheduler's settings from the Spark properties.
import type { SparkConf } from '../core/conf/spark-conf.js';
import type { SchedulerLoopOptions } from './scheduler-loop.js';

type Callbacks = Pick<SchedulerLoopOptions, 'post' | 'count' | 'demandChanged' | 'starved'>;

export function loopOptions(conf: SparkConf, callbacks: Callbacks): SchedulerLoopOptions {
  const localityWaitMs = conf.timeMs('spark.locality.wait');
  return {
    ...callbacks,
    cpusPerTask: conf.integer('spark.task.cpus') ?? 1,
    maxFailures: conf.integer('spark.task.maxFailures') ?? 1,
    maxStageAttempts: conf.integer('spark.stage.maxConsecutiveAttempts') ?? 1,
    starvationTimeoutMs: conf.timeMs('spark.starvation.timeout'),
    waits: {
      processMs: conf.optionalTimeMs('spark.locality.wait.process') ?? localityWaitMs,
      nodeMs: conf.optionalTimeMs('spark.locality.wait.node') ?? localityWaitMs,
      resetOnLaunch: conf.boolean('spark.locality.wait.legacyResetOnTaskLaunch'),
    },
    shuffleService: false,
    maxResultBytes: conf.bytes('spark.driver.maxResultSize'),
    executorTimeoutMs: conf.timeMs('spark.network.timeout'),
  };
}
