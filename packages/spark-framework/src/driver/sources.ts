// Datasets that begin a lineage: values of the program, ranges of numbers, files.
import { encodeFrames } from '../data/frames.js';
import type { TaskInput } from '../core/plan/operations.js';
import { Dataset, nameAtCaller, type DatasetHost } from './dataset.js';
import { findFiles } from './files.js';
import { splitFiles, groupFiles } from '../core/plan/file-splits.js';

const SOURCE = { kind: 'source' } as const;

/** Bounds of `count` even slices of `length` records. */
function sliceBounds(length: number, count: number): { from: number; to: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    from: Math.floor((index * length) / count),
    to: Math.floor(((index + 1) * length) / count),
  }));
}

export function checkPartitions(count: number | undefined, operation: string): void {
  if (count !== undefined && (!Number.isInteger(count) || count < 1)) {
    throw new RangeError(`${operation}: ${count} partitions: expected a whole number of at least 1`);
  }
}

/** The values are encoded now, so later changes of the array have no effect. */
export function parallelized(host: DatasetHost, values: Iterable<unknown>, partitions: number | undefined): Dataset {
  checkPartitions(partitions, 'parallelize');
  const all = Array.isArray(values) ? (values as unknown[]) : [...values];
  const count = partitions ?? host.defaultParallelism;
  const inputs: TaskInput[] = sliceBounds(all.length, count).map(({ from, to }) => ({
    kind: 'frames',
    frames: encodeFrames(all.slice(from, to)),
  }));
  return new Dataset(host, nameAtCaller('parallelize'), async () => ({
    operation: SOURCE,
    edges: [],
    partitions: count,
    inputs,
  }));
}

export interface RangeSpec {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly partitions: number | undefined;
}

export function numberRange(host: DatasetHost, { start, end, step, partitions }: RangeSpec): Dataset {
  checkPartitions(partitions, 'range');
  if (step === 0 || ![start, end, step].every((value) => Number.isFinite(value))) {
    throw new RangeError(`range(${start}, ${end}, ${step}): expected finite numbers and a step other than 0`);
  }
  const length = Math.max(0, Math.ceil((end - start) / step));
  const count = partitions ?? host.defaultParallelism;
  const inputs: TaskInput[] = sliceBounds(length, count).map(({ from, to }) => ({
    kind: 'range',
    first: start + from * step,
    count: to - from,
    step,
  }));
  return new Dataset(host, nameAtCaller('range'), async () => ({
    operation: SOURCE,
    edges: [],
    partitions: count,
    inputs,
  }));
}

export function textFiles(host: DatasetHost, paths: string, minPartitions: number | undefined): Dataset {
  checkPartitions(minPartitions, 'textFile');
  return new Dataset(host, nameAtCaller(`textFile ${paths}`), async () => {
    const files = await findFiles(paths);
    const inputs: TaskInput[] = splitFiles(files, {
      minPartitions: minPartitions ?? Math.min(host.defaultParallelism, 2),
      maxPartitionBytes: host.maxPartitionBytes,
    }).map((ranges) => ({ kind: 'text', ranges }));
    return { operation: SOURCE, edges: [], partitions: inputs.length, inputs };
  });
}

export function wholeTextFiles(host: DatasetHost, paths: string, minPartitions: number | undefined): Dataset {
  checkPartitions(minPartitions, 'wholeTextFiles');
  return new Dataset(host, nameAtCaller(`wholeTextFiles ${paths}`), async () => {
    const files = await findFiles(paths);
    const inputs: TaskInput[] = groupFiles(files, {
      minPartitions: minPartitions ?? Math.min(host.defaultParallelism, 2),
      maxPartitionBytes: host.maxPartitionBytes,
    }).map((group) => ({ kind: 'wholeText', paths: group }));
    return { operation: SOURCE, edges: [], partitions: inputs.length, inputs };
  });
}
