// Records out of a byte stream: decimal length, '\n', that many bytes. Where the network cuts the stream means nothing.

/** The largest record taken: the snapshot of a cluster far larger than any that was built. */
export const RECORD_BYTES_MAX = 512 * 1024 * 1024;
/** Digits of RECORD_BYTES_MAX. */
const LENGTH_DIGITS_MAX = 9;
const NEWLINE = 0x0a;

export class RecordDecoder {
  readonly #text = new TextDecoder();
  #pieces: Uint8Array[] = [];
  #buffered = 0;
  /** Undefined while the length is being read. */
  #wanted: number | undefined;
  #digits = '';

  /** The records that are complete by now. Throws on what is no RecordIO: the stream is of no use then. */
  push(bytes: Uint8Array): string[] {
    const records: string[] = [];
    let rest = bytes;
    while (rest.length > 0 || this.#wanted === 0) {
      if (this.#wanted === undefined) {
        rest = this.#readLength(rest);
        continue;
      }
      const taken = rest.subarray(0, this.#wanted - this.#buffered);
      this.#pieces.push(taken);
      this.#buffered += taken.length;
      rest = rest.subarray(taken.length);
      if (this.#buffered === this.#wanted) records.push(this.#takeRecord());
    }
    return records;
  }

  #readLength(bytes: Uint8Array): Uint8Array {
    const end = bytes.indexOf(NEWLINE);
    this.#digits += this.#text.decode(end < 0 ? bytes : bytes.subarray(0, end));
    const isNumber = /^\d*$/.test(this.#digits) && this.#digits.length <= LENGTH_DIGITS_MAX;
    if (!isNumber || (end >= 0 && this.#digits === '')) {
      throw new Error(`the stream is not made of records: expected a length, got '${this.#digits.slice(0, 40)}'`);
    }
    if (end < 0) return bytes.subarray(bytes.length);
    this.#wanted = Number(this.#digits);
    this.#digits = '';
    if (this.#wanted > RECORD_BYTES_MAX) throw new Error(`a record of ${this.#wanted} bytes is too large`);
    return bytes.subarray(end + 1);
  }

  #takeRecord(): string {
    const whole = new Uint8Array(this.#buffered);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#buffered = 0;
    this.#wanted = undefined;
    return this.#text.decode(whole);
  }
}
