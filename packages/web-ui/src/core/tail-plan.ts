// Which bytes of a growing file are read next.

/** Read of a file when it is opened: its end, which is what people came for. */
export const FIRST_BYTES = 128 * 1024;
/** How far back one can go; the buffer holds no more. The whole file can be downloaded. */
export const BACK_BYTES_MAX = 2 * 1024 * 1024;
/** One read: what a master gives at most (16 pages). */
export const READ_BYTES_MAX = 64 * 1024;

export type TailStep =
  | { readonly kind: 'read'; readonly offset: number; readonly length: number }
  /** The file is shorter than what was read: it was written anew. */
  | { readonly kind: 'restart'; readonly start: number }
  | { readonly kind: 'wait' };

/** Where reading begins, for a file of `size` bytes of which the last `wanted` are to be seen. */
export function startOffset(size: number, wanted: number): number {
  return Math.max(0, size - Math.min(wanted, BACK_BYTES_MAX));
}

/** `offset` is the first byte that was not read yet. */
export function nextStep(size: number, offset: number): TailStep {
  if (size < offset) return { kind: 'restart', start: startOffset(size, FIRST_BYTES) };
  if (size === offset) return { kind: 'wait' };
  // What fell out of the buffer anyway is not fetched: a file that grows faster than it is read is skipped through.
  if (size - offset > BACK_BYTES_MAX) return { kind: 'restart', start: startOffset(size, BACK_BYTES_MAX) };
  return { kind: 'read', offset, length: Math.min(READ_BYTES_MAX, size - offset) };
}

/** Whether bytes are those of a program or an image and no text. */
export function looksBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8192).includes(0);
}
