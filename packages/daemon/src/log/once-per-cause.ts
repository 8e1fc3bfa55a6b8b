// Says whether something was already said: a cause that lasts is logged once, not once per tick. Pure.

/** Causes remembered. At the maximum the one that was seen longest ago is forgotten, and may be logged once more. */
const CAUSES_MAX = 1000;

export class OncePerCause {
  readonly #causesMax: number;
  readonly #seen = new Map<string, number>();

  constructor({ causesMax = CAUSES_MAX }: { causesMax?: number } = {}) {
    this.#causesMax = causesMax;
  }

  /** True the first time, and again after `forget`. */
  first(cause: string): boolean {
    const times = this.#seen.get(cause) ?? 0;
    this.#seen.delete(cause);
    this.#seen.set(cause, times + 1);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= this.#causesMax) break;
      this.#seen.delete(oldest);
    }
    return times === 0;
  }

  /** The cause is over: its return is worth a line again. Tells how often it was met. */
  forget(cause: string): number {
    const times = this.#seen.get(cause) ?? 0;
    this.#seen.delete(cause);
    return times;
  }
}
