// Numbers that stand in for chance. Where Mesos shuffles or draws, this package orders by a hash of what it concerns
// and a salt, so that the same history gives the same offers and no two agents' order depends on a third.

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** A 32-bit hash of a text (FNV-1a over its UTF-16 code units). */
export function hashText(text: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

/** Spreads 32 bits; no two numbers become one (the finalizer of MurmurHash3). */
function spread(number: number): number {
  let hash = number;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** One 32-bit hash of several; their order matters. For a given `salt` no two numbers become one. */
export function mix(salt: number, ...numbers: readonly number[]): number {
  let hash = salt >>> 0;
  for (const number of numbers) hash = spread(hash ^ number);
  return hash;
}

/** `mix` of one number, for hot loops. */
export const mixOne = (salt: number, number: number): number => spread((salt >>> 0) ^ number);

/** A hash as a number above 0 and below 1. */
export const asFraction = (hash: number): number => (hash + 0.5) / 2 ** 32;
