// The agents of a stage in the order of the cycle: by a hash of each and of a salt, then by id. Sorting is by digits.
import { mixOne } from '../hash.js';
import type { FastAgent } from './fast-agent.js';

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

export class CycleOrder {
  #places = new Uint32Array(0);
  #from = new Int32Array(0);
  #to = new Int32Array(0);
  readonly #counts = new Int32Array(DIGITS);

  /** Indexes into `agents`, valid until the next call; as many as there are agents. */
  of(agents: readonly FastAgent[], salt: number): Int32Array {
    const size = agents.length;
    if (this.#places.length < size) {
      this.#places = new Uint32Array(2 * size);
      this.#from = new Int32Array(2 * size);
      this.#to = new Int32Array(2 * size);
    }
    for (let i = 0; i < size; i += 1) {
      this.#places[i] = mixOne(salt, agents[i]!.hash);
      this.#from[i] = i;
    }
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) this.#sortByDigit(size, shift);
    this.#settleTies(agents, size);
    return this.#from;
  }

  #sortByDigit(size: number, shift: number): void {
    const counts = this.#counts.fill(0);
    const [places, from, to] = [this.#places, this.#from, this.#to];
    for (let i = 0; i < size; i += 1) counts[(places[i]! >>> shift) & (DIGITS - 1)]! += 1;
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit += 1) {
      const count = counts[digit]!;
      counts[digit] = sum;
      sum += count;
    }
    for (let k = 0; k < size; k += 1) {
      const i = from[k]!;
      const digit = (places[i]! >>> shift) & (DIGITS - 1);
      to[counts[digit]!] = i;
      counts[digit]! += 1;
    }
    this.#from = to;
    this.#to = from;
  }

  /** Two agents in a thousand million have one hash. */
  #settleTies(agents: readonly FastAgent[], size: number): void {
    const [places, order] = [this.#places, this.#from];
    for (let k = 1; k < size; k += 1) {
      const i = order[k]!;
      let at = k;
      while (at > 0 && places[order[at - 1]!] === places[i] && agents[order[at - 1]!]!.id > agents[i]!.id) {
        order[at] = order[at - 1]!;
        at -= 1;
      }
      order[at] = i;
    }
  }
}
