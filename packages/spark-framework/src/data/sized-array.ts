// Arrays of a known length, to be filled by index.

/** An array of `length` holes; the caller fills every one. Faster than growing it push by push. */
export function sizedArray<T>(length: number): T[] {
  // oxlint-disable-next-line unicorn/no-new-array
  return new Array<T>(length);
}
