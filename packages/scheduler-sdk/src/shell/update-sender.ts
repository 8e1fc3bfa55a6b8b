// Tells the agent the updates that it has not been told, one after the other, and knows who waits for which.
import { ExecutorRetention } from '../core/executor-retention.js';
import type { KeptStatus } from '../core/executor-retention.js';
import { SdkError } from '../errors.js';
import type { CallAnswer, Clock, SdkLogger, Timer } from '../ports.js';
import { uuidText } from '@mini-mesos/wire';

/** An update that a subscribed agent could not take is told again after so long. */
export const UPDATE_RETRY_MS = 1_000;

interface Waiter {
  resolve(): void;
  reject(error: SdkError): void;
}

export class UpdateSender {
  readonly retention = new ExecutorRetention();
  readonly #post: (status: KeptStatus) => Promise<CallAnswer>;
  readonly #clock: Clock;
  readonly #log: SdkLogger;
  readonly #waiters = new Map<string, Waiter>();
  #isSubscribed = false;
  #isTelling = false;
  #retry: Timer | undefined;
  #drainWaiters: (() => void)[] = [];

  constructor(post: (status: KeptStatus) => Promise<CallAnswer>, ports: { clock: Clock; log: SdkLogger }) {
    this.#post = post;
    this.#clock = ports.clock;
    this.#log = ports.log;
  }

  /** Resolves when the agent has acknowledged it. Who does not wait need not handle the rejection. */
  send(status: KeptStatus): Promise<void> {
    const acknowledged = new Promise<void>((resolve, reject) => {
      if (!this.retention.updated(status)) {
        const text = `update ${status.state} of task ${status.task_id.value} is one too many without acknowledgement`;
        return reject(new SdkError('MM_SDK_QUEUE_FULL', text));
      }
      this.#waiters.set(uuidText(status.uuid), { resolve, reject });
      void this.#tell();
    });
    acknowledged.catch(() => undefined);
    return acknowledged;
  }

  acknowledged(taskId: string, uuid: Uint8Array): void {
    if (this.retention.acknowledged(taskId, uuid)) this.#waiters.get(uuidText(uuid))?.resolve();
    this.#forget(uuid);
  }

  subscribed(): void {
    this.#isSubscribed = true;
    void this.#tell();
  }

  disconnected(): void {
    this.#isSubscribed = false;
    this.#retry?.cancel();
  }

  /** Resolves when no update waits for its acknowledgement. */
  async drained(): Promise<void> {
    while (this.retention.unacknowledgedCount > 0) {
      await new Promise<void>((resolve) => this.#drainWaiters.push(resolve));
    }
  }

  stop(): void {
    this.disconnected();
    const error = new SdkError('MM_SDK_STOPPED', 'the executor was stopped before the update was acknowledged');
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
  }

  #forget(uuid: Uint8Array): void {
    this.#waiters.delete(uuidText(uuid));
    if (this.retention.unacknowledgedCount === 0) for (const resolve of this.#drainWaiters.splice(0)) resolve();
  }

  async #tell(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      while (this.#isSubscribed) {
        const status = this.retention.nextToTell();
        if (!status || !(await this.#tellOne(status))) break;
      }
    } finally {
      this.#isTelling = false;
    }
  }

  /** False where the next try has to wait. */
  async #tellOne(status: KeptStatus): Promise<boolean> {
    const type = `update ${status.state} of task ${status.task_id.value}`;
    try {
      const answer = await this.#post(status);
      if (answer.status === 202 || answer.status === 200) return true;
      const said = `${type} was answered with ${answer.status} ${answer.text}`.trim();
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 403) {
        this.#refuse(status.uuid, new SdkError('MM_SDK_CALL_REFUSED', said, { status: answer.status }));
        return true;
      }
      this.#log.warn({}, said);
    } catch (error) {
      this.#log.warn({ err: error }, `${type} did not reach the agent`);
    }
    this.retention.notTold(status.uuid);
    if (this.#isSubscribed) this.#retry = this.#clock.after(UPDATE_RETRY_MS, () => void this.#tell());
    return false;
  }

  #refuse(uuid: Uint8Array, error: SdkError): void {
    this.#log.error({ err: error }, error.message);
    this.retention.refused(uuid);
    this.#waiters.get(uuidText(uuid))?.reject(error);
    this.#forget(uuid);
  }
}
