// What the agent remembers beneath `<work_dir>/meta`, in the places where Mesos keeps the like:
//
//   boot_id               which start of the machine it was written in
//   slaves/latest         a link to the agent id in use; removing it makes the agent start as a new one
//   slaves/<id>/slave.info  the agent as it registered
//   slaves/<id>/journal   everything else: see core/checkpoint/records.ts
import { readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import type { AgentInfo } from '@mini-mesos/proto';
import { fromJson, toJsonText } from '@mini-mesos/wire';
import { CheckpointBook } from '../../core/checkpoint/book.js';
import type { CheckpointRecord } from '../../core/checkpoint/records.js';
import { syncDirectory, writeWhole } from './durable.js';
import { Journal, readJournal, type ReadJournal } from './journal.js';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** What an earlier run of the agent left. */
export interface Remembered {
  /** With its id. */
  info: AgentInfo;
  book: CheckpointBook;
  /** The machine was started anew since: no process of then is left. */
  rebooted: boolean;
}

export interface Recovered {
  remembered: Remembered | undefined;
  /** What was not as it should be, for the log. */
  warnings: string[];
}

export interface MetaStoreOptions {
  workDir: string;
  /** For tests: tells one start of the machine from another. */
  bootId?: string | undefined;
}

export class MetaStore {
  readonly #meta: string;
  readonly #bootId: string;
  #journal: Journal | undefined;
  #read: ReadJournal | undefined;

  constructor({ workDir, bootId }: MetaStoreOptions) {
    this.#meta = `${workDir}/meta`;
    this.#bootId = bootId ?? textOf(BOOT_ID)?.trim() ?? '';
  }

  /** `rm` of this makes the next start a new agent. */
  get latest(): string {
    return `${this.#meta}/slaves/latest`;
  }

  /**
   * Reads what is there and changes nothing but the boot id. With `strict` it throws where something in the middle cannot
   * be read, with the way out; what was only cut off at its end is never an error.
   */
  recover({ strict }: { strict: boolean }): Recovered {
    const warnings: string[] = [];
    const before = textOf(`${this.#meta}/boot_id`)?.trim();
    const rebooted = before !== undefined && before !== this.#bootId;
    const id = this.#latestId();
    const info = id === undefined ? undefined : this.#info(id, { strict, warnings });
    if (!info || id === undefined) return { remembered: undefined, warnings };
    const read = readJournal(this.#journalPath(id));
    this.#read = read;
    if (read.tornBytes > 0) {
      warnings.push(`cut ${read.tornBytes} bytes off the journal of agent ${id}: they were not written completely`);
    }
    if (read.damaged > 0) {
      const what = `${read.damaged} records of '${this.#journalPath(id)}' cannot be read`;
      // Behind the last sync a crash of the machine may have left anything; nobody was told of that.
      if (strict && !rebooted) throw new Error(`${what}; --no-strict goes on without them, or ${this.#startAnew()}`);
      warnings.push(`${what}: going on without them`);
    }
    return { remembered: { info, book: read.book, rebooted }, warnings };
  }

  /** From here on this run of the machine is the one that is remembered. */
  begin(): void {
    if (textOf(`${this.#meta}/boot_id`)?.trim() !== this.#bootId) {
      writeWhole(`${this.#meta}/boot_id`, Buffer.from(`${this.#bootId}\n`));
    }
  }

  /** The agent is this one from now on. Durable when it returns; throws where it is not. */
  adopt(info: AgentInfo): void {
    const id = info.id?.value ?? '';
    const isSame = this.#latestId() === id;
    writeWhole(this.#infoPath(id), Buffer.from(`${toJsonText('mesos.v1.AgentInfo', info)}\n`));
    const read = isSame ? this.#read : undefined;
    this.#journal ??= new Journal(this.#journalPath(id), read ?? readJournal(this.#journalPath(id)));
    if (isSame) return;
    rmSync(`${this.latest}.new`, { force: true });
    symlinkSync(id, `${this.latest}.new`);
    renameSync(`${this.latest}.new`, this.latest);
    syncDirectory(`${this.#meta}/slaves`);
  }

  /** Survives the process when it returns. Throws where it cannot be written. */
  append(records: readonly CheckpointRecord[]): void {
    if (!this.#journal) throw new Error('nothing can be written down before the agent has its id');
    this.#journal.append(records);
  }

  /** What was appended survives the machine then. */
  async sync(): Promise<void> {
    await this.#journal?.sync();
  }

  /** The next start is that of a new agent. */
  forget(): void {
    rmSync(this.latest, { force: true });
  }

  close(): void {
    this.#journal?.close();
    this.#journal = undefined;
  }

  #latestId(): string | undefined {
    try {
      return readlinkSync(this.latest);
    } catch {
      // No agent was here, or it was told to leave for good.
      return undefined;
    }
  }

  #info(id: string, { strict, warnings }: { strict: boolean; warnings: string[] }): AgentInfo | undefined {
    try {
      const info = fromJson('mesos.v1.AgentInfo', JSON.parse(readFileSync(this.#infoPath(id), 'utf8')) as unknown);
      if (info.id?.value !== id) throw new Error(`it is about agent '${info.id?.value ?? ''}'`);
      return info;
    } catch (error) {
      const message = `cannot read '${this.#infoPath(id)}': ${(error as Error).message}`;
      if (strict) throw new Error(`${message}; ${this.#startAnew()}`, { cause: error });
      warnings.push(`${message}; starting as a new agent`);
      return undefined;
    }
  }

  #startAnew(): string {
    return `start as a new agent, which ends what still runs here: rm -f ${this.latest}`;
  }

  #infoPath(id: string): string {
    return `${this.#meta}/slaves/${id}/slave.info`;
  }

  #journalPath(id: string): string {
    return `${this.#meta}/slaves/${id}/journal`;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not written yet.
    return undefined;
  }
}
