// What every benchmark prints: a line about the machine and the seed, then a row for each measure with its ratio to a
// reference measured in the same run. With --json one object a line and nothing else on stdout.
import { cpus, loadavg, totalmem } from 'node:os';

const args = process.argv.slice(2);
export const isJson = args.includes('--json');

/** The value of `--name=value`, or `fallback`. */
export function option(name, fallback) {
  const found = args.find((arg) => arg.startsWith(`--${name}=`));
  return found === undefined ? fallback : found.slice(name.length + 3);
}

export const seed = option('seed', '1');

export const machine = {
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  load: Number((loadavg()[0] ?? 0).toFixed(1)),
};

export function printHeader(what) {
  const { cpu, cores, memoryGiB, node, load } = machine;
  const text = `${what}\nmachine: ${cores} x ${cpu}, ${memoryGiB} GiB, Node ${node}, load ${load}; seed ${seed}`;
  if (isJson) console.error(text);
  else console.log(text);
}

/** The sample below which the share `q` of all lies. */
export function quantile(samples, q) {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

export const median = (samples) => quantile(samples, 0.5);

const round = (value) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : null);

/**
 * One row. `samples` in `unit`; `reference` is what they are compared with: a name and samples in the same unit.
 * `p99` is the bad end: the 99th percentile of times, the 1st of rates.
 */
export function report({ name, parameters = {}, samples, unit, reference }) {
  const isRate = unit.endsWith('/s');
  const row = {
    name,
    parameters: { ...parameters, seed },
    median: round(median(samples)),
    p99: round(quantile(samples, isRate ? 0.01 : 0.99)),
    unit,
    reference: reference && { name: reference.name, median: round(median(reference.samples)) },
    ratio: reference ? round(median(samples) / median(reference.samples)) : null,
    machine,
  };
  if (isJson) {
    console.log(JSON.stringify(row));
    return row;
  }
  const shown = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  const against = reference ? `  ${row.ratio} x ${reference.name} (${row.reference.median})` : '';
  console.log(`${name} ${shown.join(' ')}: median ${row.median}, p99 ${row.p99} ${unit}${against}`);
  return row;
}

/** Rates of `run`, called in batches, in calls a second: warm-up first. */
export function rates(run, { batches = 30, batchMs = 30 } = {}) {
  let perBatch = 1;
  for (let spent = 0; spent < batchMs;) {
    const started = performance.now();
    for (let i = 0; i < perBatch; i++) run();
    spent = performance.now() - started;
    if (spent < batchMs) perBatch *= 2;
  }
  const samples = [];
  for (let batch = 0; batch < batches; batch++) {
    const started = performance.now();
    for (let i = 0; i < perBatch; i++) run();
    samples.push(perBatch / ((performance.now() - started) / 1000));
  }
  return samples;
}
