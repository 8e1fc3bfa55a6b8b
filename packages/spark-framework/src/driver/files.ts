// Which files a path names: a file, a folder, a pattern, or several of them separated by commas, as in Spark.
import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileSize } from '../core/plan/file-splits.js';

/** Thrown when input or output files are not as they must be. */
export class FileError extends Error {
  override name = 'FileError';
}

/** The files, by name, each once. Throws FileError when a path names nothing. */
export async function findFiles(paths: string): Promise<FileSize[]> {
  const found = new Map<string, FileSize>();
  for (const path of splitPaths(paths)) {
    for (const file of await filesOf(localPath(path))) found.set(file.path, file);
  }
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Commas separate paths, except inside braces. */
function splitPaths(paths: string): string[] {
  const parts = paths.split(/,(?![^{]*\})/).map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

/** A path on this machine's file systems. Throws FileError for other schemes. */
export function localPath(path: string): string {
  if (path.startsWith('file:'))
    return fileURLToPath(path.startsWith('file://') ? path : `file://${path.slice('file:'.length)}`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(path)?.[1];
  if (scheme !== undefined)
    throw new FileError(`${path}: files of ${scheme}:// cannot be read; use a path every executor can reach`);
  return resolve(path);
}

async function filesOf(path: string): Promise<FileSize[]> {
  const info = await statOf(path);
  if (info?.isFile() === true) return [{ path, bytes: info.size }];
  if (info?.isDirectory() === true) return filesOfFolder(path);
  // Loaded when a pattern needs it: many programs name plain files.
  const { glob, isDynamicPattern } = await import('tinyglobby');
  if (!isDynamicPattern(path)) throw new FileError(`${path}: no such file or folder`);
  const matches = await glob(path, { absolute: true, onlyFiles: false, expandDirectories: false });
  const files = await Promise.all(matches.toSorted().filter(isVisible).map(matchedFiles));
  if (files.flat().length === 0) throw new FileError(`${path}: no file matches this pattern`);
  return files.flat();
}

/** A match that is a folder stands for the files in it, unless the pattern found those as well. */
async function matchedFiles(match: string): Promise<FileSize[]> {
  const path = match.replace(/\/$/, '');
  const info = await statOf(path);
  if (info?.isFile() === true) return [{ path, bytes: info.size }];
  return info?.isDirectory() === true ? filesOfFolder(path) : [];
}

async function filesOfFolder(path: string): Promise<FileSize[]> {
  const names = (await readdir(path)).filter(isVisible).toSorted();
  const files: FileSize[] = [];
  for (const name of names) {
    const file = join(path, name);
    const info = await statOf(file);
    if (info?.isFile() === true) files.push({ path: file, bytes: info.size });
  }
  return files;
}

/** Names that begin with '_' or '.' are markers and unfinished work (Hadoop's hidden files). */
function isVisible(path: string): boolean {
  const name = path.replace(/\/$/, '').split('/').at(-1) ?? '';
  return !name.startsWith('_') && !name.startsWith('.');
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT' || (error as { code?: string }).code === 'ENOTDIR')
      return undefined;
    throw error;
  }
}
