// Files that are there whole or not at all, also after the power went: written beside, synced, moved into place, and the
// move synced too.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const FILE_MODE = 0o600;

/** Durable when it returns. Throws where it is not; what was there before is there still. */
export function writeWhole(path: string, bytes: Buffer): void {
  const directory = dirname(path);
  makeDirectory(directory);
  const fresh = `${path}.new`;
  const file = openSync(fresh, 'w', FILE_MODE);
  try {
    writeAll(file, bytes);
    fsyncSync(file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
  syncDirectory(directory);
}

/** A file system that is nearly full may take a part only. */
export function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

/** With its parents, each of which remembers its child. */
export function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) syncDirectory(dirname(made));
}

export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
