// Random numbers that a seed repeats: sfc32 (Chris Doty-Humphrey's generator from PractRand), one stream per purpose,
// so that a further draw for one purpose does not change what another one gets. Pure; not for secrets.

const WARM_UP_DRAWS = 15;
const TWO_32 = 2 ** 32;

export class SeededRandom {
  /** What the generator was made from: print it where a run fails. */
  readonly seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number | string) {
    this.seed = String(seed);
    this.#a = hash(this.seed, 0x9e3779b9);
    this.#b = hash(this.seed, 0x243f6a88);
    this.#c = hash(this.seed, 0xb7e15162);
    for (let draw = 0; draw < WARM_UP_DRAWS; draw += 1) this.uint32();
  }

  /** The stream of that name: depends on the seed and the name only, not on what was drawn here. */
  stream(name: string): SeededRandom {
    return new SeededRandom(`${this.seed}/${name}`);
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 up to, but not including, 1; 53 random bits. */
  float(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A whole number from 0 up to, but not including, `bound` (1 to 2^32), each as likely as the others. */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > TWO_32) {
      throw new Error(`cannot draw below ${bound}: expected a whole number from 1 to 2^32`);
    }
    const fair = TWO_32 - (TWO_32 % bound);
    for (;;) {
      const drawn = this.uint32();
      if (drawn < fair) return drawn % bound;
    }
  }

  /** A number from `low` up to, but not including, `high`: jitter of a back-off. */
  between({ low, high }: { low: number; high: number }): number {
    return low + (high - low) * this.float();
  }

  /** One of the values; undefined where there are none. */
  pick<T>(values: readonly T[]): T | undefined {
    return values.length === 0 ? undefined : values[this.below(values.length)];
  }

  /** A new array in random order (Fisher-Yates). */
  shuffled<T>(values: readonly T[]): T[] {
    const result = [...values];
    for (let index = result.length - 1; index > 0; index -= 1) {
      const other = this.below(index + 1);
      [result[index], result[other]] = [result[other] as T, result[index] as T];
    }
    return result;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.uint32() >>> 24);
  }
}

/** FNV-1a over the UTF-16 units, with murmur3's finish, started from `basis`. */
function hash(text: string, basis: number): number {
  let value = basis | 0;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
