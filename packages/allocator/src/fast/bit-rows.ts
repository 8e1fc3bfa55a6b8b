// Bits by agent and client in one array: one row for each agent, wide enough for the highest client that has a bit.

const WORDS_MIN = 4;
const ROWS_MIN = 64;

export class BitRows {
  #words = new Int32Array(0);
  #stride = WORDS_MIN;
  #rows = 0;

  has(row: number, bit: number): boolean {
    const word = bit >> 5;
    if (word >= this.#stride || row >= this.#rows) return false;
    return ((this.#words[row * this.#stride + word]! >>> (bit & 31)) & 1) === 1;
  }

  set(row: number, bit: number): void {
    if (bit >> 5 >= this.#stride || row >= this.#rows) this.#grow(row, bit >> 5);
    this.#words[row * this.#stride + (bit >> 5)]! |= 1 << (bit & 31);
  }

  clear(row: number, bit: number): void {
    if (this.has(row, bit)) this.#words[row * this.#stride + (bit >> 5)]! &= ~(1 << (bit & 31));
  }

  clearRow(row: number): void {
    if (row < this.#rows) this.#words.fill(0, row * this.#stride, (row + 1) * this.#stride);
  }

  #grow(row: number, word: number): void {
    const rows = row < this.#rows ? this.#rows : Math.max(ROWS_MIN, 2 * row);
    const stride = word < this.#stride ? this.#stride : Math.ceil(1.5 * (word + 1));
    const words = new Int32Array(rows * stride);
    for (let at = 0; at < this.#rows; at += 1) {
      words.set(this.#words.subarray(at * this.#stride, (at + 1) * this.#stride), at * stride);
    }
    this.#words = words;
    this.#rows = rows;
    this.#stride = stride;
  }
}
