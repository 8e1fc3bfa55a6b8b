// Draws lines with uPlot. In a file of its own because it is loaded only when a chart is first shown: it is larger than
// all the rest of the page.
import uPlot from 'uplot';
import { clockTime } from './time.js';
import type { Line } from './chart.js';

/** Pixels. */
export const PLOT_HEIGHT = 132;
/** Seconds shown at least. */
const SPAN_MIN_S = 120;

export interface Plot {
  /** Times in seconds, then the values of each line. */
  setData(data: readonly (readonly (number | null)[])[]): void;
  close(): void;
}

export interface PlotOptions {
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  /** Of the vertical axis; by default what the values need. */
  readonly max?: number | undefined;
  readonly onCursor: (index: number | undefined) => void;
}

export function drawPlot(element: HTMLElement, options: PlotOptions): Plot {
  const plot = new uPlot(plotOptions({ ...options, width: element.clientWidth }), undefined, element);
  const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: PLOT_HEIGHT }));
  observer.observe(element);
  return {
    setData: (data) => plot.setData(data as unknown as uPlot.AlignedData),
    close() {
      observer.disconnect();
      plot.destroy();
    },
  };
}

function plotOptions(of: PlotOptions & { width: number }): uPlot.Options {
  const styles = getComputedStyle(document.documentElement);
  const colour = (name: string) => styles.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: of.width,
    height: PLOT_HEIGHT,
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: {
      // A short history stands at the right edge, where the newest is also later on.
      x: { time: true, range: (_plot, min, max) => [Math.min(min, max - SPAN_MIN_S), max] },
      y: { range: (_plot, _min, max) => [0, of.max ?? Math.max(1, max * 1.15)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 22,
        space: 90,
        values: (_plot, at) => at.map((s) => clockTime(s * 1000)),
      },
      { ...axis, size: 44, space: 34, values: (_plot, values) => values.map((value) => of.format(value)) },
    ],
    series: [
      {},
      ...of.lines.map(({ colour: name, isDashed }): uPlot.Series => {
        const stroke = colour(name);
        return {
          stroke,
          width: 1.6,
          points: { show: false },
          ...(isDashed ? { dash: [4, 3] } : { fill: `${stroke}1a` }),
        };
      }),
    ],
    hooks: { setCursor: [(plot) => of.onCursor(plot.cursor.idx ?? undefined)] },
  };
}
