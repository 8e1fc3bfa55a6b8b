// Where the reader is: the part of the address behind the '#'.
import { signal } from '@preact/signals';
import { parseRoute, withQuery } from '../core/route.js';
import type { Route } from '../core/route.js';

export const route = signal<Route>(parseRoute(location.hash));

export function startRouter(): void {
  addEventListener('hashchange', () => {
    const before = route.value.path.join('/');
    route.value = parseRoute(location.hash);
    if (route.value.path.join('/') !== before) scrollTo(0, 0);
  });
}

/** Goes to a page; it becomes a step of the browser's history. */
export function navigate(href: string): void {
  location.hash = href;
}

/** Changes filters and the like without a step of history for every letter. */
export function setQuery(changes: { readonly [name: string]: string | undefined }): void {
  history.replaceState(null, '', withQuery(route.value, changes));
  route.value = parseRoute(location.hash);
}
