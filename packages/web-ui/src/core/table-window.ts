// Which rows of a long table are drawn: those in view and some around them. The others are two empty rows of the right
// height.

/** Rows drawn beyond what is in view, so that scrolling a little shows no gap. */
const MARGIN_ROWS = 12;

export interface TableWindow {
  readonly start: number;
  /** Not drawn any more. */
  readonly end: number;
  readonly aboveHeight: number;
  readonly belowHeight: number;
}

/** Heights in pixels. `scrolled` is how far the first row is above the upper edge of what is seen. */
export function tableWindow(view: {
  count: number;
  rowHeight: number;
  scrolled: number;
  viewHeight: number;
}): TableWindow {
  const { count, rowHeight, scrolled, viewHeight } = view;
  const first = Math.floor(scrolled / rowHeight) - MARGIN_ROWS;
  const drawn = Math.ceil(viewHeight / rowHeight) + 2 * MARGIN_ROWS;
  const start = Math.max(0, Math.min(first, count - drawn));
  const end = Math.min(count, start + drawn);
  return { start, end, aboveHeight: start * rowHeight, belowHeight: (count - end) * rowHeight };
}
