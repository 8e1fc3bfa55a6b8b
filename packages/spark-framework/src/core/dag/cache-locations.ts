// Which executors hold which cached partitions.

export class CacheLocations {
  private readonly datasets = new Map<number, Map<number, Set<string>>>();

  add(rddId: number, partition: number, executorId: string): void {
    let partitions = this.datasets.get(rddId);
    if (partitions === undefined) this.datasets.set(rddId, (partitions = new Map()));
    let executors = partitions.get(partition);
    if (executors === undefined) partitions.set(partition, (executors = new Set()));
    executors.add(executorId);
  }

  remove(rddId: number, partition: number, executorId: string): void {
    const partitions = this.datasets.get(rddId);
    const executors = partitions?.get(partition);
    executors?.delete(executorId);
    if (executors?.size === 0) partitions?.delete(partition);
  }

  removeExecutor(executorId: string): void {
    for (const partitions of this.datasets.values()) {
      for (const [partition, executors] of partitions) {
        executors.delete(executorId);
        if (executors.size === 0) partitions.delete(partition);
      }
    }
  }

  removeDataset(rddId: number): void {
    this.datasets.delete(rddId);
  }

  /** Executors that hold a partition, in order of their ids. */
  executorsOf(rddId: number, partition: number): string[] {
    return [...(this.datasets.get(rddId)?.get(partition) ?? [])].toSorted();
  }

  /** Somebody holds every one of the partitions. */
  holdsAll(rddId: number, partitions: number): boolean {
    return (this.datasets.get(rddId)?.size ?? 0) >= partitions;
  }
}

/** Dataset and partition of a block id such as rdd_7_12; undefined for other blocks. */
export function parseBlockId(blockId: string): { rddId: number; partition: number } | undefined {
  const match = /^rdd_(\d+)_(\d+)$/.exec(blockId);
  return match === null ? undefined : { rddId: Number(match[1]), partition: Number(match[2]) };
}
