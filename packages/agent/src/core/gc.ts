// When sandboxes are removed (src/slave/gc.cpp and Slave::age of Mesos): each waits from its executor's end until it is
// older than an age that shrinks as the disk fills up, and is gone at the next look at the disk.
import { SANDBOXES_PENDING_MAX } from './constants.js';

export interface Condemned {
  readonly path: string;
  readonly sinceMs: number;
  /** Names in the files service that go with it. */
  readonly names: readonly string[];
}

/** How old a sandbox may get, in milliseconds; `usage` is the share of the disk in use. */
export function maxAgeMs(usage: number, { gcDelayMs, gcDiskHeadroom }: { gcDelayMs: number; gcDiskHeadroom: number }) {
  return gcDelayMs * Math.max(0, 1 - gcDiskHeadroom - usage);
}

/** The paths that wait. Adding a path again starts its time anew. */
export class SandboxGc {
  readonly #pending = new Map<string, Condemned>();

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Returns what has to go at once because too many wait. */
  add(entry: Condemned): Condemned[] {
    this.#pending.delete(entry.path);
    this.#pending.set(entry.path, entry);
    return this.#bounded();
  }

  /** Before all that wait; those that wait already stay as they are. */
  addOlder(entries: readonly Condemned[]): Condemned[] {
    const younger = [...this.#pending];
    const known = new Set(younger.map(([path]) => path));
    this.#pending.clear();
    for (const entry of entries) if (!known.has(entry.path)) this.#pending.set(entry.path, entry);
    for (const [path, entry] of younger) this.#pending.set(path, entry);
    return this.#bounded();
  }

  /** The path is in use again. */
  spare(path: string): void {
    this.#pending.delete(path);
  }

  /** Takes out all that are at least `ageMs` old. They are in order of age, so the first young one ends the search. */
  due(nowMs: number, ageMs: number): Condemned[] {
    const out: Condemned[] = [];
    for (const entry of this.#pending.values()) {
      if (nowMs - entry.sinceMs < ageMs) break;
      out.push(entry);
    }
    for (const { path } of out) this.#pending.delete(path);
    return out;
  }

  #bounded(): Condemned[] {
    const out: Condemned[] = [];
    while (this.#pending.size > SANDBOXES_PENDING_MAX) out.push(...this.#shift());
    return out;
  }

  #shift(): Condemned[] {
    const first = this.#pending.values().next().value;
    if (!first) return [];
    this.#pending.delete(first.path);
    return [first];
  }
}
