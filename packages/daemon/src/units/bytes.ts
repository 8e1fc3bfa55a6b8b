// Sizes in Mesos' units (stout/bytes.hpp): whole numbers, 1024 from one unit to the next.
import { failure, success } from './result.js';
import type { Result } from './result.js';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;
const STEP = 1024;

/** Bytes. The unit is needed, in either case; fractions are refused. */
export function parseBytes(text: string): Result<number> {
  const [, digits, unit] = /^(\d+)([a-z]+)$/i.exec(text) ?? [];
  const power = UNITS.findIndex((name) => name === unit?.toUpperCase());
  if (digits === undefined || power < 0) {
    return failure(
      `cannot read '${text}' as a size: expected a whole number and one of the units ${UNITS.join(', ')}, ` +
        'for example 512MB',
    );
  }
  const bytes = Number(digits) * STEP ** power;
  if (!Number.isSafeInteger(bytes)) {
    return failure(`cannot read '${text}' as a size: expected at most ${Number.MAX_SAFE_INTEGER}B`);
  }
  return success(bytes);
}

/** The largest unit that divides: `4KB` for 4096, `1500B` for 1500. */
export function printBytes(bytes: number): string {
  let value = bytes;
  let power = 0;
  while (value !== 0 && value % STEP === 0 && power < UNITS.length - 1) {
    value /= STEP;
    power += 1;
  }
  return `${value}${UNITS[power]}`;
}
