// Aggregation of more data than fits in memory: combiners in a table; when it is full, a run sorted by the keys' hash
// goes to disk; at the end the runs and the table are merged. Values of a key meet in the order they arrived.
import { decodeFrame } from '../../data/frames.js';
import { sameKey } from '../../data/keys.js';
import type { Combiners } from './combiners.js';
import { KeyTable } from './key-table.js';
import { mergeSorted } from './merge-runs.js';
import { batched, type Batch } from './reader.js';
import { SpillFile, type Run } from './spill-file.js';
import type { TaskContext } from './task-context.js';

type HashedEntry = [number, unknown, unknown];

/** How many tables' worth of runs are merged at a time is not bounded: each open run holds one frame, about 64 KiB. */
export class SpillingAggregation {
  readonly table = new KeyTable();
  private readonly combiners: Combiners;
  private readonly context: TaskContext;
  private readonly runs: Run[] = [];
  private file: SpillFile | undefined;
  private seen = 0;

  constructor(combiners: Combiners, context: TaskContext) {
    this.combiners = combiners;
    this.context = context;
  }

  /** Merges values under their keys; `merge` and `create` say what a value is (a plain value or a combiner). */
  addColumns(keys: readonly unknown[], values: readonly unknown[], valuesAreCombiners: boolean): void {
    const { cells, keys: interner } = this.table;
    const { create, mergeValue, mergeCombiners } = this.combiners;
    const merge = valuesAreCombiners ? mergeCombiners : mergeValue;
    for (let index = 0; index < keys.length; index++) {
      let key = keys[index];
      if (typeof key === 'object' || typeof key === 'function' || typeof key === 'symbol') key = interner.intern(key);
      const value = values[index];
      const cell = cells.get(key);
      if (cell === undefined) this.table.insert(key, valuesAreCombiners ? value : create(value));
      else cell.v = merge(cell.v, value);
    }
    this.checkMemory(keys.length);
  }

  /** To be called after every batch that went into the table directly. */
  checkMemory(records: number): void {
    this.context.checkKilled();
    this.seen += records;
    this.table.remeasure(this.seen);
    if (this.table.bytes > this.context.memoryBytes) this.spill();
  }

  private spill(): void {
    this.file ??= new SpillFile(this.context.spillDirectory);
    const before = this.file.bytes;
    this.context.metrics.memoryBytesSpilled += Math.round(this.table.bytes);
    this.runs.push(this.file.writeRun(this.table.byHash()));
    this.context.metrics.diskBytesSpilled += this.file.bytes - before;
    this.table.clear();
    this.seen = 0;
  }

  /** [key, combiner] pairs in batches; may be read once. Lets go of the file when read to the end or returned early. */
  *batches(): Generator<Batch> {
    try {
      yield* batched(this.runs.length === 0 ? this.table.pairs() : this.mergedPairs());
    } finally {
      this.close();
    }
  }

  private *mergedPairs(): Generator<[unknown, unknown]> {
    const sources = [...this.runs.map((run) => this.entriesOf(run)), this.table.byHash()[Symbol.iterator]()];
    let group: HashedEntry[] = [];
    for (const entry of mergeSorted<HashedEntry>(sources, (a, b) => a[0] - b[0])) {
      if (group.length > 0 && group[0]?.[0] !== entry[0]) {
        yield* group.map(asPair);
        group = [];
      }
      // Entries of one hash are few: different keys under it are told apart one by one.
      const known = group.find((other) => sameKey(other[1], entry[1]));
      if (known === undefined) group.push(entry);
      else known[2] = this.combiners.mergeCombiners(known[2], entry[2]);
    }
    yield* group.map(asPair);
  }

  private *entriesOf(run: Run): Generator<HashedEntry> {
    for (const frame of (this.file as SpillFile).frames(run)) {
      this.context.checkKilled();
      yield* decodeFrame(frame) as HashedEntry[];
    }
  }

  close(): void {
    this.file?.close();
    this.file = undefined;
    this.table.clear();
  }
}

function asPair(entry: HashedEntry): [unknown, unknown] {
  return [entry[1], entry[2]];
}
