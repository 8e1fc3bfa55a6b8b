// Results by key. Most keep one, so the first costs no map.

/** Most results that are remembered; at the maximum all are forgotten, which costs speed only. */
const RESULTS_MAX = 64;

export class Memo<K, V extends object> {
  #key: K | undefined;
  #value: V | undefined;
  #more: Map<K, V> | undefined;
  readonly #max: number;

  constructor(max = RESULTS_MAX) {
    this.#max = max;
  }

  get(key: K): V | undefined {
    return this.#key === key ? this.#value : this.#more?.get(key);
  }

  set(key: K, value: V): V {
    if (this.#key === undefined) {
      this.#key = key;
      this.#value = value;
    } else {
      this.#more ??= new Map();
      if (this.#more.size >= this.#max) this.#more.clear();
      this.#more.set(key, value);
    }
    return value;
  }
}
