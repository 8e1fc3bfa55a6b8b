// Frames of a byte range of an open file, read in large pieces.
import { readSync } from 'node:fs';
import { FRAME_HEADER_BYTES, frameAt, FrameError, type Frame } from '../../data/frames.js';

/** Bytes read at a time; a frame larger than this is read whole. */
const READ_BYTES = 1024 * 1024;

export interface FileRange {
  readonly fd: number;
  readonly start: number;
  readonly end: number;
}

/** The frames of a range that begins and ends between frames. A frame's bytes are valid until the next is asked for. */
export function* fileFrames(
  { fd, start, end }: FileRange,
  onBytes: (bytes: number) => void = () => undefined,
): Generator<Frame> {
  let buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, Math.max(0, end - start)));
  let filled = 0;
  let position = start;
  for (let at = 0; at < filled || position < end;) {
    const next = frameAt(buffer.subarray(0, filled), at);
    if (next !== undefined) {
      at = next.end;
      yield next.frame;
      continue;
    }
    if (position >= end) throw new FrameError('a file ends inside a frame');
    const rest = filled - at;
    const wanted = rest >= FRAME_HEADER_BYTES ? buffer.readUInt32LE(at) + FRAME_HEADER_BYTES : FRAME_HEADER_BYTES;
    const grown = wanted > buffer.length ? Buffer.allocUnsafe(wanted) : buffer;
    buffer.copy(grown, 0, at, filled);
    buffer = grown;
    at = 0;
    const read = readSync(fd, buffer, rest, Math.min(buffer.length - rest, end - position), position);
    if (read === 0) throw new FrameError('a file is shorter than its index says');
    onBytes(read);
    position += read;
    filled = rest + read;
  }
}
