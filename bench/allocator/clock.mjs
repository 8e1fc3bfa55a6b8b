// What a phase takes: time on the wall, or with --cpu the processor's time of this process, which says more where other
// programs share the machine.
import { option } from '../lib/report.mjs';

export const isCpu = process.argv.includes('--cpu');

export const clockMs = isCpu
  ? () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    }
  : () => performance.now();

/** Repetitions of whole workloads; the first warms up and does not count where there are several. */
export const repeats = Number(option('repeats', 3));

export function timed(samples, run) {
  const started = clockMs();
  const result = run();
  samples.push(clockMs() - started);
  return result;
}

/** Bytes that `run` allocated, undefined where a collection came between. */
export function allocatedBytes(run) {
  const before = process.memoryUsage().heapUsed;
  run();
  const bytes = process.memoryUsage().heapUsed - before;
  return bytes >= 0 ? bytes : undefined;
}
