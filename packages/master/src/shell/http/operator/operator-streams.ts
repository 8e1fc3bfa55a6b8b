// The operators that follow the cluster's events.
//
//   O1  the first record of a stream is a snapshot; every event published afterwards follows, none is sent twice
//   O2  an event is encoded once for each form that somebody reads, whatever the number of streams
//   O3  at most `subscribersMax` streams are open; a further one closes the oldest
import type { EventStream, FrontRequest, Logger, StreamEnd, Timer, Timers } from '@mini-mesos/daemon';
import type { master } from '@mini-mesos/proto';
import { encodeBody, encodeRecord } from '@mini-mesos/wire';
import type { MediaType } from '@mini-mesos/wire';
import { publicTask } from '../../../core/views/secrets.js';

export interface OperatorStreamsOptions {
  /** --max_operator_event_stream_subscribers. */
  subscribersMax: number;
  timers: Timers;
  logger: Logger;
  /** Time between two HEARTBEAT events on each stream. Default: Mesos' 15 s (src/master/constants.hpp). */
  heartbeatIntervalMs?: number;
}

const HEARTBEAT_INTERVAL_MS = 15_000;

interface Subscriber {
  readonly type: MediaType;
  readonly stream: EventStream;
  heartbeat: Timer | undefined;
}

export class OperatorStreams {
  readonly heartbeatIntervalMs: number;
  readonly #subscribersMax: number;
  readonly #timers: Timers;
  readonly #logger: Logger;
  /** The oldest first. */
  readonly #subscribers = new Set<Subscriber>();
  readonly #heartbeats = new Map<MediaType, Buffer>();

  constructor({ subscribersMax, timers, logger, heartbeatIntervalMs = HEARTBEAT_INTERVAL_MS }: OperatorStreamsOptions) {
    this.heartbeatIntervalMs = heartbeatIntervalMs;
    this.#subscribersMax = subscribersMax;
    this.#timers = timers;
    this.#logger = logger;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** To everybody, at once: `event` may change afterwards. */
  publish(event: master.Event): void {
    const records = new Map<MediaType, Buffer>();
    const shown = withoutSecrets(event);
    for (const { type, stream } of this.#subscribers) {
      let record = records.get(type);
      if (!record) records.set(type, (record = encodeRecord(encodeBody('mesos.v1.master.Event', type, shown))));
      stream.write(record);
    }
  }

  /** Opens the stream of a request. `subscribed` is its first event, of this very moment. */
  open(request: FrontRequest, { type, subscribed }: { type: MediaType; subscribed: Buffer }): EventStream {
    const stream = request.openEventStream({
      headers: { 'content-type': type },
      onClose: (reason) => this.#closed(subscriber, reason),
    });
    const subscriber: Subscriber = { type, stream, heartbeat: undefined };
    stream.write(encodeRecord(subscribed));
    stream.write(this.#heartbeat(type));
    subscriber.heartbeat = this.#timers.every(
      this.heartbeatIntervalMs,
      () => void stream.write(this.#heartbeat(type)),
      { background: true },
    );
    this.#subscribers.add(subscriber);
    this.#makeRoom();
    return stream;
  }

  #makeRoom(): void {
    for (const oldest of this.#subscribers) {
      if (this.#subscribers.size <= this.#subscribersMax) return;
      this.#logger.warn(
        { subscribersMax: this.#subscribersMax },
        'closing the oldest stream of operator events: too many are open',
      );
      this.#forget(oldest);
      oldest.stream.close();
    }
  }

  #closed(subscriber: Subscriber, reason: StreamEnd): void {
    this.#forget(subscriber);
    if (reason === 'slow-reader') this.#logger.warn('dropped a stream of operator events: its reader fell behind');
  }

  #forget(subscriber: Subscriber): void {
    subscriber.heartbeat?.cancel();
    this.#subscribers.delete(subscriber);
  }

  #heartbeat(type: MediaType): Buffer {
    let record = this.#heartbeats.get(type);
    if (!record) {
      record = encodeRecord(encodeBody('mesos.v1.master.Event', type, { type: 'HEARTBEAT' }));
      this.#heartbeats.set(type, record);
    }
    return record;
  }
}

function withoutSecrets(event: master.Event): master.Event {
  if (!event.task_added) return event;
  const task = publicTask(event.task_added.task);
  return task === event.task_added.task ? event : { ...event, task_added: { task } };
}
