// A growing byte buffer with the few writes the record format needs. Little-endian throughout.

const INITIAL_BYTES = 16 * 1024;

/** Collects bytes; `take` hands over a copy of what was written and starts anew with the same memory. */
export class ByteWriter {
  private buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Makes room for `count` bytes and returns where they begin. The caller fills them through `bytes`. */
  reserve(count: number): number {
    const start = this.used;
    const needed = start + count;
    if (needed > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
      this.buffer.copy(grown, 0, 0, start);
      this.buffer = grown;
    }
    this.used = needed;
    return start;
  }

  /** The memory behind the writer; valid until the next reserve. */
  get bytes(): Buffer {
    return this.buffer;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.buffer.writeUInt32LE(value, at);
  }

  /** Overwrites four bytes written before. */
  patchU32(at: number, value: number): void {
    this.buffer.writeUInt32LE(value, at);
  }

  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
  }

  /** A copy of everything from `start`. */
  copyFrom(start: number): Buffer {
    return Buffer.from(this.buffer.subarray(start, this.used));
  }

  reset(): void {
    this.used = 0;
  }

  /** A copy of all that was written; the writer is empty afterwards. */
  take(): Buffer {
    const copy = this.copyFrom(0);
    this.used = 0;
    return copy;
  }
}
