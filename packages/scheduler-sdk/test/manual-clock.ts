// A clock that stands still until the test advances it.
import type { Clock } from '@mini-mesos/scheduler-sdk';

export class ManualClock implements Clock {
  #nowMs = 0;
  #timers: { dueMs: number; run: () => void }[] = [];

  nowMs(): number {
    return 1_700_000_000_000 + this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): { cancel(): void } {
    const timer = { dueMs: this.#nowMs + delayMs, run };
    this.#timers.push(timer);
    return { cancel: () => this.#remove(timer) };
  }

  /** Milliseconds until each armed timer is due, in order. */
  get armed(): number[] {
    return this.#timers.map(({ dueMs }) => dueMs - this.#nowMs).sort((a, b) => a - b);
  }

  /** Runs what falls due on the way, in order. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      const [next] = this.#timers.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
      if (!next) break;
      this.#nowMs = next.dueMs;
      this.#remove(next);
      next.run();
    }
    this.#nowMs = endMs;
  }

  #remove(timer: { dueMs: number; run: () => void }): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }
}
