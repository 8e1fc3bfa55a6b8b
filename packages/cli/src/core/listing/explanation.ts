// What the allocator answers when it is asked why: a line on top, then a table. Pure.
import type { Explanation } from '@mini-mesos/allocator';
import { printable } from '../text/printable.js';
import type { Column } from '../text/table.js';
import type { Table } from './table-of.js';

const COLUMNS: readonly Column[] = [
  { title: 'ROLE', shrinksTo: 6 },
  { title: 'AGENTS', align: 'right' },
  { title: 'REASON' },
  { title: 'WHY', shrinksTo: 40 },
];

export function explanationTable({ verdicts }: Explanation): Table {
  const rows = verdicts.map(({ role = '', agents, reason, sentence }) => [
    printable(role),
    agents === 0 ? '' : String(agents),
    reason.kind,
    printable(sentence),
  ]);
  return { columns: COLUMNS, rows };
}
