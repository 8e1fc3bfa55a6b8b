// Siblings in the order in which they are to be served: rows of a SortBook, kept sorted while one after the other is
// served. Who was served moves by binary search and one move of memory; after anything else the order is made anew, at
// the next question.
import type { SortBook } from './sort-book.js';

const ROOM_MIN = 8;

let scratch = new Int32Array(1_024);

export class SiblingOrder {
  readonly #book: SortBook;
  /** The listed siblings, first served first; only the first `size` count. Valid after `prepare`. */
  rows = new Int32Array(ROOM_MIN);
  size = 0;
  #isStale = true;
  #version = -1;

  constructor(book: SortBook) {
    this.#book = book;
  }

  /** Siblings came, went, or hold less, or their weights changed. */
  changed(): void {
    this.#isStale = true;
  }

  get isCurrent(): boolean {
    return !this.#isStale && this.#version === this.#book.version;
  }

  /** `list` names the siblings that take part; it is asked only where the order has to be made anew. Shares are for weights. */
  prepare(list: () => Iterable<number>, shareOf?: (row: number) => number): void {
    if (this.isCurrent) return;
    let size = 0;
    for (const row of list()) {
      if (size >= this.rows.length) {
        const grown = new Int32Array(2 * size);
        grown.set(this.rows);
        this.rows = grown;
      }
      if (shareOf === undefined) this.#book.refresh(row);
      else this.#book.share[row] = shareOf(row);
      this.rows[size] = row;
      size += 1;
    }
    this.size = size;
    this.#sort();
    this.#isStale = false;
    this.#version = this.#book.version;
  }

  /** The place of a row under the numbers that it was ordered by. */
  placeOf(row: number): number {
    const { rows } = this;
    if (rows[0] === row) return 0;
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#book.compare(rows[middle]!, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The row at `place` has new numbers, which put it there or further back. */
  moveBack(place: number): void {
    const { rows } = this;
    const row = rows[place]!;
    let low = place + 1;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#book.compare(rows[middle]!, row) < 0) low = middle + 1;
      else high = middle;
    }
    if (low === place + 1) return;
    rows.copyWithin(place, place + 1, low);
    rows[low - 1] = row;
  }

  /** Merges ever longer runs; runs that follow each other already are left alone. */
  #sort(): void {
    const book = this.#book;
    const { size } = this;
    if (scratch.length < size) scratch = new Int32Array(2 * size);
    let from = this.rows;
    const own = from;
    let to = scratch;
    for (let width = 1; width < size; width *= 2) {
      for (let start = 0; start < size; start += 2 * width) {
        const middle = Math.min(start + width, size);
        const end = Math.min(start + 2 * width, size);
        let i = start;
        let j = middle;
        if (middle >= end || book.compare(from[middle - 1]!, from[middle]!) < 0) {
          for (let k = start; k < end; k += 1) to[k] = from[k]!;
          continue;
        }
        for (let k = start; k < end; k += 1) {
          if (i < middle && (j >= end || book.compare(from[i]!, from[j]!) < 0)) {
            to[k] = from[i]!;
            i += 1;
          } else {
            to[k] = from[j]!;
            j += 1;
          }
        }
      }
      [from, to] = [to, from];
    }
    if (from !== own) for (let k = 0; k < size; k += 1) own[k] = from[k]!;
  }
}
