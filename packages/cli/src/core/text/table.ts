// Lays out tables: columns as wide as what they hold, cut where the terminal is narrower. Pure.

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. Default 'left'. */
  readonly align?: 'left' | 'right';
  /** May be cut, down to so many characters, where the table is wider than the terminal. Others are never cut. */
  readonly shrinksTo?: number;
  /** Left out where no row has anything in it. */
  readonly isOptional?: boolean;
}

export interface TableOptions {
  /** Characters in a line of the terminal; undefined cuts nothing. */
  readonly widthMax: number | undefined;
  /** Dresses a cell after it was laid out. */
  readonly paint?: (text: string, cell: { title: string; row: number | 'head' }) => string;
}

const GAP = '  ';
const CUT = '…';

/** One line per row under a line of titles; no spaces at line ends. Cells must be printable. */
export function tableText(columns: readonly Column[], rows: readonly (readonly string[])[], options: TableOptions) {
  const shown = columns
    .map((column, index) => ({ column, index }))
    .filter(({ column, index }) => column.isOptional !== true || rows.some((row) => (row[index] ?? '') !== ''));
  const natural = shown.map(({ column, index }) => width([column.title, ...rows.map((row) => row[index] ?? '')]));
  const widths = fitted(
    shown.map(({ column }, at) => ({ natural: natural[at] ?? 0, least: column.shrinksTo })),
    options.widthMax,
  );
  const line = (cells: (index: number, title: string) => string, row: number | 'head'): string =>
    shown
      .map(({ column, index }, at) => {
        const laidOut = pad(cut(cells(index, column.title), widths[at] ?? 0), widths[at] ?? 0, column.align);
        return options.paint?.(laidOut, { title: column.title, row }) ?? laidOut;
      })
      .join(GAP)
      .trimEnd();
  return [
    line((_, title) => title, 'head'),
    ...rows.map((row, number) => line((index) => row[index] ?? '', number)),
  ].join('\n');
}

const width = (cells: readonly string[]): number =>
  cells.reduce((widest, cell) => Math.max(widest, charactersOf(cell).length), 0);

/** Takes what is too much from the widest column that may shrink, one character at a time. */
function fitted(columns: { natural: number; least: number | undefined }[], widthMax: number | undefined): number[] {
  const widths = columns.map(({ natural }) => natural);
  if (widthMax === undefined) return widths;
  const total = (): number => widths.reduce((sum, one) => sum + one, 0) + GAP.length * (widths.length - 1);
  while (total() > widthMax) {
    let widest: number | undefined;
    for (const [index, { least }] of columns.entries()) {
      const current = widths[index] ?? 0;
      if (least === undefined || current <= least) continue;
      if (widest === undefined || current > (widths[widest] ?? 0)) widest = index;
    }
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function cut(cell: string, widthMax: number): string {
  const characters = charactersOf(cell);
  return characters.length <= widthMax ? cell : `${characters.slice(0, Math.max(0, widthMax - 1)).join('')}${CUT}`;
}

function pad(cell: string, to: number, align: Column['align']): string {
  const missing = ' '.repeat(Math.max(0, to - charactersOf(cell).length));
  return align === 'right' ? missing + cell : cell + missing;
}

/** By code points, so that none is cut in two. */
const charactersOf = (text: string): string[] => Array.from(text);
