// Scalars are integers of one thousandth: exact, associative, and what Mesos computes with (src/common/values.cpp).

/** Thousandths in one unit of a scalar resource. */
const MILLI = 1000;

/** Nearest thousandth of `value`, half away from zero (C's llround). NaN and infinities stay what they are. */
export function toMilli(value: number): number {
  const scaled = value * MILLI;
  // Math.round takes a half towards positive infinity, so negatives are mirrored; + 0 turns -0 into 0.
  return (scaled < 0 ? -Math.round(-scaled) : Math.round(scaled)) + 0;
}

/** The double that Mesos prints for `milli` thousandths: whole part and remainder are divided apart. */
export function fromMilli(milli: number): number {
  const remainder = milli % MILLI;
  return (milli - remainder) / MILLI + remainder / MILLI;
}

/** Decimal text without trailing zeros, for example `1.5` for 1500. Exact: it never goes through a double. */
export function printMilli(milli: number): string {
  const sign = milli < 0 ? '-' : '';
  const magnitude = Math.abs(milli);
  const remainder = magnitude % MILLI;
  const whole = String((magnitude - remainder) / MILLI);
  if (remainder === 0) return sign + whole;
  return `${sign}${whole}.${String(remainder).padStart(3, '0').replace(/0+$/, '')}`;
}
