// The files of a module bundle: packages are taken whole, with the packages they depend on. Where a package manager
// links packages from elsewhere, they are laid out as plain folders.
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** Thrown when a module cannot be shipped. */
export class ModuleError extends Error {
  override name = 'ModuleError';
}

/** Files and bytes of one bundle; more is refused, because it is a program rather than a helper. */
const FILES_MAX = 10_000;
const BYTES_MAX = 64 * 1024 * 1024;
/** Documentation, types and source maps are of no use to an executor. */
const LEFT_OUT = /\.(md|map|ts|mts|cts|flow)$/;

/** 'lodash' of 'lodash/fp', '@a/b' of '@a/b/c'. */
export function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

export class PackageFiles {
  private readonly files = new Map<string, Uint8Array>();
  private readonly packages = new Set<string>();
  private bytes = 0;

  has(path: string): boolean {
    return this.files.has(path);
  }

  paths(): Iterable<string> {
    return this.files.keys();
  }

  entries(): [string, Uint8Array][] {
    return [...this.files];
  }

  add(path: string, content: Uint8Array): void {
    this.files.set(path, content);
    this.bytes += content.length;
    if (this.files.size > FILES_MAX || this.bytes > BYTES_MAX) {
      const limit = `${FILES_MAX} files or ${BYTES_MAX / 1024 ** 2} MiB`;
      throw new ModuleError(
        `the module needs more than ${limit}: install it where executors run and use { installed: true }`,
      );
    }
  }

  /** The package.json that says what kind of module a file is. */
  addNearestManifest(path: string): void {
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
      const manifest = join(folder, 'package.json');
      if (this.files.has(manifest)) return;
      if (!isFile(manifest)) continue;
      this.add(manifest, readFileSync(manifest));
      return;
    }
  }

  /** Adds a package as seen from a folder, and what it depends on. */
  addPackage(name: string, from: string): void {
    const found = findPackage(name, from);
    if (found === undefined) throw new ModuleError(`package '${name}' is not found from ${from}`);
    this.addFolder(found, found);
  }

  /** `logical` is where the package lies in the bundle, `real` where its files are. */
  private addFolder(logical: string, real: string): void {
    const folder = realpathSync(real);
    if (this.packages.has(logical)) return;
    this.packages.add(logical);
    this.copy(logical, folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    for (const name of Object.keys(dependencies)) {
      const there = findPackage(name, folder);
      if (there === undefined) continue;
      const here = findPackage(name, logical);
      const visible = here !== undefined && realpathSync(here) === realpathSync(there);
      this.addFolder(visible ? here : join(logical, 'node_modules', name), there);
    }
  }

  private copy(logical: string, folder: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === '.git') continue;
      const path = join(folder, entry.name);
      if (isFolder(path)) this.copy(join(logical, entry.name), path);
      else if (entry.name.endsWith('.node')) throw nativeCode(path);
      else if (!LEFT_OUT.test(entry.name) && isFile(path)) this.add(join(logical, entry.name), readFileSync(path));
    }
  }
}

function nativeCode(path: string): ModuleError {
  return new ModuleError(`${path} is native code: install the package where executors run and use { installed: true }`);
}

/** The folder of a package, looked for as Node does. */
function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (!folder.endsWith(`${sep}node_modules`)) {
      const candidate = join(folder, 'node_modules', name);
      if (isFile(join(candidate, 'package.json'))) return candidate;
    }
    if (folder === dirname(folder)) return undefined;
  }
}
