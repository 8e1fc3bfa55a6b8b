// The numbers behind /metrics/snapshot, under Mesos' names: counters that grow, gauges that are asked, timers with
// statistics over a window. Nothing here limits how often a snapshot is taken.
import { realTime } from '../time/real-time.js';
import type { Time } from '../time/clock.js';
import { TimeSeries } from './time-series.js';

export interface Counter {
  readonly value: number;
  /** By 1, or by `by` (0 or more). */
  increment(by?: number): void;
}

export interface TimerMetric {
  /** One duration. */
  record(durationMs: number): void;
  /** Starts the clock; the returned function stops it, records and returns the milliseconds. */
  start(): () => number;
  /** Records how long the promise takes, also where it fails. */
  time<T>(promise: Promise<T>): Promise<T>;
}

export interface TimerMetricOptions {
  /** Keeps statistics (`/count`, `/max`, `/p50` …) over this window. Without one only the last value is shown. */
  windowMs?: number;
}

export interface SnapshotOptions {
  /** Gauges that have not answered by then are left out. Default: waits for all. */
  timeoutMs?: number | undefined;
}

/** Gives many values at once, under their whole names: what a core counts for itself. */
export type Collector = () => Iterable<readonly [name: string, value: number]>;

/** A value that is there, or one that comes. Several names come from one timer. */
type Reading = Iterable<readonly [name: string, value: number | Promise<number>]>;

interface Metric {
  readonly read: () => Reading;
  readonly made: CounterMetric | WindowedTimer | undefined;
}

/**
 * Names that one process shows. Names that carry ids (of frameworks, roles) grow with the cluster; at the maximum a new
 * one still counts for its owner, but is not shown, and `namesDropped` tells how many.
 */
const NAMES_MAX = 200_000;

export class MetricsRegistry {
  readonly #time: Time;
  readonly #namesMax: number;
  readonly #metrics = new Map<string, Metric>();
  readonly #collectors = new Set<Collector>();
  #namesDropped = 0;

  constructor({ time = realTime, namesMax = NAMES_MAX }: { time?: Time; namesMax?: number } = {}) {
    this.#time = time;
    this.#namesMax = namesMax;
  }

  /** Metrics that are not shown because there were too many names. */
  get namesDropped(): number {
    return this.#namesDropped;
  }

  /** The counter of that name, made on first use. Throws where a gauge or a timer has it. */
  counter(name: string): Counter {
    const taken = this.#metrics.get(name);
    if (taken?.made instanceof CounterMetric) return taken.made;
    if (taken) throw new Error(`the metric ${name} is registered already, and is no counter`);
    const made = new CounterMetric();
    this.#add(name, { made, read: () => [[name, made.value]] });
    return made;
  }

  /** Asked at each snapshot; one that throws or gives no finite number is left out. Throws where the name is taken. */
  gauge(name: string, read: () => number | Promise<number>): void {
    if (this.#metrics.has(name)) throw new Error(`the metric ${name} is registered already`);
    this.#add(name, { made: undefined, read: () => [[name, read()]] });
  }

  /** `name` without the unit: shown as `<name>_ms`. The timer that is there where there is one of that name. */
  timer(name: string, options: TimerMetricOptions = {}): TimerMetric {
    const shown = `${name}_ms`;
    const taken = this.#metrics.get(shown);
    if (taken?.made instanceof WindowedTimer) return taken.made;
    if (taken) throw new Error(`the metric ${shown} is registered already, and is no timer`);
    const made = new WindowedTimer(this.#time, options);
    this.#add(shown, { made, read: () => made.read(shown) });
    return made;
  }

  /** Values that are asked for at each snapshot. Returns a function that removes them. */
  collect(collector: Collector): () => void {
    this.#collectors.add(collector);
    return () => void this.#collectors.delete(collector);
  }

  /** False where there is none of that name (a timer's name has its unit). */
  remove(name: string): boolean {
    return this.#metrics.delete(name);
  }

  /** Removes every metric whose name starts so: a framework that is gone. Returns how many. */
  removeAll(prefix: string): number {
    const names = [...this.#metrics.keys()].filter((name) => name.startsWith(prefix));
    for (const name of names) this.#metrics.delete(name);
    return names.length;
  }

  /** Flat, keys sorted, finite numbers only. Never rejects: a metric that cannot be read is left out. */
  async snapshot({ timeoutMs }: SnapshotOptions = {}): Promise<Record<string, number>> {
    const values = new Map<string, number>();
    const waiting: Promise<void>[] = [];
    const readers = [...[...this.#metrics.values()].map(({ read }) => read), ...this.#collectors];
    for (const read of readers) {
      for (const [name, value] of readable(read)) {
        if (typeof value === 'number') values.set(name, value);
        else waiting.push(settled(value, (arrived) => values.set(name, arrived)));
      }
    }
    if (waiting.length > 0) await this.#until(Promise.all(waiting), timeoutMs);
    const entries = [...values].filter(([, value]) => Number.isFinite(value));
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #add(name: string, metric: Metric): void {
    if (this.#metrics.size >= this.#namesMax) this.#namesDropped += 1;
    else this.#metrics.set(name, metric);
  }

  #until(work: Promise<unknown>, timeoutMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer =
        timeoutMs === undefined ? undefined : this.#time.after(timeoutMs, () => resolve(), { background: true });
      void work.then(() => {
        timer?.cancel();
        resolve();
      });
    });
  }
}

/** What a metric gives now; nothing where it throws. */
function readable(read: () => Reading): Reading {
  try {
    return [...read()];
  } catch {
    return [];
  }
}

async function settled(value: Promise<number>, use: (value: number) => void): Promise<void> {
  const arrived = await value.catch(() => undefined);
  if (arrived !== undefined) use(arrived);
}

class CounterMetric implements Counter {
  #value = 0;

  get value(): number {
    return this.#value;
  }

  increment(by = 1): void {
    if (!(by >= 0)) throw new Error(`cannot count up by ${by}: expected 0 or more`);
    this.#value += by;
  }
}

class WindowedTimer implements TimerMetric {
  readonly #time: Time;
  readonly #series: TimeSeries | undefined;
  #last: number | undefined;

  constructor(time: Time, { windowMs }: TimerMetricOptions) {
    this.#time = time;
    this.#series = windowMs === undefined ? undefined : new TimeSeries(windowMs);
  }

  record(durationMs: number): void {
    this.#last = durationMs;
    this.#series?.add(durationMs, this.#time.monotonicMs());
  }

  start(): () => number {
    const startMs = this.#time.monotonicMs();
    return () => {
      const durationMs = this.#time.monotonicMs() - startMs;
      this.record(durationMs);
      return durationMs;
    };
  }

  async time<T>(promise: Promise<T>): Promise<T> {
    const stop = this.start();
    try {
      return await promise;
    } finally {
      stop();
    }
  }

  *read(name: string): Generator<readonly [string, number]> {
    if (this.#last !== undefined) yield [name, this.#last];
    const statistics = this.#series?.statistics();
    if (!statistics) return;
    yield [`${name}/count`, statistics.count];
    yield [`${name}/max`, statistics.max];
    yield [`${name}/min`, statistics.min];
    for (const [share, value] of statistics.percentiles) yield [`${name}/${share}`, value];
  }
}
