// Who gains and loses what. Pure.
import type { Amounts, Difference } from '@mini-mesos/allocator';
import { printable } from '../text/printable.js';
import type { Column } from '../text/table.js';
import { numberText } from '../text/units.js';
import type { Table } from './table-of.js';

const COLUMNS: readonly Column[] = [
  { title: 'ROLE', shrinksTo: 6 },
  { title: 'FRAMEWORK', shrinksTo: 8 },
  { title: 'SHARE', align: 'right' },
  { title: 'THEN', align: 'right' },
  { title: 'BEFORE', shrinksTo: 10, isOptional: true },
  { title: 'AFTER', shrinksTo: 10, isOptional: true },
  { title: 'CHANGE', shrinksTo: 10 },
];

/** A row for each role, and for each of its frameworks where it has several. */
export function whatIfTable(differences: readonly Difference[]): Table {
  const frameworks = new Map<string, number>();
  for (const { role, frameworkId } of differences) {
    if (frameworkId !== undefined) frameworks.set(role, (frameworks.get(role) ?? 0) + 1);
  }
  const rows = differences
    .filter(({ role, frameworkId }) => frameworkId === undefined || (frameworks.get(role) ?? 0) > 1)
    .map(({ role, frameworkId, name, before, after, change, shareBefore, shareAfter }) => [
      printable(role),
      printable(name ?? frameworkId ?? ''),
      percentText(shareBefore),
      percentText(shareAfter),
      amountsText(before),
      amountsText(after),
      changeText(change),
    ]);
  return { columns: COLUMNS, rows };
}

const percentText = (share: number): string => `${(share * 100).toFixed(1)}%`;

function amountsText(amounts: Amounts): string {
  return Object.entries(amounts)
    .map(([name, amount]) => `${name}:${numberText(amount)}`)
    .join(';');
}

function changeText(amounts: Amounts): string {
  const changed = Object.entries(amounts).map(
    ([name, amount]) => `${name}:${amount > 0 ? '+' : ''}${numberText(amount)}`,
  );
  return changed.length === 0 ? 'none' : changed.join(';');
}
