// How long to wait before trying again: doubled each time up to a bound, then spread by chance, so that the frameworks
// of a cluster do not come back to a new master all in the same moment.
import type { Random } from '../ports.js';

export interface BackoffOptions {
  /** Milliseconds of the first wait, before it is spread. */
  firstMs: number;
  /** No wait is longer, in milliseconds. */
  maxMs: number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: Random;
  #ceilingMs: number;

  constructor(options: BackoffOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#ceilingMs = options.firstMs;
  }

  /** Milliseconds to wait now: between half and the whole of a ceiling that doubles with every call. */
  next(): number {
    const ceilingMs = Math.min(this.#ceilingMs, this.#options.maxMs);
    this.#ceilingMs = ceilingMs * 2;
    return Math.round(ceilingMs / 2 + (this.#random() * ceilingMs) / 2);
  }

  /** The next wait is a first one again. */
  reset(): void {
    this.#ceilingMs = this.#options.firstMs;
  }
}
