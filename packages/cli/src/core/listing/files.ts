// The files of a sandbox, as ls -l shows them. Pure.
import type { FileMessage } from '../cluster/messages.js';
import { printable } from '../text/printable.js';
import type { Table } from './table-of.js';

/** `timeText` prints milliseconds since the epoch. */
export function fileTable(files: readonly FileMessage[], timeText: (ms: number) => string): Table {
  const sorted = files.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return {
    columns: [
      { title: 'MODE' },
      { title: 'LINKS', align: 'right' },
      { title: 'OWNER', shrinksTo: 6 },
      { title: 'GROUP', shrinksTo: 6 },
      { title: 'BYTES', align: 'right' },
      { title: 'CHANGED' },
      { title: 'NAME', shrinksTo: 12 },
    ],
    rows: sorted.map((file) => [
      file.mode,
      String(file.nlink ?? ''),
      printable(file.uid ?? ''),
      printable(file.gid ?? ''),
      String(file.size),
      timeText(file.mtime * 1000),
      `${printable(nameOf(file))}${file.mode.startsWith('d') ? '/' : ''}`,
    ]),
  };
}

export const nameOf = ({ path }: FileMessage): string => path.slice(path.lastIndexOf('/') + 1);
