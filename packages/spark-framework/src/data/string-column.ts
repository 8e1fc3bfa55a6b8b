// Columns of strings: all texts joined into one, written by one native call, and the length of each. Reading cuts the
// text again. Texts with lone surrogates are written as UTF-16, so every string comes back exactly.
import type { ByteWriter } from './byte-writer.js';
import { sizedArray } from './sized-array.js';

export const STRING_TAGS = { utf8: 1, utf16: 2, ascii: 15 } as const;

/** Node 20 has these methods; the type libraries of its language version do not. */
type WellFormedText = string & { isWellFormed(): boolean };
type SliceableBuffer = Buffer & { latin1Slice(start: number, end: number): string };

/** Appends a column of strings: tag, width of a length in bytes, lengths in code units, size of the text, the text. */
export function encodeStrings(writer: ByteWriter, values: readonly string[]): true {
  const joined = values.join('');
  const utf8Size = Buffer.byteLength(joined, 'utf8');
  const ascii = utf8Size === joined.length;
  const wellFormed = ascii || (joined as WellFormedText).isWellFormed();
  writer.u8(ascii ? STRING_TAGS.ascii : wellFormed ? STRING_TAGS.utf8 : STRING_TAGS.utf16);
  writeLengths(writer, values);
  const size = wellFormed ? utf8Size : joined.length * 2;
  writer.u32(size);
  const start = writer.reserve(size);
  writer.bytes.write(joined, start, size, ascii ? 'latin1' : wellFormed ? 'utf8' : 'utf16le');
  return true;
}

function writeLengths(writer: ByteWriter, values: readonly string[]): void {
  let longest = 0;
  for (const value of values) if (value.length > longest) longest = value.length;
  const width = longest < 0x100 ? 1 : longest < 0x10000 ? 2 : 4;
  writer.u8(width);
  let at = writer.reserve(values.length * width);
  const { bytes } = writer;
  for (const { length } of values) {
    bytes[at++] = length;
    if (width > 1) bytes[at++] = length >> 8;
    if (width > 2) {
      bytes[at++] = length >> 16;
      bytes[at++] = length >> 24;
    }
  }
}

/** Reads what encodeStrings wrote after its tag. */
export function decodeStrings(
  bytes: Buffer,
  start: number,
  { count, tag }: { count: number; tag: number },
): { values: string[]; end: number } {
  const width = bytes[start] as number;
  const lengthsAt = start + 1;
  const textAt = lengthsAt + count * width + 4;
  const size = bytes.readUInt32LE(textAt - 4);
  const lengths = { bytes, at: lengthsAt, width, count };
  // Long pieces cut from one text would hold on to all of it and compare slowly, so they are decoded one by one.
  const oneByOne = tag === STRING_TAGS.ascii && size >= count * SLICE_UNITS_MIN;
  const values = oneByOne
    ? cutBytes(lengths, textAt)
    : cutText(lengths, bytes.toString(ENCODINGS[tag], textAt, textAt + size));
  return { values, end: textAt + size };
}

const ENCODINGS: Record<number, BufferEncoding | undefined> = {
  [STRING_TAGS.ascii]: 'latin1',
  [STRING_TAGS.utf8]: 'utf8',
  [STRING_TAGS.utf16]: 'utf16le',
};

interface Lengths {
  bytes: Buffer;
  at: number;
  width: number;
  count: number;
}

function lengthAt({ bytes, at, width }: Lengths, index: number): number {
  if (width === 1) return bytes[at + index] as number;
  return width === 2 ? bytes.readUInt16LE(at + index * 2) : bytes.readUInt32LE(at + index * 4);
}

function cutText(lengths: Lengths, text: string): string[] {
  const values = sizedArray<string>(lengths.count);
  let from = 0;
  for (let index = 0; index < lengths.count; index++) {
    values[index] = text.slice(from, (from += lengthAt(lengths, index)));
  }
  return values;
}

function cutBytes(lengths: Lengths, textAt: number): string[] {
  const values = sizedArray<string>(lengths.count);
  const bytes = lengths.bytes as SliceableBuffer;
  let from = textAt;
  for (let index = 0; index < lengths.count; index++) {
    values[index] = bytes.latin1Slice(from, (from += lengthAt(lengths, index)));
  }
  return values;
}

/** V8 shares memory between a slice of 13 or more units and the text it was cut from. */
const SLICE_UNITS_MIN = 13;
const scratch = Buffer.allocUnsafe(8192);
/** Longest text that surely fits the scratch memory in UTF-8. */
const DETACH_UNITS_MAX = Math.floor(scratch.length / 3);

/** The same text without a hold on the larger text it may have been cut from; for texts that are kept for long. */
export function detached(text: string): string {
  if (text.length < SLICE_UNITS_MIN || text.length > DETACH_UNITS_MAX) return text;
  const copy = scratch.toString('utf8', 0, scratch.write(text));
  // A lone surrogate does not survive UTF-8.
  return copy === text ? copy : text;
}
