// RecordIO: a record is its length in ASCII decimals, a newline, and that many bytes. Chunks of the transport mean
// nothing to a reader; a writer hands out each record whole, because some clients parse chunk by chunk.

const NEWLINE = 0x0a;
/** A length line longer than this cannot be one: 2^53 has 16 digits. */
const LENGTH_LINE_MAX = 20;

/** Bytes that are not RecordIO, or a record larger than the reader takes. The stream cannot be read further. */
export class RecordError extends Error {
  override name = 'RecordError';
}

/** Length line and body in one buffer. */
export function encodeRecord(body: Uint8Array | string): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return Buffer.concat([Buffer.from(`${bytes.length}\n`), bytes]);
}

export interface RecordDecoderOptions {
  /** Largest record taken, in bytes. Default 64 MiB: the first event to an operator holds the whole cluster's state. */
  recordMaxBytes?: number;
}

/** Feed it chunks as they come; each call returns the records that are complete by then, each in memory of its own. */
export class RecordDecoder {
  readonly #recordMaxBytes: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Length of the record being read; undefined while the length line is incomplete. */
  #length: number | undefined;

  constructor({ recordMaxBytes = 64 * 1024 * 1024 }: RecordDecoderOptions = {}) {
    this.#recordMaxBytes = recordMaxBytes;
  }

  /** Throws RecordError on malformed input. */
  push(chunk: Uint8Array): Buffer[] {
    this.#pending.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#pendingBytes += chunk.length;
    const records: Buffer[] = [];
    for (;;) {
      this.#length ??= this.#takeLength();
      if (this.#length === undefined || this.#pendingBytes < this.#length) return records;
      records.push(Buffer.from(this.#take(this.#length)));
      this.#length = undefined;
    }
  }

  /** True between records: a stream that ends elsewhere was cut. */
  get isAtBoundary(): boolean {
    return this.#length === undefined && this.#pendingBytes === 0;
  }

  #takeLength(): number | undefined {
    const head = this.#head(LENGTH_LINE_MAX + 1);
    const end = head.indexOf(NEWLINE);
    if (end < 0 && head.length <= LENGTH_LINE_MAX) return undefined;
    const line = head.subarray(0, end < 0 ? LENGTH_LINE_MAX : end).toString('latin1');
    if (end < 0 || !/^\d+$/.test(line)) throw new RecordError(`expected the length of a record, got '${line}'`);
    const length = Number(line);
    if (length > this.#recordMaxBytes) {
      throw new RecordError(`a record of ${length} bytes is larger than the ${this.#recordMaxBytes} bytes taken`);
    }
    this.#take(end + 1);
    return length;
  }

  #head(bytes: number): Buffer {
    const first = this.#pending[0];
    if (!first) return Buffer.alloc(0);
    if (first.length >= bytes || this.#pending.length === 1) return first.subarray(0, bytes);
    return Buffer.concat(this.#pending).subarray(0, bytes);
  }

  #take(bytes: number): Buffer {
    const first = this.#pending[0];
    const all = first && first.length >= bytes ? first : Buffer.concat(this.#pending);
    const rest = all.subarray(bytes);
    this.#pending =
      all === first ? [...(rest.length > 0 ? [rest] : []), ...this.#pending.slice(1)] : rest.length > 0 ? [rest] : [];
    this.#pendingBytes -= bytes;
    return all.subarray(0, bytes);
  }
}
