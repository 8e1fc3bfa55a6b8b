// The nodes of all sorters as rows of numbers: what each holds, its share, how often it was served. Rows of siblings are
// ordered by SiblingOrder; which node is whose child is kept by RoleSorter.
import type { Quantities } from '@mini-mesos/resources';
import type { Bag } from './bag.js';
import type { NameTable } from './names.js';
import { QuantityTable } from './quantity-table.js';

const ROWS_MIN = 64;

export class SortBook {
  readonly held: QuantityTable;
  /** For its weight; as of the last `refresh`. */
  share = new Float64Array(ROWS_MIN);
  /** How often something was allocated, ever. */
  served = new Float64Array(ROWS_MIN);
  weight = new Float64Array(ROWS_MIN);
  /** Place among siblings by path. */
  rank = new Int32Array(ROWS_MIN);
  /** Copies held of shared volumes, by agent and volume: each volume counts once. */
  readonly #copies = new Map<number, Map<string, number>>();
  readonly #free: number[] = [];
  #rows = 0;
  #totalNames: number[] = [];
  #totalMilli: number[] = [];
  #askTotal: (() => Quantities) | undefined;
  /** Changes whenever the totals do, and all shares with them. */
  version = 0;
  readonly #names: NameTable;
  readonly #excluded: ReadonlySet<string>;

  constructor(names: NameTable, excluded: ReadonlySet<string>) {
    this.#names = names;
    this.held = new QuantityTable(names);
    this.#excluded = excluded;
  }

  /** `ask` says the totals when they are needed. */
  totalChanged(ask: () => Quantities): void {
    this.#askTotal = ask;
    this.version += 1;
  }

  /** Takes in the totals where they changed. */
  #takeTotal(): void {
    const counting = this.#askTotal!().entries.filter(({ name }) => !this.#excluded.has(name));
    this.#askTotal = undefined;
    this.#totalNames = counting.map(({ name }) => this.#names.of(name));
    this.#totalMilli = counting.map(({ milli }) => milli);
    this.held.ensure(0);
  }

  /** Scalars of the cluster that count in shares. */
  get totalNames(): readonly number[] {
    if (this.#askTotal !== undefined) this.#takeTotal();
    return this.#totalNames;
  }

  get totalMilli(): readonly number[] {
    if (this.#askTotal !== undefined) this.#takeTotal();
    return this.#totalMilli;
  }

  addRow(): number {
    const row = this.#free.pop() ?? this.#rows++;
    if (row >= this.share.length) this.#grow();
    this.held.ensure(row);
    this.share[row] = 0;
    this.served[row] = 0;
    this.weight[row] = 1;
    return row;
  }

  dropRow(row: number): void {
    this.held.clear(row);
    this.#copies.delete(row);
    this.#free.push(row);
  }

  /** `to` holds what `from` holds. */
  copyRow(from: number, to: number): void {
    this.held.copy(from, to);
    this.served[to] = this.served[from]!;
    const copies = this.#copies.get(from);
    if (copies !== undefined) this.#copies.set(to, new Map(copies));
  }

  add(row: number, agent: number, bag: Bag): void {
    this.held.ensure(row);
    this.held.add(row, bag.names, bag.milli, 1);
    if (bag.shared.length > 0) this.#addCopies(row, agent, { bag, sign: 1 });
  }

  subtract(row: number, agent: number, bag: Bag): void {
    this.held.ensure(row);
    this.held.add(row, bag.names, bag.milli, -1);
    if (bag.shared.length > 0) this.#addCopies(row, agent, { bag, sign: -1 });
  }

  #addCopies(row: number, agent: number, { bag, sign }: { bag: Bag; sign: 1 | -1 }): void {
    let copies = this.#copies.get(row);
    if (copies === undefined) this.#copies.set(row, (copies = new Map()));
    for (const { key, copies: count, name, milli } of bag.shared) {
      const id = `${agent} ${key}`;
      const before = copies.get(id) ?? 0;
      const after = before + sign * count;
      if (after > 0) copies.set(id, after);
      else copies.delete(id);
      if (name !== undefined && before > 0 !== after > 0) this.held.add(row, [name], [milli], sign);
    }
  }

  /** From 0 up; above 1 where more is held than there is. Exact up to one rounding. */
  dominantShare(row: number): number {
    if (this.#askTotal !== undefined) this.#takeTotal();
    const { data, stride } = this.held;
    const at = row * stride;
    const names = this.#totalNames;
    let share = 0;
    for (let i = 0; i < names.length; i += 1) {
      const part = data[at + names[i]!]! / this.#totalMilli[i]!;
      if (part > share) share = part;
    }
    return share;
  }

  /** Works out the share for the weight anew. */
  refresh(row: number): void {
    this.share[row] = this.dominantShare(row) / this.weight[row]!;
  }

  holdsCopies(row: number): boolean {
    return (this.#copies.get(row)?.size ?? 0) > 0;
  }

  /** Below zero: `left` comes first. */
  compare(left: number, right: number): number {
    return (
      this.share[left]! - this.share[right]! ||
      this.served[left]! - this.served[right]! ||
      this.rank[left]! - this.rank[right]!
    );
  }

  #grow(): void {
    const rows = 2 * this.share.length;
    const grown = <T extends Float64Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.share = grown(this.share, new Float64Array(rows));
    this.served = grown(this.served, new Float64Array(rows));
    this.weight = grown(this.weight, new Float64Array(rows));
    this.rank = grown(this.rank, new Int32Array(rows));
  }
}
