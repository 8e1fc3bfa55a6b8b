// Names of resources as small numbers, so that amounts can be kept in arrays.

export class NameTable {
  readonly #numbers = new Map<string, number>();
  readonly names: string[] = [];

  /** The number of a name; a new one gets the next. */
  of(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.length;
      this.#numbers.set(name, number);
      this.names.push(name);
    }
    return number;
  }

  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }
}
