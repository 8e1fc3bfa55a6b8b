// Modules for functions: `{ lodash: sc.module('lodash') }`. What a module needs is shipped as a bundle named by its
// content and laid out as on this machine, with a small entry file where the program stands, so that Node finds
// everything there as it does here: packages as whole folders, the program's own files by following their imports.
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'acorn';
import { pack } from 'msgpackr';
import { callerPosition } from '../closures/position.js';
import { REFERENCE, type ReferenceHandle } from '../closures/references.js';
import type { ModuleReference, Reference } from '../closures/types.js';
import { isFile, ModuleError, PackageFiles, packageName } from './package-files.js';

export interface ModuleOptions {
  /** Name of an export, '*' for all of them; without it the default export, or all when there is none. */
  readonly export?: string;
  /** The module is installed where executors run: nothing is shipped. */
  readonly installed?: boolean;
}

/** A module inside an environment. */
export class ModuleHandle implements ReferenceHandle {
  private readonly module: ModuleReference;

  constructor(module: ModuleReference) {
    this.module = module;
  }

  get [REFERENCE](): Reference {
    return { kind: 'module', module: this.module };
  }
}

export interface Bundle {
  readonly hash: string;
  readonly packed: Uint8Array;
}

/** Name of the file executors import; it asks for the module by the name the program used. */
const ENTRY_NAME = 'mini-mesos-entry.mjs';

/** The module as functions name it, with the bundle to ship unless it needs none. Throws ModuleError. */
export function loadModule(specifier: string, options: ModuleOptions): { handle: ModuleHandle; bundle?: Bundle } {
  const name = options.export === undefined ? {} : { exportName: options.export };
  const bare = specifier.replace(/^node:/, '');
  if (builtinModules.includes(bare)) return { handle: new ModuleHandle({ specifier: `node:${bare}`, ...name }) };
  if (options.installed === true) return { handle: new ModuleHandle({ specifier, ...name }) };
  const program = realpathSync(callerPosition()?.file ?? process.cwd());
  const folder = isFile(program) ? dirname(program) : program;
  const files = new PackageFiles();
  const target = specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier;
  addImport(target, join(folder, ENTRY_NAME), files);
  const root = commonFolder([...files.paths(), join(folder, ENTRY_NAME)]);
  const named = files.entries().map(([path, content]) => [slashed(relative(root, path)), content] as const);
  const entry = slashed(relative(root, join(folder, ENTRY_NAME)));
  const imported = isLocal(target) ? slashed(relativeImport(folder, localFile(target, folder))) : target;
  const stub = Buffer.from(`export const load = () => import(${JSON.stringify(imported)});\n`);
  const sorted = [...named, [entry, stub] as const].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const packed = pack(Object.fromEntries(sorted));
  const hash = createHash('sha256').update(packed).digest('hex');
  return { handle: new ModuleHandle({ specifier, bundle: hash, entry, ...name }), bundle: { hash, packed } };
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}

function relativeImport(folder: string, file: string): string {
  const path = relative(folder, file);
  return path.startsWith('.') ? path : `./${path}`;
}

function isLocal(specifier: string): boolean {
  return specifier.startsWith('.') || specifier.startsWith('/');
}

/** The file a relative import names; CommonJS may leave out the extension. */
function localFile(specifier: string, folder: string): string {
  const path = fileURLToPath(new URL(specifier, pathToFileURL(`${folder}/`)));
  const found = [path, `${path}.js`, `${path}.json`, join(path, 'index.js')].find(isFile);
  if (found === undefined) throw new ModuleError(`module '${specifier}' is not found from ${folder}`);
  return realpathSync(found);
}

/** Adds what an import leads to, and what that imports. */
function addImport(specifier: string, from: string, files: PackageFiles): void {
  const waiting = [{ specifier, from }];
  while (waiting.length > 0) {
    const next = waiting.pop() as { specifier: string; from: string };
    if (next.specifier.startsWith('node:') || next.specifier.startsWith('#') || builtinModules.includes(next.specifier))
      continue;
    if (!isLocal(next.specifier)) {
      files.addPackage(packageName(next.specifier), dirname(next.from));
      continue;
    }
    const path = localFile(next.specifier, dirname(next.from));
    if (files.has(path)) continue;
    const content = readFileSync(path);
    files.add(path, content);
    files.addNearestManifest(path);
    for (const imported of importsOf(path, content)) waiting.push({ specifier: imported, from: path });
  }
}

interface SyntaxNode {
  type: string;
  [property: string]: unknown;
}

/** Names in import, export … from, import() and require() with a literal argument. */
function importsOf(path: string, content: Uint8Array): string[] {
  const program = /\.[mc]?js$/.test(path) ? parseAny(Buffer.from(content).toString('utf8')) : undefined;
  const found: string[] = [];
  const stack: unknown[] = [program];
  while (stack.length > 0) {
    const node = stack.pop();
    if (typeof node !== 'object' || node === null) continue;
    const specifier = specifierOf(node as SyntaxNode);
    if (specifier !== undefined) found.push(specifier);
    for (const child of Object.values(node)) stack.push(child);
  }
  return found;
}

function parseAny(text: string): unknown {
  for (const sourceType of ['module', 'script'] as const) {
    try {
      return parse(text, { ecmaVersion: 'latest', sourceType, allowHashBang: true, allowReturnOutsideFunction: true });
    } catch {
      continue;
    }
  }
  return undefined;
}

function specifierOf(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return literal(node['source']);
    case 'CallExpression': {
      const callee = node['callee'] as SyntaxNode;
      const isRequire = callee.type === 'Identifier' && callee['name'] === 'require';
      return isRequire ? literal((node['arguments'] as unknown[])[0]) : undefined;
    }
    default:
      return undefined;
  }
}

function literal(node: unknown): string | undefined {
  const { type, value } = (node ?? {}) as { type?: string; value?: unknown };
  return type === 'Literal' && typeof value === 'string' ? value : undefined;
}

function commonFolder(paths: readonly string[]): string {
  let common = dirname(paths[0] as string).split(sep);
  for (const path of paths) {
    const parts = dirname(path).split(sep);
    let length = 0;
    while (length < common.length && common[length] === parts[length]) length++;
    common = common.slice(0, length);
  }
  return common.join(sep) || sep;
}
