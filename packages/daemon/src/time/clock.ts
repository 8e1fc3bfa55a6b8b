// Time as shells see it: a clock that is read and timers that call back. Cores get neither; they get nowMs on the event.

export interface Clock {
  /** Milliseconds since 1970, with a fraction. May jump when the machine's time is set. */
  nowMs(): number;
  /** Milliseconds from some fixed moment; never goes back. For measuring how long something took. */
  monotonicMs(): number;
}

export interface Timer {
  /** Idempotent; nothing runs afterwards. */
  cancel(): void;
}

export interface TimerOptions {
  /** A background timer does not keep the process alive. Default false. */
  background?: boolean;
}

export interface Timers {
  /** Calls `run` once, after at least `delayMs` (0 or more; any length). */
  after(delayMs: number, run: () => void, options?: TimerOptions): Timer;
  /** Calls `run` every `intervalMs`, first after one interval, until cancelled. */
  every(intervalMs: number, run: () => void, options?: TimerOptions): Timer;
}

export type Time = Clock & Timers;
