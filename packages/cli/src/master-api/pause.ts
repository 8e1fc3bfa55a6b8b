// A pause that Ctrl-C ends.
import type { Time } from '@mini-mesos/daemon';

export interface PauseOptions {
  readonly interrupted: AbortSignal;
  readonly timers: Pick<Time, 'after'>;
}

/** Rejects when it is interrupted. */
export function pause(pauseMs: number, { interrupted, timers }: PauseOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      timer.cancel();
      reject(interruption());
    };
    const timer = timers.after(pauseMs, () => {
      interrupted.removeEventListener('abort', stop);
      resolve();
    });
    if (interrupted.aborted) stop();
    else interrupted.addEventListener('abort', stop, { once: true });
  });
}

/** As Node's own functions reject when their signal is aborted. */
const interruption = (): Error => new DOMException('interrupted', 'AbortError');
