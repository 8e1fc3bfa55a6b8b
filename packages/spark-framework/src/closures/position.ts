// Where in the user's program a function was given, and where it stands, so that errors point at the user's lines.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SourcePosition } from './types.js';

/** Folder of this package's code: frames inside it are not the user's. */
const OWN_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const STACK_FRAMES_MAX = 30;

/** The nearest caller outside this package; undefined when there is none (eval, a shell). */
export function callerPosition(): SourcePosition | undefined {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_FRAMES_MAX;
  Error.captureStackTrace(holder, callerPosition);
  Error.stackTraceLimit = limit;
  for (const line of (holder.stack ?? '').split('\n').slice(1)) {
    const position = frameOf(line);
    if (position !== undefined && !position.file.startsWith(OWN_FOLDER)) return position;
  }
  return undefined;
}

/** The frames of a stack trace that are not of this package. */
export function foreignFrames(stack: string): string {
  return stack
    .split('\n')
    .slice(1)
    .filter((line) => !line.includes(OWN_FOLDER))
    .join('\n');
}

/** Position of one line of a stack trace. */
export function frameOf(line: string): SourcePosition | undefined {
  const match = /\(?((?:file:\/\/)?\/[^()]*):(\d+):(\d+)\)?$/.exec(line.trim());
  if (match === null || line.includes('node:internal')) return undefined;
  const [, path, row, column] = match as unknown as [string, string, string, string];
  const file = path.startsWith('file://') ? fileURLToPath(path) : path;
  return { file, line: Number(row), column: Number(column) };
}

const sources = new Map<string, string | undefined>();
/** Source files remembered for finding functions in them. */
const SOURCES_MAX = 100;

function sourceOf(file: string): string | undefined {
  if (!sources.has(file)) {
    if (sources.size >= SOURCES_MAX) sources.clear();
    sources.set(file, readable(file));
  }
  return sources.get(file);
}

function readable(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Where the function's own text begins: looked for from the call on, then anywhere; the call itself when not found. */
export function functionPosition(source: string, call: SourcePosition): SourcePosition {
  const text = sourceOf(call.file);
  if (text === undefined) return call;
  const from = offsetOf(text, call);
  const after = text.indexOf(source, from);
  const at = after >= 0 ? after : text.lastIndexOf(source, from);
  return at < 0 ? call : { file: call.file, ...lineAndColumn(text, at) };
}

function offsetOf(text: string, { line, column }: SourcePosition): number {
  let offset = 0;
  for (let current = 1; current < line; current++) {
    const next = text.indexOf('\n', offset);
    if (next < 0) return offset;
    offset = next + 1;
  }
  return offset + column - 1;
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next >= 0 && next < offset; next = text.indexOf('\n', next + 1)) {
    line++;
    lineStart = next + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/** 'file:line:column'. */
export function describePosition({ file, line, column }: SourcePosition): string {
  return `${file}:${line}:${column}`;
}
