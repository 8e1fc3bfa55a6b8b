// A file as /files/browse shows it (src/common/http.cpp, model(FileInfo)), and file data as text. Pure.
import type { FileInfo } from '@mini-mesos/proto';

/** The bits of st_mode that tell the type of a file, with their letters. */
const FILE_TYPES: ReadonlyMap<number, string> = new Map([
  [0o010000, 'p'],
  [0o020000, 'c'],
  [0o040000, 'd'],
  [0o060000, 'b'],
  [0o100000, '-'],
  [0o120000, 'l'],
  [0o140000, 's'],
]);
const PERMISSIONS = ['r', 'w', 'x', 'r', 'w', 'x', 'r', 'w', 'x'];
const FILE_TYPE_MASK = 0o170000;
const NS_PER_SECOND = 1e9;

/** `-rw-r--r--`; set-id and sticky bits are not shown, as in Mesos. */
export function modeText(mode: number): string {
  const permissions = PERMISSIONS.map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'));
  return (FILE_TYPES.get(mode & FILE_TYPE_MASK) ?? '-') + permissions.join('');
}

/** Keys in Mesos' order, which is that of the alphabet. */
export function fileModel({ path, nlink = 0, size = 0, mtime, mode = 0, uid = '', gid = '' }: FileInfo) {
  return { gid, mode: modeText(mode), mtime: (mtime?.nanoseconds ?? 0) / NS_PER_SECOND, nlink, path, size, uid };
}

/** The most bytes of one character in UTF-8. */
const CHARACTER_BYTES_MAX = 4;

/**
 * Bytes as text without a last character that was cut, so that a reader who goes on after what it got loses nothing.
 * Where nothing but a cut character was read it is given as it is: there must be progress.
 */
export function wholeCharacters(data: Buffer): string {
  for (let back = 1; back <= Math.min(CHARACTER_BYTES_MAX - 1, data.length - 1); back += 1) {
    const byte = data[data.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1;
    return data.subarray(0, length > back ? data.length - back : data.length).toString();
  }
  return data.toString();
}
