// A place for a registry in memory that dies when a test says: before or after a write, or in the middle of one.
import { RegistryError } from '../../../src/shell/store/storage.js';
import type { RegistryStorage, RegistryWrite } from '../../../src/shell/store/storage.js';

/** What survives its masters. */
export class Disk {
  readonly records = new Map<string, Buffer>();
  owner = '';
  /** Writes that were done, over all masters. */
  writes = 0;

  /** Resolves when nobody has written for some turns: a snapshot goes on after the last operation is stored. */
  async quiet(): Promise<void> {
    for (let turns = 0, seen = -1; turns < 5; turns += 1) {
      if (this.writes !== seen) [turns, seen] = [0, this.writes];
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  attach(options: { diesAt?: number; isDone?: boolean; recordMaxBytes?: number } = {}): DiskStorage {
    return new DiskStorage(this, options);
  }
}

export class DiskStorage implements RegistryStorage {
  readonly place = 'the test';
  readonly copies = 1;
  readonly recordMaxBytes: number;
  readonly #disk: Disk;
  readonly #diesAt: number;
  readonly #isDone: boolean;
  #owner = '';
  #writes = 0;

  /** Dies at its write number `diesAt`, counted from 1: `isDone` says whether the write was still done. */
  constructor(disk: Disk, { diesAt = Infinity, isDone = false, recordMaxBytes = 512 * 1024 } = {}) {
    this.#disk = disk;
    this.#diesAt = diesAt;
    this.#isDone = isDone;
    this.recordMaxBytes = recordMaxBytes;
  }

  claim(owner: string): Promise<void> {
    this.#owner = owner;
    this.#disk.owner = owner;
    return Promise.resolve();
  }

  read(): Promise<ReadonlyMap<string, Buffer>> {
    return Promise.resolve(new Map(this.#disk.records));
  }

  async write({ create = new Map(), put = new Map(), remove = [] }: RegistryWrite): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#writes += 1;
    if (this.#writes > this.#diesAt || (this.#writes === this.#diesAt && !this.#isDone)) throw new Error('it died');
    if (this.#disk.owner !== this.#owner) throw new RegistryError('fenced', 'another writes');
    for (const name of create.keys()) if (this.#disk.records.has(name)) throw new Error(`${name} is there already`);
    for (const [name, record] of [...create, ...put]) this.#disk.records.set(name, record);
    for (const name of remove) this.#disk.records.delete(name);
    this.#disk.writes += 1;
    if (this.#writes === this.#diesAt) throw new Error('it died');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
