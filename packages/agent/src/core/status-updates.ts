// Reliable delivery of task status updates: one stream per task, its oldest update in flight, sent again until it is
// acknowledged, the next one only then (src/task_status_update_manager of Mesos).
//
//   update ──▶ pending ──(first)──▶ in flight ──ack──▶ gone; the next goes out; after a terminal one the stream ends
//                                     │  ▲
//                                     └──┘ 10 s, 20 s, … 10 min, and when the agent is registered again
//
// S1: updates of a task leave in the order they came. S2: none leaves before the one ahead of it was acknowledged.
// S3: nothing leaves again after its acknowledgement. S4: an update seen before, by uuid, is not taken twice.
// S5: where the framework asked for checkpoints, an update is on disk before it leaves, and before whoever made it hears
// that it was taken.
import { isTerminal } from '@mini-mesos/wire';
import type { link } from '@mini-mesos/proto';
import {
  PENDING_UPDATES_PER_TASK_MAX,
  STATUS_UPDATE_RETRY_MAX_MS,
  STATUS_UPDATE_RETRY_MIN_MS,
  UPDATE_UUIDS_PER_TASK_MAX,
} from './constants.js';
import type { BookStream } from './checkpoint/book.js';
import type { Context } from './context.js';

interface Stream {
  readonly number: number;
  readonly frameworkId: string;
  readonly taskId: string;
  /** Oldest first; the first is in flight unless the streams are paused. */
  readonly pending: link.StatusUpdate[];
  /** Uuids taken so far, oldest first. */
  readonly seen: Set<string>;
  /** Its framework asked for checkpoints. */
  readonly isCheckpointed: boolean;
  retryMs: number;
}

const TIMER_PREFIX = 'status-update/';

export class StatusUpdateStreams {
  readonly #context: Context;
  readonly #forward: (update: link.StatusUpdate) => void;
  readonly #streams = new Map<string, Stream>();
  readonly #byNumber = new Map<number, Stream>();
  #paused = true;
  #nextNumber = 0;

  /** `forward` sends one update to the master, completed with the task's latest state. */
  constructor(context: Context, forward: (update: link.StatusUpdate) => void) {
    this.#context = context;
    this.#forward = forward;
  }

  /** Takes an update with a uuid; false where it came before. */
  update(update: link.StatusUpdate): boolean {
    const stream = this.#streamOf(update.framework_id.value, update.status.task_id.value);
    const uuid = keyOf(update.status.uuid);
    if (stream.seen.has(uuid)) return false;
    remember(stream.seen, uuid);
    if (stream.isCheckpointed) this.#context.emit({ type: 'checkpoint', record: { type: 'update', update } });
    const last = stream.pending.length - 1;
    if (stream.pending.length >= PENDING_UPDATES_PER_TASK_MAX && last > 0) stream.pending[last] = update;
    else stream.pending.push(update);
    if (stream.pending.length === 1 && !this.#paused) this.#send(stream);
    return true;
  }

  /** The update that this acknowledges; undefined where none waits for it. */
  acknowledge(ids: { frameworkId: string; taskId: string; uuid: Uint8Array }): link.StatusUpdate | undefined {
    const stream = this.#streams.get(streamKey(ids.frameworkId, ids.taskId));
    const first = stream?.pending[0];
    if (!stream || !first || keyOf(first.status.uuid) !== keyOf(ids.uuid)) return undefined;
    stream.pending.shift();
    if (stream.isCheckpointed) {
      const { frameworkId, taskId } = stream;
      const record = { type: 'acknowledged', frameworkId, taskId, uuid: keyOf(ids.uuid) } as const;
      this.#context.emit({ type: 'checkpoint', record });
    }
    stream.retryMs = STATUS_UPDATE_RETRY_MIN_MS;
    this.#context.emit({ type: 'cancel-timer', key: timerKey(stream) });
    if (isTerminal(first.status.state)) this.#drop(stream);
    else if (stream.pending.length > 0 && !this.#paused) this.#send(stream);
    return first;
  }

  /** True where the timer was one of these streams'. */
  onTimer(key: string): boolean {
    if (!key.startsWith(TIMER_PREFIX)) return false;
    const stream = this.#byNumber.get(Number(key.slice(TIMER_PREFIX.length)));
    if (stream && stream.pending.length > 0 && !this.#paused) {
      stream.retryMs = Math.min(stream.retryMs * 2, STATUS_UPDATE_RETRY_MAX_MS);
      this.#send(stream);
    }
    return true;
  }

  /** While the agent is not registered nothing is sent, and no timer runs. */
  pause(): void {
    this.#paused = true;
    for (const stream of this.#streams.values()) {
      this.#context.emit({ type: 'cancel-timer', key: timerKey(stream) });
      stream.retryMs = STATUS_UPDATE_RETRY_MIN_MS;
    }
  }

  /** Sends what is in flight again: the new master, or the new link, may not have seen it. */
  resume(): void {
    this.#paused = false;
    for (const stream of this.#streams.values()) if (stream.pending.length > 0) this.#send(stream);
  }

  /** A framework that was torn down acknowledges nothing. True where something of it was on disk. */
  removeFramework(frameworkId: string): boolean {
    let wasCheckpointed = false;
    for (const stream of [...this.#streams.values()]) {
      if (stream.frameworkId !== frameworkId) continue;
      wasCheckpointed ||= stream.isCheckpointed;
      this.#context.emit({ type: 'cancel-timer', key: timerKey(stream) });
      this.#drop(stream);
    }
    return wasCheckpointed;
  }

  /** Takes up what an earlier run of the agent had not delivered. Called before anything is sent. */
  restore({ frameworkId, taskId, pending, acknowledged }: BookStream): void {
    const stream = this.#streamOf(frameworkId, taskId, true);
    stream.pending.push(...pending);
    if (acknowledged) stream.seen.add(acknowledged.uuid);
    for (const { status } of pending) remember(stream.seen, keyOf(status.uuid));
  }

  /** Whether an update of this task waits for an acknowledgement. */
  hasPending(frameworkId: string, taskId: string): boolean {
    return (this.#streams.get(streamKey(frameworkId, taskId))?.pending.length ?? 0) > 0;
  }

  /** The oldest update that waits for an acknowledgement, sent or not. */
  next(frameworkId: string, taskId: string): link.StatusUpdate | undefined {
    return this.#streams.get(streamKey(frameworkId, taskId))?.pending[0];
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  #streamOf(frameworkId: string, taskId: string, isRestored = false): Stream {
    const key = streamKey(frameworkId, taskId);
    let stream = this.#streams.get(key);
    if (!stream) {
      const number = this.#nextNumber++;
      const framework = this.#context.state.frameworks.get(frameworkId)?.info;
      const isCheckpointed = isRestored || (framework?.checkpoint ?? false);
      const retryMs = STATUS_UPDATE_RETRY_MIN_MS;
      stream = { number, frameworkId, taskId, pending: [], seen: new Set(), isCheckpointed, retryMs };
      this.#streams.set(key, stream);
      this.#byNumber.set(number, stream);
    }
    return stream;
  }

  #send(stream: Stream): void {
    const update = stream.pending[0];
    if (!update) return;
    this.#forward(update);
    this.#context.emit({ type: 'set-timer', key: timerKey(stream), delayMs: stream.retryMs });
  }

  #drop(stream: Stream): void {
    this.#streams.delete(streamKey(stream.frameworkId, stream.taskId));
    this.#byNumber.delete(stream.number);
  }
}

function streamKey(frameworkId: string, taskId: string): string {
  return `${frameworkId}/${taskId}`;
}

function timerKey(stream: Stream): string {
  return TIMER_PREFIX + stream.number;
}

function keyOf(uuid: Uint8Array | undefined): string {
  return uuid ? Buffer.from(uuid).toString('hex') : '';
}

function remember(seen: Set<string>, uuid: string): void {
  seen.add(uuid);
  if (seen.size <= UPDATE_UUIDS_PER_TASK_MAX) return;
  const oldest = seen.values().next().value;
  if (oldest !== undefined) seen.delete(oldest);
}
