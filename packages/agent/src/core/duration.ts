// Durations in messages are nanoseconds; here they are milliseconds.

/** Negative durations read as none. */
export function durationMs(duration: { nanoseconds: number }): number {
  return Math.max(0, duration.nanoseconds / 1e6);
}
