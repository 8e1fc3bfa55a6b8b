// Upper bounds by name (Mesos: ResourceLimits in src/common/resource_quantities.cpp). A name that is absent has no bound.
import type { Value } from '@mini-mesos/proto';
import { fail, ok } from '../result.js';
import type { Result } from '../result.js';
import { fromMilli, toMilli } from '../values/milli.js';
import { amountsEqual, byName, entriesOf, lookUp, parseAmounts, printAmounts, toRecord } from './amounts.js';
import type { Amounts, Quantity, ScalarMap } from './amounts.js';
import type { Quantities } from './quantities.js';

/** Immutable upper bounds in order of names. A name that is absent has no bound; zero is a bound. */
export class Limits {
  static readonly NONE = new Limits([]);

  readonly entries: readonly Quantity[];

  private constructor(entries: readonly Quantity[]) {
    this.entries = entries;
  }

  /** From thousandths by name; of several of the same name the last counts, and none is below zero. */
  static of(bounds: Amounts): Limits {
    const all = new Map<string, number>();
    for (const [name, milli] of entriesOf(bounds)) all.set(name, Math.max(0, milli));
    return all.size === 0 ? Limits.NONE : new Limits(byName(all));
  }

  static fromProto(scalars: ScalarMap = {}): Limits {
    return Limits.of(Object.entries(scalars).map(([name, { value }]) => [name, toMilli(value)]));
  }

  /** Reads `cpus:1;mem:32`. The same name must not appear twice. */
  static parse(text: string): Result<Limits> {
    const bounds = parseAmounts(text, 'limit');
    if (!bounds.ok) return bounds;
    const names = new Set(bounds.value.map(([name]) => name));
    if (names.size < bounds.value.length) {
      return fail(`Failed to parse '${text}' to limit: duplicate names are not allowed`);
    }
    return ok(Limits.of(bounds.value));
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** Thousandths allowed of `name`, undefined where there is no bound. */
  get(name: string): number | undefined {
    return lookUp(this.entries, name);
  }

  names(): string[] {
    return this.entries.map(({ name }) => name);
  }

  /** Whether `quantities` stay within every bound. */
  allows(quantities: Quantities): boolean {
    return this.entries.every(({ name, milli }) => quantities.get(name) <= milli);
  }

  /** Whether whatever `other` allows is allowed here too. */
  contains(other: Limits): boolean {
    return this.entries.every(({ name, milli }) => (other.get(name) ?? Infinity) <= milli);
  }

  /** What may still be added when `quantities` are used already: bounds go down to zero, never away. */
  minus(quantities: Quantities): Limits {
    return Limits.of(this.entries.map(({ name, milli }) => [name, milli - quantities.get(name)]));
  }

  equals(other: Limits): boolean {
    return amountsEqual(this.entries, other.entries);
  }

  toString(): string {
    return printAmounts(this.entries);
  }

  toJson(): Record<string, number> {
    return toRecord(this.entries, fromMilli);
  }

  toProto(): Record<string, Value.Scalar> {
    return toRecord(this.entries, (milli) => ({ value: fromMilli(milli) }));
  }
}
