// Runs of frames on local disk, written when memory is full and read back in order. The file is unlinked as soon as it
// is open, so nothing is left behind however the process ends.
import { closeSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FrameEncoder, type Frame } from '../../data/frames.js';
import { fileFrames } from './file-frames.js';

/** Where one run lies in the file. */
export interface Run {
  readonly start: number;
  readonly end: number;
  readonly records: number;
}

let fileNumber = 0;

export class SpillFile {
  private readonly fd: number;
  private length = 0;
  private readonly encoder = new FrameEncoder();

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    const path = join(directory, `spill-${process.pid}-${process.hrtime.bigint()}-${fileNumber++}`);
    this.fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
  }

  get bytes(): number {
    return this.length;
  }

  /** Writes records as a run of frames. */
  writeRun(records: Iterable<unknown>): Run {
    const start = this.length;
    let batch: unknown[] = [];
    let count = 0;
    for (const record of records) {
      batch.push(record);
      if (batch.length >= this.encoder.batchSize) {
        count += batch.length;
        this.writeFrame(this.encoder.encode(batch));
        batch = [];
      }
    }
    if (batch.length > 0) this.writeFrame(this.encoder.encode(batch));
    return { start, end: this.length, records: count + batch.length };
  }

  /** Appends one encoded frame; for callers that keep their own runs. */
  writeFrame(frame: Uint8Array): void {
    for (let written = 0; written < frame.length;) {
      written += writeSync(this.fd, frame, written, frame.length - written, this.length + written);
    }
    this.length += frame.length;
  }

  /** The frames of a run, in order. A frame's bytes are valid until the next. */
  frames({ start, end }: Pick<Run, 'start' | 'end'>): Generator<Frame> {
    return fileFrames({ fd: this.fd, start, end });
  }

  close(): void {
    closeSync(this.fd);
  }
}
