// Values of an environment on their way: plain data in structured-clone form, with functions and handles inside it
// replaced by markers that point into a list of references; and the way back.
import { deserialize, serialize } from 'node:v8';
import { referenceOf } from './references.js';
import type { Reference } from './types.js';

const MARKER = '#mini-mesos-reference';

/** Thrown when a value cannot travel; the message names the path to it. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

export interface EncodedValue {
  readonly bytes: Uint8Array;
  readonly references: readonly Reference[];
}

/** How functions inside a value are captured; the caller checks their own free names. */
export type CaptureInner = (fn: (...args: never[]) => unknown, path: string) => Reference;

/** Encodes one value. Throws EnvironmentError naming the part that cannot travel. */
export function encodeValue(value: unknown, path: string, captureInner: CaptureInner): EncodedValue {
  const references: Reference[] = [];
  const copies = new Map<object, unknown>();
  const mark = (reference: Reference): object => {
    references.push(reference);
    return { [MARKER]: references.length - 1 };
  };
  const copy = (part: unknown, at: string): unknown => {
    if (typeof part === 'function') return mark(captureInner(part as (...args: never[]) => unknown, at));
    if (typeof part === 'symbol')
      throw new EnvironmentError(`${at} is a symbol, which cannot be sent to another process`);
    if (typeof part !== 'object' || part === null) return part;
    const reference = referenceOf(part);
    if (reference !== undefined) return mark(reference);
    const known = copies.get(part);
    if (known !== undefined) return known;
    return copyObject(part, at, { copies, copy });
  };
  const plain = copy(value, path);
  try {
    return { bytes: serialize(plain), references };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError(`${path} cannot be sent to another process: ${reason}`, { cause });
  }
}

interface Copying {
  copies: Map<object, unknown>;
  copy: (part: unknown, at: string) => unknown;
}

function copyObject(part: object, at: string, { copies, copy }: Copying): unknown {
  if (Array.isArray(part)) {
    const array: unknown[] = [];
    copies.set(part, array);
    for (let index = 0; index < part.length; index++) array.push(copy(part[index], `${at}[${index}]`));
    return array;
  }
  if (part instanceof Map) {
    const map = new Map<unknown, unknown>();
    copies.set(part, map);
    for (const [key, element] of part) map.set(copy(key, `${at} (key)`), copy(element, `${at}.get(${String(key)})`));
    return map;
  }
  if (part instanceof Set) {
    const set = new Set<unknown>();
    copies.set(part, set);
    for (const element of part) set.add(copy(element, `${at} (element)`));
    return set;
  }
  const prototype: unknown = Object.getPrototypeOf(part);
  if (prototype === Object.prototype || prototype === null) {
    const object: Record<string, unknown> = {};
    copies.set(part, object);
    for (const [name, element] of Object.entries(part)) object[name] = copy(element, `${at}.${name}`);
    return object;
  }
  if (isClonable(part)) return part;
  const name = (part as { constructor?: { name?: string } }).constructor?.name ?? 'an unknown class';
  throw new EnvironmentError(
    `${at} is an instance of ${name}, whose methods would be lost: pass plain data, or pass the class itself and make the instance inside the function`,
  );
}

const CLONABLE_TAGS = new Set([
  'Date',
  'RegExp',
  'ArrayBuffer',
  'SharedArrayBuffer',
  'Boolean',
  'Number',
  'String',
  'BigInt',
]);

function isClonable(value: object): boolean {
  if (ArrayBuffer.isView(value) || value instanceof Error) return true;
  return CLONABLE_TAGS.has(Object.prototype.toString.call(value).slice(8, -1));
}

/** Gives a value back; `resolve` supplies what each reference stands for. Plain objects and arrays come back frozen. */
export function decodeValue({ bytes, references }: EncodedValue, resolve: (reference: Reference) => unknown): unknown {
  const seen = new Map<object, unknown>();
  const revive = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    const known = seen.get(part);
    if (known !== undefined) return known;
    if (Array.isArray(part)) return reviveArray(part);
    if (part instanceof Map) return reviveMap(part);
    if (part instanceof Set) return reviveSet(part);
    if (Object.getPrototypeOf(part) === Object.prototype) return reviveObject(part as Record<string, unknown>);
    return part;
  };
  const reviveArray = (part: unknown[]): unknown => {
    seen.set(part, part);
    for (let index = 0; index < part.length; index++) part[index] = revive(part[index]);
    return Object.freeze(part);
  };
  const reviveMap = (part: Map<unknown, unknown>): unknown => {
    seen.set(part, part);
    const entries = [...part];
    part.clear();
    for (const [key, element] of entries) part.set(revive(key), revive(element));
    return part;
  };
  const reviveSet = (part: Set<unknown>): unknown => {
    seen.set(part, part);
    const elements = [...part];
    part.clear();
    for (const element of elements) part.add(revive(element));
    return part;
  };
  const reviveObject = (part: Record<string, unknown>): unknown => {
    const marker = part[MARKER];
    if (typeof marker === 'number') {
      const value = resolve(references[marker] as Reference);
      seen.set(part, value);
      return value;
    }
    seen.set(part, part);
    for (const name of Object.keys(part)) part[name] = revive(part[name]);
    return Object.freeze(part);
  };
  return revive(deserialize(bytes));
}
