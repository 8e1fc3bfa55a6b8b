// The weighted lottery of sorter/random-ordering.ts over arrays: tickets are drawn one by one, as far as somebody asks.
import { asFraction, mixOne } from '../hash.js';

export class Lottery {
  #names: readonly string[] = [];
  #hashes: readonly number[] = [];
  #chances: readonly number[] = [];
  #waits = new Float64Array(0);
  /** Tickets as a heap, the one that waits least first. */
  #heap = new Int32Array(0);
  #size = 0;

  setTickets(names: readonly string[], hashes: readonly number[], chances: readonly number[]): void {
    this.#names = names;
    this.#hashes = hashes;
    this.#chances = chances;
    if (this.#waits.length >= names.length) return;
    this.#waits = new Float64Array(names.length);
    this.#heap = new Int32Array(names.length);
  }

  /** All tickets are in again, with other luck. */
  shake(salt: number): void {
    this.#size = this.#names.length;
    for (let i = 0; i < this.#size; i += 1) {
      this.#waits[i] = -Math.log(asFraction(mixOne(salt, this.#hashes[i]!))) / this.#chances[i]!;
      this.#heap[i] = i;
    }
    for (let i = (this.#size >> 1) - 1; i >= 0; i -= 1) this.#siftDown(i);
  }

  /** The next ticket, -1 after the last. */
  draw(): number {
    if (this.#size === 0) return -1;
    const first = this.#heap[0]!;
    this.#size -= 1;
    this.#heap[0] = this.#heap[this.#size]!;
    if (this.#size > 0) this.#siftDown(0);
    return first;
  }

  #isBefore(left: number, right: number): boolean {
    const difference = this.#waits[left]! - this.#waits[right]!;
    return difference < 0 || (difference === 0 && this.#names[left]! < this.#names[right]!);
  }

  #siftDown(start: number): void {
    const heap = this.#heap;
    const ticket = heap[start]!;
    let at = start;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.#size) break;
      if (below + 1 < this.#size && this.#isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (!this.#isBefore(heap[below]!, ticket)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = ticket;
  }
}
