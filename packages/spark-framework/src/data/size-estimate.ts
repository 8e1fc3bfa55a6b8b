// How much memory a value takes, roughly: what decides when buffers spill. Numbers are those of V8 on 64 bit with
// pointer compression off, as Node is built.

const STRING_BYTES = 24;
const NUMBER_BYTES = 12;
const OBJECT_BYTES = 32;
const POINTER_BYTES = 8;
const COLLECTION_ENTRY_BYTES = 40;
/** Elements of a long array that are looked at; the rest is taken to be like them. */
const SAMPLE_ELEMENTS = 16;
const DEPTH_MAX = 4;

/** Estimated bytes of a value, itself included. */
export function estimateBytes(value: unknown, depth = 0): number {
  switch (typeof value) {
    case 'string':
      return STRING_BYTES + value.length;
    case 'number':
      return NUMBER_BYTES;
    case 'bigint':
      return OBJECT_BYTES;
    case 'object':
      return value === null ? POINTER_BYTES : estimateObject(value, depth + 1);
    default:
      return POINTER_BYTES;
  }
}

function estimateObject(value: object, depth: number): number {
  if (ArrayBuffer.isView(value)) return OBJECT_BYTES + value.byteLength;
  if (Array.isArray(value)) {
    return (
      OBJECT_BYTES +
      value.length * POINTER_BYTES +
      estimateElements(value.slice(0, SAMPLE_ELEMENTS), value.length, depth)
    );
  }
  if (value instanceof Map || value instanceof Set) {
    const sample = firstOf(value.values(), SAMPLE_ELEMENTS);
    return OBJECT_BYTES + value.size * COLLECTION_ENTRY_BYTES + estimateElements(sample, value.size, depth);
  }
  const fields: unknown[] = Object.values(value);
  return (
    OBJECT_BYTES +
    fields.length * POINTER_BYTES +
    estimateElements(fields.slice(0, SAMPLE_ELEMENTS), fields.length, depth)
  );
}

function firstOf(values: Iterable<unknown>, limit: number): unknown[] {
  const taken: unknown[] = [];
  for (const value of values) {
    if (taken.length >= limit) break;
    taken.push(value);
  }
  return taken;
}

function estimateElements(sample: readonly unknown[], count: number, depth: number): number {
  if (count === 0 || depth > DEPTH_MAX) return 0;
  let bytes = 0;
  for (const element of sample) bytes += estimateBytes(element, depth);
  return (bytes / sample.length) * count;
}
