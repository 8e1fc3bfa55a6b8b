// Answers to browsers that ask from another origin: nothing at all unless origins were named.
import type { FrontAnswer, FrontOptions, Headers, RequestHead } from './types.js';

/** How long a browser keeps the answer to a preflight, in seconds: ten minutes. */
const PREFLIGHT_MAX_AGE = '600';

/** Headers for every answer to a request of `origin`. */
export function corsHeaders(origins: FrontOptions['corsOrigins'], headers: Headers): Record<string, string> {
  const origin = headers['origin'];
  if (origins === undefined || typeof origin !== 'string') return {};
  if (origins === '*') return { 'access-control-allow-origin': '*' };
  return origins.includes(origin) ? { 'access-control-allow-origin': origin, vary: 'origin' } : { vary: 'origin' };
}

/** The answer to an OPTIONS request that asks whether a call would be allowed; undefined where it is none. */
export function preflight(
  origins: FrontOptions['corsOrigins'],
  { method, headers }: RequestHead,
  allowed: readonly string[],
): FrontAnswer | undefined {
  const asked = headers['access-control-request-method'];
  if (origins === undefined || method !== 'OPTIONS' || asked === undefined) return undefined;
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': allowed.join(', '),
      'access-control-allow-headers': String(headers['access-control-request-headers'] ?? ''),
      'access-control-max-age': PREFLIGHT_MAX_AGE,
    },
  };
}
