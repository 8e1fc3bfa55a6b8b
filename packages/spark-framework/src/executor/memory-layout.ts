// How an executor divides its memory. Worker threads have limits of their own, which only work while the process has
// none (--max-old-space-size would hold for every thread), so the main thread's share is set aside but not enforced.
// The figures are shares of spark.executor.memory; what Node itself needs, buffers of sockets and files are the
// overhead that Mesos is asked for besides (core/mesos/memory.ts).

export interface MemoryLayout {
  /** Bytes of cached partitions kept in memory. */
  readonly storageBytes: number;
  /** Heap of each worker thread, the young generation not included. */
  readonly workerHeapMiB: number;
  /** Where a worker's new objects live; the larger, the more of a batch is garbage before anybody looks at it. */
  readonly workerYoungMiB: number;
  /** Bytes one buffer of a task may hold before it spills. */
  readonly taskMemoryBytes: number;
}

/** A worker cannot run usefully with less. */
const WORKER_HEAP_MIB_MIN = 48;
/** For the main thread, which moves bytes and keeps books. */
const MAIN_HEAP_MIB_MIN = 64;
const MAIN_HEAP_SHARE = 0.1;
/** Measured on a word count: 64 MiB saves about a fifth of the time against Node's default for threads, more saves nothing. */
const WORKER_YOUNG_MIB_MAX = 64;
const WORKER_YOUNG_SHARE = 0.15;
const MIB = 1024 * 1024;
/** Of a worker's heap, what one buffer may hold: a task has up to two at a time, and sorting needs as much again. */
export const TASK_MEMORY_SHARE = 0.25;

export interface MemoryOptions {
  readonly memoryMiB: number;
  readonly cores: number;
  /** spark.memory.storageFraction: share of the memory for cached partitions. */
  readonly storageFraction: number;
  /** Set to force spilling, in tests and on purpose. */
  readonly taskMemoryBytes?: number | undefined;
}

export function layOutMemory({ memoryMiB, cores, storageFraction, taskMemoryBytes }: MemoryOptions): MemoryLayout {
  const mainHeapMiB = Math.max(MAIN_HEAP_MIB_MIN, Math.floor(memoryMiB * MAIN_HEAP_SHARE));
  const storageMiB = Math.floor(memoryMiB * storageFraction);
  const workerMiB = Math.max(WORKER_HEAP_MIB_MIN, Math.floor((memoryMiB - mainHeapMiB - storageMiB) / cores));
  const workerYoungMiB = Math.min(WORKER_YOUNG_MIB_MAX, Math.floor(workerMiB * WORKER_YOUNG_SHARE));
  const workerHeapMiB = workerMiB - workerYoungMiB;
  return {
    storageBytes: storageMiB * MIB,
    workerHeapMiB,
    workerYoungMiB,
    taskMemoryBytes: taskMemoryBytes ?? Math.floor(workerHeapMiB * MIB * TASK_MEMORY_SHARE),
  };
}
