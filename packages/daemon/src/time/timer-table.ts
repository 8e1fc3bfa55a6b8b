// The timers of a core, by name: setting one again moves it.
import type { Timer, Timers } from './clock.js';

export class TimerTable {
  readonly #timers: Timers;
  readonly #running = new Map<string, Timer>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  set(key: string, delayMs: number, run: () => void): void {
    this.cancel(key);
    const timer = this.#timers.after(delayMs, () => {
      this.#running.delete(key);
      run();
    });
    this.#running.set(key, timer);
  }

  cancel(key: string): void {
    this.#running.get(key)?.cancel();
    this.#running.delete(key);
  }

  close(): void {
    for (const timer of this.#running.values()) timer.cancel();
    this.#running.clear();
  }
}
