// Frames: the unit records are stored, shuffled and sent in. A frame is
//   u32 payload bytes · u32 CRC-32 of count and payload · u32 records · payload (one column, see columns.ts)
// so a reader knows of damage before it decodes, and can stop and go on at any frame.
import { crc32 } from 'node:zlib';
import { ByteWriter } from './byte-writer.js';
import { ColumnReader, encodeColumn } from './columns.js';

/** Bytes before a frame's payload. */
export const FRAME_HEADER_BYTES = 12;
/** Largest payload accepted; a larger length means damage. Frames aim at 64 KiB, single huge records may exceed it. */
export const FRAME_PAYLOAD_BYTES_MAX = 1024 * 1024 * 1024;
/** What a full frame aims at: large enough to amortise a frame, small enough to hold many. */
const FRAME_TARGET_BYTES = 64 * 1024;
const FRAME_RECORDS_MIN = 16;
const FRAME_RECORDS_MAX = 4096;

/** Thrown when stored or received records are not what was written. */
export class FrameError extends Error {
  override name = 'FrameError';
}

/** Encodes batches as frames and learns how many records make a good frame. */
export class FrameEncoder {
  private readonly writer = new ByteWriter();
  private recordsPerFrame = 256;
  private bytesPerRecord = 64;

  /** How many records the next frame should hold. */
  get batchSize(): number {
    return this.recordsPerFrame;
  }

  /** Average encoded bytes of a record so far; a guess before the first. */
  get averageRecordBytes(): number {
    return this.bytesPerRecord;
  }

  /** One frame with these records. Throws RecordError when one cannot be copied. */
  encode(records: readonly unknown[]): Buffer {
    const { writer } = this;
    writer.reset();
    writer.reserve(FRAME_HEADER_BYTES);
    encodeColumn(writer, records);
    const payload = writer.length - FRAME_HEADER_BYTES;
    writer.patchU32(0, payload);
    writer.patchU32(8, records.length);
    writer.patchU32(4, crc32(writer.bytes.subarray(8, writer.length)));
    this.adapt(records.length, payload);
    return writer.take();
  }

  private adapt(records: number, payload: number): void {
    if (records === 0) return;
    this.bytesPerRecord = Math.max(1, payload / records);
    const fitting = Math.floor(FRAME_TARGET_BYTES / this.bytesPerRecord);
    this.recordsPerFrame = Math.min(FRAME_RECORDS_MAX, Math.max(FRAME_RECORDS_MIN, fitting));
  }
}

export interface Frame {
  records: number;
  payload: Uint8Array;
}

/** The frame at `start`, checked; undefined when the bytes end before it does. */
export function frameAt(bytes: Buffer, start: number): { frame: Frame; end: number } | undefined {
  if (bytes.length - start < FRAME_HEADER_BYTES) return undefined;
  const length = bytes.readUInt32LE(start);
  if (length > FRAME_PAYLOAD_BYTES_MAX)
    throw new FrameError(`a frame of ${length} bytes is announced: the data is damaged`);
  const end = start + FRAME_HEADER_BYTES + length;
  if (end > bytes.length) return undefined;
  const expected = bytes.readUInt32LE(start + 4);
  const actual = crc32(bytes.subarray(start + 8, end));
  if (actual !== expected)
    throw new FrameError(`checksum ${actual} where ${expected} was written: the data is damaged`);
  return {
    frame: { records: bytes.readUInt32LE(start + 8), payload: bytes.subarray(start + FRAME_HEADER_BYTES, end) },
    end,
  };
}

/** The records of a frame. */
export function decodeFrame(frame: Frame): unknown[] {
  return new ColumnReader(frame.payload).column(frame.records);
}

/** The records of a frame of pairs as two columns, without making the pairs; other frames are made pairs first. */
export function decodePairs(frame: Frame): { keys: unknown[]; values: unknown[] } {
  const reader = new ColumnReader(frame.payload);
  const columns = reader.pairs(frame.records);
  if (columns !== undefined) return columns;
  const records = reader.column(frame.records) as [unknown, unknown][];
  return { keys: records.map((record) => record[0]), values: records.map((record) => record[1]) };
}

/** All records of a run of whole frames. Throws FrameError when the run is damaged or cut. */
export function decodeFrames(bytes: Uint8Array): unknown[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: unknown[] = [];
  for (let at = 0; at < buffer.length;) {
    const next = frameAt(buffer, at);
    if (next === undefined)
      throw new FrameError(`the data ends inside a frame, ${buffer.length - at} bytes before its end`);
    for (const record of decodeFrame(next.frame)) records.push(record);
    at = next.end;
  }
  return records;
}

/** All records as a run of frames, for values small enough to be held at once. */
export function encodeFrames(records: readonly unknown[]): Buffer {
  const encoder = new FrameEncoder();
  const frames: Buffer[] = [];
  for (let from = 0; from < records.length;) {
    const to = Math.min(records.length, from + encoder.batchSize);
    frames.push(encoder.encode(records.slice(from, to)));
    from = to;
  }
  return Buffer.concat(frames);
}
