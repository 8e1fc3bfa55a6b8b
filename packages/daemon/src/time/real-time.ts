// The machine's clock and timers behind the Clock and Timers ports.
import type { Time, Timer, TimerOptions } from './clock.js';

/** Node fires a longer timeout at once: 2^31 - 1 ms, about 24.8 days. Longer waits are walked in steps. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

export const realTime: Time = {
  nowMs: () => performance.timeOrigin + performance.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, run, options) => wait(Math.max(0, delayMs), run, options),
  every(intervalMs, run, options) {
    let current: Timer;
    const step = () => {
      current = wait(intervalMs, step, options);
      run();
    };
    current = wait(intervalMs, step, options);
    return { cancel: () => current.cancel() };
  },
};

function wait(delayMs: number, run: () => void, options: TimerOptions = {}): Timer {
  let handle: NodeJS.Timeout;
  const arm = (remainingMs: number) => {
    const stepMs = Math.min(remainingMs, TIMEOUT_MAX_MS);
    handle = setTimeout(() => (remainingMs > stepMs ? arm(remainingMs - stepMs) : run()), stepMs);
    if (options.background === true) handle.unref();
  };
  arm(delayMs);
  return { cancel: () => clearTimeout(handle) };
}
