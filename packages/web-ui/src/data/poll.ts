// What events do not carry is asked for again and again, gently: only while somebody looks at it, never twice at once, and
// the slower the answer the more rarely.
import { effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isVisible } from './clock.js';
import { connection } from './live.js';
import { messageOf } from './requests.js';

/** An answer that took t is asked for again after this many t at the earliest: at most 5 % of the master's time. */
const PAUSE_PER_ANSWER = 20;
const PAUSE_MAX_MS = 60_000;

export interface Poll<T> {
  readonly value: ReadonlySignal<T | undefined>;
  /** Why the last attempt failed; the last value stays. */
  readonly error: ReadonlySignal<string | undefined>;
  /** Someone looks at it until the returned function is called. */
  watch(): () => void;
  /** Asks at once: something is known to have changed. */
  refresh(): void;
}

export function createPoll<T>(of: {
  everyMs: number;
  request: (signal: AbortSignal) => Promise<T>;
  /** What else is done with an answer. */
  onAnswer?: (answer: T) => void;
}): Poll<T> {
  const value = signal<T | undefined>(undefined);
  const error = signal<string | undefined>(undefined);
  let watchers = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;
  let stopFollowing: (() => void) | undefined;

  const run = async () => {
    clearTimeout(timer);
    if (running || watchers === 0 || !isVisible.peek() || connection.peek().phase !== 'live') return;
    const mine = new AbortController();
    running = mine;
    const startedMs = performance.now();
    try {
      const answer = await of.request(mine.signal);
      if (mine.signal.aborted) return;
      value.value = answer;
      error.value = undefined;
      of.onAnswer?.(answer);
    } catch (cause) {
      if (mine.signal.aborted) return;
      error.value = messageOf(cause);
    }
    running = undefined;
    const tookMs = performance.now() - startedMs;
    timer = setTimeout(() => void run(), Math.min(PAUSE_MAX_MS, Math.max(of.everyMs, tookMs * PAUSE_PER_ANSWER)));
  };

  const stop = () => {
    clearTimeout(timer);
    running?.abort();
    running = undefined;
    stopFollowing?.();
  };

  return {
    value,
    error,
    watch() {
      watchers += 1;
      if (watchers === 1) {
        // A page that is looked at again, or that found its master again, is not left with old figures.
        stopFollowing = effect(() => {
          if (isVisible.value && connection.value.phase === 'live') void run();
        });
      }
      return () => {
        watchers -= 1;
        if (watchers === 0) stop();
      };
    },
    refresh: () => void run(),
  };
}

/** Polls while the component is shown. */
export function usePoll<T>(poll: Poll<T>): Poll<T> {
  useEffect(() => poll.watch(), [poll]);
  return poll;
}
