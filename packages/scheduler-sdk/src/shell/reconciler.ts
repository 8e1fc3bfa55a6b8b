// Performs what the reconciliation loop decides: sends its questions, runs its timer, and tells who waits when it is done.
import { ReconciliationLoop } from '../core/reconciliation.js';
import type { ReconciledTask, ReconciliationEffect } from '../core/reconciliation.js';
import { SdkError } from '../errors.js';
import type { Clock, Random, SdkLogger, Timer } from '../ports.js';

interface Waiter {
  resolve(): void;
  reject(error: SdkError): void;
}

export class Reconciler {
  readonly #ask: (tasks: readonly ReconciledTask[]) => Promise<void>;
  readonly #clock: Clock;
  readonly #log: SdkLogger;
  readonly #loop: ReconciliationLoop;
  #timer: Timer | undefined;
  #waiters: Waiter[] = [];
  #isStopped = false;

  constructor(
    ask: (tasks: readonly ReconciledTask[]) => Promise<void>,
    ports: { clock: Clock; log: SdkLogger; random: Random },
  ) {
    this.#ask = ask;
    this.#clock = ports.clock;
    this.#log = ports.log;
    this.#loop = new ReconciliationLoop(ports.random);
  }

  /** Resolves when every task under reconciliation has an answer, those that others added included. */
  reconcile(tasks: readonly ReconciledTask[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isStopped) return reject(new SdkError('MM_SDK_STOPPED', 'the scheduler was stopped'));
      const added = this.#loop.add(tasks);
      if (!added.ok) return reject(added.error);
      this.#waiters.push({ resolve, reject });
      this.#perform(added.value);
    });
  }

  answered(taskId: string): void {
    this.#perform(this.#loop.answered(taskId));
  }

  subscribed(): void {
    this.#perform(this.#loop.subscribed());
  }

  disconnected(): void {
    this.#perform(this.#loop.disconnected());
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    const error = new SdkError('MM_SDK_STOPPED', `${this.#loop.remainingCount} tasks were not reconciled`);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  #perform(effects: readonly ReconciliationEffect[]): void {
    if (this.#isStopped) return;
    for (const effect of effects) {
      switch (effect.type) {
        case 'ask':
          this.#ask(effect.tasks).catch((error: unknown) => this.#log.warn({ err: error }, 'RECONCILE was not taken'));
          break;
        case 'timer':
          this.#timer?.cancel();
          this.#timer = this.#clock.after(effect.delayMs, () => this.#perform(this.#loop.timerFired()));
          break;
        case 'cancel':
          this.#timer?.cancel();
          break;
        case 'done':
          for (const waiter of this.#waiters.splice(0)) waiter.resolve();
      }
    }
  }
}
