// The last things that happened to tasks, the newest first.
import type { TaskState } from '@mini-mesos/proto';
import { stateGroup } from './task-states.js';
import { statusMs } from './rows.js';
import type { TaskRow } from './rows.js';

/** Entries kept: more than anybody scrolls through. The oldest go. */
export const FEED_ENTRIES_MAX = 200;

export interface FeedEntry {
  /** Rising: what tells two entries apart. */
  readonly number: number;
  readonly atMs: number;
  /** As it was then. */
  readonly task: TaskRow;
  readonly state: TaskState;
  readonly message: string | undefined;
}

type NewEntry = Omit<FeedEntry, 'number' | 'message'> & { message?: string | undefined };

export class Feed {
  #entries: FeedEntry[] = [];
  #count = 0;

  get entries(): readonly FeedEntry[] {
    return this.#entries;
  }

  add({ atMs, task, state, message }: NewEntry): void {
    this.#count += 1;
    this.#entries = [{ number: this.#count, atMs, task, state, message }, ...this.#entries].slice(0, FEED_ENTRIES_MAX);
  }

  /** Starts anew from the histories of tasks. */
  restart(tasks: Iterable<TaskRow>): void {
    const found: NewEntry[] = [];
    for (const task of tasks) {
      for (const status of task.statuses) {
        const atMs = statusMs(status);
        if (atMs !== undefined) found.push({ atMs, task, state: status.state, message: status.message });
        if (stateGroup(status.state) === 'completed') break;
      }
    }
    found.sort((a, b) => a.atMs - b.atMs || (a.task.key < b.task.key ? -1 : 1));
    this.#entries = [];
    for (const entry of found.slice(-FEED_ENTRIES_MAX)) this.add(entry);
  }
}
