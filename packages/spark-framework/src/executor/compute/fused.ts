// Consecutive steps that look at one record at a time become one generated loop, together with what happens to the
// records at its end. Each stage has call sites of its own this way, so V8 inlines the user's functions into the loop.
// The generated text holds only our code and positions; user code stays behind the function values it calls.
import type { ElementOperation } from '../../core/plan/operations.js';
import type { TaskFunction } from './task-context.js';
import type { Batch, Reader } from './reader.js';

export interface ElementStep {
  readonly kind: ElementOperation['kind'];
  /** Absent for keys and values. */
  readonly fn?: TaskFunction;
}

/** The end of a loop: statements that take the record in `v`, and the values they name. */
export interface LoopEnd {
  readonly code: string;
  readonly bindings: Readonly<Record<string, unknown>>;
}

export type Loop = (batch: Batch) => void;

/** Factories by their text: V8 keeps what it learned about a loop from one task to the next. */
const factories = new Map<string, (...values: unknown[]) => Loop>();
/** Generated loops remembered; beyond it the table starts anew. */
const FACTORIES_MAX = 500;

/** A function that runs every record of a batch through the steps and into the end. */
export function fuse(steps: readonly ElementStep[], end: LoopEnd): Loop {
  const names = steps.map((_, index) => `f${index}`);
  const bound = Object.keys(end.bindings);
  const parameters = [...names, ...bound];
  const body = loopBody(steps, end.code);
  const key = `${parameters.join()}|${body}|${steps.map((step) => step.fn?.id ?? '').join('|')}`;
  let factory = factories.get(key);
  if (factory === undefined) {
    if (factories.size >= FACTORIES_MAX) factories.clear();
    const text = `"use strict"; return function loop(batch) { for (let i = 0; i < batch.length; i++) { ${body} } };`;
    // oxlint-disable-next-line typescript/no-implied-eval
    factory = new Function(...parameters, text) as (...values: unknown[]) => Loop;
    factories.set(key, factory);
  }
  return factory(...steps.map((step) => step.fn?.call), ...bound.map((name) => end.bindings[name]));
}

function loopBody(steps: readonly ElementStep[], endCode: string): string {
  let open = 'const v0 = batch[i];';
  let close = '';
  steps.forEach((step, index) => {
    const [before, after] = stepCode(step.kind, { fn: `f${index}`, from: `v${index}`, to: `v${index + 1}` });
    open += ` ${before}`;
    close = `${after} ${close}`;
  });
  return `${open} { const v = v${steps.length}; ${endCode} } ${close}`;
}

function stepCode(
  kind: ElementStep['kind'],
  { fn, from, to }: { fn: string; from: string; to: string },
): [string, string] {
  switch (kind) {
    case 'map':
      return [`const ${to} = ${fn}(${from});`, ''];
    case 'filter':
      return [`if (${fn}(${from})) { const ${to} = ${from};`, '}'];
    case 'flatMap':
      return [`for (const ${to} of ${fn}(${from})) {`, '}'];
    case 'mapValues':
      return [`const ${to} = [${from}[0], ${fn}(${from}[1])];`, ''];
    case 'flatMapValues':
      return [`for (const w${to} of ${fn}(${from}[1])) { const ${to} = [${from}[0], w${to}];`, '}'];
    case 'keyBy':
      return [`const ${to} = [${fn}(${from}), ${from}];`, ''];
    case 'keys':
      return [`const ${to} = ${from}[0];`, ''];
    case 'values':
      return [`const ${to} = ${from}[1];`, ''];
  }
}

/** A reader of what the steps make of another reader's batches. */
export function fusedReader(base: Reader, steps: readonly ElementStep[], checkKilled: () => void): Reader {
  let out: unknown[] = [];
  const loop = fuse(steps, { code: 'emit(v);', bindings: { emit: (value: unknown) => out.push(value) } });
  const run = (batch: Batch | null): Batch | null => {
    if (batch === null) return null;
    checkKilled();
    out = [];
    loop(batch);
    return out;
  };
  return {
    waits: base.waits,
    next: () => {
      const answer = base.next();
      return answer instanceof Promise ? answer.then(run) : run(answer);
    },
    close: () => base.close(),
  };
}

/** Calls of an async function that are under way at a time in one task. */
const ASYNC_CALLS_MAX = 64;

/** One step whose function is async: the calls of a batch run side by side, results keep their order. */
export function asyncReader(base: Reader, step: ElementStep, checkKilled: () => void): Reader {
  const fn = step.fn as TaskFunction;
  return {
    waits: true,
    next: async () => {
      const batch = await base.next();
      if (batch === null) return null;
      const out: unknown[] = [];
      for (let from = 0; from < batch.length; from += ASYNC_CALLS_MAX) {
        checkKilled();
        const records = batch.slice(from, from + ASYNC_CALLS_MAX);
        const results = await Promise.all(records.map((record) => fn.call(asyncArgument(step.kind, record))));
        results.forEach((result, index) => emitAsync(out, step.kind, { record: records[index], result }));
      }
      return out;
    },
    close: () => base.close(),
  };
}

function asyncArgument(kind: ElementStep['kind'], record: unknown): unknown {
  return kind === 'mapValues' || kind === 'flatMapValues' ? (record as [unknown, unknown])[1] : record;
}

function emitAsync(
  out: unknown[],
  kind: ElementStep['kind'],
  { record, result }: { record: unknown; result: unknown },
): void {
  switch (kind) {
    case 'map':
      out.push(result);
      return;
    case 'filter':
      if (result) out.push(record);
      return;
    case 'flatMap':
      for (const value of result as Iterable<unknown>) out.push(value);
      return;
    case 'mapValues':
      out.push([(record as [unknown, unknown])[0], result]);
      return;
    case 'flatMapValues':
      for (const value of result as Iterable<unknown>) out.push([(record as [unknown, unknown])[0], value]);
      return;
    case 'keyBy':
      out.push([result, record]);
      return;
    case 'keys':
    case 'values':
      return;
  }
}
