// The machine behind the ports: clock, timers, user and host, and a log that nobody reads.
import { hostname, userInfo } from 'node:os';
import type { Clock, SdkLogger } from '../ports.js';

export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

const drop = (): void => undefined;
export const silentLog: SdkLogger = { debug: drop, info: drop, warn: drop, error: drop };

/** The user that runs this process; its number where the system knows no name for it. */
export function operatingSystemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'nobody');
  }
}

export const machineName = (): string => hostname();
