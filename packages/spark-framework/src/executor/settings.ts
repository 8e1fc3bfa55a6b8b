// What an executor takes from the Spark properties.
import type { SparkConf } from '../core/conf/spark-conf.js';
import { layOutMemory } from './memory-layout.js';
import type { ExecutorOptions } from './executor.js';

export type ExecutorSettings = Pick<
  ExecutorOptions,
  'memory' | 'fetch' | 'directResultBytesMax' | 'killGraceMs' | 'heartbeatIntervalMs'
>;

export function executorSettings(
  conf: SparkConf,
  { cores, memoryMiB }: { cores: number; memoryMiB: number },
): ExecutorSettings {
  return {
    memory: layOutMemory({
      memoryMiB,
      cores,
      storageFraction: conf.number('spark.memory.storageFraction'),
      taskMemoryBytes: conf.optionalBytes('spark.shuffle.spill.taskMemory'),
    }),
    fetch: {
      maxRetries: conf.integer('spark.shuffle.io.maxRetries') ?? 0,
      retryWaitMs: conf.timeMs('spark.shuffle.io.retryWait'),
      timeoutMs: conf.timeMs('spark.network.timeout'),
    },
    directResultBytesMax: conf.bytes('spark.task.maxDirectResultSize'),
    killGraceMs: conf.timeMs('spark.task.reaper.killTimeout'),
    heartbeatIntervalMs: conf.timeMs('spark.executor.heartbeatInterval'),
  };
}
