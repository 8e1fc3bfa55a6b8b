// Amounts of resources in the cells of tables. Pure.
import type { ResourcesMessage } from '../cluster/messages.js';
import { mibText, numberText } from '../text/units.js';

/** The number of a scalar; 0 where there is none. */
export function amountOf(resources: ResourcesMessage | undefined, name: string): number {
  const value = resources?.[name];
  return typeof value === 'number' ? value : 0;
}

const isInMib = (name: string): boolean => name === 'mem' || name === 'disk';

/** `0.5`, `1.5 GiB`. */
export const amountText = (name: string, amount: number): string =>
  isInMib(name) ? mibText(amount) : numberText(amount);

/** `1/4`, `128 MiB/2 GiB`. */
export function usedOfTotal(name: string, used: ResourcesMessage | undefined, total: ResourcesMessage | undefined) {
  return `${amountText(name, amountOf(used, name))}/${amountText(name, amountOf(total, name))}`;
}
