// Time for tests: stands still until it is advanced, and runs what falls due in order of time, then of arming.
import type { Time, Timer } from './clock.js';

interface Armed {
  dueMs: number;
  readonly order: number;
  readonly run: () => void;
  readonly intervalMs: number | undefined;
}

export class ManualTime implements Time {
  #nowMs: number;
  readonly #startMs: number;
  #armed: Armed[] = [];
  #orders = 0;

  /** Starts at `startMs` since 1970 (default 0). */
  constructor(startMs = 0) {
    this.#nowMs = startMs;
    this.#startMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs;
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#arm(Math.max(0, delayMs), run, undefined);
  }

  every(intervalMs: number, run: () => void): Timer {
    if (!(intervalMs > 0)) throw new Error(`cannot repeat every ${intervalMs} ms: expected more than 0`);
    return this.#arm(intervalMs, run, intervalMs);
  }

  /** Number of timers that are armed: a test of leaks asks for 0. */
  get armedCount(): number {
    return this.#armed.length;
  }

  /** Moves on by `byMs`, running every timer that falls due on the way, those armed meanwhile included. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.#nowMs = next.dueMs;
      if (next.intervalMs === undefined) this.#remove(next);
      else next.dueMs += next.intervalMs;
      next.run();
    }
    this.#nowMs = endMs;
  }

  /** As `advance`, but lets promises settle before and after each timer. */
  async advanceAndSettle(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs;
    await settle();
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.advance(next.dueMs - this.#nowMs);
      await settle();
    }
    this.advance(endMs - this.#nowMs);
  }

  #arm(delayMs: number, run: () => void, intervalMs: number | undefined): Timer {
    this.#orders += 1;
    const armed: Armed = { dueMs: this.#nowMs + delayMs, order: this.#orders, run, intervalMs };
    this.#armed.push(armed);
    return { cancel: () => this.#remove(armed) };
  }

  #next(endMs: number): Armed | undefined {
    const due = this.#armed.filter((armed) => armed.dueMs <= endMs);
    return due.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];
  }

  #remove(armed: Armed): void {
    this.#armed = this.#armed.filter((other) => other !== armed);
  }
}

/** One turn of the event loop: promises that can settle without I/O have done so. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
