// A small chart of the last minutes, with the newest values as words in its legend.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Series } from '../core/history.js';
import { isDark } from '../data/media.js';
import { messageOf } from '../data/requests.js';
import { ErrorNote } from './panel.js';
import type { Plot } from './plot.js';
import { clockTime } from './time.js';

export interface Line {
  readonly label: string;
  /** Name of a custom property of the style sheet. */
  readonly colour: string;
  readonly isDashed?: boolean;
}

/** Pixels: the place is kept while the chart is loaded. */
const HEIGHT = 132;

export function Chart(props: {
  title: string;
  series: Series;
  lines: readonly Line[];
  format: (value: number) => string;
  /** Of the vertical axis; by default what the values need. */
  max?: number;
}) {
  const { series, lines, format } = props;
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(null);
  const [cursor, setCursor] = useState<number>();
  const dark = isDark.value;
  const [failure, setFailure] = useState<string>();
  const data = [series.times, ...series.lines];
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    let isGone = false;
    import('./plot.js').then(
      ({ drawPlot }) => {
        if (isGone || !holder.current) return;
        plot.current = drawPlot(holder.current, { lines, format, max: props.max, onCursor: setCursor });
        plot.current.setData(latest.current);
      },
      (error: unknown) => setFailure(messageOf(error)),
    );
    return () => {
      isGone = true;
      plot.current?.close();
      plot.current = null;
    };
  }, [dark]);
  useEffect(() => plot.current?.setData(data), [series]);

  const at = cursor !== undefined && cursor < series.times.length ? cursor : series.times.length - 1;
  const time = cursor === undefined ? undefined : series.times[at];
  const value = (index: number) => series.lines[index]?.[at];
  const spoken = lines.map(({ label }, index) => `${label} ${format(value(index) ?? 0)}`).join(', ');
  return (
    <figure class="chart" aria-label={`${props.title}: ${spoken}`}>
      <figcaption class="chart-head">
        <span class="chart-title">{props.title}</span>
        {time !== undefined && <span class="faint">{clockTime(time * 1000)}</span>}
        {lines.map(({ label, colour, isDashed }, index) => (
          <span class="chart-value" key={label}>
            <i class={`line-swatch${isDashed ? ' is-dashed' : ''}`} style={{ color: `var(${colour})` }} />
            {label} <b>{format(value(index) ?? 0)}</b>
          </span>
        ))}
      </figcaption>
      {failure !== undefined && <ErrorNote>the chart could not be loaded: {failure}</ErrorNote>}
      <div class="chart-plot" ref={holder} style={{ height: `${HEIGHT}px` }} />
    </figure>
  );
}
