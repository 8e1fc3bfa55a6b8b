// A sorted table of any length. Only the rows in view are drawn; the page scrolls, the head stays.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { tableWindow } from '../core/table-window.js';
import { toggled } from '../core/table-sort.js';
import type { Sort } from '../core/table-sort.js';
import { isHuge, isMedium, isNarrow } from '../data/media.js';
import { Icon } from './icons.js';

export interface Column<R, K extends string = string> {
  readonly label: string;
  readonly cell: (row: R) => ComponentChildren;
  /** CSS width; columns without one share what is left. */
  readonly width?: string;
  readonly isNumber?: boolean;
  /** Set where the column can be sorted by. */
  readonly sort?: K;
  readonly isDescendingFirst?: boolean;
  /** Where there is room for it: always, not on phones, on wide screens only, on very wide ones only. */
  readonly shown?: 'always' | 'medium' | 'wide' | 'huge';
}

/** Pixels. Rows have one height: the place of row 10,000 is known without drawing the others. */
const ROW_HEIGHT = 36;
/** On phones, where the first cell has two lines. */
const ROW_HEIGHT_NARROW = 58;
/** Shorter tables are drawn whole. */
const WHOLE_ROWS_MAX = 60;

export function DataTable<R, K extends string>(props: {
  /** Read out by screen readers. */
  caption: string;
  rows: readonly R[];
  columns: readonly Column<R, K>[];
  rowKey: (row: R) => string;
  sort?: Sort<K>;
  onSort?: (sort: Sort<K>) => void;
  /** Pixels, where rows have two lines also on wide screens. */
  rowHeight?: number;
  /** The page of a row: a click anywhere in the row goes there. */
  href?: (row: R) => string;
}) {
  const { rows, rowKey, href } = props;
  const columns = props.columns.filter(({ shown = 'always' }) => isShown(shown));
  const rowHeight = isNarrow.value ? ROW_HEIGHT_NARROW : (props.rowHeight ?? ROW_HEIGHT);
  const body = useRef<HTMLTableSectionElement>(null);
  const { start, end, aboveHeight, belowHeight } = useWindow(body, rows.length, rowHeight);
  return (
    <table
      class={`table${href ? ' has-links' : ''}`}
      aria-rowcount={rows.length + 1}
      style={{ '--row-height': `${rowHeight}px` }}
    >
      <caption class="hidden">{props.caption}</caption>
      <colgroup>
        {columns.map(({ label, width }) => (
          <col key={label} style={width === undefined ? {} : { width }} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {columns.map((column) => (
            <Head key={column.label} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={moveFocus}>
        {aboveHeight > 0 && <Spacer height={aboveHeight} columns={columns.length} />}
        {rows.slice(start, end).map((row, index) => (
          <tr key={rowKey(row)} aria-rowindex={start + index + 2} onClick={href && ((event) => goTo(event, href(row)))}>
            {columns.map((column) => (
              <td key={column.label} class={column.isNumber ? 'number' : undefined}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
        {belowHeight > 0 && <Spacer height={belowHeight} columns={columns.length} />}
      </tbody>
    </table>
  );
}

function isShown(shown: 'always' | 'medium' | 'wide' | 'huge'): boolean {
  if (shown === 'huge') return isHuge.value;
  if (shown === 'wide') return !isMedium.value && !isNarrow.value;
  return shown === 'always' || !isNarrow.value;
}

function Head<R, K extends string>(props: {
  column: Column<R, K>;
  sort: Sort<K> | undefined;
  onSort: ((sort: Sort<K>) => void) | undefined;
}) {
  const { column, sort, onSort } = props;
  const { label, sort: key, isNumber, isDescendingFirst = false } = column;
  if (key === undefined || !sort || !onSort) {
    return (
      <th scope="col" class={isNumber ? 'number' : undefined}>
        {label}
      </th>
    );
  }
  const isSorted = sort.key === key;
  const order = sort.isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={isNumber ? 'number' : undefined} aria-sort={isSorted ? order : 'none'}>
      <button type="button" class="sort" onClick={() => onSort(toggled(sort, key, isDescendingFirst))}>
        {label}
        {isSorted && <Icon name={sort.isDescending ? 'down' : 'up'} size={12} />}
      </button>
    </th>
  );
}

const Spacer = ({ height, columns }: { height: number; columns: number }) => (
  <tr aria-hidden="true" class="spacer">
    <td colSpan={columns} style={{ height: `${height}px` }} />
  </tr>
);

/** Follows scrolling of the window; draws again only when other rows come into view. */
function useWindow(body: { current: HTMLTableSectionElement | null }, count: number, rowHeight: number) {
  const [scrolled, setScrolled] = useState(0);
  const isWhole = count <= WHOLE_ROWS_MAX;
  const measure = () => {
    const top = body.current?.getBoundingClientRect().top ?? 0;
    // In steps of some rows: scrolling by a pixel changes nothing.
    setScrolled(Math.floor(Math.max(0, -top) / (rowHeight * 4)) * rowHeight * 4);
  };
  useLayoutEffect(measure, [count, rowHeight]);
  useEffect(() => {
    if (isWhole) return undefined;
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure, { passive: true });
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
    };
  }, [isWhole, rowHeight]);
  if (isWhole) return { start: 0, end: count, aboveHeight: 0, belowHeight: 0 };
  return tableWindow({ count, rowHeight, scrolled, viewHeight: innerHeight });
}

/** Links and buttons within the row keep their own clicks, and text can be selected. */
function goTo(event: MouseEvent, href: string): void {
  const isOwn = (event.target as Element).closest('a, button, input') !== null;
  if (isOwn || event.defaultPrevented || getSelection()?.toString() !== '') return;
  if (event.metaKey || event.ctrlKey) open(href, '_blank');
  else location.hash = href;
}

/** Arrow keys go from row to row. */
function moveFocus(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = (event.target as Element).closest('tr');
  const next = event.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling;
  const link = next?.querySelector<HTMLElement>('a, button');
  if (!link) return;
  event.preventDefault();
  link.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
