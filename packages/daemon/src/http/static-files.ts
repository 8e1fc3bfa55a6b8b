// The files of the web UI: for paths that no route takes, from one directory, never from outside of it.
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileAnswer } from './file-answer.js';
import type { Incoming } from './incoming.js';
import { mediaTypeOfFile } from './media-types.js';
import type { FrontAnswer, Headers, StaticOptions } from './types.js';

interface Mount {
  readonly prefix: readonly string[];
  readonly directory: string;
  readonly fallback: string | undefined;
}

/** Read whole, so that they can be zipped; larger ones are streamed as they are. */
const WHOLE_FILE_MAX_BYTES = 1024 * 1024;
/** A year: what the names of hashed files allow, because another content has another name. */
const HASHED_CACHE = 'public, max-age=31536000, immutable';
/** Names that build tools make from the content, and where they put them: `assets/index-B7x9aQ2c.js`. */
const HASHED_PATH = /\/assets\/(.*\/)?[^/]*[.-][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const INDEX = 'index.html';

export class StaticFiles {
  readonly #mounts: Mount[] = [];

  mount(prefix: string, directory: string, { fallback }: StaticOptions): void {
    this.#mounts.push({ prefix: prefix.split('/').filter((segment) => segment !== ''), directory, fallback });
  }

  /** Undefined where no directory holds the path. */
  async find(request: Incoming): Promise<FrontAnswer | undefined> {
    const segments = request.target?.segments;
    if (!segments || (request.method !== 'GET' && request.method !== 'HEAD')) return undefined;
    for (const mount of this.#mounts) {
      if (!mount.prefix.every((segment, index) => segments[index] === segment)) continue;
      const answer = await fileOf(mount, segments.slice(mount.prefix.length), request.headers);
      if (answer) return answer;
    }
    return undefined;
  }
}

async function fileOf(mount: Mount, segments: readonly string[], headers: Headers): Promise<FrontAnswer | undefined> {
  // Names that begin with a dot are not part of a UI; a slash within a segment was encoded to hide it.
  if (segments.some((segment) => segment.startsWith('.') || /[/\\]/.test(segment))) return undefined;
  const wanted = segments.length === 0 ? [INDEX] : segments;
  const answer = await read(mount.directory, wanted, headers);
  if (answer || mount.fallback === undefined || !isNavigation(headers)) return answer;
  return read(mount.directory, [mount.fallback], headers);
}

/** A browser that goes to a page says that it takes HTML; scripts and tools say no more than that they take anything. */
const isNavigation = ({ accept }: Headers): boolean => typeof accept === 'string' && accept.includes('text/html');

async function read(
  directory: string,
  segments: readonly string[],
  requestHeaders: Headers,
): Promise<FrontAnswer | undefined> {
  try {
    const root = await realpath(directory);
    const path = await realpath(join(root, ...segments));
    if (!path.startsWith(root + sep)) return undefined;
    const tag = await entityTag(path);
    if (tag === undefined) return undefined;
    const headers = headersOf(path, tag);
    if (requestHeaders['if-none-match'] === tag) return { status: 304, headers };
    return await whole(await fileAnswer({ path, headers, requestHeaders }));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Size and time of the last change; undefined where it is no regular file. */
async function entityTag(path: string): Promise<string | undefined> {
  const stats = await stat(path);
  return stats.isFile() ? `W/"${stats.size.toString(16)}-${Math.trunc(stats.mtimeMs).toString(16)}"` : undefined;
}

function headersOf(path: string, etag: string): Record<string, string> {
  const type = mediaTypeOfFile(path);
  const isText = type.startsWith('text/') || type.endsWith('json') || type.endsWith('xml');
  return {
    'content-type': isText ? `${type}; charset=utf-8` : type,
    'cache-control': HASHED_PATH.test(path) ? HASHED_CACHE : 'no-cache',
    etag,
    'x-content-type-options': 'nosniff',
  };
}

async function whole(answer: FrontAnswer | undefined): Promise<FrontAnswer | undefined> {
  const body = answer?.body;
  if (!answer || answer.status !== 200 || body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
    return answer;
  }
  if (Number(answer.headers?.['content-length']) > WHOLE_FILE_MAX_BYTES) return answer;
  return { ...answer, body: Buffer.concat((await body.toArray()) as Buffer[]) };
}
