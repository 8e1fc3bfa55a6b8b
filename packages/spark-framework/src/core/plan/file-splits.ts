// Which bytes of which files make a partition. Large files are cut, small ones share a partition; order is kept, so
// partition by partition the files are read in the order of their names.
import type { TextRange } from './operations.js';

export interface FileSize {
  readonly path: string;
  readonly bytes: number;
}

export interface SplitOptions {
  readonly minPartitions: number;
  /** No partition is larger, except for files that cannot be cut. */
  readonly maxPartitionBytes: number;
}

/** What a further file in a partition costs besides its bytes (Spark SQL's openCostInBytes is 4 MiB). */
const FILE_OPEN_COST_BYTES = 64 * 1024;

function targetBytes(files: readonly FileSize[], { minPartitions, maxPartitionBytes }: SplitOptions): number {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const total = bytes + Math.max(0, files.length - 1) * FILE_OPEN_COST_BYTES;
  return Math.max(1, Math.min(maxPartitionBytes, Math.ceil(total / minPartitions)));
}

/** Ranges by partition; at least one partition, and at least `minPartitions` when there are that many bytes. */
export function splitFiles(files: readonly FileSize[], options: SplitOptions): TextRange[][] {
  const target = targetBytes(files, options);
  const partitions: TextRange[][] = [];
  let current: TextRange[] = [];
  let room = target;
  const close = (): void => {
    if (current.length > 0) partitions.push(current);
    current = [];
    room = target;
  };
  for (const { path, bytes } of files) {
    if (path.endsWith('.gz')) {
      if (room < bytes) close();
      current.push({ path, start: 0 });
      room -= bytes + FILE_OPEN_COST_BYTES;
      if (room <= 0) close();
      continue;
    }
    for (let start = 0; start < bytes;) {
      // A last piece a little over the target is not worth a partition of its own (Hadoop's SPLIT_SLOP).
      const rest = bytes - start;
      const end = rest <= room * 1.1 ? bytes : start + room;
      current.push({ path, start, end });
      room -= end - start;
      start = end;
      if (room <= 0) close();
    }
    room -= FILE_OPEN_COST_BYTES;
    if (room <= 0) close();
  }
  close();
  return partitions.length === 0 ? [[]] : partitions;
}

/** Whole files by partition. */
export function groupFiles(files: readonly FileSize[], options: SplitOptions): string[][] {
  const target = targetBytes(files, options);
  const groups: string[][] = [];
  let current: string[] = [];
  let used = 0;
  for (const { path, bytes } of files) {
    if (current.length > 0 && used + bytes > target) {
      groups.push(current);
      current = [];
      used = 0;
    }
    current.push(path);
    used += bytes + FILE_OPEN_COST_BYTES;
  }
  if (current.length > 0) groups.push(current);
  return groups.length === 0 ? [[]] : groups;
}
