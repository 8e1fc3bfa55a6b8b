// Short messages about what was just done: shown in a corner and read out.
import { signal } from '@preact/signals';

export interface Notice {
  readonly number: number;
  readonly text: string;
  readonly isError: boolean;
}

const SHOWN_MS = 6000;
/** Shown at once; the oldest goes. */
const NOTICES_MAX = 4;

export const notices = signal<readonly Notice[]>([]);

let count = 0;

export function notify(text: string, { isError = false } = {}): void {
  count += 1;
  const number = count;
  notices.value = [...notices.value, { number, text, isError }].slice(-NOTICES_MAX);
  setTimeout(() => dismiss(number), SHOWN_MS);
}

export function dismiss(number: number): void {
  notices.value = notices.value.filter((notice) => notice.number !== number);
}
