// What the tests of this folder read: the .proto files as protobufjs sees them, with their comments, and what
// scripts/generate.mjs makes of them. The generator runs only where its output is missing, so that it never rewrites
// the files while other tests load them.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import protobuf from 'protobufjs';

/** The folder `proto`. */
export const HOME = join(import.meta.dirname, '..');

/** The .proto files of the Mesos API, relative to `HOME`, sorted. */
export const API_FILES: readonly string[] = protoFiles().filter((file) => file.startsWith('mesos/'));

function protoFiles(): string[] {
  return readdirSync(HOME, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.proto') && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(HOME, join(entry.parentPath, entry.name)))
    .sort();
}

/** All .proto files, parsed as the generator parses them. */
export function parsedFiles(): protobuf.Root {
  const root = new protobuf.Root();
  const googleFile = root.resolvePath.bind(root);
  root.resolvePath = (_origin, target) => (target.startsWith('google/') ? googleFile('', target) : join(HOME, target));
  root.loadSync(protoFiles(), { keepCase: true, alternateCommentMode: true, preferTrailingComment: false });
  root.resolveAll();
  return root;
}

function ensureGenerated(): void {
  const outputs = ['dist/index.js', 'dist/index.d.ts'];
  if (outputs.every((file) => existsSync(join(HOME, file)))) return;
  execFileSync(process.execPath, [join(HOME, 'scripts/generate.mjs')], { stdio: 'inherit' });
}

/** The descriptor that every codec is built from. */
export async function generatedDescriptor(): Promise<protobuf.INamespace> {
  ensureGenerated();
  const generated = await import('../dist/index.js');
  return generated.descriptor;
}

/** The text of the generated declarations. */
export function generatedDeclarations(): string {
  ensureGenerated();
  return readFileSync(join(HOME, 'dist/index.d.ts'), 'utf8');
}

export interface Declared<T> {
  readonly name: string;
  readonly item: T;
}

interface Declarations {
  readonly messages: readonly Declared<protobuf.Type>[];
  readonly enums: readonly Declared<protobuf.Enum>[];
}

/** Every message and enum below a namespace, nested ones included, by full name without the leading dot. */
export function declarationsOf(space: protobuf.NamespaceBase): Declarations {
  const messages: Declared<protobuf.Type>[] = [];
  const enums: Declared<protobuf.Enum>[] = [];
  for (const item of space.nestedArray) {
    const name = item.fullName.slice(1);
    if (item instanceof protobuf.Enum) enums.push({ name, item });
    if (item instanceof protobuf.Type) messages.push({ name, item });
    if (item instanceof protobuf.Namespace) {
      const inner = declarationsOf(item);
      messages.push(...inner.messages);
      enums.push(...inner.enums);
    }
  }
  return { messages, enums };
}

/** The messages and enums of the Mesos API, as parsed from the .proto files. */
export function apiDeclarations(): Declarations {
  const space = parsedFiles().lookup('mesos.v1');
  if (!(space instanceof protobuf.Namespace)) throw new Error('the .proto files declare no package mesos.v1');
  return declarationsOf(space);
}
