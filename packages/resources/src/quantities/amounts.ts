// What Quantities and Limits have in common: amounts in thousandths by name, in order of names.
import type { Value } from '@mini-mesos/proto';
import { fail, ok } from '../result.js';
import type { Result } from '../result.js';
import { printMilli } from '../values/milli.js';
import { parseValue } from '../values/parse-value.js';

/** One amount; `milli` counts thousandths. */
export interface Quantity {
  readonly name: string;
  readonly milli: number;
}

/** Thousandths by name. */
export type Amounts = Readonly<Record<string, number>> | Iterable<readonly [string, number]>;
/** How messages carry amounts. */
export type ScalarMap = Readonly<Record<string, Value.Scalar>>;

/** Names and thousandths of either form. */
export const entriesOf = (amounts: Amounts): Iterable<readonly [string, number]> =>
  Symbol.iterator in amounts ? (amounts as Iterable<readonly [string, number]>) : Object.entries(amounts);

const byNames = (left: Quantity, right: Quantity): number =>
  left.name < right.name ? -1 : left.name > right.name ? 1 : 0;

export function byName(amounts: ReadonlyMap<string, number>): Quantity[] {
  return [...amounts].map(([name, milli]) => ({ name, milli })).sort(byNames);
}

/** The amounts in order of names, those of the same name added; what is not above zero is left out. */
export function summed(amounts: readonly Quantity[]): Quantity[] {
  const sums: Quantity[] = [];
  for (const amount of amounts.toSorted(byNames)) {
    if (!(amount.milli > 0)) continue;
    const last = sums[sums.length - 1];
    if (last?.name === amount.name) sums[sums.length - 1] = { name: last.name, milli: last.milli + amount.milli };
    else sums.push(amount);
  }
  return sums;
}

export function printAmounts(entries: readonly Quantity[]): string {
  return entries.length === 0 ? '{}' : entries.map(({ name, milli }) => `${name}:${printMilli(milli)}`).join('; ');
}

export function amountsEqual(left: readonly Quantity[], right: readonly Quantity[]): boolean {
  return left.length === right.length && left.every((a, i) => a.name === right[i]!.name && a.milli === right[i]!.milli);
}

export function lookUp(entries: readonly Quantity[], name: string): number | undefined {
  for (const entry of entries) if (entry.name === name) return entry.milli;
  return undefined;
}

export const toRecord = <T>(entries: readonly Quantity[], convert: (milli: number) => T): Record<string, T> =>
  Object.fromEntries(entries.map(({ name, milli }) => [name, convert(milli)]));

/** Reads `cpus:1;mem:32` into names and thousandths, in order of appearance, zeros included. */
export function parseAmounts(text: string, kind: 'quantity' | 'limit'): Result<[string, number][]> {
  const amounts: [string, number][] = [];
  for (const token of text.split(';').filter((part) => part.trim() !== '')) {
    const pair = token.split(':').filter((part) => part !== '');
    const [name, number] = pair;
    if (name === undefined || number === undefined || pair.length > 2) {
      return fail(`Failed to parse '${token}': missing or extra ':'`);
    }
    const value = parseValue(number);
    if (!value.ok) return fail(`Failed to parse '${number}' to ${kind}: ${value.error}`);
    if (value.value.type !== 'SCALAR') {
      return fail(`Failed to parse '${number}' to ${kind}: only scalar values are allowed`);
    }
    if (!Number.isSafeInteger(value.value.milli)) {
      return fail(`Failed to parse '${number}' to ${kind}: it is more than can be counted`);
    }
    amounts.push([name.trim(), value.value.milli]);
  }
  return ok(amounts);
}
