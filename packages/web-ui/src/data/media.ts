// What the window is like: kept as signals, so that pages change with it.
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

function matches(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const value = signal(list.matches);
  list.addEventListener('change', () => {
    value.value = list.matches;
  });
  return value;
}

/** A phone: the same limit is in the style sheets. */
export const isNarrow = matches('(max-width: 760px)');
/** Neither a phone nor wide: less important columns go. */
export const isMedium = matches('(max-width: 1100px)');
/** Room for what is nice to have. */
export const isHuge = matches('(min-width: 1500px)');
export const isDark = matches('(prefers-color-scheme: dark)');
