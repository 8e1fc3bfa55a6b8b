// The form of the records that a registry is kept in. Each is text: a line with the version of the format and a
// checksum, then operations as lines of JSON. `head` names the snapshot that counts, the log goes on after it:
//   head                      {"snapshot": 7, "pieces": 2}
//   snapshot-0000000007-0000  operations that make the registry as it was after entry 7 of the log, cut into pieces
//   log-0000000008-0-1        the operations of entry 8, piece 0 of 1
import { crc32 } from 'node:zlib';
import { operationFromJson, OperationFormatError, operationToJson } from '../../core/registry/format.js';
import type { RegistryOperation } from '../../core/registry/operations.js';
import { RegistryError } from './storage.js';

/** The newest format that this program reads, and the one that it writes. */
export const FORMAT_VERSION = 1;
const MAGIC = 'mini-mesos-registry';

export const HEAD = 'head';

export interface Head {
  /** The last entry of the log that the snapshot holds; 0 where there is none. */
  readonly snapshot: number;
  /** Into how many pieces it is cut. */
  readonly pieces: number;
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

export const snapshotName = (sequence: number, piece: number): string =>
  `snapshot-${digits(sequence, 10)}-${digits(piece, 4)}`;

export const logName = (sequence: number, { piece, pieces }: { piece: number; pieces: number }): string =>
  `log-${digits(sequence, 10)}-${piece}-${pieces}`;

export interface LogPiece {
  readonly name: string;
  readonly sequence: number;
  readonly piece: number;
  readonly pieces: number;
}

/** What a name says, undefined where it is none of the log's. */
export function logPiece(name: string): LogPiece | undefined {
  const [, sequence, piece, pieces] = /^log-(\d+)-(\d+)-(\d+)$/.exec(name) ?? [];
  return sequence === undefined
    ? undefined
    : { name, sequence: Number(sequence), piece: Number(piece), pieces: Number(pieces) };
}

/** A record with its checksum, which covers the name too: no record can pass for another. */
export function seal(name: string, payload: Buffer | string): Buffer {
  const content = Buffer.from(payload);
  return Buffer.concat([Buffer.from(`${MAGIC} ${FORMAT_VERSION} ${checksum(name, content)}\n`), content]);
}

/** What was sealed. Throws RegistryError, with the place in its text. */
export function unseal(record: Buffer, { name, place }: { name: string; place: string }): Buffer {
  const end = record.indexOf('\n');
  const [magic, version, sum] = record.subarray(0, Math.max(end, 0)).toString('latin1').split(' ');
  const what = `record ${name} of the registry at ${place}`;
  if (magic !== MAGIC || !/^\d+$/.test(version ?? '')) throw new RegistryError('corrupt', `${what} has no header`);
  if (Number(version) > FORMAT_VERSION) {
    throw new RegistryError('newer', `${what} has format ${version}, this program reads up to ${FORMAT_VERSION}`);
  }
  const payload = record.subarray(end + 1);
  if (checksum(name, payload) !== sum) throw new RegistryError('corrupt', `${what} does not fit its checksum`);
  return payload;
}

function checksum(name: string, payload: Buffer): string {
  return digits(crc32(payload, crc32(name)), 10);
}

/** A line for each. */
export function writeOperation(operation: RegistryOperation): string {
  return `${JSON.stringify(operationToJson(operation))}\n`;
}

/** Throws RegistryError, with the place in its text. */
export function readOperations(payload: Buffer, place: string): RegistryOperation[] {
  const lines = payload.toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => readOperation(line, place));
}

function readOperation(line: string, place: string): RegistryOperation {
  try {
    return operationFromJson(JSON.parse(line));
  } catch (error) {
    const isNewer = error instanceof OperationFormatError && error.isUnknown;
    const why = (error as Error).message;
    throw new RegistryError(isNewer ? 'newer' : 'corrupt', `the registry at ${place} cannot be read: ${why}`, {
      cause: error,
    });
  }
}

/** Throws RegistryError, with the place in its text. */
export function readHead(payload: Buffer, place: string): Head {
  try {
    const { snapshot, pieces } = JSON.parse(payload.toString()) as Partial<Head>;
    if (Number.isInteger(snapshot) && Number.isInteger(pieces)) return { snapshot, pieces } as Head;
  } catch {
    // Said below.
  }
  throw new RegistryError('corrupt', `the head of the registry at ${place} cannot be read`);
}

/** Bytes cut into pieces of at most `maxBytes`; at least one. */
export function cut(bytes: Buffer, maxBytes: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += maxBytes) pieces.push(bytes.subarray(at, at + maxBytes));
  return pieces;
}
