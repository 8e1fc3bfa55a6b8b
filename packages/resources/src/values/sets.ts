// Sets of strings as lists without duplicates. Order carries no meaning in comparisons (Mesos compares sets position
// by position, which is a slip there: {a,b} would differ from {b,a}), but a union keeps it, for printing.

/** The items of `left` in their order, then those that only `right` has. */
export function unionSets(left: readonly string[], right: readonly string[]): readonly string[] {
  if (right.length === 0) return left;
  return [...new Set([...left, ...right])];
}

export function subtractSets(left: readonly string[], right: readonly string[]): readonly string[] {
  if (left.length === 0 || right.length === 0) return left;
  const gone = new Set(right);
  return left.filter((item) => !gone.has(item));
}

export function intersectSets(left: readonly string[], right: readonly string[]): readonly string[] {
  const kept = new Set(right);
  return left.filter((item) => kept.has(item));
}

/** Whether every item of `inner` is in `outer`. */
export function containsSet(outer: readonly string[], inner: readonly string[]): boolean {
  if (inner.length > outer.length) return false;
  const all = new Set(outer);
  return inner.every((item) => all.has(item));
}

export function setsEqual(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && containsSet(left, right);
}

/** As Mesos prints sets: `{a, b}`. */
export function printSet(items: readonly string[]): string {
  return `{${items.join(', ')}}`;
}

/** Reads `{a,b}`; spaces must be gone already. Duplicates are kept, for the caller to refuse. */
export function readSet(text: string): readonly string[] {
  return text.split(/[{},\n]+/).filter((token) => token !== '');
}
