// Waits for the signal that ends a daemon.

/** Resolves at the first SIGINT or SIGTERM, or when `ended` resolves; with what it says then. */
export function untilInterrupted(interrupted: AbortSignal, ended?: Promise<string>): Promise<string | undefined> {
  const signalled = new Promise<undefined>((resolve) => {
    if (interrupted.aborted) resolve(undefined);
    else interrupted.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return ended === undefined ? signalled : Promise.race([signalled, ended]);
}
