// The registry that masters share, in ZooKeeper beside the election: `<path>/registry/<record>`. Every write depends on
// two nodes: the one by which its master stands for election, which goes with its session, and `epoch`, whose version
// each new leader moves on before it reads. So a write of a master that leads no more can never happen.
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ElectionError, hostPort } from '@mini-mesos/election';
import type { Refused, Step, ZookeeperAddress, ZookeeperSession } from '@mini-mesos/election';
import { RegistryError } from './storage.js';
import type { RegistryStorage, RegistryWrite } from './storage.js';

/** Requests under way at once when everything is read. */
const READS_AT_ONCE = 64;
/** Larger records are compressed: ZooKeeper keeps everything in memory, and JSON of many agents shrinks to a tenth. */
const COMPRESS_MIN_BYTES = 4 * 1024;
/** How a gzip begins; no record does. */
const GZIP = Buffer.from([0x1f, 0x8b]);
const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** After a write whose answer was lost. */
const RETRY_MS = 200;

export interface ZookeeperStorageOptions {
  address: ZookeeperAddress;
  session: ZookeeperSession;
  /** The path of the node by which we lead; without it nothing can be written. */
  leaderNode?: string | undefined;
}

export class ZookeeperStorage implements RegistryStorage {
  readonly place: string;
  readonly copies: number;
  /** ZooKeeper refuses requests of 1 MiB (jute.maxbuffer). */
  readonly recordMaxBytes = 512 * 1024;
  readonly #session: ZookeeperSession;
  readonly #base: string;
  readonly #leaderNode: string | undefined;
  #epoch: number | undefined;
  #isClosed = false;

  constructor({ address, session, leaderNode }: ZookeeperStorageOptions) {
    this.#session = session;
    this.#leaderNode = leaderNode;
    this.#base = `${address.path}/registry`;
    this.copies = address.servers.length;
    this.place = `zk://${address.servers.map(({ host, port }) => hostPort(host, port)).join(',')}${this.#base}`;
  }

  async claim(owner: string): Promise<void> {
    const data = Buffer.from(owner);
    await this.#persistently(async () => {
      await this.#session.ensure(this.#epochPath);
      const refused = await this.#session.multi(`claim of ${this.#base}`, [
        this.#standing(),
        { type: 'set', path: this.#epochPath, data },
      ]);
      if (refused) throw this.#fenced();
      const found = await this.#session.read(this.#epochPath);
      if (!found?.data.equals(data)) throw this.#fenced();
      this.#epoch = found.stat.version;
    });
  }

  async read(): Promise<ReadonlyMap<string, Buffer>> {
    return this.#persistently(async () => {
      const records = new Map<string, Buffer>();
      const names = ((await this.#session.getChildren(this.#base)) ?? []).filter((name) => name !== 'epoch').toSorted();
      for (let at = 0; at < names.length; at += READS_AT_ONCE) {
        const some = names.slice(at, at + READS_AT_ONCE);
        const found = await Promise.all(some.map((name) => this.#session.read(`${this.#base}/${name}`)));
        for (const [index, name] of some.entries()) {
          const record = found[index];
          if (record) records.set(name, await this.#expanded(name, record.data));
        }
      }
      return records;
    });
  }

  async write({ create: newRecords, put: records, remove = [] }: RegistryWrite): Promise<void> {
    const [create, put] = await Promise.all([compressed(newRecords), compressed(records)]);
    let isRepeated = false;
    await this.#persistently(async () => {
      const steps: Step[] = [this.#standing(), { type: 'check', path: this.#epochPath, version: this.#epoch ?? -1 }];
      for (const [name, data] of create) steps.push({ type: 'create', path: this.#path(name), data });
      const isThere = await this.#which([...put.keys(), ...remove]);
      for (const [name, data] of put) {
        steps.push({ type: isThere.has(name) ? 'set' : 'create', path: this.#path(name), data });
      }
      for (const name of remove) if (isThere.has(name)) steps.push({ type: 'remove', path: this.#path(name) });
      const wasRepeated = isRepeated;
      isRepeated = true;
      const refused = await this.#session.multi(`write to ${this.#base}`, steps);
      if (refused) this.#refused(refused, { steps, wasRepeated });
    });
  }

  /** Those of the names that are there. */
  async #which(names: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await Promise.all(names.map((name) => this.#session.exists(this.#path(name))));
    return new Set(names.filter((_, index) => found[index] !== undefined));
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  #refused({ step, why }: Refused, { steps, wasRepeated }: { steps: readonly Step[]; wasRepeated: boolean }): void {
    if (step < 2) throw this.#fenced();
    // Only we can have made it, in a try whose answer was lost: all steps of that try were done.
    if (why === 'node-exists' && wasRepeated) return;
    throw new RegistryError('corrupt', `node ${steps[step]?.path} of the registry at ${this.place}: ${why}`);
  }

  async #expanded(name: string, data: Buffer): Promise<Buffer> {
    if (!data.subarray(0, GZIP.length).equals(GZIP)) return data;
    try {
      return await unzip(data);
    } catch (error) {
      throw new RegistryError('corrupt', `record ${name} of the registry at ${this.place} cannot be expanded`, {
        cause: error,
      });
    }
  }

  get #epochPath(): string {
    return `${this.#base}/epoch`;
  }

  #path(name: string): string {
    return `${this.#base}/${name}`;
  }

  #standing(): Step {
    if (this.#leaderNode === undefined) throw new RegistryError('fenced', `we do not lead at ${this.place}`);
    return { type: 'check', path: this.#leaderNode };
  }

  #fenced(): RegistryError {
    return new RegistryError('fenced', `the registry at ${this.place} has another owner`);
  }

  /** Tries again after a lost connection. The caller sets the time limit. */
  async #persistently<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ElectionError)) throw error;
        if (!error.retryable || this.#isClosed) {
          throw new RegistryError('unavailable', `the registry at ${this.place} cannot be used (${error.message})`, {
            cause: error,
          });
        }
        await pause(RETRY_MS);
      }
    }
  }
}

async function compressed(records: ReadonlyMap<string, Buffer> = new Map()): Promise<Map<string, Buffer>> {
  const made = new Map<string, Buffer>();
  for (const [name, record] of records) {
    made.set(name, record.length < COMPRESS_MIN_BYTES ? record : await zip(record));
  }
  return made;
}
