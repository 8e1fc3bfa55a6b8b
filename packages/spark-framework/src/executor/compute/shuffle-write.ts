// The map side of a shuffle: records are dealt to partitions and encoded; full buffers go to one data file, partition
// by partition. A partition's data is therefore a few extents of that file, in the order the records came.
import { closeSync, openSync, writevSync } from 'node:fs';
import { FrameEncoder } from '../../data/frames.js';
import type { ElementStep, LoopEnd } from './fused.js';
import { fuse } from './fused.js';
import type { Batch, Reader } from './reader.js';
import { drain } from './reader.js';
import { combinersOf } from './combiners.js';
import { AGGREGATE_CODE, KeyTable } from './key-table.js';
import { placement, type Place } from './placement.js';
import type { StageOutput } from '../../core/plan/lineage.js';
import type { TaskContext } from './task-context.js';

/** Where a partition's data lies: pairs of offset and length, in order. */
export type Extents = number[];

/** What a map task leaves behind. */
export interface MapOutputFile {
  readonly path: string;
  /** By reduce partition. */
  readonly extents: Extents[];
}

/** Buffers that may go out in one system call. */
const WRITEV_BUFFERS_MAX = 512;
/** Encoded data is written out early when it exceeds this, whatever the memory: larger writes gain nothing. */
const FLUSH_BYTES_MAX = 64 * 1024 * 1024;

/** Writes encoded frames by partition; `finish` gives the extents. */
class PartitionFile {
  private readonly fd: number;
  private readonly frames: Buffer[][];
  private buffered = 0;
  private length = 0;
  readonly extents: Extents[];
  private readonly path: string;
  private readonly flushBytes: number;

  constructor(path: string, partitions: number, flushBytes: number) {
    this.path = path;
    this.flushBytes = flushBytes;
    this.fd = openSync(path, 'w', 0o600);
    this.frames = Array.from({ length: partitions }, () => []);
    this.extents = Array.from({ length: partitions }, () => []);
  }

  add(partition: number, frame: Buffer): void {
    (this.frames[partition] as Buffer[]).push(frame);
    this.buffered += frame.length;
    if (this.buffered >= this.flushBytes) this.flush();
  }

  flush(): void {
    const pending: Buffer[] = [];
    this.frames.forEach((frames, partition) => {
      if (frames.length === 0) return;
      let bytes = 0;
      for (const frame of frames) {
        pending.push(frame);
        bytes += frame.length;
      }
      this.extend(partition, bytes);
      frames.length = 0;
    });
    this.buffered = 0;
    for (let from = 0; from < pending.length; from += WRITEV_BUFFERS_MAX)
      writeAll(this.fd, pending.slice(from, from + WRITEV_BUFFERS_MAX));
  }

  private extend(partition: number, bytes: number): void {
    const extents = this.extents[partition] as Extents;
    const last = extents.length - 2;
    if (last >= 0 && (extents[last] as number) + (extents[last + 1] as number) === this.length) {
      extents[last + 1] = (extents[last + 1] as number) + bytes;
    } else {
      extents.push(this.length, bytes);
    }
    this.length += bytes;
  }

  get bytes(): number {
    return this.length;
  }

  finish(): MapOutputFile {
    this.flush();
    this.close();
    return { path: this.path, extents: this.extents };
  }

  close(): void {
    closeSync(this.fd);
  }
}

function writeAll(fd: number, buffers: Buffer[]): void {
  let rest = buffers;
  while (rest.length > 0) {
    let written = writevSync(fd, rest);
    let index = 0;
    while (index < rest.length && written >= (rest[index] as Buffer).length)
      written -= (rest[index++] as Buffer).length;
    rest = rest.slice(index);
    if (written > 0 && rest.length > 0) rest[0] = (rest[0] as Buffer).subarray(written);
  }
}

/** Buffers of records by partition, encoded when one is full or all together take too much memory. */
class PartitionBuffers {
  private readonly encoder = new FrameEncoder();
  private readonly buffers: unknown[][];
  private pending = 0;
  private readonly file: PartitionFile;
  private readonly memoryBytes: number;
  private readonly context: TaskContext;

  constructor(
    file: PartitionFile,
    partitions: number,
    { memoryBytes, context }: { memoryBytes: number; context: TaskContext },
  ) {
    this.file = file;
    this.buffers = Array.from({ length: partitions }, () => []);
    this.memoryBytes = memoryBytes;
    this.context = context;
  }

  /** Adds one record. */
  readonly add = (partition: number, record: unknown): void => {
    const buffer = this.buffers[partition] as unknown[];
    buffer.push(record);
    if (buffer.length >= this.encoder.batchSize) this.encode(partition);
    else this.pending++;
  };

  /** To be called now and then: many half-full buffers of many partitions count too. */
  checkMemory(): void {
    if (this.pending * (this.encoder.averageRecordBytes * 3 + 64) > this.memoryBytes) this.encodeAll();
  }

  private encode(partition: number): void {
    const buffer = this.buffers[partition] as unknown[];
    if (buffer.length === 0) return;
    this.pending = Math.max(0, this.pending - buffer.length + 1);
    const frame = this.encoder.encode(buffer);
    this.context.metrics.shuffleWriteRecords += buffer.length;
    this.buffers[partition] = [];
    this.file.add(partition, frame);
  }

  encodeAll(): void {
    for (let partition = 0; partition < this.buffers.length; partition++) this.encode(partition);
    this.pending = 0;
  }
}

export interface ShuffleSource {
  readonly base: Reader;
  readonly steps: readonly ElementStep[];
}

/** Runs a map task's records into its shuffle file. The file is complete when this resolves. */
export async function writeShuffle(
  source: ShuffleSource,
  output: Extract<StageOutput, { kind: 'shuffle' }>,
  { context, path }: { context: TaskContext; path: string },
): Promise<MapOutputFile> {
  const { partitions } = output.partitioner;
  const flushBytes = Math.min(FLUSH_BYTES_MAX, Math.max(64 * 1024, Math.floor(context.memoryBytes / 4)));
  const file = new PartitionFile(path, partitions, flushBytes);
  const buffers = new PartitionBuffers(file, partitions, { memoryBytes: context.memoryBytes / 4, context });
  try {
    const place = placement(output.partitioner, context);
    if (output.aggregate === undefined) await writePlain(source, { context, buffers, place });
    else await writeCombined(source, output.aggregate, { context, buffers, place });
    buffers.encodeAll();
    const done = file.finish();
    context.metrics.shuffleWriteBytes += file.bytes;
    return done;
  } catch (error) {
    file.close();
    throw error;
  }
}

interface Writing {
  context: TaskContext;
  buffers: PartitionBuffers;
  place: Place;
}

async function writePlain({ base, steps }: ShuffleSource, { context, buffers, place }: Writing): Promise<void> {
  const end: LoopEnd = { code: 'add(place(v), v);', bindings: { add: buffers.add, place } };
  const loop = fuse(steps, end);
  await drain(base, (batch: Batch) => {
    context.checkKilled();
    loop(batch);
    buffers.checkMemory();
  });
}

async function writeCombined(
  { base, steps }: ShuffleSource,
  aggregate: NonNullable<Extract<StageOutput, { kind: 'shuffle' }>['aggregate']>,
  { context, buffers, place }: Writing,
): Promise<void> {
  const table = new KeyTable();
  const combiners = combinersOf(aggregate, context);
  const emit = (): void => {
    for (const pair of table.pairs()) buffers.add(place(pair), pair);
    table.clear();
  };
  const loop = fuse(steps, {
    code: AGGREGATE_CODE,
    bindings: {
      cells: table.cells,
      intern: (key: unknown) => table.keys.intern(key),
      insert: (key: unknown, combiner: unknown) => table.insert(key, combiner),
      create: combiners.create,
      merge: combiners.mergeValue,
    },
  });
  let seen = 0;
  await drain(base, (batch: Batch) => {
    context.checkKilled();
    loop(batch);
    seen += batch.length;
    table.remeasure(seen);
    if (table.bytes <= context.memoryBytes) return;
    // What is combined so far goes out; the same keys may come again and meet on the reduce side.
    context.metrics.memoryBytesSpilled += Math.round(table.bytes);
    emit();
    seen = 0;
  });
  emit();
}
