// When the connection of an executor breaks, Mesos usually knows why a moment later. This waits for its word, for a
// while: then the executor is given up, and Mesos is asked to end it in case it still runs.
import type { LossCause } from '../driver/scheduler-backend.js';

/** Longest wait for the status update; the agent notices the end of a process within milliseconds. */
const WAIT_MS = 2000;
/** Causes kept for a question that comes after the answer; the oldest are dropped. */
const REMEMBERED_MAX = 1000;

export class LossWatch {
  private readonly causes = new Map<string, LossCause>();
  private readonly waiting = new Map<string, { resolve: (cause: LossCause) => void; timer: NodeJS.Timeout }>();
  private readonly giveUp: (executorId: string) => void;

  constructor(giveUp: (executorId: string) => void) {
    this.giveUp = giveUp;
  }

  /** Mesos says that an executor ended. */
  told(executorId: string, cause: LossCause): void {
    const waiting = this.waiting.get(executorId);
    if (waiting !== undefined) {
      clearTimeout(waiting.timer);
      this.waiting.delete(executorId);
      waiting.resolve(cause);
      return;
    }
    if (this.causes.size >= REMEMBERED_MAX) this.causes.delete(this.causes.keys().next().value as string);
    this.causes.set(executorId, cause);
  }

  /** The cause, as soon as Mesos tells or the wait is over. */
  causeOf(executorId: string): Promise<LossCause> {
    const known = this.causes.get(executorId);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.waiting.delete(executorId);
        this.giveUp(executorId);
        resolve({ reason: 'its connection broke, and Mesos does not say why', causedByTask: false });
      }, WAIT_MS);
      this.waiting.set(executorId, { resolve, timer });
    });
  }

  close(): void {
    for (const { timer, resolve } of this.waiting.values()) {
      clearTimeout(timer);
      resolve({ reason: 'the application ends', causedByTask: false });
    }
    this.waiting.clear();
  }
}
