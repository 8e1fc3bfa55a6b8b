// What is to happen, in one total order: by time, then by the order in which it was scheduled. A binary heap.

export interface Scheduled {
  readonly atMs: number;
  readonly order: number;
  /** Undefined once it was cancelled. */
  run: (() => void) | undefined;
}

export class EventQueue {
  readonly #heap: Scheduled[] = [];
  #orders = 0;

  /** Cancelled entries that have not come up yet are among them. */
  get size(): number {
    return this.#heap.length;
  }

  add(atMs: number, run: () => void): Scheduled {
    const entry: Scheduled = { atMs, order: this.#orders++, run };
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    return entry;
  }

  /** The next entry that was not cancelled, without taking it. */
  peek(): Scheduled | undefined {
    while (this.#heap[0] && !this.#heap[0].run) this.#removeFirst();
    return this.#heap[0];
  }

  take(): Scheduled | undefined {
    const first = this.peek();
    if (first) this.#removeFirst();
    return first;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #up(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  #down(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const least = right < this.#heap.length && isBefore(this.#at(right), this.#at(left)) ? right : left;
      if (!this.#swapIfBefore(least, index)) return;
      index = least;
    }
  }

  #swapIfBefore(index: number, other: number): boolean {
    const [a, b] = [this.#at(index), this.#at(other)];
    if (!isBefore(a, b)) return false;
    this.#heap[index] = b;
    this.#heap[other] = a;
    return true;
  }

  #at(index: number): Scheduled {
    return this.#heap[index] as Scheduled;
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
