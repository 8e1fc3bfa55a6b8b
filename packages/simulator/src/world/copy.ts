// What crosses the network or reaches a disk is a copy: nobody shares an object with another process.

export function copyOf<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value instanceof Uint8Array) return value.slice();
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [copy(key), copy(entry)]));
  if (value instanceof Set) return new Set([...value].map(copy));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const out: { [name: string]: unknown } = {};
  for (const [name, entry] of Object.entries(value)) if (entry !== undefined) out[name] = copy(entry);
  return out;
}
