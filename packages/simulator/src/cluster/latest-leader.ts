// Who leads, for one reader that may be slower than the news: it gets the newest only.
import type { Leader } from '@mini-mesos/election';

export class LatestLeader implements AsyncIterable<Leader | undefined> {
  #value: Leader | undefined;
  #version = 0;
  #isOver = false;
  #wake: () => void = () => undefined;

  set(leader: Leader | undefined): void {
    if (this.#version > 0 && leader?.address === this.#value?.address) return;
    this.#value = leader;
    this.#version += 1;
    this.#wake();
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Leader | undefined, void> {
    let seen = 0;
    while (!this.#isOver) {
      if (seen < this.#version) {
        seen = this.#version;
        yield this.#value;
      } else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
