// Takes turns with everybody else: a crowd of requests that cost much each (ten thousand agents after a failover) is
// worked off in slices, and between two slices the event loop comes to whoever else has asked something.
import type { Clock } from '@mini-mesos/daemon';

/** Milliseconds of work in a slice: short against what a caller notices, long against the turn of an event loop. */
const SLICE_MS = 10;
/**
 * Milliseconds that others get between two slices while they have something to do. Node takes one new connection in a
 * turn of its event loop, so with a slice in every turn a caller would wait behind the whole crowd to be let in at all.
 */
const OTHERS_MS = 20;
/** A turn of the event loop that took less had nothing to do: an idle one takes some microseconds, a connection 100. */
const IDLE_TURN_MS = 0.03;

export class Turns {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #waitingMax: number;
  /** In the order in which they came; those before `#next` are done. */
  #waiting: (() => void)[] = [];
  #next = 0;
  #isDue = false;

  /** `waitingMax` is how many may wait; one more is refused. */
  constructor(clock: Pick<Clock, 'monotonicMs'>, { waitingMax }: { waitingMax: number }) {
    this.#clock = clock;
    this.#waitingMax = waitingMax;
  }

  /** Resolves with what `work` gives when its turn came; undefined at once where too many wait. */
  take<T>(work: () => T): Promise<T> | undefined {
    if (this.#waiting.length - this.#next >= this.#waitingMax) return undefined;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
      this.#arm();
    });
  }

  #arm(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const sinceMs = this.#clock.monotonicMs();
    setImmediate(() => this.#afterOthers(sinceMs, sinceMs));
  }

  /** The next slice when others have nothing to do, or have had their time. */
  #afterOthers(sinceMs: number, turnSinceMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - turnSinceMs < IDLE_TURN_MS || nowMs - sinceMs >= OTHERS_MS) return this.#slice();
    setImmediate(() => this.#afterOthers(sinceMs, nowMs));
  }

  #slice(): void {
    this.#isDue = false;
    const end = this.#clock.monotonicMs() + SLICE_MS;
    do this.#waiting[this.#next++]?.();
    while (this.#next < this.#waiting.length && this.#clock.monotonicMs() < end);
    if (this.#next < this.#waiting.length) return this.#arm();
    this.#waiting = [];
    this.#next = 0;
  }
}
