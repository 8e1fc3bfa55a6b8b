// Lines of text files. A file may be cut anywhere: a line belongs to the range in which it begins, so every line is
// read exactly once. Files ending in .gz are read whole. Lines end in \n or \r\n, which are removed.
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import type { TextRange } from '../../core/plan/operations.js';
import type { TaskMetrics } from '../../core/task-metrics.js';
import { concatReader, type Batch, type Reader, type SyncReader } from './reader.js';

/** Bytes read at a time; a line may be longer. */
const CHUNK_BYTES = 256 * 1024;
/** A single line longer than this is refused: it is not text, or it is one huge record. */
const LINE_BYTES_MAX = 512 * 1024 * 1024;
const NEWLINE = 10;

export function textReader(ranges: readonly TextRange[], metrics: TaskMetrics): Reader {
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined) return rangeReader(only, metrics);
  return concatReader(ranges.map((range) => async () => rangeReader(range, metrics)));
}

function rangeReader(range: TextRange, metrics: TaskMetrics): Reader {
  return range.path.endsWith('.gz') ? new GzipLines(range.path, metrics) : new PlainLines(range, metrics);
}

/** Joins bytes across chunks and cuts them at newlines; a chunk of whole lines is decoded by one native call. */
class LineCutter {
  private carry: Buffer[] = [];
  private carryBytes = 0;
  private readonly path: string;
  private atFileStart: boolean;

  constructor(path: string, atFileStart: boolean) {
    this.path = path;
    this.atFileStart = atFileStart;
  }

  /** The lines that end in this chunk; undefined when none does. The chunk's memory is free for reuse afterwards. */
  cut(chunk: Buffer): string[] | undefined {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.keep(chunk);
      return undefined;
    }
    const text = this.decode(chunk.subarray(0, last));
    this.keep(chunk.subarray(last + 1));
    return splitLines(text);
  }

  /** The line after the last newline, if it has any byte. */
  rest(): string[] | undefined {
    if (this.carryBytes === 0) return undefined;
    const text = this.decode(Buffer.alloc(0));
    return [text.endsWith('\r') ? text.slice(0, -1) : text];
  }

  private keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.carryBytes += bytes.length;
    if (this.carryBytes > LINE_BYTES_MAX) {
      throw new Error(`${this.path}: a line is longer than ${LINE_BYTES_MAX} bytes; is it a text file?`);
    }
    this.carry.push(Buffer.from(bytes));
  }

  private decode(bytes: Buffer): string {
    const whole = this.carryBytes === 0 ? bytes : Buffer.concat([...this.carry, bytes]);
    this.carry = [];
    this.carryBytes = 0;
    const text = whole.toString('utf8');
    const start = this.atFileStart && text.charCodeAt(0) === 0xfeff ? 1 : 0;
    this.atFileStart = false;
    return start === 0 ? text : text.slice(start);
  }
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (text.includes('\r')) {
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index] as string;
      if (line.endsWith('\r')) lines[index] = line.slice(0, -1);
    }
  }
  return lines;
}

class PlainLines implements SyncReader {
  readonly waits = false;
  private readonly fd: number;
  private readonly cutter: LineCutter;
  private readonly buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  private readonly end: number;
  private readonly metrics: TaskMetrics;
  private position: number;
  private skipping: boolean;
  private done = false;

  constructor({ path, start, end }: TextRange, metrics: TaskMetrics) {
    this.fd = openSync(path, 'r');
    this.cutter = new LineCutter(path, start === 0);
    this.metrics = metrics;
    this.end = end ?? Number.MAX_SAFE_INTEGER;
    // Looking one byte back tells whether a line begins exactly at `start`.
    this.position = start === 0 ? 0 : start - 1;
    this.skipping = start !== 0;
  }

  next(): Batch | null {
    while (!this.done) {
      const chunk = this.chunk();
      if (chunk === undefined) {
        this.done = true;
        return this.counted(this.skipping ? undefined : this.cutter.rest()) ?? null;
      }
      const lines = this.counted(this.cutter.cut(chunk));
      if (lines !== undefined) return lines;
    }
    return null;
  }

  /** The next bytes of this range: from the first line that begins in it to the end of the last one that does. */
  private chunk(): Buffer | undefined {
    for (;;) {
      const read = readSync(this.fd, this.buffer, 0, CHUNK_BYTES, this.position);
      if (read === 0) return undefined;
      const bytes = this.buffer.subarray(0, read);
      const from = this.position;
      this.position += read;
      this.metrics.inputBytes += read;
      let begin = 0;
      if (this.skipping) {
        const newline = bytes.indexOf(NEWLINE);
        if (newline < 0) continue;
        if (from + newline + 1 >= this.end) return undefined;
        this.skipping = false;
        begin = newline + 1;
      }
      return this.upToEnd(bytes, from, begin);
    }
  }

  private upToEnd(bytes: Buffer, from: number, begin: number): Buffer {
    // The last line of the range is the one that holds byte end - 1.
    const lastByte = this.end - 1 - from;
    if (lastByte >= bytes.length) return bytes.subarray(begin);
    const newline = bytes.indexOf(NEWLINE, Math.max(begin, lastByte));
    if (newline < 0) return bytes.subarray(begin);
    this.done = true;
    return bytes.subarray(begin, newline + 1);
  }

  private counted(lines: string[] | undefined): string[] | undefined {
    if (lines !== undefined) this.metrics.inputRecords += lines.length;
    return lines;
  }

  close(): void {
    closeSync(this.fd);
  }
}

class GzipLines implements Reader {
  readonly waits = true;
  private readonly cutter: LineCutter;
  private readonly source: AsyncIterator<Buffer>;
  private readonly stop: () => void;
  private readonly metrics: TaskMetrics;
  private done = false;

  constructor(path: string, metrics: TaskMetrics) {
    this.cutter = new LineCutter(path, true);
    this.metrics = metrics;
    const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    // The iterator reports errors of either stream; the callback only keeps them from being unhandled.
    const unzipped = pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
    file.on('data', (bytes) => (metrics.inputBytes += bytes.length));
    this.source = unzipped[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    this.stop = () => unzipped.destroy();
  }

  async next(): Promise<Batch | null> {
    while (!this.done) {
      const step = await this.source.next();
      if (step.done === true) this.done = true;
      const lines = step.done === true ? this.cutter.rest() : this.cutter.cut(step.value);
      if (lines !== undefined) {
        this.metrics.inputRecords += lines.length;
        return lines;
      }
    }
    return null;
  }

  close(): void {
    this.stop();
  }
}
