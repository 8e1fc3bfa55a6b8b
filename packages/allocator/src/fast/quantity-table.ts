// Amounts by row and name in one array of doubles. They hold whole thousandths, so sums are exact up to 2^53.
import { Quantities } from '@mini-mesos/resources';
import type { NameTable } from './names.js';

const STRIDE_MIN = 8;
const ROWS_MIN = 64;

export class QuantityTable {
  data = new Float64Array(STRIDE_MIN * ROWS_MIN);
  /** Numbers in one row: row r starts at r * stride. */
  stride = STRIDE_MIN;
  #rows = ROWS_MIN;
  readonly #names: NameTable;

  constructor(names: NameTable) {
    this.#names = names;
  }

  /** Makes room for the row and for every name that there is. */
  ensure(row: number): void {
    const stride = Math.max(this.stride, this.#names.names.length);
    if (row < this.#rows && stride === this.stride) return;
    this.#layOut(Math.max(this.#rows, row < this.#rows ? 0 : 2 * row), stride === this.stride ? stride : 2 * stride);
  }

  #layOut(rows: number, stride: number): void {
    const before = this.data;
    this.data = new Float64Array(rows * stride);
    for (let row = 0; row < this.#rows; row += 1) {
      this.data.set(before.subarray(row * this.stride, (row + 1) * this.stride), row * stride);
    }
    this.stride = stride;
    this.#rows = rows;
  }

  add(row: number, names: readonly number[], milli: readonly number[], sign: 1 | -1): void {
    const at = row * this.stride;
    for (let i = 0; i < names.length; i += 1) this.data[at + names[i]!]! += sign * milli[i]!;
  }

  get(row: number, name: number): number {
    return name < this.stride ? this.data[row * this.stride + name]! : 0;
  }

  clear(row: number): void {
    this.data.fill(0, row * this.stride, (row + 1) * this.stride);
  }

  copy(from: number, to: number): void {
    this.data.copyWithin(to * this.stride, from * this.stride, (from + 1) * this.stride);
  }

  isEmpty(row: number): boolean {
    for (let i = row * this.stride; i < (row + 1) * this.stride; i += 1) if (this.data[i] !== 0) return false;
    return true;
  }

  quantities(row: number): Quantities {
    return Quantities.of(this.#names.names.map((name, i) => [name, this.get(row, i)] as const));
  }
}
