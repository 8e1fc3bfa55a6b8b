// Addresses within the UI. They live behind the '#': the master answers /tasks, /roles and others with data itself, so a
// page's address must never reach it.

export interface Route {
  /** Decoded segments: ['tasks', '<framework id>', '<task id>']; empty for the overview. */
  readonly path: readonly string[];
  readonly query: ReadonlyMap<string, string>;
}

/** Of what follows the '#', with or without it. Anything that cannot be decoded is taken as it stands. */
export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#/, '');
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1));
  return {
    path: path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decode),
    query: new Map(query),
  };
}

/** The href of a page. Query entries without a value are left out. */
export function routeTo(path: readonly string[], query: { readonly [name: string]: string | undefined } = {}): string {
  const entries = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  const search = new URLSearchParams(entries).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

/** The same page with other query entries; undefined or '' takes one away. */
export function withQuery(route: Route, changes: { readonly [name: string]: string | undefined }): string {
  return routeTo(route.path, { ...Object.fromEntries(route.query), ...changes });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
