// Broadcast variables and accumulators, as the program sees them.
import { deserialize, serialize } from 'node:v8';
import { captureFunction } from '../closures/capture.js';
import { encodeValue } from '../closures/environment.js';
import { REFERENCE, type ReferenceHandle } from '../closures/references.js';
import type { Reference, ShippedFunction } from '../closures/types.js';

/** A value every executor gets once, however many tasks use it. Inside functions: `name.value`. */
export class Broadcast<T> implements ReferenceHandle {
  readonly id: number;
  readonly value: T;
  private readonly forget: () => void;

  /** @internal */
  constructor(id: number, value: T, forget: () => void) {
    this.id = id;
    this.value = value;
    this.forget = forget;
  }

  get [REFERENCE](): Reference {
    return { kind: 'broadcast', id: this.id };
  }

  /** Frees it on the driver and the executors. Functions that use it fail afterwards. */
  destroy(): void {
    this.forget();
  }
}

/** The bytes of a value that is to be broadcast. Throws when part of it cannot travel. */
export function encodeBroadcast(value: unknown): Uint8Array {
  const { bytes, references } = encodeValue(value, 'the broadcast value', () => {
    throw new Error(
      'a broadcast value cannot hold functions: pass them in the environment of the function that uses them',
    );
  });
  if (references.length > 0)
    throw new Error('a broadcast value cannot hold broadcast variables, accumulators or modules');
  return bytes;
}

/**
 * Something tasks add to. Every partition of a stage counts once, however often its task was tried; the value on the
 * driver is complete when the action is.
 */
export class Accumulator<A, V = A> implements ReferenceHandle {
  readonly id: number;
  readonly name: string | undefined;
  private readonly zero: Uint8Array;
  private readonly adding: ShippedFunction;
  private readonly merging: (a: A, b: A) => A;
  private readonly adder: (sum: A, value: V) => A;
  private current: A;

  /** @internal */
  constructor(id: number, spec: AccumulatorSpec<A, V>) {
    this.id = id;
    this.name = spec.name;
    this.zero = serialize(spec.zero);
    this.current = deserialize(this.zero) as A;
    this.adding = spec.adding;
    this.adder = spec.add;
    this.merging = spec.merge;
  }

  get value(): A {
    return this.current;
  }

  /** Adds on the driver. */
  add(value: V): void {
    this.current = this.adder(this.current, value);
  }

  /** Back to the zero value. */
  reset(): void {
    this.current = deserialize(this.zero) as A;
  }

  /** @internal */
  merge(encoded: Uint8Array): void {
    this.current = this.merging(this.current, deserialize(encoded) as A);
  }

  get [REFERENCE](): Reference {
    return { kind: 'accumulator', id: this.id, zero: this.zero, add: this.adding };
  }
}

export interface AccumulatorSpec<A, V> {
  readonly name: string | undefined;
  readonly zero: A;
  readonly add: (sum: A, value: V) => A;
  readonly merge: (a: A, b: A) => A;
  readonly adding: ShippedFunction;
}

/** A built-in way of adding, by name. */
function builtinAdding(builtin: '#add' | '#push'): ShippedFunction {
  return {
    id: builtin,
    source: '',
    form: 'arrow',
    environment: [],
    label: builtin,
    isAsync: false,
    builtin,
    sizeBytes: 0,
  };
}

export function numberAccumulator(id: number, zero: number, name: string | undefined): Accumulator<number> {
  const add = (a: number, b: number): number => a + b;
  return new Accumulator(id, { name, zero, add, merge: add, adding: builtinAdding('#add') });
}

export function collectionAccumulator<T>(id: number, name: string | undefined): Accumulator<T[], T> {
  return new Accumulator<T[], T>(id, {
    name,
    zero: [],
    add: (all, value) => [...all, value],
    merge: (a, b) => a.concat(b),
    adding: builtinAdding('#push'),
  });
}

export interface CustomAccumulator<A, V> {
  readonly zero: A;
  /** Adds a value on an executor; may use nothing from outside. */
  readonly add: (sum: A, value: V) => A;
  /** Joins what two tasks made, on the driver. */
  readonly merge: (a: A, b: A) => A;
  readonly name?: string;
}

export function customAccumulator<A, V>(
  id: number,
  { zero, add, merge, name }: CustomAccumulator<A, V>,
): Accumulator<A, V> {
  const adding = captureFunction(add, { operation: 'accumulator', role: 'add' });
  return new Accumulator(id, { name, zero, add, merge, adding });
}
