// The index beside a map output's data file: for each reduce partition its extents.
//   magic 'mmsi' · u32 partitions · for each: u32 extents, then f64 offset and f64 length of each · u32 CRC-32 of all
import { crc32 } from 'node:zlib';

const MAGIC = 0x69_73_6d_6d;

export function encodeIndex(extents: readonly (readonly number[])[]): Buffer {
  const size = 8 + extents.reduce((bytes, list) => bytes + 4 + list.length * 8, 0) + 4;
  const index = Buffer.allocUnsafe(size);
  let at = index.writeUInt32LE(MAGIC, 0);
  at = index.writeUInt32LE(extents.length, at);
  for (const list of extents) {
    at = index.writeUInt32LE(list.length / 2, at);
    for (const value of list) at = index.writeDoubleLE(value, at);
  }
  index.writeUInt32LE(crc32(index.subarray(0, at)), at);
  return index;
}

/** Throws when the index is damaged. */
export function decodeIndex(index: Buffer): number[][] {
  if (
    index.length < 12 ||
    index.readUInt32LE(0) !== MAGIC ||
    index.readUInt32LE(index.length - 4) !== crc32(index.subarray(0, -4))
  ) {
    throw new Error('the index of a map output is damaged');
  }
  let at = 8;
  return Array.from({ length: index.readUInt32LE(4) }, () => {
    const numbers = index.readUInt32LE(at) * 2;
    at += 4;
    return Array.from({ length: numbers }, () => {
      const value = index.readDoubleLE(at);
      at += 8;
      return value;
    });
  });
}
