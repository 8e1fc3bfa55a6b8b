// Stores operations in order: what came while a write was under way goes into the next one, and nobody is told that an
// operation is stored before it is. When the log has outgrown the snapshot a new snapshot is written, piece by piece
// between the writes of the log. After a failed write nothing is written any more: what is stored is not known.
import type { MetricsRegistry, Timers } from '@mini-mesos/daemon';
import { copyOf, operationsOf } from '../../core/registry/format.js';
import type { RegistryOperation } from '../../core/registry/operations.js';
import { applyRegistryOperation, emptyRegistry } from '../../core/registry/registry.js';
import type { Registry } from '../../core/registry/registry.js';
import type { RegistryView } from '../../core/views/metrics/master-metrics.js';
import { cut, HEAD, logName, logPiece, seal, snapshotName, writeOperation } from './records.js';
import type { RegistryStore } from './registry-store.js';
import { assemble } from './stored-registry.js';
import { RegistryError } from './storage.js';
import type { RegistryStorage, RegistryWrite } from './storage.js';

/** Operations that may wait; a master whose store is so far behind had better give up its place. */
const QUEUE_MAX = 200_000;
/** Of one entry of the log: what a ZooKeeper of any setting takes. */
const BATCH_BYTES = 256 * 1024;
/** Written between two entries of the log, so that it takes some milliseconds. */
const SNAPSHOT_PIECE_BYTES = 128 * 1024;
/** A log below this size is not worth a snapshot. */
const COMPACT_MIN_BYTES = 1024 * 1024;
/** A log of more entries than this is cut, however short they are: each is a record of its own. */
const COMPACT_MAX_ENTRIES = 10_000;
/** The names that go in one write. */
const REMOVE_MAX = 200;
/** The window of the timers' statistics, as in Mesos. */
const METRICS_WINDOW_MS = 60 * 60 * 1000;

export interface RegistrarOptions {
  metrics: MetricsRegistry;
  timers: Timers;
  /** For reading the whole registry. */
  fetchTimeoutMs: number;
  /** For one write. */
  storeTimeoutMs: number;
  /** Told once. Nothing is stored afterwards. */
  onFailure: (error: RegistryError) => void;
  /** In place of COMPACT_MIN_BYTES. */
  compactMinBytes?: number | undefined;
}

interface Queued {
  readonly operation: RegistryOperation;
  readonly stored: () => void;
}

/** A snapshot under way: the registry as it was after `sequence`. */
interface Compaction {
  readonly sequence: number;
  readonly operations: Iterator<RegistryOperation>;
  piece: number;
  bytes: number;
}

export class Registrar implements RegistryStore {
  readonly #storage: RegistryStorage;
  readonly #options: RegistrarOptions;
  readonly #storeMs: ReturnType<MetricsRegistry['timer']>;
  readonly #queue: Queued[] = [];
  #registry: Registry = emptyRegistry();
  #sequence = 0;
  #snapshotBytes = 0;
  #logBytes = 0;
  /** The records that a new snapshot makes superfluous. */
  #records: string[] = [];
  /** Records that count no more and are still there. */
  readonly #garbage: string[] = [];
  /** How many there were after the last snapshot. */
  #keptRecords = 0;
  #compaction: Compaction | undefined;
  #isRunning = false;
  #isOver = false;

  constructor(storage: RegistryStorage, options: RegistrarOptions) {
    this.#storage = storage;
    this.#options = options;
    this.#storeMs = options.metrics.timer('registrar/state_store', { windowMs: METRICS_WINDOW_MS });
  }

  get view(): RegistryView {
    const sizeBytes = this.#snapshotBytes + this.#logBytes;
    return { queuedOperations: this.#queue.length, sizeBytes, ensembleSize: this.#storage.copies };
  }

  /** Takes the registry over and reads it. Rejects with RegistryError. */
  async recover(owner: string): Promise<Registry> {
    const { metrics, fetchTimeoutMs } = this.#options;
    const timer = metrics.timer('registrar/state_fetch', { windowMs: METRICS_WINDOW_MS });
    const { place } = this.#storage;
    const records = await timer.time(
      this.#inTime(this.#fetch(owner), { timeoutMs: fetchTimeoutMs, what: `the registry at ${place} was not read` }),
    );
    const { leftovers, ...stored } = assemble(records, place);
    this.#registry = stored.registry;
    this.#sequence = stored.sequence;
    this.#snapshotBytes = stored.snapshotBytes;
    this.#logBytes = stored.logBytes;
    const isLeftover = new Set(leftovers);
    this.#records = [...records.keys()].filter((name) => name !== HEAD && !isLeftover.has(name));
    if (records.size === 0) await this.#write({ put: headRecord({ snapshot: 0, pieces: 0 }) });
    await this.#removeAll(leftovers);
    return copyOf(this.#registry);
  }

  async #fetch(owner: string): Promise<ReadonlyMap<string, Buffer>> {
    // A write like any other, as the one with which a leading master of Mesos begins.
    await this.#storeMs.time(this.#storage.claim(owner));
    return this.#storage.read();
  }

  apply(operation: RegistryOperation, stored: () => void): void {
    if (this.#isOver) return;
    if (this.#queue.length >= QUEUE_MAX) {
      const text = `${QUEUE_MAX} operations wait for the registry at ${this.#storage.place}`;
      return this.#fail(new RegistryError('unavailable', text));
    }
    this.#queue.push({ operation, stored });
    if (this.#isRunning) return;
    this.#isRunning = true;
    // Operations of the same turn share a write.
    setImmediate(() => void this.#run());
  }

  /** Nothing is stored afterwards, and nobody told. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#queue.length = 0;
    await this.#storage.close();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#isOver && (this.#queue.length > 0 || this.#compaction || this.#garbage.length > 0)) {
        if (this.#queue.length > 0) await this.#storeBatch();
        if (!this.#isOver) await this.#tidy();
      }
    } catch (error) {
      this.#fail(asRegistryError(error, this.#storage.place));
    } finally {
      this.#isRunning = false;
    }
  }

  async #storeBatch(): Promise<void> {
    const { batch, payload } = this.#takeBatch();
    const sequence = this.#sequence + 1;
    const pieces = cut(payload, this.#storage.recordMaxBytes);
    const stop = this.#storeMs.start();
    for (const [piece, content] of pieces.entries()) {
      const name = logName(sequence, { piece, pieces: pieces.length });
      await this.#write({ create: new Map([[name, seal(name, content)]]) });
      this.#records.push(name);
    }
    stop();
    this.#sequence = sequence;
    this.#logBytes += payload.length;
    for (const { operation } of batch) applyRegistryOperation(this.#registry, operation);
    // Whoever is told may close us.
    for (const { stored } of batch) if (!this.#isOver) stored();
  }

  /** At least one operation, and further ones while they fit. */
  #takeBatch(): { batch: Queued[]; payload: Buffer } {
    const lines: string[] = [];
    let length = 0;
    for (const { operation } of this.#queue) {
      const line = writeOperation(operation);
      if (lines.length > 0 && length + line.length > BATCH_BYTES) break;
      lines.push(line);
      length += line.length;
    }
    return { batch: this.#queue.splice(0, lines.length), payload: Buffer.from(lines.join('')) };
  }

  /** One step, so that operations need not wait for long. */
  async #tidy(): Promise<void> {
    if (this.#compaction || this.#garbage.length === 0) return this.#compact();
    await this.#write({ remove: this.#garbage.splice(0, REMOVE_MAX) });
  }

  /** Begins a snapshot where it is time, and takes one under way a piece further. */
  async #compact(): Promise<void> {
    const minBytes = this.#options.compactMinBytes ?? COMPACT_MIN_BYTES;
    if (!this.#compaction) {
      const isShort = this.#logBytes < Math.max(minBytes, this.#snapshotBytes);
      if (isShort && this.#records.length < this.#keptRecords + COMPACT_MAX_ENTRIES) return;
      const operations = operationsOf(copyOf(this.#registry));
      this.#compaction = { sequence: this.#sequence, operations, piece: 0, bytes: 0 };
    }
    const { operations, sequence, piece } = this.#compaction;
    const lines: string[] = [];
    let length = 0;
    let next = operations.next();
    while (!next.done) {
      const line = writeOperation(next.value);
      lines.push(line);
      length += line.length;
      if (length >= SNAPSHOT_PIECE_BYTES) break;
      next = operations.next();
    }
    const pieces = cut(Buffer.from(lines.join('')), this.#storage.recordMaxBytes);
    for (const [index, content] of pieces.entries()) {
      const name = snapshotName(sequence, piece + index);
      await this.#write({ create: new Map([[name, seal(name, content)]]) });
      this.#compaction.bytes += content.length;
    }
    this.#compaction.piece += pieces.length;
    if (next.done) await this.#finish(this.#compaction);
  }

  /** From here the new snapshot counts; what it replaces can go at any time. */
  async #finish({ sequence, piece: pieces, bytes }: Compaction): Promise<void> {
    await this.#write({ put: headRecord({ snapshot: sequence, pieces }) });
    const isAfter = (name: string): boolean => (logPiece(name)?.sequence ?? 0) > sequence;
    const old = this.#records.filter((name) => !isAfter(name));
    const kept = this.#records.filter(isAfter);
    this.#records = [...Array.from({ length: pieces }, (_, piece) => snapshotName(sequence, piece)), ...kept];
    this.#keptRecords = this.#records.length;
    this.#snapshotBytes = bytes;
    // What came after is in the log still; its size is only an estimate of when to do this again.
    this.#logBytes = 0;
    this.#compaction = undefined;
    for (const name of old) this.#garbage.push(name);
  }

  async #removeAll(names: readonly string[]): Promise<void> {
    for (let at = 0; at < names.length; at += REMOVE_MAX) {
      await this.#write({ remove: names.slice(at, at + REMOVE_MAX) });
    }
  }

  #write(change: RegistryWrite): Promise<void> {
    const { place } = this.#storage;
    const timeoutMs = this.#options.storeTimeoutMs;
    return this.#inTime(this.#storage.write(change), { timeoutMs, what: `a write to the registry at ${place} hangs` });
  }

  async #inTime<T>(work: Promise<T>, { timeoutMs, what }: { timeoutMs: number; what: string }): Promise<T> {
    let cancel = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      const timer = this.#options.timers.after(timeoutMs, () =>
        reject(new RegistryError('unavailable', `${what} for ${timeoutMs} ms`)),
      );
      cancel = () => timer.cancel();
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      cancel();
    }
  }

  #fail(error: RegistryError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#queue.length = 0;
    this.#options.onFailure(error);
  }
}

function headRecord(head: { snapshot: number; pieces: number }): Map<string, Buffer> {
  return new Map([[HEAD, seal(HEAD, JSON.stringify(head))]]);
}

function asRegistryError(error: unknown, place: string): RegistryError {
  if (error instanceof RegistryError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new RegistryError('unavailable', `the registry at ${place} cannot be written (${why})`, { cause: error });
}
