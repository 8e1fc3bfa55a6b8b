// The events that arrived and were not handled yet. At its bound the shell stops reading from the master, whose own
// bound for slow schedulers then counts; nothing is dropped here.

/** Events that may wait for the scheduler. One event can hold many offers. */
export const EVENT_QUEUE_MAX = 1_000;

export class EventQueue<E> {
  #events: E[] = [];

  get size(): number {
    return this.#events.length;
  }

  /** Whether nothing more should be read. What was read already is taken in any case. */
  get isFull(): boolean {
    return this.#events.length >= EVENT_QUEUE_MAX;
  }

  push(event: E): void {
    this.#events.push(event);
  }

  shift(): E | undefined {
    return this.#events.shift();
  }

  /** Puts back what was shifted and nobody took. */
  unshift(event: E): void {
    this.#events.unshift(event);
  }

  /** Drops events that became meaningless; returns them. */
  discard(isMeaningless: (event: E) => boolean): E[] {
    const dropped = this.#events.filter(isMeaningless);
    if (dropped.length > 0) this.#events = this.#events.filter((event) => !isMeaningless(event));
    return dropped;
  }
}
