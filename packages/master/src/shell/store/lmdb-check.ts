// LMDB maps its file into memory and believes what it finds there: a file that was cut short, or is something else,
// ends the process. So its two meta pages are looked at before (MDB_meta in LMDB's mdb.c).
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

const MAGIC = 0xbeefc0de;
/** Behind the header of a page, which holds its number and its kind. */
const META = { magic: 24, version: 28, pageSize: 48, roots: [88, 136], lastPage: 144, transaction: 152, end: 160 };
const VERSION = 2;
const NO_PAGE = 2n ** 64n - 1n;

interface Meta {
  readonly pageSize: number;
  readonly roots: readonly bigint[];
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

/** Why the file cannot be an LMDB environment that is whole; undefined where it can, or is not there yet. */
export function damageOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    // LMDB makes an empty file before it writes the first pages.
    if (size === 0) return undefined;
    const first = readMeta(file, 0);
    const second = first && readMeta(file, first.pageSize);
    if (!first || !second) return 'it is no LMDB file, or its first pages are damaged';
    const newest = first.transaction > second.transaction ? first : second;
    if (BigInt(size) < (newest.lastPage + 1n) * BigInt(newest.pageSize)) {
      return `it has ${size} bytes and should have ${(newest.lastPage + 1n) * BigInt(newest.pageSize)}`;
    }
    const isSound = newest.roots.every((root) => root === NO_PAGE || root <= newest.lastPage);
    return isSound ? undefined : 'its first pages are damaged';
  } finally {
    closeSync(file);
  }
}

function readMeta(file: number, at: number): Meta | undefined {
  const page = Buffer.alloc(META.end);
  if (readSync(file, page, 0, META.end, at) < META.end) return undefined;
  if (page.readUInt32LE(META.magic) !== MAGIC || page.readUInt32LE(META.version) !== VERSION) return undefined;
  const pageSize = page.readUInt32LE(META.pageSize);
  if (pageSize < 256 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return undefined;
  return {
    pageSize,
    roots: META.roots.map((offset) => page.readBigUInt64LE(offset)),
    lastPage: page.readBigUInt64LE(META.lastPage),
    transaction: page.readBigUInt64LE(META.transaction),
  };
}
