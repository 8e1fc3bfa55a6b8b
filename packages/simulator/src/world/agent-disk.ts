// The disk of one host, as far as an agent uses it: who the agent is, and its journal as bytes. What was appended survives
// the process; what was synced survives the machine. A process can end in the middle of a write, and a machine that loses
// its power leaves any part of what was not synced, down to half a line.
import type { AgentInfo } from '@mini-mesos/proto';
import type { SeededRandom } from '@mini-mesos/daemon';

export class AgentDisk {
  readonly #random: SeededRandom;
  /** With its id; undefined for a host without an agent, or where it left for good. */
  info: AgentInfo | undefined;
  #journal = Buffer.alloc(0);
  #syncedBytes = 0;
  /** Which start of the machine it is. */
  bootId = 1;
  /** The start in which the agent last began. */
  bootIdSeen = 1;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  get journal(): Buffer {
    return this.#journal;
  }

  append(bytes: Buffer): void {
    this.#journal = Buffer.concat([this.#journal, bytes]);
  }

  /** The process ends in the middle of writing this. */
  tear(bytes: Buffer): void {
    this.append(bytes.subarray(0, this.#random.below(bytes.length + 1)));
  }

  sync(): void {
    this.#syncedBytes = this.#journal.length;
  }

  /** The agent begins: what cannot be read at the end of the journal is cut off. */
  begin(goodBytes: number): void {
    this.bootIdSeen = this.bootId;
    this.#journal = this.#journal.subarray(0, goodBytes);
    this.#syncedBytes = Math.min(this.#syncedBytes, goodBytes);
  }

  /** Another agent begins on an empty journal. Durable, as the agent makes it. */
  adopt(info: AgentInfo): void {
    if (this.info?.id?.value !== info.id?.value) {
      this.#journal = Buffer.alloc(0);
      this.#syncedBytes = 0;
    }
    this.info = info;
  }

  losePower(): void {
    const unsynced = this.#journal.length - this.#syncedBytes;
    this.#journal = this.#journal.subarray(0, this.#syncedBytes + this.#random.below(unsynced + 1));
    this.#syncedBytes = this.#journal.length;
    this.bootId += 1;
  }
}
