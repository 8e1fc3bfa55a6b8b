// A list that a view makes item by item while it is written: the lists of a large cluster need not exist all at once.
// What it goes over is fixed when it is made; each item is seen as it is when it is reached.

export class Listing<T> implements Iterable<T> {
  readonly #make: () => Iterator<T>;

  constructor(make: () => Iterator<T>) {
    this.#make = make;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#make();
  }

  /** For writers that know nothing of listings. */
  toJSON(): T[] {
    return [...this];
  }
}

/** The views of the items of `source`, each made when it is reached. */
export function listing<S, T>(source: Iterable<S>, view: (item: S) => T): Listing<T> {
  const items = [...source];
  return new Listing(function* () {
    for (const item of items) yield view(item);
  });
}
