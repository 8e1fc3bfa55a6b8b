// What a request's target names: the path's decoded segments without the process' prefix, and the query. Pure.

export interface Target {
  /** Decoded, none empty. */
  readonly segments: readonly string[];
  readonly query: string;
  /** Path and query with the process' prefix, encoded as they were sent. */
  readonly delegatedUrl: string;
}

/** Undefined for what can name nothing here: broken escapes, `..` (as libprocess), NUL bytes, a target that is no path. */
export function parseTarget(url: string, processId: string): Target | undefined {
  const pathAndQuery = url.startsWith('/') ? url : originStripped(url);
  if (pathAndQuery === undefined) return undefined;
  const mark = pathAndQuery.indexOf('?');
  const path = mark < 0 ? pathAndQuery : pathAndQuery.slice(0, mark);
  const query = mark < 0 ? '' : pathAndQuery.slice(mark + 1);
  const encoded = path.split('/').filter((segment) => segment !== '');
  const decoded = encoded.map(decodeSegment);
  if (decoded.some((segment) => segment === undefined || segment === '..' || segment.includes('\0'))) return undefined;
  const hasPrefix = decoded[0] === processId;
  return {
    segments: (hasPrefix ? decoded.slice(1) : decoded) as string[],
    query,
    delegatedUrl: hasPrefix ? pathAndQuery : `/${processId}${pathAndQuery === '/' ? '' : pathAndQuery}`,
  };
}

/** `http://host:port/path`, as proxies write it. */
function originStripped(url: string): string | undefined {
  const [, path] = /^https?:\/\/[^/?]*(.*)$/i.exec(url) ?? [];
  return path === undefined || path.startsWith('/') ? path : `/${path}`;
}

function decodeSegment(segment: string): string | undefined {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
