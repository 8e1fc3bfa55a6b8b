// Brings queued events to the user, one at a time: to the listeners of its type, whose promises are awaited, and to the
// loop over events(), if there is one. The next event comes when everybody is done with the one before, so a handler
// never runs twice at once, and what was handled is known.
import { EventQueue } from '../core/event-queue.js';
import { SdkError } from '../errors.js';

export type Listener<E> = (event: E) => void | Promise<void>;

/** `abandoned`: the loop was left with the event in hand. `untaken`: it was left before it took the event. */
type Outcome = 'handled' | 'failed' | 'abandoned' | 'untaken';

export interface EventFeedOptions<E> {
  /** Last look at an event before it is shown: undefined drops it. */
  prepare(event: E): E | undefined;
  /** Everybody is done with it; `isHandled` is false where a listener failed or the loop was left. */
  settled(event: E, isHandled: boolean): void;
  listenerFailed(error: SdkError, event: E): void;
  /** Events that a loop gets to know in another way: a final error is thrown there. */
  isForListenersOnly(event: E): boolean;
}

interface Reader<E> {
  /** The loop waits for an event. */
  waiting: { resolve(result: IteratorResult<E, undefined>): void; reject(error: Error): void } | undefined;
  /** An event waits for the loop. */
  offered: { event: E; done: (outcome: Outcome) => void } | undefined;
  /** The loop works on an event. */
  held: ((outcome: Outcome) => void) | undefined;
  /** The feed ended with it while the loop was not waiting. */
  error: Error | undefined;
}

export class EventFeed<E extends { type: string }> {
  readonly #options: EventFeedOptions<E>;
  readonly #queue = new EventQueue<E>();
  readonly #listeners = new Map<string, Set<Listener<E>>>();
  #reader: Reader<E> | undefined;
  #end: { error: Error | undefined } | undefined;
  #wakePump: (() => void) | undefined;
  #roomWaiters: (() => void)[] = [];
  #isOver = false;

  constructor(options: EventFeedOptions<E>) {
    this.#options = options;
    void this.#pump();
  }

  push(event: E): void {
    if (this.#end) return;
    this.#queue.push(event);
    this.#wake();
  }

  get isFull(): boolean {
    return this.#queue.isFull;
  }

  /** Resolves when the queue is below its bound, or the feed has ended. */
  async room(): Promise<void> {
    while (this.#queue.isFull && !this.#end) await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
  }

  /** Drops queued events that became meaningless; returns them. */
  discard(isMeaningless: (event: E) => boolean): E[] {
    const dropped = this.#queue.discard(isMeaningless);
    this.#freeRoom();
    return dropped;
  }

  /** Ends the feed: at once, or with `error` after what is queued. The first end counts. */
  finish(error?: Error): void {
    if (this.#end) return;
    this.#end = { error };
    if (!error) this.#queue.discard(() => true);
    this.#freeRoom();
    this.#wake();
  }

  on(type: string, listener: Listener<E>): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    this.#wake();
  }

  off(type: string, listener: Listener<E>): void {
    const listeners = this.#listeners.get(type);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(type);
  }

  /** A loop over the events; one at a time. Asking for the next event says that the one before was handled. */
  events(): AsyncIterableIterator<E, undefined> {
    if (this.#reader) throw new SdkError('MM_SDK_TWO_READERS', 'events() is being read already');
    const reader: Reader<E> = { waiting: undefined, offered: undefined, held: undefined, error: undefined };
    if (this.#isOver) reader.error = this.#end?.error;
    else this.#reader = reader;
    this.#wake();
    const iterator: AsyncIterableIterator<E, undefined> = {
      next: () =>
        new Promise((resolve, reject) => {
          if (this.#reader !== reader) {
            const { error } = reader;
            reader.error = undefined;
            return error ? reject(error) : resolve({ done: true, value: undefined });
          }
          reader.held?.('handled');
          reader.held = undefined;
          reader.waiting = { resolve, reject };
          handOver(reader);
        }),
      return: () => {
        if (this.#reader === reader) this.#reader = undefined;
        reader.held?.('abandoned');
        reader.offered?.done('untaken');
        reader.waiting?.resolve({ done: true, value: undefined });
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  #wake(): void {
    this.#wakePump?.();
  }

  #freeRoom(): void {
    if (this.#queue.isFull && !this.#end) return;
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
  }

  async #pump(): Promise<void> {
    for (;;) {
      const hasConsumer = this.#reader !== undefined || this.#listeners.size > 0;
      const event = hasConsumer ? this.#queue.shift() : undefined;
      if (event !== undefined) {
        this.#freeRoom();
        await this.#show(event);
      } else if (this.#end && (hasConsumer || this.#queue.size === 0)) {
        return this.#endReader(this.#end.error);
      } else {
        await new Promise<void>((resolve) => (this.#wakePump = resolve));
      }
    }
  }

  async #show(event: E): Promise<void> {
    const prepared = this.#options.prepare(event);
    if (prepared === undefined) return;
    const shown = [...(this.#listeners.get(event.type) ?? [])].map((listener) => this.#tell(listener, prepared));
    if (this.#reader && !this.#options.isForListenersOnly(event)) shown.push(offer(this.#reader, prepared));
    const outcomes = await Promise.all(shown);
    if (outcomes.length > 0 && outcomes.every((outcome) => outcome === 'untaken')) return this.#queue.unshift(event);
    this.#options.settled(
      prepared,
      outcomes.every((outcome) => outcome === 'handled'),
    );
  }

  async #tell(listener: Listener<E>, event: E): Promise<Outcome> {
    try {
      await listener(event);
      return 'handled';
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const text = `a listener for '${event.type}' failed (${why})`;
      this.#options.listenerFailed(new SdkError('MM_SDK_LISTENER_FAILED', text, { cause }), event);
      return 'failed';
    }
  }

  #endReader(error: Error | undefined): void {
    const reader = this.#reader;
    this.#reader = undefined;
    this.#isOver = true;
    if (!reader) return;
    if (!reader.waiting) reader.error = error;
    else if (error) reader.waiting.reject(error);
    else reader.waiting.resolve({ done: true, value: undefined });
  }
}

function offer<E>(reader: Reader<E>, event: E): Promise<Outcome> {
  return new Promise((done) => {
    reader.offered = { event, done };
    handOver(reader);
  });
}

function handOver<E>(reader: Reader<E>): void {
  const { waiting, offered } = reader;
  if (!waiting || !offered) return;
  reader.waiting = undefined;
  reader.offered = undefined;
  reader.held = offered.done;
  waiting.resolve({ done: false, value: offered.event });
}
