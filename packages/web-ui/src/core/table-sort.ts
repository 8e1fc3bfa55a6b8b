// Sorting of a table as its address says it: 'name' upward, '-name' downward.

export interface Sort<K extends string = string> {
  readonly key: K;
  readonly isDescending: boolean;
}

/** An unknown key is the fallback. */
export function parseSort<K extends string>(text: string | undefined, keys: readonly K[], fallback: Sort<K>): Sort<K> {
  const name = text?.replace(/^-/, '');
  const key = keys.find((known) => known === name);
  return key === undefined ? fallback : { key, isDescending: text?.startsWith('-') === true };
}

export function formatSort({ key, isDescending }: Sort): string {
  return isDescending ? `-${key}` : key;
}

/** What a click on a column's head makes of it: other columns begin as they are read best. */
export function toggled<K extends string>(sort: Sort<K>, key: K, isDescendingFirst: boolean): Sort<K> {
  return sort.key === key ? { key, isDescending: !sort.isDescending } : { key, isDescending: isDescendingFirst };
}

/** Compares texts and numbers; equal ones by id. */
export function compareBy<T>(
  value: (row: T) => string | number,
  { isDescending, id }: { isDescending: boolean; id: (row: T) => string },
): (a: T, b: T) => number {
  const sign = isDescending ? -1 : 1;
  const order = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  return (a, b) => sign * order(value(a), value(b)) || order(id(a), id(b));
}
