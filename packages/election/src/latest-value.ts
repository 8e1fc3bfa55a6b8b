// Hands the newest value to any number of readers. A reader that is slow misses values in between, never the newest,
// so nothing queues up: what matters about a leader is who it is now.

export class LatestValue<T> implements AsyncIterable<T> {
  #value: { value: T } | undefined;
  #version = 0;
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void)[] = [];

  /** Makes `value` the newest. Nothing happens after the end. */
  set(value: T): void {
    if (this.#ended) return;
    this.#value = { value };
    this.#version += 1;
    this.#wakeAll();
  }

  /** Ends every iteration, with `error` where it is given. The first end counts. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wakeAll();
  }

  /** Yields the newest value at once where there is one, then every later one. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    let seen = 0;
    for (;;) {
      if (this.#ended) {
        if (this.#error) throw this.#error;
        return;
      }
      if (this.#value && seen < this.#version) {
        seen = this.#version;
        yield this.#value.value;
      } else {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
    }
  }

  #wakeAll(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}
