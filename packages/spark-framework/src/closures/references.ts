// The handles a program may put into an environment: broadcast variables, accumulators, modules. They carry a
// reference under one well-known symbol, so that this folder needs to know none of their classes.
import type { Reference } from './types.js';

/** A handle's reference; what it becomes on an executor is decided in executor/environment-handles.ts. */
export const REFERENCE: unique symbol = Symbol.for('@mini-mesos/spark-framework/reference');

export interface ReferenceHandle {
  readonly [REFERENCE]: Reference;
}

/** The reference of a handle; undefined for anything else. */
export function referenceOf(value: unknown): Reference | undefined {
  if (typeof value !== 'object' || value === null || !(REFERENCE in value)) return undefined;
  return (value as ReferenceHandle)[REFERENCE];
}
