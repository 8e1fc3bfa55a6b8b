// The time of now as a signal: it moves once a second while the page is seen, so that '12 s ago' is true.
import { signal } from '@preact/signals';

const TICK_MS = 1000;

export const nowMs = signal(Date.now());

/** Whether anybody looks at the page. */
export const isVisible = signal(document.visibilityState === 'visible');

export function startClock(): void {
  setInterval(() => {
    if (isVisible.value) nowMs.value = Date.now();
  }, TICK_MS);
  document.addEventListener('visibilitychange', () => {
    isVisible.value = document.visibilityState === 'visible';
    nowMs.value = Date.now();
  });
}
