// The table of roles. Pure.
import type { RoleMessage } from '../cluster/messages.js';
import { printable } from '../text/printable.js';
import type { Column } from '../text/table.js';
import { numberText } from '../text/units.js';
import { amountOf, amountText } from './amounts.js';
import type { Table } from './table-of.js';

const COLUMNS: readonly Column[] = [
  { title: 'ROLE', shrinksTo: 8 },
  { title: 'WEIGHT', align: 'right' },
  { title: 'FRAMEWORKS', align: 'right' },
  { title: 'CPUS', align: 'right' },
  { title: 'MEM', align: 'right' },
  { title: 'OFFERED', shrinksTo: 8, isOptional: true },
  { title: 'RESERVED', shrinksTo: 8, isOptional: true },
  { title: 'GUARANTEE', shrinksTo: 8, isOptional: true },
  { title: 'LIMIT', shrinksTo: 8, isOptional: true },
];

export function roleTable(roles: readonly RoleMessage[]): Table {
  const rows = roles.map((role) => {
    // Apache Mesos before 1.11 told only the sum of what is allocated and offered.
    const allocated = role.allocated ?? role.resources;
    return [
      printable(role.name),
      numberText(role.weight ?? 1),
      String(role.frameworks?.length ?? 0),
      amountText('cpus', amountOf(allocated, 'cpus')),
      amountText('mem', amountOf(allocated, 'mem')),
      quantitiesText(role.offered),
      quantitiesText(role.reserved),
      quantitiesText(role.quota?.guarantee),
      quantitiesText(role.quota?.limit),
    ];
  });
  return { columns: COLUMNS, rows };
}

function quantitiesText(quantities: { readonly [name: string]: number } = {}): string {
  return Object.entries(quantities)
    .filter(([, amount]) => amount > 0)
    .map(([name, amount]) => `${name}:${numberText(amount)}`)
    .join(';');
}
