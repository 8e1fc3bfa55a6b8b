// What an executor must be able to tell its agent again after a broken connection (Mesos, docs/executor-http-api.md).
//
// R1  An update is kept until the agent acknowledged it, or refused it for good.
// R2  Updates are told in the order in which they were made.
// R3  In one subscription an update is told once: in SUBSCRIBE if it was there then, else by UPDATE.
// R4  A task is unacknowledged until one of its updates is acknowledged.
import type { executor, TaskInfo, TaskStatus } from '@mini-mesos/proto';
import { uuidText } from '@mini-mesos/wire';

/** Updates without an acknowledgement. One more is refused: an agent that falls so far behind is not there. */
export const UPDATES_KEPT_MAX = 10_000;

export type KeptStatus = TaskStatus & { uuid: Uint8Array };

export class ExecutorRetention {
  readonly #tasks = new Map<string, TaskInfo>();
  readonly #updates = new Map<string, { status: KeptStatus; isTold: boolean }>();

  launched(tasks: readonly TaskInfo[]): void {
    for (const task of tasks) this.#tasks.set(task.task_id.value, task);
  }

  /** Keeps a new update; false where there are too many. */
  updated(status: KeptStatus): boolean {
    if (this.#updates.size >= UPDATES_KEPT_MAX) return false;
    this.#updates.set(uuidText(status.uuid), { status, isTold: false });
    return true;
  }

  /** False where the update is not known (any more). */
  acknowledged(taskId: string, uuid: Uint8Array): boolean {
    this.#tasks.delete(taskId);
    return this.#updates.delete(uuidText(uuid));
  }

  /** The agent will never take this update. */
  refused(uuid: Uint8Array): void {
    this.#updates.delete(uuidText(uuid));
  }

  /** The body of a SUBSCRIBE; all updates count as told by it. */
  subscribe(): executor.Call.Subscribe {
    for (const update of this.#updates.values()) update.isTold = true;
    return {
      unacknowledged_tasks: [...this.#tasks.values()],
      unacknowledged_updates: [...this.#updates.values()].map(({ status }) => ({ status })),
    };
  }

  /** The oldest update that this subscription has not told; it counts as told from now on. */
  nextToTell(): KeptStatus | undefined {
    for (const update of this.#updates.values()) {
      if (update.isTold) continue;
      update.isTold = true;
      return update.status;
    }
    return undefined;
  }

  /** Telling failed: it is the next to tell again. */
  notTold(uuid: Uint8Array): void {
    const update = this.#updates.get(uuidText(uuid));
    if (update) update.isTold = false;
  }

  get unacknowledgedCount(): number {
    return this.#updates.size;
  }
}
