// Stable sorting of more records than fit in memory: buffers are sorted and written as runs, then merged. Records of
// equal keys keep the order they arrived in, which is that of map partition and position.
import type { SortOrder } from '../../core/plan/operations.js';
import { decodeFrame } from '../../data/frames.js';
import { compareNumbers, type Compare } from '../../data/ordering.js';
import { detached } from '../../data/string-column.js';
import { compareFunction, keyFunction } from './key-of.js';
import { mergeSorted } from './merge-runs.js';
import { batched, type Batch } from './reader.js';
import { SpillFile, type Run } from './spill-file.js';
import type { TaskContext } from './task-context.js';

/** Memory of a record for each encoded byte, and what every record costs besides. */
const MEMORY_PER_ENCODED_BYTE = 2;
const RECORD_BYTES = 56;

export class SpillingSort {
  private readonly keyOf: (record: unknown) => unknown;
  private readonly compare: Compare;
  private readonly order: SortOrder;
  private readonly context: TaskContext;
  private records: unknown[] = [];
  private bytes = 0;
  private readonly runs: Run[] = [];
  private file: SpillFile | undefined;

  constructor(order: SortOrder, context: TaskContext) {
    this.order = order;
    this.context = context;
    this.keyOf = keyFunction(order.key, context);
    this.compare = compareFunction(order, context);
  }

  /** Takes records that were `encodedBytes` long on their way here. */
  add(records: readonly unknown[], encodedBytes: number): void {
    this.context.checkKilled();
    for (const record of records) this.records.push(record);
    this.bytes += encodedBytes * MEMORY_PER_ENCODED_BYTE + records.length * RECORD_BYTES;
    if (this.bytes > this.context.memoryBytes) this.spill();
  }

  private spill(): void {
    this.file ??= new SpillFile(this.context.spillDirectory);
    const before = this.file.bytes;
    this.runs.push(this.file.writeRun(this.sorted()));
    this.context.metrics.memoryBytesSpilled += this.bytes;
    this.context.metrics.diskBytesSpilled += this.file.bytes - before;
    this.records = [];
    this.bytes = 0;
  }

  private sorted(): unknown[] {
    const { keyOf, compare, order } = this;
    return sortRecords(this.records, {
      keyOf,
      compare,
      natural: order.compare === undefined,
      ascending: order.ascending,
    });
  }

  /** The records in order, in batches; may be read once. */
  *batches(): Generator<Batch> {
    try {
      yield* batched(this.runs.length === 0 ? this.sorted() : this.merged());
    } finally {
      this.close();
    }
  }

  private *merged(): Generator {
    const { keyOf } = this;
    const keyed = function* (records: Iterable<unknown>): Generator<[unknown, unknown]> {
      for (const record of records) yield [keyOf(record), record];
    };
    const sources = [...this.runs.map((run) => this.recordsOf(run)), this.sorted()].map(keyed);
    for (const [, record] of mergeSorted(sources, (a, b) => this.compare(a[0], b[0]))) yield record;
  }

  private *recordsOf(run: Run): Generator {
    for (const frame of (this.file as SpillFile).frames(run)) {
      this.context.checkKilled();
      yield* decodeFrame(frame);
    }
  }

  close(): void {
    this.file?.close();
    this.file = undefined;
    this.records = [];
  }
}

export interface SortBy {
  readonly keyOf: (record: unknown) => unknown;
  readonly compare: Compare;
  /** `compare` is the natural order or its reverse, which allows shortcuts for keys of one kind. */
  readonly natural: boolean;
  readonly ascending: boolean;
}

/** Sorted copy, stable. Keys are made once per record. */
export function sortRecords(records: readonly unknown[], by: SortBy): unknown[] {
  const keys = records.map(by.keyOf);
  if (by.natural && keys.every((key) => typeof key === 'string')) return sortByText(records, keys, by.ascending);
  const positions = firstToLast(records.length);
  if (by.natural && keys.every((key) => typeof key === 'number')) {
    const numbers = Float64Array.from(keys);
    const sign = by.ascending ? 1 : -1;
    positions.sort((a, b) => compareNumbers(numbers[a] as number, numbers[b] as number) * sign || a - b);
  } else {
    positions.sort((a, b) => by.compare(keys[a], keys[b]) || a - b);
  }
  return Array.from(positions, (position) => records[position]);
}

function firstToLast(count: number): Uint32Array {
  const positions = new Uint32Array(count);
  for (let index = 0; index < count; index++) positions[index] = index;
  return positions;
}

function sortByText(records: readonly unknown[], keys: string[], ascending: boolean): unknown[] {
  // Pieces of larger texts compare at half the speed of texts of their own.
  const texts = keys.map(detached);
  if (keys.every((key, index) => key === records[index])) {
    // Equal texts are indistinguishable, so the built-in order of texts, which needs no calls, does as well.
    texts.sort();
    return ascending ? texts : texts.reverse();
  }
  const positions = firstToLast(records.length);
  const sign = ascending ? 1 : -1;
  positions.sort((a, b) => {
    const left = texts[a] as string;
    const right = texts[b] as string;
    return left < right ? -sign : left > right ? sign : a - b;
  });
  return Array.from(positions, (position) => records[position]);
}
