// Finds the one thing that a person means by an id, the beginning of one, its last part or a name. Pure.

export type Found<T> =
  | { readonly kind: 'one'; readonly item: T }
  | { readonly kind: 'none' }
  /** Several fit equally well. */
  | { readonly kind: 'several'; readonly items: readonly T[] };

export interface Names<T> {
  readonly id: (item: T) => string;
  /** Other names, which need not be unique. */
  readonly names?: (item: T) => readonly string[];
}

/** The whole id wins over a name, a name over the last part of an id (`S0`), and that over the beginning of one. */
export function findOne<T>(items: readonly T[], wanted: string, { id, names = () => [] }: Names<T>): Found<T> {
  const ways: ((item: T) => boolean)[] = [
    (item) => id(item) === wanted,
    (item) => names(item).includes(wanted),
    (item) => lastPart(id(item)) === wanted,
    (item) => wanted !== '' && id(item).startsWith(wanted),
  ];
  for (const fits of ways) {
    const found = items.filter(fits);
    const [item] = found;
    if (item !== undefined) return found.length === 1 ? { kind: 'one', item } : { kind: 'several', items: found };
  }
  return { kind: 'none' };
}

/** Mesos counts agents and frameworks behind the id of the master: `…-S12`, `…-0003`. */
function lastPart(id: string): string | undefined {
  return /-(S\d+|\d{4,})$/.exec(id)?.[1];
}

/**
 * Ids as they are listed: only their last parts where these are different and say all, else the whole ids. What is
 * shown is found again by `findOne`.
 */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const distinct = [...new Set(ids)];
  const parts = distinct.map(lastPart);
  const isClear = !parts.includes(undefined) && new Set(parts).size === distinct.length;
  return new Map(distinct.map((id, index) => [id, isClear ? (parts[index] ?? id) : id]));
}
