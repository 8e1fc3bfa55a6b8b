// Memory an executor asks Mesos for: its own and an overhead for what lies outside its heaps.

/** Smallest overhead (Spark: MEMORY_OVERHEAD_MINIMUM). */
const OVERHEAD_MIB_MIN = 384;

export interface ExecutorMemory {
  readonly memoryMiB: number;
  /** spark.mesos.executor.memoryOverhead, when it is set. */
  readonly overheadMiB?: number | undefined;
  /** spark.executor.memoryOverheadFactor */
  readonly overheadFactor: number;
}

/** Memory plus overhead in MiB: 512 gives 896, 4096 gives 4505. */
export function executorMemoryMiB({ memoryMiB, overheadMiB, overheadFactor }: ExecutorMemory): number {
  return memoryMiB + (overheadMiB ?? Math.max(OVERHEAD_MIB_MIN, Math.floor(memoryMiB * overheadFactor)));
}
