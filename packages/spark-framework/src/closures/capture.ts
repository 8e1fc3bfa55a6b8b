// Turns a function and its environment into a ShippedFunction, or says at once why it cannot travel: which variable,
// in which function, where, and how to pass it.
import { createHash } from 'node:crypto';
import { analyseSource, type Analysis } from './analyse.js';
import { encodeValue, EnvironmentError, type CaptureInner } from './environment.js';
import { artefactExplanation, builtinPath, isGlobalName } from './globals.js';
import { callerPosition, describePosition, functionPosition } from './position.js';
import { referenceOf } from './references.js';
import type { EnvironmentEntry, Reference, ShippedFunction, SourcePosition } from './types.js';

/** Names a function uses from outside, with their values: the last argument of every operation that takes a function. */
export type Environment = Readonly<Record<string, unknown>>;

/** Thrown when a function cannot travel to an executor. */
export class ClosureError extends Error {
  override name = 'ClosureError';
}

export interface CaptureOptions {
  /** The operation, as it is called: 'map', 'reduceByKey'. */
  readonly operation: string;
  readonly environment?: Environment | undefined;
  /** Which of several functions, for example 'seqOp'. */
  readonly role?: string;
}

type AnyFunction = (...args: never[]) => unknown;

/** Checks a function and makes it ready to travel. Throws ClosureError. */
export function captureFunction(fn: unknown, options: CaptureOptions): ShippedFunction {
  const label = `the ${options.role === undefined ? 'function' : `${options.role} function`} given to ${options.operation}`;
  if (typeof fn !== 'function') {
    throw new ClosureError(
      `${label} is ${fn === null ? 'null' : `a ${typeof fn}`}: expected a function, for example (x) => x`,
    );
  }
  const builtin = builtinPath(fn);
  if (builtin !== undefined) return shipped({ label, source: builtin, builtin });
  const call = callerPosition();
  const source = Function.prototype.toString.call(fn);
  const position = call === undefined ? undefined : functionPosition(source, call);
  const capture = new Capture(label, options, position);
  const analysis = capture.check(source, label);
  if (analysis.form === 'class')
    throw new ClosureError(`${label} is a class, which cannot be called: pass (x) => new ThatClass(x)`);
  return shipped({ label, source: analysis.expression, analysis, entries: capture.entries(), position });
}

interface Parts {
  label: string;
  source: string;
  builtin?: string;
  analysis?: Analysis;
  entries?: readonly EnvironmentEntry[];
  position?: SourcePosition | undefined;
}

function shipped({ label, source, builtin, analysis, entries = [], position }: Parts): ShippedFunction {
  const hash = createHash('sha256').update(JSON.stringify([source, builtin, position]));
  let sizeBytes = Buffer.byteLength(source);
  for (const entry of entries) {
    const bytes = entry.kind === 'value' ? entry.bytes : new Uint8Array();
    const references = entry.kind === 'value' ? entry.references : [entry.reference];
    hash.update(entry.name).update(bytes).update(JSON.stringify(references));
    sizeBytes += bytes.length;
    for (const reference of references)
      if (reference.kind === 'function') sizeBytes += Buffer.byteLength(reference.source);
  }
  return {
    id: hash.digest('hex').slice(0, 24),
    source,
    form: analysis?.form ?? 'arrow',
    environment: entries,
    label,
    isAsync: analysis?.isAsync ?? false,
    sizeBytes,
    ...(position === undefined ? {} : { position }),
    ...(builtin === undefined ? {} : { builtin }),
  };
}

/** One capture: collects the names reachable from the function through its environment, each after what it needs. */
class Capture {
  private readonly started = new Set<string>();
  private readonly collected: EnvironmentEntry[] = [];
  private readonly label: string;
  private readonly options: CaptureOptions;
  private readonly position: SourcePosition | undefined;

  constructor(label: string, options: CaptureOptions, position: SourcePosition | undefined) {
    this.label = label;
    this.options = options;
    this.position = position;
  }

  /** Analyses one function's source; what it uses from the environment is collected. */
  check(source: string, label: string): Analysis {
    const analysis = analyseSource(source);
    if (analysis.refusal !== undefined) throw this.refusal(label, analysis.refusal, source);
    const { environment } = this.options;
    const missing: string[] = [];
    for (const { name, written } of analysis.freeNames) {
      const given = environment !== undefined && Object.hasOwn(environment, name);
      if (written && (given || !isGlobalName(name))) throw this.refusal(label, assignmentRefusal(name), source);
      if (given) this.collect(name, environment[name]);
      else if (!isGlobalName(name)) missing.push(name);
    }
    if (missing.length > 0) throw this.missing(label, missing, { source, analysis });
    return analysis;
  }

  /** The environment, reduced to what is used. */
  entries(): readonly EnvironmentEntry[] {
    return this.collected;
  }

  private collect(name: string, value: unknown): void {
    if (this.started.has(name)) return;
    this.started.add(name);
    this.collected.push(this.entry(name, value));
  }

  private entry(name: string, value: unknown): EnvironmentEntry {
    if (typeof value === 'function')
      return { name, kind: 'reference', reference: this.inner(value as AnyFunction, name) };
    const reference = referenceOf(value);
    if (reference !== undefined) return { name, kind: 'reference', reference };
    try {
      return { name, kind: 'value', ...encodeValue(value, name, this.inner) };
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      throw new ClosureError(`the environment of ${this.label}${this.where()}: ${error.message}`, { cause: error });
    }
  }

  private readonly inner: CaptureInner = (fn, path): Reference => {
    const builtin = builtinPath(fn);
    if (builtin !== undefined) return { kind: 'builtin', path: builtin };
    const { expression, form } = this.check(
      Function.prototype.toString.call(fn),
      `${path} in the environment of ${this.label}`,
    );
    return { kind: 'function', source: expression, form };
  };

  private where(): string {
    return this.position === undefined ? '' : ` at ${describePosition(this.position)}`;
  }

  private refusal(label: string, reason: string, source: string): ClosureError {
    return new ClosureError(`${label}${this.where()} cannot be sent to executors: ${reason}\n${excerpt(source)}`);
  }

  private missing(
    label: string,
    names: string[],
    { source, analysis }: { source: string; analysis: Analysis },
  ): ClosureError {
    const artefact = names
      .map((name) => ({ name, explanation: artefactExplanation(name) }))
      .find((hint) => hint.explanation);
    const offset = analysis.freeNames.find(({ name }) => name === names[0])?.offset ?? 0;
    const listed = joinNames(names);
    const head = `${label}${this.where()} uses ${listed}, which it does not declare, and functions run in other processes, where the variables around them do not exist`;
    const advice = artefact === undefined ? this.advice(names) : `${artefact.name}: ${artefact.explanation}`;
    return new ClosureError(`${head}. ${advice}\n${excerpt(source, offset)}`);
  }

  private advice(names: string[]): string {
    if (names.includes('require')) return "Pass modules in the environment: { name: sc.module('package') }";
    if (names.includes('arguments')) return "Name the parameters: 'arguments' belongs to the function around it";
    const known = Object.keys(this.options.environment ?? {});
    const all = [...known, ...names].join(', ');
    return (
      `Pass ${names.length === 1 ? 'it' : 'them'} as the last argument: ${this.options.operation}(…, { ${all} }); ` +
      'large values as a broadcast variable, counters as an accumulator, imports as sc.module(…)'
    );
  }
}

function assignmentRefusal(name: string): string {
  return `it assigns to ${name}, of which every executor would change a copy of its own: return the value, or count with an accumulator`;
}

function joinNames(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const EXCERPT_CHARACTERS_MAX = 120;

/** The line of the source around an offset, marked. */
function excerpt(source: string, offset = 0): string {
  const lineStart = source.lastIndexOf('\n', Math.max(0, offset - 1)) + 1;
  const lineEnd = source.indexOf('\n', offset);
  const line = source.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const shift = Math.max(0, Math.min(offset - lineStart - 60, line.length - EXCERPT_CHARACTERS_MAX));
  const shown = line.slice(shift, shift + EXCERPT_CHARACTERS_MAX);
  return `    ${shown}\n    ${' '.repeat(Math.max(0, offset - lineStart - shift))}^`;
}
