// The text that the demo counts: this repository's own, or, where it was installed from a package, the package's.
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** More than this would make it a benchmark. */
const FILES_MAX = 500;
const SKIPPED = new Set(['node_modules', 'dist', 'coverage']);
const IN_REPOSITORY = /(\.md|\.proto|^LICENSE)$/;
const IN_PACKAGE = /(\.md|\.js|\.ts|^LICENSE)$/;

export interface Text {
  readonly paths: readonly string[];
  readonly bytes: number;
  /** Where it was found. */
  readonly root: string;
}

/** In order of their paths. Files may be copied to `scratch`. */
export async function findText(scratch: string): Promise<Text> {
  const own = fileURLToPath(new URL('../../..', import.meta.url));
  const repository = join(own, '..', '..');
  const isRepository = await isOurWorkspace(repository);
  const root = isRepository ? repository : own;
  const names = isRepository ? IN_REPOSITORY : IN_PACKAGE;
  const found = await filesBelow(root, { names, skipped: isRepository ? SKIPPED : new Set(['node_modules']) });
  const paths = found.sort().slice(0, FILES_MAX);
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  // Commas and braces have a meaning in the path of a text file.
  const arePlain = paths.every((path) => !/[,{}]/.test(path));
  return { paths: arePlain ? paths : await copied(paths, scratch), bytes, root };
}

async function isOurWorkspace(folder: string): Promise<boolean> {
  try {
    const { name } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name?: string };
    return name === 'mini-mesos-workspace';
  } catch {
    return false;
  }
}

async function filesBelow(folder: string, options: { names: RegExp; skipped: ReadonlySet<string> }): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile() && options.names.test(entry.name)) found.push(path);
    else if (entry.isDirectory() && !options.skipped.has(entry.name)) found.push(...(await filesBelow(path, options)));
  }
  return found;
}

async function copied(paths: readonly string[], scratch: string): Promise<string[]> {
  const folder = join(scratch, 'text');
  await mkdir(folder, { recursive: true });
  return Promise.all(
    paths.map(async (path, index) => {
      const copy = join(folder, `${String(index).padStart(4, '0')}-${basename(path).replaceAll(/[,{}]/g, '_')}`);
      await copyFile(path, copy);
      return copy;
    }),
  );
}
