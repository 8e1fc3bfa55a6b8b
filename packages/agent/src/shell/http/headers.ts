// Headers of a request as one text.
import type { RequestHead } from '@mini-mesos/daemon';

/** Several of one name are one list. */
export function header({ headers }: RequestHead, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}
