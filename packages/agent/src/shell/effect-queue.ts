// Keeps the order between writing down and telling. Effects are performed one after the other, at once, until one of them
// is a promise to be written down: from there on they wait, and what comes behind them too, until everything before them
// is on the disk. What gathers meanwhile is written and synced together.
//
// Q1: nothing that others see overtakes a record that was emitted before it. Q2: after a write that failed nothing is
// performed any more: what was not stored is told to nobody.
import { isPromise } from '../core/checkpoint/records.js';
import type { CheckpointRecord } from '../core/checkpoint/records.js';
import type { Effect } from '../core/effects.js';

export interface EffectQueueOptions {
  /** Survives the process when it returns. */
  append: (records: readonly CheckpointRecord[]) => void;
  /** What was appended survives the machine then. */
  sync: () => Promise<void>;
  perform: (effect: Effect) => void;
  /** Something could not be written. Told once. */
  onFailed: (error: Error) => void;
  /** Runs soon, when what this turn of the event loop brings has come. Default: setImmediate. */
  soon?: (run: () => void) => void;
}

export class EffectQueue {
  readonly #options: EffectQueueOptions;
  #waiting: Effect[] = [];
  #flushing = false;
  #closed = false;

  constructor(options: EffectQueueOptions) {
    this.#options = options;
  }

  push(effect: Effect): void {
    if (this.#closed) return;
    if (isPrivate(effect)) {
      this.#options.perform(effect);
    } else if (this.#flushing || (effect.type === 'checkpoint' && isPromise(effect.record))) {
      this.#waiting.push(effect);
      if (this.#flushing) return;
      this.#flushing = true;
      // Not at once: what else this turn of the event loop brings is synced with it.
      (this.#options.soon ?? setImmediate)(() => void this.#flush());
    } else if (effect.type === 'checkpoint') {
      this.#attempt(() => this.#options.append([effect.record]));
    } else {
      this.#options.perform(effect);
    }
  }

  /** What waits is neither written nor performed. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  async #flush(): Promise<void> {
    const { append, sync, perform } = this.#options;
    while (this.#waiting.length > 0 && !this.#closed) {
      const batch = this.#waiting;
      this.#waiting = [];
      const records = batch.flatMap((effect) => (effect.type === 'checkpoint' ? [effect.record] : []));
      if (records.length > 0 && !this.#attempt(() => append(records))) return;
      if (records.some(isPromise)) {
        const error = await sync().then(
          () => undefined,
          (error: unknown) => error as Error,
        );
        if (error) this.#fail(error);
      }
      for (const effect of batch) {
        if (this.#closed) return;
        if (effect.type !== 'checkpoint') perform(effect);
      }
    }
    this.#flushing = false;
  }

  #attempt(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#fail(error as Error);
      return false;
    }
  }

  #fail(error: Error): void {
    if (this.#closed) return;
    this.close();
    this.#options.onFailed(error);
  }
}

/** Seen by nobody but the agent itself: timers have to be exact, and the log should tell what is going on. */
function isPrivate({ type }: Effect): boolean {
  switch (type) {
    case 'log':
    case 'set-timer':
    case 'cancel-timer':
    case 'attach-files':
    case 'measure-disk':
    case 'tunnel':
      return true;
    default:
      return false;
  }
}
