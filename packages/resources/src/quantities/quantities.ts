// Amounts by name, whatever they are reserved for: what quota, shares and minimum sizes are counted in (Mesos:
// src/common/resource_quantities.cpp). A name that is absent means nothing of it.
import type { Value } from '@mini-mesos/proto';
import type { ItemList } from '../items/algebra.js';
import { ok } from '../result.js';
import type { Result } from '../result.js';
import { fromMilli, toMilli } from '../values/milli.js';
import { quantityOf } from '../values/value.js';
import { amountsEqual, entriesOf, lookUp, parseAmounts, printAmounts, summed, toRecord } from './amounts.js';
import type { Amounts, Quantity, ScalarMap } from './amounts.js';

/** Immutable amounts above zero, in order of names. */
export class Quantities {
  static readonly EMPTY = new Quantities([]);

  readonly entries: readonly Quantity[];

  private constructor(entries: readonly Quantity[]) {
    this.entries = entries;
  }

  private static ofSummed(entries: readonly Quantity[]): Quantities {
    return entries.length === 0 ? Quantities.EMPTY : new Quantities(entries);
  }

  /** From thousandths by name; those of the same name are added, those not above zero dropped. */
  static of(amounts: Amounts): Quantities {
    return Quantities.ofSummed(summed(Array.from(entriesOf(amounts), ([name, milli]) => ({ name, milli }))));
  }

  /** From a map of scalars, as messages about quota and offer filters carry it. */
  static fromProto(scalars: ScalarMap = {}): Quantities {
    return Quantities.of(Object.entries(scalars).map(([name, { value }]) => [name, toMilli(value)]));
  }

  /** Of all resources: ranges and sets count their elements, a shared volume counts once. */
  static fromResources({ items }: { readonly items: ItemList }): Quantities {
    return Quantities.ofSummed(summed(items.map(({ name, value }) => ({ name, milli: quantityOf(value) }))));
  }

  /** Of the scalar resources only. */
  static fromScalars({ items }: { readonly items: ItemList }): Quantities {
    return Quantities.fromResources({ items: items.filter(({ value }) => value.type === 'SCALAR') });
  }

  /** Reads `cpus:1;mem:32`. The same name may appear several times; zeros are dropped. */
  static parse(text: string): Result<Quantities> {
    const amounts = parseAmounts(text, 'quantity');
    return amounts.ok ? ok(Quantities.of(amounts.value)) : amounts;
  }

  static sum(all: Iterable<Quantities>): Quantities {
    const amounts: Quantity[] = [];
    for (const { entries } of all) amounts.push(...entries);
    return Quantities.ofSummed(summed(amounts));
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** Thousandths of `name`, 0 where there are none. */
  get(name: string): number {
    return lookUp(this.entries, name) ?? 0;
  }

  names(): string[] {
    return this.entries.map(({ name }) => name);
  }

  plus(other: Quantities): Quantities {
    if (other.isEmpty) return this;
    return this.isEmpty ? other : this.combined(other, (left, right) => left + right);
  }

  /** What is left, never below zero. */
  minus(other: Quantities): Quantities {
    if (this.isEmpty || other.isEmpty) return this;
    return this.combined(other, (left, right) => left - right);
  }

  /** The smaller amount of each name. */
  min(other: Quantities): Quantities {
    return this.combined(other, Math.min);
  }

  /** The larger amount of each name. */
  max(other: Quantities): Quantities {
    return this.combined(other, Math.max);
  }

  /** Whether there is at least as much of every name. */
  contains(other: Quantities): boolean {
    return other.entries.every(({ name, milli }) => this.get(name) >= milli);
  }

  equals(other: Quantities): boolean {
    return amountsEqual(this.entries, other.entries);
  }

  /** As Mesos prints it: `cpus:1; mem:1024`, or `{}`. */
  toString(): string {
    return printAmounts(this.entries);
  }

  /** Numbers by name, as the operator endpoints carry quantities. */
  toJson(): Record<string, number> {
    return toRecord(this.entries, fromMilli);
  }

  toProto(): Record<string, Value.Scalar> {
    return toRecord(this.entries, (milli) => ({ value: fromMilli(milli) }));
  }

  /** Walks both lists side by side; an absent amount is zero, and results not above zero are dropped. */
  private combined(other: Quantities, combine: (left: number, right: number) => number): Quantities {
    const result: Quantity[] = [];
    const a = this.entries;
    const b = other.entries;
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
      const left = a[i];
      const right = b[j];
      const takeLeft = left !== undefined && (right === undefined || left.name <= right.name);
      const takeRight = right !== undefined && (left === undefined || right.name <= left.name);
      const milli = combine(takeLeft ? left.milli : 0, takeRight ? right.milli : 0);
      if (milli > 0) result.push({ name: (takeLeft ? left : right!).name, milli });
      if (takeLeft) i += 1;
      if (takeRight) j += 1;
    }
    return Quantities.ofSummed(result);
  }
}
