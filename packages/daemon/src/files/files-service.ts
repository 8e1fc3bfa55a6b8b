// Files under virtual paths (src/files/files.cpp): log files, and the sandboxes of tasks. What is attached can be listed
// and read; nothing outside of it can, whatever links a task puts into its sandbox.
import { constants } from 'node:fs';
import { access, lstat, open, readdir, readlink, realpath, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FileInfo } from '@mini-mesos/proto';
import { failure, success } from '../units/result.js';
import type { Result } from '../units/result.js';
import { Accounts } from './accounts.js';
import { cleanVirtualPath, isWithin, resolveVirtualPath } from './virtual-paths.js';

/** Why a file is not given: 400, 404, 403, 500 in this order. The message is the body of the answer. */
export interface FilesError {
  readonly kind: 'invalid' | 'not-found' | 'unauthorized' | 'unknown';
  readonly message: string;
}

export type FilesResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: FilesError };

export interface AttachOptions {
  /** Whether this principal may see the path and what is beneath it. Default: everyone. */
  authorized?: (principal: string | undefined) => boolean | Promise<boolean>;
}

export interface ReadRange {
  path: string;
  /** First byte. */
  offset: number;
  /** At most READ_MAX_BYTES are read, also where it is missing; 0 reads nothing and tells the size. */
  length?: number | undefined;
}

/** An attached file or directory, without symbolic links. */
export interface RealFile {
  readonly root: string;
  readonly path: string;
}

/** The most that one read gives: 16 pages of 4 KiB (src/files/files.cpp). */
export const READ_MAX_BYTES = 64 * 1024;
/** Entries that one listing gives, the first in order of their names: a task can make any number of files. */
const BROWSE_ENTRIES_MAX = 10_000;

/** Files of a listing that are asked about at once: what keeps the thread pool busy, not full. */
const STATS_AT_ONCE = 16;
const NS_PER_SECOND = 1e9;

interface Attached {
  readonly root: string;
  readonly authorized: AttachOptions['authorized'];
}

export class FilesService {
  readonly #browseEntriesMax: number;
  readonly #attached = new Map<string, Attached>();
  readonly #accounts = new Accounts(() => performance.now());

  constructor({ browseEntriesMax = BROWSE_ENTRIES_MAX }: { browseEntriesMax?: number } = {}) {
    this.#browseEntriesMax = browseEntriesMax;
  }

  /** Shows a file or a directory under a virtual path; what was there before is replaced. */
  async attach(realPath: string, virtualPath: string, options: AttachOptions = {}): Promise<Result<void>> {
    try {
      const root = await realpath(realPath);
      await access(root, constants.R_OK);
      this.#attached.set(cleanVirtualPath(virtualPath), { root, authorized: options.authorized });
      return success(undefined);
    } catch (error) {
      return failure(`cannot attach ${realPath} as ${virtualPath}: ${(error as Error).message}`);
    }
  }

  /** Does nothing where nothing is attached. */
  detach(virtualPath: string): void {
    this.#attached.delete(cleanVirtualPath(virtualPath));
  }

  /** Virtual paths, sorted, with the real ones: /files/debug. */
  attached(): ReadonlyMap<string, string> {
    const entries = [...this.#attached].map(([virtualPath, { root }]) => [virtualPath, root] as const);
    return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** What a directory holds, sorted by path: LIST_FILES. A file, or a directory that cannot be read, holds nothing. */
  async browse(path: string, principal?: string): Promise<FilesResult<FileInfo[]>> {
    const resolved = await this.resolve(path, principal);
    if (!resolved.ok) return resolved;
    return { ok: true, value: await this.#list(resolved.value, path).catch(() => []) };
  }

  /** READ_FILE. `size` is the file's size, whatever was read. */
  async read({ path, offset, length }: ReadRange, principal?: string): Promise<FilesResult<Read>> {
    const resolved = await this.resolve(path, principal);
    if (!resolved.ok) return resolved;
    const file = resolved.value;
    if (await isDirectory(file.path)) return refused('invalid', 'Cannot read a directory.\n');
    try {
      const handle = await open(file.path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
      try {
        if (!(await leadsWithin(file.root, handle))) return refused('invalid', `'${path}' is inaccessible.\n`);
        return await readFrom(handle, { path, offset, length });
      } finally {
        await handle.close();
      }
    } catch (error) {
      return refused('unknown', `Failed to open file at '${file.path}': ${(error as Error).message}.\n`);
    }
  }

  /** The real file behind a virtual path, once the principal may see it. */
  async resolve(path: string, principal: string | undefined): Promise<FilesResult<RealFile>> {
    const resolved = resolveVirtualPath(this.#attached, path);
    if (!resolved) return refused('not-found', '');
    const { found, suffix } = resolved;
    const { root, authorized } = found;
    if (authorized && !(await authorized(principal))) return refused('unauthorized', '');
    if (!(await isDirectory(root))) {
      return suffix === '' ? { ok: true, value: { root, path: root } } : refused('not-found', '');
    }
    return followed(root, suffix === '' ? root : `${root}/${suffix}`);
  }

  /** The directory is held open, so that every name is looked up in the one whose place was checked. */
  async #list({ root, path: real }: RealFile, path: string): Promise<FileInfo[]> {
    const handle = await open(real, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      if (!(await leadsWithin(root, handle))) return [];
      const opened = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : real;
      const names = (await readdir(opened)).sort((a, b) => (a < b ? -1 : 1)).slice(0, this.#browseEntriesMax);
      const files: (FileInfo | undefined)[] = [];
      for (let start = 0; start < names.length; start += STATS_AT_ONCE) {
        const some = names.slice(start, start + STATS_AT_ONCE);
        const infos = some.map((name) => this.#fileInfo({ root, path: `${opened}/${name}` }, join(path, name)));
        files.push(...(await Promise.all(infos)));
      }
      return files.filter((info) => info !== undefined);
    } finally {
      await handle.close();
    }
  }

  /** A link that leads elsewhere is shown as the link that it is. */
  async #fileInfo({ root, path: real }: RealFile, path: string): Promise<FileInfo | undefined> {
    try {
      const isInside = isWithin(root, await realpath(real));
      const { nlink, size, mtimeMs, mode, uid, gid } = await (isInside ? stat(real) : lstat(real));
      return {
        path,
        nlink,
        size,
        mtime: { nanoseconds: Math.floor(mtimeMs / 1000) * NS_PER_SECOND },
        mode,
        uid: await this.#accounts.user(uid),
        gid: await this.#accounts.group(gid),
      };
    } catch {
      return undefined; // Removed meanwhile, or a link to nothing: Mesos passes over both.
    }
  }
}

interface Read {
  readonly size: number;
  readonly data: Buffer;
}

const refused = (kind: FilesError['kind'], message: string) => ({ ok: false, error: { kind, message } }) as const;

const isDirectory = async (path: string): Promise<boolean> => {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() === true;
};

/** Mesos' answers: missing is 404, outside is 400, both after links were followed. */
async function followed(root: string, path: string): Promise<FilesResult<RealFile>> {
  try {
    const real = await realpath(path);
    if (isWithin(root, real)) return { ok: true, value: { root, path: real } };
    return refused('invalid', `'${path}' is inaccessible.\n`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return refused('not-found', '');
    return refused('invalid', `Failed to determine canonical path of '${path}': ${message}.\n`);
  }
}

/**
 * Whether what was opened is beneath the root: a task may have put a link in place between the check of the path and
 * the opening. Only Linux tells; elsewhere O_NOFOLLOW covers the last part of the path.
 */
export async function leadsWithin(root: string, handle: FileHandle): Promise<boolean> {
  const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined);
  // A file that is being removed is shown with this mark; it was beneath the root under that name.
  return opened === undefined || isWithin(root, opened.replace(/ \(deleted\)$/, ''));
}

async function readFrom(handle: FileHandle, { path, offset, length }: ReadRange): Promise<FilesResult<Read>> {
  const stats = await handle.stat();
  if (!stats.isFile()) return refused('invalid', `'${basename(path)}' is not a regular file.\n`);
  const { size } = stats;
  const bytes = Math.min(length ?? READ_MAX_BYTES, READ_MAX_BYTES, Math.max(0, size - offset));
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, offset);
  return { ok: true, value: { size, data: buffer.subarray(0, bytesRead) } };
}
