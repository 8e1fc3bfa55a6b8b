// Seeded random numbers (splitmix32 seeding xoshiro128**): sampling must give the same records when a task runs again.
import { finishHash, mixBlock } from './murmur3.js';

/** A stream of random numbers; equal seeds give equal streams everywhere. */
export class SeededRandom {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** `stream` separates the streams of partitions that share a seed. */
  constructor(seed: number, stream = 0) {
    let state = finishHash(mixBlock(mixBlock(0x9e3779b9, seed | 0), stream | 0), Math.floor(seed / 0x1_0000_0000));
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      return finishHash(state, 0x21f0aaad);
    };
    this.a = next() | 1;
    this.b = next();
    this.c = next();
    this.d = next();
  }

  /** A 32-bit unsigned number. */
  uint32(): number {
    const scaled = Math.imul(this.b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** At least 0 and below 1, 53 bits of it random. */
  next(): number {
    return ((this.uint32() >>> 5) * 67_108_864 + (this.uint32() >>> 6)) / 9_007_199_254_740_992;
  }

  /** A whole number at least 0 and below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** How often an event of rate `mean` happens: Knuth's method, for the small means sampling uses. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > limit; product *= this.next()) count++;
    return count;
  }
}
