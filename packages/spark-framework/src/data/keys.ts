// When two keys are the same key, and which hash a key has: the rule every shuffle, join and distinct rests on.
// Same key: primitives as in a Map (NaN equals NaN, -0 equals 0, 1 is neither "1" nor 1n), Dates by their time,
// arrays and plain objects by structure (order of properties is of no account), bytes by content.
import { finishHash, hashString, mixBlock } from './murmur3.js';

/** A structural key inside a KeyTable: one holder object stands for all equal keys. */
export class KeyHolder {
  readonly key: unknown;
  readonly canonical: string;
  constructor(key: unknown, canonical: string) {
    this.key = key;
    this.canonical = canonical;
  }
}

const SEEDS = { string: 0x51ed270b, int: 0x1b56c4e9, double: 0x7feb352d, bigint: 0x2c1b3c6d, other: 0x297a2d39 };
const doubleView = new Float64Array(1);
const wordView = new Int32Array(doubleView.buffer);

/** Hash of a key, unsigned 32 bit; equal keys have equal hashes in every process. Throws KeyError for what is no key. */
export function hashKey(key: unknown): number {
  switch (typeof key) {
    case 'string':
      return hashString(key, SEEDS.string);
    case 'number':
      return hashNumber(key);
    case 'bigint':
      return hashString(key.toString(), SEEDS.bigint);
    case 'boolean':
      return finishHash(mixBlock(SEEDS.other, key ? 1 : 2), 1);
    case 'undefined':
      return finishHash(mixBlock(SEEDS.other, 3), 1);
    default:
      if (key === null) return finishHash(mixBlock(SEEDS.other, 4), 1);
      return hashString(canonicalText(key), SEEDS.other);
  }
}

function hashNumber(value: number): number {
  const int = value | 0;
  if (int === value) return finishHash(mixBlock(SEEDS.int, int), 4);
  doubleView[0] = value === value ? value : Number.NaN;
  const low = value === value ? (wordView[0] ?? 0) : 0;
  const high = value === value ? (wordView[1] ?? 0) : 0x7ff80000;
  return finishHash(mixBlock(mixBlock(SEEDS.double, low), high), 8);
}

/** Thrown for a value that cannot be a key. */
export class KeyError extends Error {
  override name = 'KeyError';
}

/** A text that is equal for two structural keys exactly when they are the same key. */
export function canonicalText(key: unknown): string {
  return writeCanonical(key, 0);
}

/** Deepest nesting of a key; deeper is a mistake (or a cycle) and refused. */
const KEY_DEPTH_MAX = 64;

function writeCanonical(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`;
    case 'number':
      return `n${value === 0 ? 0 : value};`;
    case 'bigint':
      return `i${value};`;
    case 'boolean':
      return value ? 't' : 'f';
    case 'undefined':
      return 'u';
    case 'object':
      return value === null ? 'z' : writeObject(value, depth);
    default:
      throw new KeyError(`a ${typeof value} cannot be a key: use strings, numbers, dates, arrays or plain objects`);
  }
}

function writeObject(value: object, depth: number): string {
  if (depth >= KEY_DEPTH_MAX)
    throw new KeyError(`a key is nested deeper than ${KEY_DEPTH_MAX} levels or refers to itself`);
  if (Array.isArray(value)) {
    let text = `[${value.length}:`;
    for (const element of value) text += writeCanonical(element, depth + 1);
    return `${text}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null)
    return writePlainObject(value as Record<string, unknown>, depth);
  const tag = Object.prototype.toString.call(value);
  if (tag === '[object Date]') return `d${(value as { getTime(): number }).getTime()};`;
  if (value instanceof Uint8Array) return `b${value.length}:${[...value].join(',')};`;
  const name = (value as { constructor?: { name?: string } }).constructor?.name ?? tag;
  throw new KeyError(
    `an instance of ${name} cannot be a key: make a string, an array or a plain object of what identifies it`,
  );
}

function writePlainObject(value: Record<string, unknown>, depth: number): string {
  const names = Object.keys(value).toSorted();
  let text = `{${names.length}:`;
  for (const name of names) text += `${name.length}:${name}=${writeCanonical(value[name], depth + 1)}`;
  return `${text}}`;
}

/** Two keys are the same key. */
export function sameKey(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === 'number' && typeof b === 'number') return a !== a && b !== b;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return canonicalText(a) === canonicalText(b);
}

/**
 * Turns keys into what a Map can hold: primitives stay as they are, structural keys become the one holder of
 * their equals. `restore` gives the first key that was seen.
 */
export class KeyIntern {
  private readonly holders = new Map<string, KeyHolder>();

  /** The Map key for a key. Throws KeyError for what is no key. */
  intern(key: unknown): unknown {
    if (typeof key !== 'object' || key === null) {
      if (typeof key === 'function' || typeof key === 'symbol') canonicalText(key);
      return key;
    }
    const canonical = canonicalText(key);
    let holder = this.holders.get(canonical);
    if (holder === undefined) this.holders.set(canonical, (holder = new KeyHolder(key, canonical)));
    return holder;
  }

  clear(): void {
    this.holders.clear();
  }

  static restore(interned: unknown): unknown {
    return interned instanceof KeyHolder ? interned.key : interned;
  }
}
