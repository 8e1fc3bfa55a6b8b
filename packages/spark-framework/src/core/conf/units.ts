// Times and sizes as Spark writes them: 30s, 5min, 512m, 2g. A bare number takes the property's own unit.

export type TimeUnit = 'ms' | 's';
export type SizeUnit = 'b' | 'k' | 'm';

const TIME_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds, or a sentence saying what is wrong. */
export function parseTimeMs(text: string, bareUnit: TimeUnit): number | { error: string } {
  const match = /^(-?\d+)\s*([a-z]*)$/.exec(text.trim().toLowerCase());
  const factor = match === null ? undefined : TIME_MS[match[2] === '' ? bareUnit : (match[2] as string)];
  if (match === null || factor === undefined) {
    return { error: `'${text}' is no time: expected a whole number with us, ms, s, min, h or d, for example 30s` };
  }
  return Math.round(Number(match[1]) * factor);
}

const SIZE_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5,
};

/** Bytes, or a sentence saying what is wrong. */
export function parseBytes(text: string, bareUnit: SizeUnit): number | { error: string } {
  const match = /^(\d+)\s*([bkmgtp]?)(?:i?b)?$/.exec(text.trim().toLowerCase());
  if (match === null)
    return { error: `'${text}' is no size: expected a whole number with b, k, m, g or t, for example 512m` };
  return Number(match[1]) * (SIZE_BYTES[match[2] === '' ? bareUnit : (match[2] as string)] as number);
}

/** A size for people: 1.5 MiB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
