// MurmurHash3 (32 bit, public domain algorithm by Austin Appleby) over the pieces a key is made of.
// Strings are hashed as UTF-16 code units, two to a block, so that no encoding step is needed; the result is
// therefore not that of MurmurHash3 over UTF-8 bytes, and nothing outside this package may rely on it.

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/** Mixes one 32-bit block into a running hash. */
export function mixBlock(hash: number, block: number): number {
  let k = Math.imul(block, C1);
  k = (k << 15) | (k >>> 17);
  const mixed = hash ^ Math.imul(k, C2);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** Ends a hash over `length` units: every input bit reaches every output bit. Returns an unsigned 32-bit number. */
export function finishHash(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Hash of a string's code units from a seed. Unsigned 32 bit. */
export function hashString(text: string, seed: number): number {
  const length = text.length;
  let hash = seed | 0;
  let index = 0;
  for (; index + 1 < length; index += 2) {
    let k = Math.imul(text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16), C1);
    k = (k << 15) | (k >>> 17);
    hash ^= Math.imul(k, C2);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (index < length) {
    let k = Math.imul(text.charCodeAt(index), C1);
    k = (k << 15) | (k >>> 17);
    hash ^= Math.imul(k, C2);
  }
  return finishHash(hash, length);
}
