// Which real path a virtual one stands for: the longest attached prefix, as in src/files/files.cpp (resolve). Pure.

export interface Resolved<A> {
  /** What was attached under the prefix. */
  readonly found: A;
  /** What follows the prefix, '' where it matched whole. May hold `..`: the caller checks where it leads. */
  readonly suffix: string;
}

/** Linux' PATH_MAX: nothing longer can name a file, and looking prefixes up costs the square of the length. */
const PATH_LENGTH_MAX = 4096;

/** Without the slash at the end; `/x` and `x` are different. */
export const cleanVirtualPath = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path);

export function resolveVirtualPath<A>(attached: ReadonlyMap<string, A>, path: string): Resolved<A> | undefined {
  if (path.length > PATH_LENGTH_MAX) return undefined;
  const segments = cleanVirtualPath(path).split('/');
  for (let length = segments.length; length > 0; length -= 1) {
    const found = attached.get(segments.slice(0, length).join('/'));
    if (found !== undefined) return { found, suffix: segments.slice(length).join('/') };
  }
  return undefined;
}

/** Whether a real path is the root or beneath it. */
export const isWithin = (root: string, path: string): boolean =>
  path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);
