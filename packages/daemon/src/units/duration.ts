// Durations in Mesos' units: read to milliseconds, printed as Mesos prints them (stout/duration.hpp).
import { failure, success } from './result.js';
import type { Result } from './result.js';

const NS_PER_MS = 1_000_000;
/** Units from small to large, with their length in nanoseconds. */
const UNITS = [
  ['ns', 1],
  ['us', 1_000],
  ['ms', NS_PER_MS],
  ['secs', 1_000 * NS_PER_MS],
  ['mins', 60_000 * NS_PER_MS],
  ['hrs', 3_600_000 * NS_PER_MS],
  ['days', 86_400_000 * NS_PER_MS],
  ['weeks', 604_800_000 * NS_PER_MS],
] as const;
/** Mesos keeps nanoseconds in an int64: about 292 years. */
const DURATION_MAX_NS = 2 ** 63;
/** What a C++ double prints at full precision (std::numeric_limits<double>::digits10). */
const PRINTED_DIGITS = 15;

/** Milliseconds, with a fraction where the text has one (`1us` is 0.001). Negative durations are refused, as in Mesos. */
export function parseDuration(text: string): Result<number> {
  const [, digits, unit] = /^(\d+\.?\d*|\.\d+)([a-z]+)$/.exec(text) ?? [];
  const lengthNs = UNITS.find(([name]) => name === unit)?.[1];
  if (digits === undefined || lengthNs === undefined) {
    const units = UNITS.map(([name]) => name).join(', ');
    return failure(
      `cannot read '${text}' as a duration: expected a number and one of the units ${units}, for example 5secs`,
    );
  }
  const nanoseconds = Number(digits) * lengthNs;
  if (nanoseconds >= DURATION_MAX_NS) {
    return failure(`cannot read '${text}' as a duration: expected less than 292 years`);
  }
  return success(Math.round(nanoseconds) / NS_PER_MS);
}

/**
 * As Mesos prints: the largest unit that the duration reaches, or the one below where that gives a whole number and the
 * larger does not (`15secs`, `1weeks`, `10days`, `500ms`, `1.5secs` is `1500ms`).
 */
export function printDuration(durationMs: number): string {
  if (durationMs < 0) return `-${printDuration(-durationMs)}`;
  const nanoseconds = Math.round(durationMs * NS_PER_MS);
  const reached = Math.max(
    UNITS.findLastIndex(([, lengthNs]) => nanoseconds >= lengthNs),
    0,
  );
  const unit = UNITS[reached] ?? UNITS[0];
  const below = UNITS[reached - 1];
  const useBelow = below !== undefined && nanoseconds % unit[1] !== 0 && nanoseconds % below[1] === 0;
  const [name, lengthNs] = useBelow ? below : unit;
  return `${Number((nanoseconds / lengthNs).toPrecision(PRINTED_DIGITS))}${name}`;
}
