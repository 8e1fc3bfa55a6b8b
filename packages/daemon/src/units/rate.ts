// Rates such as `1/10mins` (at most one in ten minutes) and shares such as `50%`.
import { parseDuration, printDuration } from './duration.js';
import { failure, success } from './result.js';
import type { Result } from './result.js';

/** At most `permits` in any `intervalMs`. */
export interface Rate {
  readonly permits: number;
  readonly intervalMs: number;
}

/** Both sides of the slash are positive. */
export function parseRate(text: string): Result<Rate> {
  const [, permits, interval] = /^(\d+)\/(.+)$/.exec(text) ?? [];
  const duration = interval === undefined ? undefined : parseDuration(interval);
  if (permits === undefined || !duration?.ok || duration.value <= 0 || !(Number(permits) > 0)) {
    return failure(`cannot read '${text}' as a rate: expected a count, '/' and a duration, for example 1/10mins`);
  }
  return success({ permits: Number(permits), intervalMs: duration.value });
}

export const printRate = ({ permits, intervalMs }: Rate): string => `${permits}/${printDuration(intervalMs)}`;

/** A share from 0 to 1: `50%` is 0.5. */
export function parsePercent(text: string): Result<number> {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (digits === undefined || Number(digits) > 100) {
    return failure(`cannot read '${text}' as a share: expected a number from 0 to 100 and '%', for example 50%`);
  }
  return success(Number(digits) / 100);
}

/** Twelve digits, so that a share that has no exact binary form still prints as it was written. */
export const printPercent = (share: number): string => `${Number((share * 100).toPrecision(12))}%`;
