// What broadcast variables, accumulators and modules are inside a function: objects with the same names as on the
// driver, backed by this worker's caches.
import { createRequire } from 'node:module';
import { deserialize, serialize } from 'node:v8';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction, type HandleReference } from '../../closures/compile.js';
import type { ModuleReference } from '../../closures/types.js';
import type { AccumulatorUpdate } from '../../protocol.js';
import { decodeSharedValue } from './shared-value.js';
import type { Questions } from './questions.js';

type AccumulatorReference = Extract<HandleReference, { kind: 'accumulator' }>;

/** A broadcast variable inside a function. */
class BroadcastHandle {
  private readonly bytes: SharedArrayBuffer;
  private decoded: { value: unknown } | undefined;

  constructor(bytes: SharedArrayBuffer) {
    this.bytes = bytes;
  }

  get value(): unknown {
    this.decoded ??= { value: decodeSharedValue(this.bytes) };
    return this.decoded.value;
  }
}

interface Tally {
  readonly merge: (sum: unknown, value: unknown) => unknown;
  readonly zero: Uint8Array;
  value: unknown;
  touched: boolean;
}

/** An accumulator inside a function: it can be added to, not read. */
class AccumulatorHandle {
  private readonly tally: Tally;

  constructor(tally: Tally) {
    this.tally = tally;
  }

  add(value: unknown): void {
    const { tally } = this;
    if (!tally.touched) {
      tally.touched = true;
      tally.value = deserialize(tally.zero);
    }
    tally.value = tally.merge(tally.value, value);
  }

  get value(): never {
    throw new Error('an accumulator can be read on the driver only: functions can add to it');
  }
}

export class Handles {
  private readonly questions: Questions;
  private readonly broadcasts = new Map<number, BroadcastHandle>();
  private readonly tallies = new Map<number, Tally>();
  private readonly modules = new Map<string, unknown>();

  constructor(questions: Questions) {
    this.questions = questions;
  }

  /** Fetches and imports what functions refer to; afterwards `resolve` answers at once. */
  async load(references: readonly HandleReference[]): Promise<void> {
    for (const reference of references) {
      if (reference.kind === 'broadcast') await this.loadBroadcast(reference.id);
      else if (reference.kind === 'module') await this.loadModule(reference.module);
    }
  }

  private async loadBroadcast(id: number): Promise<void> {
    if (this.broadcasts.has(id)) return;
    this.broadcasts.set(id, new BroadcastHandle(await this.questions.ask('broadcast', { id })));
  }

  private async loadModule(module: ModuleReference): Promise<void> {
    const key = JSON.stringify(module);
    if (this.modules.has(key)) return;
    this.modules.set(key, exportOf(await this.importModule(module), module));
  }

  private async importModule({ bundle, entry, specifier }: ModuleReference): Promise<Record<string, unknown>> {
    if (bundle !== undefined && entry !== undefined) {
      const folder = await this.questions.ask('bundle', { hash: bundle });
      // The bundle's entry file asks for the module by name, from where the program stood.
      const { load } = (await import(pathToFileURL(join(folder, entry)).href)) as {
        load: () => Promise<Record<string, unknown>>;
      };
      return load();
    }
    if (specifier.startsWith('node:')) return (await import(specifier)) as Record<string, unknown>;
    // Installed where executors run: looked up from the executor's working folder.
    const found = createRequire(join(process.cwd(), 'executor.js')).resolve(specifier);
    return (await import(pathToFileURL(found).href)) as Record<string, unknown>;
  }

  readonly resolve = (reference: HandleReference): unknown => {
    switch (reference.kind) {
      case 'broadcast':
        return this.broadcasts.get(reference.id);
      case 'module':
        return this.modules.get(JSON.stringify(reference.module));
      case 'accumulator':
        return new AccumulatorHandle(this.tally(reference));
    }
  };

  private tally(reference: AccumulatorReference): Tally {
    let tally = this.tallies.get(reference.id);
    if (tally === undefined) {
      tally = { merge: mergeOf(reference), zero: reference.zero, value: undefined, touched: false };
      this.tallies.set(reference.id, tally);
    }
    return tally;
  }

  /** What the task added so far; starts the next task from nothing. */
  takeUpdates(): AccumulatorUpdate[] {
    const updates: AccumulatorUpdate[] = [];
    for (const [id, tally] of this.tallies) {
      if (!tally.touched) continue;
      updates.push([id, serialize(tally.value)]);
      tally.touched = false;
      tally.value = undefined;
    }
    return updates;
  }

  dropBroadcast(id: number): void {
    this.broadcasts.delete(id);
  }
}

function mergeOf({ add }: AccumulatorReference): (sum: unknown, value: unknown) => unknown {
  if (add.builtin === '#add') return (sum, value) => (sum as number) + (value as number);
  if (add.builtin === '#push') {
    return (sum, value) => {
      (sum as unknown[]).push(value);
      return sum;
    };
  }
  return compileFunction(add, () => undefined);
}

function exportOf(namespace: Record<string, unknown>, { exportName, specifier }: ModuleReference): unknown {
  if (exportName === '*') return namespace;
  if (exportName === undefined) return 'default' in namespace ? namespace['default'] : namespace;
  const holder = namespace['default'] as Record<string, unknown> | undefined;
  const value = namespace[exportName] ?? holder?.[exportName];
  if (value === undefined)
    throw new Error(`module ${specifier} has no export '${exportName}': it has ${Object.keys(namespace).join(', ')}`);
  return value;
}
