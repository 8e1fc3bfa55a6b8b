// The stream's life: when it counts as dead and how long to wait before the next attempt.

export type Connection =
  | { readonly phase: 'connecting'; readonly attempt: number }
  | { readonly phase: 'live'; readonly sinceMs: number }
  | {
      readonly phase: 'waiting';
      readonly attempt: number;
      readonly retryAtMs: number;
      readonly reason: string;
      /** Set where another master leads: /redirect goes there. */
      readonly isNotLeading: boolean;
    };

/** The first wait; each further one is twice as long. */
const BACKOFF_FIRST_MS = 500;
/** The longest wait: a person who looks at the page should not have to reload it. */
export const BACKOFF_MAX_MS = 15_000;
/** Mesos' own interval (src/master/constants.hpp), where the master names none. */
export const HEARTBEAT_DEFAULT_MS = 15_000;
/** Missing as many heartbeats means that the stream is dead, though nobody closed it. */
const HEARTBEATS_MISSED_MAX = 2;
/** For a master that is busy when it should send one. */
const HEARTBEAT_SLACK_MS = 2000;
/** A stream that lasted as long was a good one, and the waits begin anew. */
const GOOD_STREAM_MS = 5000;

/** `random` is from 0 to 1: pages that lost the same master do not all come back at once. */
export function backoffMs(attempt: number, random: number): number {
  const most = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(most * (0.5 + random / 2));
}

/** Without a byte for this long the stream is dead. */
export function silenceLimitMs(heartbeatMs: number): number {
  return heartbeatMs * HEARTBEATS_MISSED_MAX + HEARTBEAT_SLACK_MS;
}

/** The number of the attempt after a stream that ended. */
export function nextAttempt(attempt: number, livedMs: number): number {
  return livedMs >= GOOD_STREAM_MS ? 0 : attempt + 1;
}
