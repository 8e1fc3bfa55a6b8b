// Opens the one subscription there is and reads it event by event. It reports; what follows is decided elsewhere.
import { setMaxListeners } from 'node:events';
import type { Transport } from '../ports.js';

export interface StreamListener<Event> {
  refused(attempt: number, answer: { status: number; text: string; location?: string | undefined }): void;
  unreachable(attempt: number, reason: string): void;
  event(attempt: number, event: Event): void;
  ended(attempt: number, reason: string): void;
  /** We stopped reading, or read again. */
  reading(attempt: number, isReading: boolean): void;
  /** While true nothing is read, and nothing new is opened, until `room` resolves. */
  isFull(): boolean;
  room(): Promise<void>;
}

interface Stream {
  readonly attempt: number;
  readonly abort: AbortController;
  streamId: string | undefined;
  close: () => void;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class StreamReader<Call, Event> {
  readonly #transport: Transport<Call, Event>;
  readonly #listener: StreamListener<Event>;
  #stream: Stream | undefined;

  constructor(transport: Transport<Call, Event>, listener: StreamListener<Event>) {
    this.#transport = transport;
    this.#listener = listener;
  }

  /** The id of the open stream, and a signal that is aborted when it ends. */
  session(attempt: number): { streamId: string | undefined; signal: AbortSignal } | undefined {
    if (this.#stream?.attempt !== attempt) return undefined;
    return { streamId: this.#stream.streamId, signal: this.#stream.abort.signal };
  }

  /** `call` is asked for when it is sent, which is later where there is no room for events yet. */
  async open(attempt: number, address: string, call: () => Call): Promise<void> {
    const abort = new AbortController();
    // Every call under way listens; how many that may be is the business of whoever makes them.
    setMaxListeners(0, abort.signal);
    const stream: Stream = { attempt, abort, streamId: undefined, close: () => undefined };
    this.#stream = stream;
    await this.#listener.room();
    if (abort.signal.aborted) return;
    try {
      const answer = await this.#transport.subscribe(address, call(), abort.signal);
      if (!answer.ok) return this.#listener.refused(attempt, answer);
      stream.streamId = answer.streamId;
      stream.close = answer.close;
      // Closed meanwhile: the stream is not read, so it has to be let go here.
      if (abort.signal.aborted) return answer.close();
      await this.#read(stream, answer.events);
    } catch (error) {
      this.#listener.unreachable(attempt, messageOf(error));
    }
  }

  close(attempt: number): void {
    if (this.#stream?.attempt !== attempt) return;
    this.#stream.abort.abort();
    this.#stream.close();
  }

  async #read({ attempt, abort }: Stream, events: AsyncIterable<Event>): Promise<void> {
    try {
      for await (const event of events) {
        if (abort.signal.aborted) return;
        this.#listener.event(attempt, event);
        if (!this.#listener.isFull()) continue;
        this.#listener.reading(attempt, false);
        await this.#listener.room();
        this.#listener.reading(attempt, true);
      }
      this.#listener.ended(attempt, 'the other side closed the subscription');
    } catch (error) {
      this.#listener.ended(attempt, `the subscription broke (${messageOf(error)})`);
    } finally {
      abort.abort();
    }
  }
}
