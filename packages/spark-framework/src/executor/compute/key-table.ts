// Combiners by key in memory, in the order keys were first seen, with an estimate of the memory they take.
import { hashKey, KeyIntern } from '../../data/keys.js';
import { estimateBytes } from '../../data/size-estimate.js';
import { detached } from '../../data/string-column.js';

/** Holds one combiner; changing it in place saves a second look-up per record. */
export interface Cell {
  v: unknown;
}

/** A Map entry, its cell and their share of the table's free slots. */
const ENTRY_BYTES = 112;
/** Every how many insertions one is measured. */
const MEASURE_EVERY = 16;
/** Cells looked at when grown combiners are measured anew. */
const REMEASURE_CELLS = 512;
const REMEASURE_MERGES_MIN = 4096;
/** Places beside a 32-bit hash in the 53 bits of an exact number. */
const PACKED_ENTRIES_MAX = 2 ** 21;

export class KeyTable {
  readonly cells = new Map<unknown, Cell>();
  readonly keys = new KeyIntern();
  private bytesPerEntry = ENTRY_BYTES + 64;
  private insertions = 0;
  private measuredEntries = 0;
  private measuredBytes = 0;
  private nextMeasureAt = REMEASURE_MERGES_MIN;

  get size(): number {
    return this.cells.size;
  }

  /** Estimated bytes held. */
  get bytes(): number {
    return this.cells.size * this.bytesPerEntry;
  }

  /** Puts a first combiner under an interned key. */
  insert(interned: unknown, combiner: unknown): Cell {
    const cell = { v: combiner };
    this.cells.set(typeof interned === 'string' ? detached(interned) : interned, cell);
    if (this.insertions++ % MEASURE_EVERY === 0) {
      this.measuredEntries++;
      this.measuredBytes += ENTRY_BYTES + estimateBytes(KeyIntern.restore(interned)) + estimateBytes(combiner);
      this.bytesPerEntry = this.measuredBytes / this.measuredEntries;
    }
    return cell;
  }

  /** Measures combiners again when so many values were merged that they may have grown; cheap when it is not time. */
  remeasure(recordsSeen: number): void {
    if (recordsSeen < this.nextMeasureAt) return;
    this.nextMeasureAt = recordsSeen + Math.max(REMEASURE_MERGES_MIN, Math.floor(recordsSeen / 4));
    const step = Math.max(1, Math.floor(this.cells.size / REMEASURE_CELLS));
    let index = 0;
    let measured = 0;
    let bytes = 0;
    for (const [key, cell] of this.cells) {
      if (index++ % step !== 0) continue;
      measured++;
      bytes += ENTRY_BYTES + estimateBytes(KeyIntern.restore(key)) + estimateBytes(cell.v);
    }
    if (measured === 0) return;
    this.measuredEntries = measured;
    this.measuredBytes = bytes;
    this.bytesPerEntry = bytes / measured;
  }

  /** The entries as pairs, in the order of first insertion. */
  *pairs(): Generator<[unknown, unknown]> {
    for (const [key, cell] of this.cells) yield [KeyIntern.restore(key), cell.v];
  }

  /** The entries by hash, for runs on disk: [hash, key, combiner]. Equal hashes keep the order of first insertion. */
  byHash(): [number, unknown, unknown][] {
    const entries: [number, unknown, unknown][] = [];
    for (const [interned, cell] of this.cells) {
      const key = KeyIntern.restore(interned);
      entries.push([hashKey(key), key, cell.v]);
    }
    if (entries.length > PACKED_ENTRIES_MAX) return entries.sort((a, b) => a[0] - b[0]);
    // Hash and place in one number: numbers alone sort many times faster than a comparing function is called.
    const packed = Float64Array.from(entries, ([hash], index) => hash * PACKED_ENTRIES_MAX + index).sort();
    return Array.from(packed, (number) => entries[number % PACKED_ENTRIES_MAX] as [number, unknown, unknown]);
  }

  clear(): void {
    this.cells.clear();
    this.keys.clear();
    this.insertions = 0;
    this.measuredEntries = 0;
    this.measuredBytes = 0;
    this.nextMeasureAt = REMEASURE_MERGES_MIN;
  }
}

/** Statements that look up the cell of `v[0]` and merge `v[1]` into it: the hot loop of every aggregation. */
export const AGGREGATE_CODE = `
  let k = v[0];
  if (typeof k === 'object' || typeof k === 'function' || typeof k === 'symbol') k = intern(k);
  const cell = cells.get(k);
  if (cell === undefined) insert(k, create(v[1])); else cell.v = merge(cell.v, v[1]);`;
