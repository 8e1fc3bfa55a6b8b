// The registry of a single master, in an LMDB environment in its work directory.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectories } from '@mini-mesos/daemon';
import { open } from 'lmdb';
import type { RootDatabase } from 'lmdb';
import { damageOf } from './lmdb-check.js';
import { RegistryError } from './storage.js';
import type { RegistryStorage, RegistryWrite } from './storage.js';

const DIRECTORY = 'registry';
/** Who owns the registry; not one of its records. */
const OWNER = 'owner';

export class LmdbStorage implements RegistryStorage {
  readonly place: string;
  readonly copies = 1;
  /** LMDB takes any size; this keeps single writes short. */
  readonly recordMaxBytes = 4 * 1024 * 1024;
  readonly #database: RootDatabase<Buffer, string>;
  #claim: Buffer | undefined;

  private constructor(place: string, database: RootDatabase<Buffer, string>) {
    this.place = place;
    this.#database = database;
  }

  /** Read-only where the directory is there already and nothing is to be written. Throws RegistryError. */
  static open(workDir: string, { readOnly = false } = {}): LmdbStorage {
    const place = join(workDir, DIRECTORY);
    if (readOnly && !existsSync(join(place, 'data.mdb'))) {
      throw new RegistryError('unavailable', `there is no registry at ${place}`);
    }
    const damage = damageIn(place);
    if (damage !== undefined) {
      throw new RegistryError('corrupt', `the registry at ${place} is damaged (data.mdb: ${damage})`);
    }
    try {
      if (!readOnly) makeDirectories(place);
      return new LmdbStorage(place, open<Buffer, string>({ path: place, encoding: 'binary', readOnly }));
    } catch (error) {
      const why = (error as Error).message;
      throw new RegistryError('unavailable', `the registry at ${place} cannot be opened (${why})`, { cause: error });
    }
  }

  async claim(owner: string): Promise<void> {
    const claim = Buffer.from(owner);
    await this.#database.put(OWNER, claim);
    await this.#database.flushed;
    this.#claim = claim;
  }

  read(): Promise<ReadonlyMap<string, Buffer>> {
    const records = new Map<string, Buffer>();
    for (const { key, value } of this.#database.getRange()) {
      if (key !== OWNER) records.set(key, Buffer.from(value));
    }
    return Promise.resolve(records);
  }

  async write({ create, put, remove = [] }: RegistryWrite): Promise<void> {
    const isOurs = await this.#database.transaction(() => {
      const owner = this.#database.get(OWNER);
      if (!this.#claim || !owner?.equals(this.#claim)) return false;
      for (const [name, record] of [...(create ?? []), ...(put ?? [])]) void this.#database.put(name, record);
      for (const name of remove) void this.#database.remove(name);
      return true;
    });
    if (!isOurs) throw new RegistryError('fenced', `another master has taken over the registry at ${this.place}`);
    // A write is only committed so far: a power failure could undo it until it is flushed.
    await this.#database.flushed;
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** Something is in the way where this cannot be told: opening it says so. */
function damageIn(place: string): string | undefined {
  try {
    return damageOf(join(place, 'data.mdb'));
  } catch {
    return undefined;
  }
}
