// Whether two messages say the same, in whatever order their fields were set: one that was read from JSON, or was given
// its id later, stands otherwise than one that came over a link.

/** A field that is undefined counts as absent. The order of repeated fields counts. */
export function sameMessage(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  for (const name in one) if (!sameMessage(one[name], other[name])) return false;
  for (const name in other) if (other[name] !== undefined && one[name] === undefined) return false;
  return true;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
