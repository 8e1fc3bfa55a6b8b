// The last minutes of the cluster for the charts: in memory only, gone with the page.

/** A sample every 3 s makes ten minutes. */
export const SAMPLES_MAX = 200;

export interface Sample {
  readonly atMs: number;
  /** Parts from 0 to 1. */
  readonly cpus: number;
  readonly mem: number;
  /** Tasks that began and ended since the page was opened. */
  readonly launches: number;
  readonly endings: number;
}

/** Columns, as charts take them; times in seconds. */
export interface Series {
  readonly times: readonly number[];
  readonly lines: readonly (readonly (number | null)[])[];
}

export class History {
  #samples: Sample[] = [];

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  add(sample: Sample): void {
    this.#samples = [...this.#samples, sample].slice(-SAMPLES_MAX);
  }
}

/** In per cent. */
export function utilisationSeries(samples: readonly Sample[]): Series {
  return {
    times: samples.map(({ atMs }) => atMs / 1000),
    lines: [samples.map(({ cpus }) => cpus * 100), samples.map(({ mem }) => mem * 100)],
  };
}

/** Tasks per second between each sample and the one before. The first sample has nothing before it. */
export function rateSeries(samples: readonly Sample[]): Series {
  const rate = (of: (sample: Sample) => number) =>
    samples.map((sample, index) => {
      const before = samples[index - 1];
      if (!before || sample.atMs <= before.atMs) return null;
      return Math.max(0, of(sample) - of(before)) / ((sample.atMs - before.atMs) / 1000);
    });
  return {
    times: samples.map(({ atMs }) => atMs / 1000),
    lines: [rate(({ launches }) => launches), rate(({ endings }) => endings)],
  };
}
