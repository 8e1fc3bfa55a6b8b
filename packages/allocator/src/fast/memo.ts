// Results by key. Most memos keep one result, so the first costs no map. Results have memos themselves, so that chains of
// them would live as long as their first: a book of all results forgets them together when there are too many.

export interface Forgetful {
  forget(): void;
}

export class MemoBook {
  readonly #max: number;
  #memos: Forgetful[] = [];

  /** At so many results all are forgotten, which costs speed only. */
  constructor(max: number) {
    this.#max = max;
  }

  /** The memo has one result more. */
  note(memo: Forgetful): void {
    if (this.#memos.length >= this.#max) {
      const memos = this.#memos;
      this.#memos = [];
      for (const each of memos) each.forget();
    }
    this.#memos.push(memo);
  }
}

export class Memo<K, V extends object> implements Forgetful {
  #key: K | undefined;
  #value: V | undefined;
  #more: Map<K, V> | undefined;
  readonly #book: MemoBook | undefined;

  /** Without book: results that have no results themselves. */
  constructor(book?: MemoBook) {
    this.#book = book;
  }

  get(key: K): V | undefined {
    return this.#key === key ? this.#value : this.#more?.get(key);
  }

  set(key: K, value: V): V {
    this.#book?.note(this);
    if (this.#key === undefined) {
      this.#key = key;
      this.#value = value;
    } else {
      this.#more ??= new Map();
      this.#more.set(key, value);
    }
    return value;
  }

  forget(): void {
    this.#key = undefined;
    this.#value = undefined;
    this.#more = undefined;
  }
}
