// Makes a shipped function callable again on an executor. The script is named after the user's file and line, so that
// stack traces point there; `import()` inside functions resolves from that file too.
import { constants, Script } from 'node:vm';
import { decodeValue } from './environment.js';
import { builtinAt, HELPER_NAME } from './globals.js';
import type { EnvironmentEntry, Reference, ShippedFunction } from './types.js';

export type Callable = (...args: unknown[]) => unknown;

/** A reference that stands for something the executor provides. */
export type HandleReference = Exclude<Reference, { kind: 'function' | 'builtin' }>;

/** Gives what a handle stands for; modules and broadcasts must have been loaded before (see handlesOf). */
export type ResolveHandle = (reference: HandleReference) => unknown;

/** The handles a function needs. */
export function handlesOf(shipped: ShippedFunction): HandleReference[] {
  const all = shipped.environment.flatMap((entry) => (entry.kind === 'value' ? entry.references : [entry.reference]));
  return all.filter(
    (reference): reference is HandleReference => reference.kind !== 'function' && reference.kind !== 'builtin',
  );
}

/** Names inside the generated script that no program uses. */
const MAIN = '$mini_mesos_main';
const DECODE = '$mini_mesos_decode';
const RESOLVE = '$mini_mesos_resolve';

/** Compiles a function with its environment. Throws SyntaxError when this Node cannot read what the driver's could. */
export function compileFunction(shipped: ShippedFunction, resolveHandle: ResolveHandle): Callable {
  if (shipped.builtin !== undefined) return builtinAt(shipped.builtin) as Callable;
  const names = shipped.environment.map(({ name }) => name);
  // The function comes first, on the first line, so that its own lines keep their numbers; the names it uses are
  // parameters, filled in after it in the order in which they need each other.
  const prefix = `(function(${[DECODE, RESOLVE, HELPER_NAME, ...names].join(',')}){"use strict";const ${MAIN}=(`;
  const suffix = `\n);${shipped.environment.map(assignment).join('')}return ${MAIN}})`;
  const { position } = shipped;
  const script = new Script(prefix + shipped.source + suffix, {
    filename: position?.file ?? `${shipped.label.replaceAll(' ', '-')}.js`,
    lineOffset: (position?.line ?? 1) - 1,
    columnOffset: (position?.column ?? 1) - 1 - prefix.length,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const factory = script.runInThisContext() as (...args: unknown[]) => Callable;
  return factory(decoder(shipped, resolveHandle), resolver(shipped, resolveHandle), (fn: unknown) => fn);
}

/** The statement that gives one name its value. */
function assignment(entry: EnvironmentEntry, index: number): string {
  if (entry.kind === 'value') {
    const sources = entry.references.map((reference) =>
      reference.kind === 'function' ? `(${reference.source}\n)` : 'undefined',
    );
    return `${entry.name}=${DECODE}(${index},[${sources.join(',')}]);\n`;
  }
  if (entry.reference.kind === 'function') return `${entry.name}=(${entry.reference.source}\n);`;
  return `${entry.name}=${RESOLVE}(${index});\n`;
}

function decoder({ environment }: ShippedFunction, resolveHandle: ResolveHandle) {
  return (index: number, functions: readonly unknown[]): unknown => {
    const entry = environment[index] as Extract<EnvironmentEntry, { kind: 'value' }>;
    return decodeValue(entry, (reference) =>
      reference.kind === 'function'
        ? functions[entry.references.indexOf(reference)]
        : resolve(reference, resolveHandle),
    );
  };
}

function resolver({ environment }: ShippedFunction, resolveHandle: ResolveHandle) {
  return (index: number): unknown => {
    const entry = environment[index] as Extract<EnvironmentEntry, { kind: 'reference' }>;
    return resolve(entry.reference, resolveHandle);
  };
}

function resolve(reference: Reference, resolveHandle: ResolveHandle): unknown {
  if (reference.kind === 'builtin') return builtinAt(reference.path);
  return resolveHandle(reference as HandleReference);
}
