// Numbers, sizes, times and durations as people read them. Pure: now is passed in.

const MIB_PER_GIB = 1024;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** At most three decimals, which is all that resources have, and none that say nothing. */
export const numberText = (value: number): string => String(Math.round(value * 1000) / 1000);

/** `512 MiB`, `1.5 GiB`. */
export function mibText(mib: number): string {
  if (mib < MIB_PER_GIB) return `${numberText(mib)} MiB`;
  const gib = mib / MIB_PER_GIB;
  return `${numberText(Math.round(gib * (gib < 100 ? 10 : 1)) / (gib < 100 ? 10 : 1))} GiB`;
}

/** One unit is enough: `45s`, `3m`, `2h`, `5d`. */
export function ageText(ageMs: number): string {
  const age = Math.max(0, ageMs);
  if (age < MINUTE_MS) return `${Math.floor(age / SECOND_MS)}s`;
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)}m`;
  if (age < 2 * DAY_MS) return `${Math.floor(age / HOUR_MS)}h`;
  return `${Math.floor(age / DAY_MS)}d`;
}

/** `0.84 s`, `12.3 s`: how long something took. */
export const secondsText = (durationMs: number): string => `${(durationMs / SECOND_MS).toFixed(2)} s`;

/** `1 task`, `3 tasks`. */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
