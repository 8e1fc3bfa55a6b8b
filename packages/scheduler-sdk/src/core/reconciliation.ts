// Asks the master for the state of tasks until it has told all of them (Mesos, docs/reconciliation.md, "Algorithm"): a
// master stays silent about agents that have not come back to it yet, which can take minutes after a failover.
//
//   start ──▶ ask for the remaining ──answers──▶ fewer remain ──none──▶ done
//                 ▲ back-off passed, or subscribed again │
//                 └──────────────────────────────────────┘
// One reconciliation runs at a time: tasks that are added while it runs join it.
import { failure, success } from '../errors.js';
import type { Result } from '../errors.js';
import type { Random } from '../ports.js';
import { Backoff } from './backoff.js';

/** The first wait is long against an answer of the master; the last short against its ten minutes of silence. */
export const RECONCILIATION_BACKOFF = { firstMs: 2_000, maxMs: 60_000 } as const;
/** Tasks under reconciliation at once; adding more is refused. */
export const RECONCILED_TASKS_MAX = 100_000;

export interface ReconciledTask {
  taskId: string;
  /** Speeds the answer up, and is how tasks of lost agents are told apart from unknown ones. */
  agentId?: string | undefined;
}

export type ReconciliationEffect =
  | { type: 'ask'; tasks: ReconciledTask[] }
  /** Takes the place of an earlier timer. */
  | { type: 'timer'; delayMs: number }
  | { type: 'cancel' }
  | { type: 'done' };

export class ReconciliationLoop {
  readonly #backoff: Backoff;
  readonly #remaining = new Map<string, ReconciledTask>();
  #isSubscribed = false;

  constructor(random: Random) {
    this.#backoff = new Backoff(RECONCILIATION_BACKOFF, random);
  }

  /** The number of tasks without an answer. */
  get remainingCount(): number {
    return this.#remaining.size;
  }

  add(tasks: readonly ReconciledTask[]): Result<ReconciliationEffect[]> {
    const count = new Set([...this.#remaining.keys(), ...tasks.map(({ taskId }) => taskId)]).size;
    if (count > RECONCILED_TASKS_MAX) {
      const text = `cannot reconcile ${count} tasks at once: the limit is ${RECONCILED_TASKS_MAX}`;
      return failure('MM_SDK_QUEUE_FULL', text);
    }
    for (const task of tasks) this.#remaining.set(task.taskId, task);
    return success(this.#startOver());
  }

  /** Any update of a task is an answer: it tells its newest state, whoever asked. */
  answered(taskId: string): ReconciliationEffect[] {
    if (!this.#remaining.delete(taskId) || this.#remaining.size > 0) return [];
    return [{ type: 'cancel' }, { type: 'done' }];
  }

  timerFired(): ReconciliationEffect[] {
    return this.#isSubscribed ? this.#ask() : [];
  }

  /** Subscribed again means perhaps another master: ask at once. */
  subscribed(): ReconciliationEffect[] {
    this.#isSubscribed = true;
    return this.#startOver();
  }

  disconnected(): ReconciliationEffect[] {
    this.#isSubscribed = false;
    return [{ type: 'cancel' }];
  }

  #startOver(): ReconciliationEffect[] {
    this.#backoff.reset();
    return this.#isSubscribed ? this.#ask() : [];
  }

  #ask(): ReconciliationEffect[] {
    if (this.#remaining.size === 0) return [];
    return [
      { type: 'ask', tasks: [...this.#remaining.values()] },
      { type: 'timer', delayMs: this.#backoff.next() },
    ];
  }
}
