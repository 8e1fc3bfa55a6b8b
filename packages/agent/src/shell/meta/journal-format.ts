// How records lie in the journal: one line each, its checksum in front, so that what a crash or a full disk cut off is
// recognised, a damaged line does not hide those behind it, and people can read the file.
//
//   <CRC-32 of the rest, 8 hexadecimal digits> <length of the rest in bytes> <JSON>\n
const NEWLINE = 0x0a;
const CRC_DIGITS = 8;
/** The reversed polynomial of IEEE 802.3, as in zlib. */
const POLYNOMIAL = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** `text` is JSON, so it has no line breaks of its own. */
export function journalLine(text: string): Buffer {
  const body = Buffer.from(`${Buffer.byteLength(text)} ${text}`);
  return Buffer.concat([Buffer.from(`${crcText(body)} `), body, Buffer.of(NEWLINE)]);
}

export interface JournalText {
  /** The texts that are whole, in order. */
  texts: string[];
  /** Bytes up to the end of the last whole line: what follows was cut off. */
  goodBytes: number;
  /** Lines that are damaged although whole ones follow. */
  damaged: number;
}

/** Reads whatever bytes there are; never throws. */
export function parseJournal(bytes: Buffer): JournalText {
  const out: JournalText = { texts: [], goodBytes: 0, damaged: 0 };
  let damagedSince = 0;
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(NEWLINE, at);
    const end = found < 0 ? bytes.length : found;
    const text = found < 0 ? undefined : textOf(bytes.subarray(at, end));
    if (text === undefined) {
      damagedSince += 1;
    } else {
      out.texts.push(text);
      out.damaged += damagedSince;
      damagedSince = 0;
      out.goodBytes = end + 1;
    }
    at = end + 1;
  }
  return out;
}

function textOf(line: Buffer): string | undefined {
  const body = line.subarray(CRC_DIGITS + 1);
  if (line.subarray(0, CRC_DIGITS).toString('latin1') !== crcText(body)) return undefined;
  const space = body.indexOf(' ');
  const text = body.subarray(space + 1);
  return Number(body.subarray(0, space).toString('latin1')) === text.length ? text.toString() : undefined;
}

function crcText(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(CRC_DIGITS, '0');
}
