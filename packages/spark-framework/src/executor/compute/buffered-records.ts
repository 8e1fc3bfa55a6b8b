// Records set aside to be read several times or at a later moment: in memory up to a bound, on disk beyond it.
import { decodeFrame, FrameEncoder, frameAt } from '../../data/frames.js';
import { drain, type Batch, type Reader, type SyncReader } from './reader.js';
import { SpillFile } from './spill-file.js';

export interface BufferBounds {
  readonly memoryBytes: number;
  readonly spillDirectory: string;
}

/** Holds encoded records; `reader` may be asked for any number of times. Call `close` when done. */
export class BufferedRecords {
  private readonly encoder = new FrameEncoder();
  private readonly inMemory: Buffer[] = [];
  private memoryUsed = 0;
  private file: SpillFile | undefined;
  private readonly bounds: BufferBounds;

  constructor(bounds: BufferBounds) {
    this.bounds = bounds;
  }

  /** Bytes that went to disk. */
  get spilledBytes(): number {
    return this.file?.bytes ?? 0;
  }

  append(batch: Batch): void {
    for (let from = 0; from < batch.length;) {
      const to = Math.min(batch.length, from + this.encoder.batchSize);
      this.appendFrame(this.encoder.encode(batch.slice(from, to)));
      from = to;
    }
  }

  private appendFrame(frame: Buffer): void {
    if (this.file === undefined && this.memoryUsed + frame.length <= this.bounds.memoryBytes) {
      this.inMemory.push(frame);
      this.memoryUsed += frame.length;
      return;
    }
    this.file ??= new SpillFile(this.bounds.spillDirectory);
    this.file.writeFrame(frame);
  }

  reader(): SyncReader {
    const batches = this.batches();
    return {
      waits: false,
      next: () => {
        const step = batches.next();
        return step.done === true ? null : step.value;
      },
      close: () => void batches.return(undefined),
    };
  }

  private *batches(): Generator<Batch> {
    for (const bytes of this.inMemory) {
      const next = frameAt(bytes, 0);
      if (next !== undefined) yield decodeFrame(next.frame);
    }
    if (this.file === undefined) return;
    for (const frame of this.file.frames({ start: 0, end: this.file.bytes })) yield decodeFrame(frame);
  }

  close(): void {
    this.inMemory.length = 0;
    this.file?.close();
    this.file = undefined;
  }
}

/** A reader that does not wait: the same one when it never does, otherwise everything is read now. */
export async function readAhead(reader: Reader, bounds: BufferBounds): Promise<SyncReader> {
  if (!reader.waits) return reader as SyncReader;
  const buffer = new BufferedRecords(bounds);
  await drain(reader, (batch) => buffer.append(batch));
  const inner = buffer.reader();
  return {
    waits: false,
    next: () => inner.next(),
    close: () => {
      inner.close();
      buffer.close();
    },
  };
}
