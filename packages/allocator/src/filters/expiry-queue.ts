// What ends at a known time, soonest first: a binary heap. Entries that ended otherwise stay in it as dead weight and
// are swept out together when they are the larger part, so that each entry costs O(log n) in all.

export interface Expiring {
  readonly expiresAtMs: number;
  /** Decides between entries of the same time. */
  readonly serial: number;
  /** Ended before its time. */
  isGone: boolean;
}

/** Below so many dead entries sweeping is not worth it. */
const DEAD_ENTRIES_MIN = 1_024;

const isSooner = (left: Expiring, right: Expiring): boolean =>
  left.expiresAtMs < right.expiresAtMs || (left.expiresAtMs === right.expiresAtMs && left.serial < right.serial);

export class ExpiryQueue<T extends Expiring> {
  /** Entry i is no later than entries 2i+1 and 2i+2. */
  #heap: T[] = [];
  #dead = 0;

  /** Dead entries too. */
  get size(): number {
    return this.#heap.length;
  }

  push(entry: T): void {
    this.#heap.push(entry);
    this.#siftUp(this.#heap.length - 1);
  }

  /** To be called after an entry of the queue was marked as gone. */
  noteGone(): void {
    this.#dead += 1;
    if (this.#dead < DEAD_ENTRIES_MIN || this.#dead * 2 < this.#heap.length) return;
    this.#heap = this.#heap.filter(({ isGone }) => !isGone);
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i -= 1) this.#siftDown(i);
    this.#dead = 0;
  }

  /** Takes out the next live entry that has ended at `nowMs`. */
  popExpired(nowMs: number): T | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (!first.isGone && first.expiresAtMs > nowMs) return undefined;
      this.#removeFirst();
      if (!first.isGone) return first;
      this.#dead -= 1;
    }
    return undefined;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftUp(start: number): void {
    const heap = this.#heap;
    const entry = heap[start]!;
    let at = start;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isSooner(entry, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = entry;
  }

  #siftDown(start: number): void {
    const heap = this.#heap;
    const entry = heap[start]!;
    let at = start;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isSooner(heap[below + 1]!, heap[below]!)) below += 1;
      if (!isSooner(heap[below]!, entry)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = entry;
  }
}
