// Prints listings: a table for people, JSON for programs.
import type { Table } from '../core/listing/table-of.js';
import { tableText } from '../core/text/table.js';
import type { Style, Terminal } from './terminal.js';

/** As the web UI colours them: what runs is green, what went wrong is red. */
const STATE_STYLES: { readonly [state: string]: Style } = {
  TASK_RUNNING: 'green',
  TASK_FINISHED: 'blue',
  TASK_FAILED: 'red',
  TASK_ERROR: 'red',
  TASK_LOST: 'red',
  TASK_DROPPED: 'red',
  TASK_GONE: 'red',
  TASK_GONE_BY_OPERATOR: 'red',
  TASK_UNREACHABLE: 'yellow',
  TASK_KILLING: 'yellow',
  active: 'green',
  disconnected: 'yellow',
  inactive: 'yellow',
  deactivated: 'yellow',
  draining: 'yellow',
  completed: 'gray',
};

export function printTable(terminal: Terminal, { columns, rows }: Table): void {
  const paint = (text: string, { title, row }: { title: string; row: number | 'head' }): string => {
    if (row === 'head') return terminal.paint('bold', text);
    const style = title === 'STATE' ? STATE_STYLES[text.trim()] : undefined;
    return style === undefined ? text : terminal.paint(style, text);
  };
  terminal.print(tableText(columns, rows, { widthMax: terminal.columns, paint }));
}

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.print(JSON.stringify(value, undefined, 2));
}

/** `name  value` pairs under each other. */
export function printFacts(terminal: Terminal, facts: readonly (readonly [string, string])[]): void {
  const width = Math.max(...facts.map(([name]) => name.length));
  for (const [name, value] of facts) terminal.print(`${terminal.paint('bold', name.padEnd(width))}  ${value}`);
}
