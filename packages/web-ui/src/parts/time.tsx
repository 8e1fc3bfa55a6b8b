// Moments and durations: relative, with the absolute time when one rests on it.
import { formatAgo, oneUnit } from '../core/format.js';
import { nowMs } from '../data/clock.js';

const FULL = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
});
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const fullTime = (atMs: number): string => FULL.format(atMs);
export const clockTime = (atMs: number): string => CLOCK.format(atMs);

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** '12 s ago'. */
export function Ago({ at }: { at: number | undefined }) {
  if (at === undefined) return <span class="faint">–</span>;
  return (
    <time dateTime={iso(at)} title={fullTime(at)}>
      {formatAgo(at, nowMs.value)}
    </time>
  );
}

/** For how long it has been so: '3 h'. */
export function Since({ at }: { at: number }) {
  return (
    <time dateTime={iso(at)} title={`since ${fullTime(at)}`}>
      {oneUnit(Math.max(0, nowMs.value - at))}
    </time>
  );
}

/** '14:03:12': for lists in the order of time. */
export function Clock({ at }: { at: number }) {
  return (
    <time class="clock" dateTime={iso(at)} title={`${fullTime(at)}, ${formatAgo(at, nowMs.value)}`}>
      {clockTime(at)}
    </time>
  );
}
