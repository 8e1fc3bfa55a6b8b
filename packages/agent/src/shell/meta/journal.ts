// The journal of one agent id on disk: records are appended, synced where they are promises, and written anew as a
// snapshot when most of the file is about what is over.
//
// J1: a record counts when its line is whole. J2: lines are only ever appended, or replaced by a snapshot that was whole
// and synced before it took the file's place.
import { closeSync, constants, fdatasync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { CheckpointBook } from '../../core/checkpoint/book.js';
import type { CheckpointRecord } from '../../core/checkpoint/records.js';
import { readRecord, recordText } from '../../core/checkpoint/text.js';
import { makeDirectory, syncDirectory, writeAll, writeWhole } from './durable.js';
import { journalLine, parseJournal } from './journal-format.js';
import { dirname } from 'node:path';

/** A journal is written anew when it has this many bytes, and four times as many as the last snapshot. */
const COMPACT_MIN_BYTES = 1024 * 1024;
const COMPACT_FACTOR = 4;
const FILE_MODE = 0o600;

const sync = promisify(fdatasync);

export interface ReadJournal {
  book: CheckpointBook;
  /** Bytes that are whole lines. */
  goodBytes: number;
  /** Bytes behind them, which were cut off while they were written. */
  tornBytes: number;
  /** Lines in the middle that cannot be read. */
  damaged: number;
}

/** What a journal comes to; an empty book where there is none. */
export function readJournal(path: string): ReadJournal {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    bytes = Buffer.alloc(0);
  }
  const parsed = parseJournal(bytes);
  const book = new CheckpointBook();
  let { damaged } = parsed;
  for (const text of parsed.texts) {
    try {
      book.apply(readRecord(text));
    } catch {
      // Whole, but not what this version writes.
      damaged += 1;
    }
  }
  return { book, damaged, goodBytes: parsed.goodBytes, tornBytes: bytes.length - parsed.goodBytes };
}

export class Journal {
  readonly path: string;
  readonly #book: CheckpointBook;
  #file: number;
  #bytes: number;
  #compactBytes: number;
  /** A sync in progress: the file stays open until it is over. */
  #syncing = 0;
  #doomed: number[] = [];

  /** Goes on behind the whole lines of what was read; the rest is cut off. */
  constructor(path: string, { book, goodBytes }: Pick<ReadJournal, 'book' | 'goodBytes'>) {
    this.path = path;
    this.#book = book;
    makeDirectory(dirname(path));
    this.#file = open(path);
    ftruncateSync(this.#file, goodBytes);
    syncDirectory(dirname(path));
    this.#bytes = goodBytes;
    this.#compactBytes = Math.max(COMPACT_MIN_BYTES, goodBytes * COMPACT_FACTOR);
  }

  /** Survives the process when it returns, the machine after the next `sync`. Throws where it cannot be written. */
  append(records: readonly CheckpointRecord[]): void {
    for (const record of records) this.#book.apply(record);
    if (this.#bytes > this.#compactBytes) {
      this.#compact();
      return;
    }
    const bytes = Buffer.concat(records.map((record) => journalLine(recordText(record))));
    writeAll(this.#file, bytes);
    this.#bytes += bytes.length;
  }

  async sync(): Promise<void> {
    this.#syncing += 1;
    try {
      await sync(this.#file);
    } finally {
      this.#syncing -= 1;
      if (this.#syncing === 0) for (const file of this.#doomed.splice(0)) closeSync(file);
    }
  }

  close(): void {
    this.#dispose();
  }

  #compact(): void {
    const bytes = Buffer.concat(this.#book.snapshot().map((record) => journalLine(recordText(record))));
    writeWhole(this.path, bytes);
    this.#dispose();
    this.#file = open(this.path);
    this.#bytes = bytes.length;
    this.#compactBytes = Math.max(COMPACT_MIN_BYTES, bytes.length * COMPACT_FACTOR);
  }

  #dispose(): void {
    if (this.#syncing > 0) this.#doomed.push(this.#file);
    else closeSync(this.#file);
  }
}

function open(path: string): number {
  return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, FILE_MODE);
}
