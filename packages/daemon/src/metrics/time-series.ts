// The samples behind a timer's statistics: those of a window, at most SAMPLES_MAX. Beyond that the older half is thinned
// out, so that recent values stay fine and old ones coarse (libprocess, timeseries.hpp). Pure.

/** Samples kept (libprocess, TIME_SERIES_CAPACITY). */
const SAMPLES_MAX = 1000;

interface Sample {
  readonly timeMs: number;
  readonly value: number;
}

export interface Statistics {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Shares with their names: p50 … p9999. */
  readonly percentiles: readonly (readonly [name: string, value: number])[];
}

const PERCENTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
  ['p9999', 0.9999],
] as const;

export class TimeSeries {
  readonly #windowMs: number;
  #samples: Sample[] = [];
  /** The next sample to drop; starts over once it is past the middle. */
  #thinAt = 1;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(value: number, nowMs: number): void {
    this.#samples.push({ timeMs: nowMs, value });
    this.#expire(nowMs);
    while (this.#samples.length > SAMPLES_MAX) {
      if (this.#thinAt > this.#samples.length / 2) this.#thinAt = 1;
      this.#samples.splice(this.#thinAt, 1);
      this.#thinAt += 1;
    }
  }

  /** Undefined below two samples, as in Mesos. */
  statistics(): Statistics | undefined {
    const sorted = this.#samples.map(({ value }) => value).sort((a, b) => a - b);
    const [min, max] = [sorted[0], sorted.at(-1)];
    if (sorted.length < 2 || min === undefined || max === undefined) return undefined;
    const percentiles = PERCENTILES.map(([name, share]) => [name, percentile(sorted, share)] as const);
    return { count: sorted.length, min, max, percentiles };
  }

  /** Drops what is older than the window, but never the newest sample. */
  #expire(nowMs: number): void {
    const first = this.#samples.findIndex(({ timeMs }) => timeMs > nowMs - this.#windowMs);
    if (first <= 0) return;
    this.#samples.splice(0, first);
    this.#thinAt = Math.max(1, this.#thinAt - first);
  }
}

/** Linear between the two nearest samples (libprocess, statistics.hpp). */
function percentile(sorted: readonly number[], share: number): number {
  const position = share * (sorted.length - 1);
  const index = Math.floor(position);
  const below = sorted[index] ?? 0;
  return below + ((sorted[index + 1] ?? below) - below) * (position - index);
}
