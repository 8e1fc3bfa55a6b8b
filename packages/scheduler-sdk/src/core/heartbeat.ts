// Whether a stream is still alive: the other side sends a heartbeat every interval, whatever else it sends, so silence
// for several intervals means a dead link, even where no socket says so.

/** Intervals without a word after which the link counts as dead (Mesos, docs/scheduler-http-api.md: "e.g., 5"). */
export const MISSED_HEARTBEATS_MAX = 5;

export class HeartbeatWatch {
  /** Milliseconds of silence that are one too many. */
  readonly windowMs: number;
  #lastMs: number;
  #isReading = true;

  constructor(intervalMs: number, nowMs: number) {
    this.windowMs = intervalMs * MISSED_HEARTBEATS_MAX;
    this.#lastMs = nowMs;
  }

  /** Something arrived. */
  alive(nowMs: number): void {
    this.#lastMs = nowMs;
  }

  /** While we do not read ourselves, silence says nothing about the link. */
  reading(isReading: boolean, nowMs: number): void {
    this.#isReading = isReading;
    this.#lastMs = nowMs;
  }

  /** Milliseconds to go until the link counts as dead; 0 where it does. */
  remainingMs(nowMs: number): number {
    if (!this.#isReading) return this.windowMs;
    return Math.max(0, this.#lastMs + this.windowMs - nowMs);
  }
}
