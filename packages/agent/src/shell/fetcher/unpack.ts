// Unpacks what was fetched into the sandbox. An archive whose entries would leave the sandbox is refused whole.
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, lstat, mkdir, realpath, rm, symlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { RunAs } from '../containerizer.js';
import { asUser } from './download.js';
import type { Unpacking } from './uri.js';

export interface UnpackOptions {
  /** The fetched file. */
  file: string;
  /** Where its content goes. */
  sandbox: string;
  runAs: RunAs | undefined;
  signal: AbortSignal;
}

/** Returns the paths that were made by us rather than by a tool that ran as the user. */
export async function unpack(kind: Unpacking, options: UnpackOptions): Promise<string[]> {
  switch (kind) {
    case 'tar':
      await unpackTar(options);
      return [];
    case 'gzip':
      return unpackGzip(options);
    case 'zip':
      return unpackZip(options);
  }
}

/** Why an entry must not be unpacked; undefined where it stays inside. */
export function leavesSandbox(name: string): boolean {
  const path = normalize(name);
  return name.includes('\0') || path.startsWith('/') || path === '..' || path.startsWith('../');
}

async function unpackTar({ file, sandbox, runAs, signal }: UnpackOptions): Promise<void> {
  const names = await asUser('tar', ['-tf', file], { runAs, signal });
  const bad = names.split('\n').find(leavesSandbox);
  if (bad !== undefined) throw new Error(`its entry '${bad}' would leave the sandbox`);
  // tar itself sees to it that nothing is written through a symbolic link of the archive.
  await asUser('tar', ['-xf', file, '-C', sandbox, '--no-same-owner'], { runAs, signal });
}

async function unpackGzip({ file, sandbox, signal }: UnpackOptions): Promise<string[]> {
  const destination = join(sandbox, file.slice(file.lastIndexOf('/') + 1).replace(/\.gz$/, ''));
  await rm(destination, { force: true });
  await pipeline(createReadStream(file), createGunzip(), createWriteStream(destination, { flags: 'wx' }), { signal });
  return [destination];
}

async function unpackZip({ file, sandbox, signal }: UnpackOptions): Promise<string[]> {
  const zip = await openPromise(file);
  const made: string[] = [];
  const root = await realpath(sandbox);
  for await (const entry of zip.eachEntry()) {
    signal.throwIfAborted();
    if (leavesSandbox(entry.fileName)) throw new Error(`its entry '${entry.fileName}' would leave the sandbox`);
    made.push(...(await unpackEntry(zip, entry, root)));
  }
  return made;
}

const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;
/** A link's text is a path: nothing longer is one. */
const LINK_MAX_BYTES = 4096;

async function unpackEntry(zip: ZipFile, entry: Entry, root: string): Promise<string[]> {
  const destination = join(root, entry.fileName);
  if (entry.fileName.endsWith('/')) {
    await mkdir(destination, { recursive: true });
    await requireInside(destination, root);
    return [destination];
  }
  await mkdir(dirname(destination), { recursive: true });
  await requireInside(dirname(destination), root);
  if ((await lstat(destination).catch(() => undefined))?.isDirectory()) {
    throw new Error(`its entry '${entry.fileName}' is a directory here already`);
  }
  await rm(destination, { force: true });
  const mode = entry.externalFileAttributes >>> 16;
  const content = await zip.openReadStreamPromise(entry);
  if ((mode & FILE_TYPE) === SYMBOLIC_LINK) {
    await makeLink({ destination, root, target: await textOf(content) });
  } else {
    await pipeline(content, createWriteStream(destination, { flags: 'wx' }));
    if ((mode & 0o111) !== 0) await chmod(destination, 0o755);
  }
  return [destination];
}

/** An earlier entry may have been a link: what counts is where the path leads. */
async function requireInside(path: string, root: string): Promise<void> {
  const real = await realpath(path);
  if (real !== root && !real.startsWith(`${root}/`)) throw new Error(`its entry at '${path}' would leave the sandbox`);
}

async function makeLink({
  destination,
  root,
  target,
}: {
  destination: string;
  root: string;
  target: string;
}): Promise<void> {
  const leads = normalize(join(dirname(destination), target));
  if (target.startsWith('/') || (leads !== root && !leads.startsWith(`${root}/`))) {
    throw new Error(`its link '${destination.slice(root.length + 1)}' leads out of the sandbox`);
  }
  await symlink(target, destination);
}

async function textOf(content: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of content) {
    text += String(chunk);
    if (text.length > LINK_MAX_BYTES) throw new Error(`a link in it is longer than ${LINK_MAX_BYTES} bytes`);
  }
  return text;
}
