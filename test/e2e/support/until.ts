// Waits for conditions, each with a deadline, so that a test neither sleeps nor hangs.

const PAUSE_MS = 25;
export const DEADLINE_MS = 15_000;

/** What `probe` gives as soon as it is neither undefined nor false. Throws what it threw last, at the deadline. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      throw new Error(
        `not within ${deadlineMs} ms: ${what}${last === undefined ? '' : ` (${last instanceof Error ? last.message : 'failed'})`}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
