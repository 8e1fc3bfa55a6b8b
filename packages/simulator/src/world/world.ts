// The world that everything simulated lives in: virtual time, what is to happen, chance by seed, and a memory of the last
// things that happened. Nothing in it reads a real clock, so a seed is a complete description of a run.
import { SeededRandom } from '@mini-mesos/daemon';
import { EventQueue } from './queue.js';

/** Virtual time starts here: 2030-01-01, so that times in messages look like times. */
export const EPOCH_MS = Date.UTC(2030, 0, 1);

/** Happenings that are remembered for the report of a failure. */
const HISTORY_MAX = 400;

export interface Happening {
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
}

export interface WorldTimer {
  cancel(): void;
}

export class World {
  readonly seed: string;
  readonly #random: SeededRandom;
  readonly #streams = new Map<string, SeededRandom>();
  readonly #queue = new EventQueue();
  readonly #history: Happening[] = [];
  #nowMs = 0;
  #steps = 0;
  #mustSettle = false;

  constructor(seed: number | string) {
    this.seed = String(seed);
    this.#random = new SeededRandom(seed);
  }

  /** Milliseconds since the beginning. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Things that happened so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The random stream of that purpose: what one purpose draws does not change what another gets. */
  random(purpose: string): SeededRandom {
    let stream = this.#streams.get(purpose);
    if (!stream) this.#streams.set(purpose, (stream = this.#random.stream(purpose)));
    return stream;
  }

  after(delayMs: number, run: () => void): WorldTimer {
    const entry = this.#queue.add(this.#nowMs + Math.max(0, delayMs), run);
    return { cancel: () => void (entry.run = undefined) };
  }

  note(who: string, what: string): void {
    this.#history.push({ atMs: this.#nowMs, who, what });
    if (this.#history.length > 2 * HISTORY_MAX) this.#history.splice(0, HISTORY_MAX);
  }

  /** The last happenings, oldest first. */
  history(count = HISTORY_MAX): readonly Happening[] {
    return this.#history.slice(-count);
  }

  /** Something that runs on promises was touched: they settle before the next step. */
  touchPromises(): void {
    this.#mustSettle = true;
  }

  /** Does the next thing that is due by `endMs`; false where nothing is, and time stands at `endMs` then. */
  async step(endMs: number): Promise<boolean> {
    const next = this.#queue.peek();
    if (!next || next.atMs > endMs) {
      this.#nowMs = Math.max(this.#nowMs, endMs);
      return false;
    }
    this.#queue.take();
    this.#nowMs = next.atMs;
    this.#steps += 1;
    next.run?.();
    if (this.#mustSettle) await this.settle();
    return true;
  }

  /** Lets promises run as far as they get without time going by. */
  async settle(): Promise<void> {
    this.#mustSettle = false;
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}
