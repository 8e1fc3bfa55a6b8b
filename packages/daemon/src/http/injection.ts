// Requests without a socket: how the master answers on behalf of an agent that nobody else can reach, and how tests ask.
import { Readable } from 'node:stream';
import type { Dispatcher } from './dispatch.js';
import type { Exchange } from './incoming.js';
import { EVENT_STREAM_BUFFER_MAX_BYTES, INJECTED_ANSWER_MAX_BYTES } from './limits.js';
import type { EndableStream, OpenStreams } from './open-streams.js';
import type {
  EventStream,
  EventStreamOptions,
  FrontAnswer,
  Headers,
  InjectedAnswer,
  InjectedRequest,
  InjectedStream,
  StreamEnd,
} from './types.js';

/** Records on their way to whoever reads the injected answer; bounded as over a socket. */
class InjectedEventStream implements EventStream, EndableStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #options: EventStreamOptions;
  readonly #streams: OpenStreams;
  readonly #bufferMaxBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #largestWaitingBytes = 0;
  #end: StreamEnd | undefined;
  #wake: (() => void) | undefined;

  constructor(options: EventStreamOptions, { signal, streams }: { signal: AbortSignal; streams: OpenStreams }) {
    this.status = options.status ?? 200;
    this.headers = options.headers ?? {};
    this.#options = options;
    this.#streams = streams;
    streams.add(this);
    this.#bufferMaxBytes = options.bufferMaxBytes ?? EVENT_STREAM_BUFFER_MAX_BYTES;
    if (signal.aborted) this.end('peer');
    else signal.addEventListener('abort', () => this.end('peer'), { once: true });
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  get bufferedBytes(): number {
    return this.#waitingBytes;
  }

  write(record: Buffer): boolean {
    if (!this.isOpen) return false;
    if (this.#waitingBytes === 0) this.#largestWaitingBytes = 0;
    else if (this.#waitingBytes > this.#bufferMaxBytes + this.#largestWaitingBytes) {
      this.end('slow-reader');
      return false;
    }
    this.#largestWaitingBytes = Math.max(this.#largestWaitingBytes, record.length);
    this.#waiting.push(record);
    this.#waitingBytes += record.length;
    this.#wake?.();
    return true;
  }

  close(): void {
    this.end('closed');
  }

  end(reason: StreamEnd): void {
    if (!this.isOpen) return;
    this.#end = reason;
    this.#streams.delete(this);
    if (reason === 'slow-reader') this.#waiting = [];
    this.#wake?.();
    const { onClose } = this.#options;
    if (onClose) queueMicrotask(() => onClose(reason));
  }

  async *chunks(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const batch = this.#waiting;
        this.#waiting = [];
        for (const record of batch) {
          this.#waitingBytes -= record.length;
          yield record;
        }
        if (this.#waiting.length > 0) continue;
        if (this.#end === 'slow-reader') throw new Error('the reader fell behind: the stream was cut');
        if (!this.isOpen) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.end('peer');
    }
  }
}

class InjectedExchange implements Exchange {
  readonly #request: InjectedRequest;
  readonly #streams: OpenStreams;
  readonly headers: Headers;
  readonly signal: AbortSignal;
  stream: InjectedEventStream | undefined;

  constructor(request: InjectedRequest, streams: OpenStreams) {
    this.#request = request;
    this.#streams = streams;
    const entries = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
    this.headers = Object.fromEntries(entries);
    this.signal = request.signal ?? new AbortController().signal;
  }

  get method(): string {
    return this.#request.method ?? 'GET';
  }

  get url(): string {
    return this.#request.path;
  }

  get remoteAddress(): string {
    return this.#request.remoteAddress ?? '';
  }

  readBody(bodyMaxBytes: number): Promise<Buffer | FrontAnswer> {
    const body = Buffer.from(this.#request.body ?? '');
    const answer = { status: 413, body: `413 Payload Too Large. Expecting at most ${bodyMaxBytes} bytes.` };
    return Promise.resolve(body.length > bodyMaxBytes ? answer : body);
  }

  streamBody(): Readable {
    return Readable.from([Buffer.from(this.#request.body ?? '')]);
  }

  openEventStream(options: EventStreamOptions, headers: Readonly<Record<string, string>>): EventStream {
    const { signal } = this;
    const merged = { ...options, headers: { ...headers, ...options.headers } };
    this.stream = new InjectedEventStream(merged, { signal, streams: this.#streams });
    return this.stream;
  }
}

export interface InjectionParts {
  readonly dispatcher: Dispatcher;
  readonly streams: OpenStreams;
}

export async function injectStream(parts: InjectionParts, request: InjectedRequest): Promise<InjectedStream> {
  const { dispatcher, streams } = parts;
  const exchange = new InjectedExchange(request, streams);
  const outcome = await dispatcher.dispatch(exchange);
  if (exchange.stream) {
    const { status, headers } = exchange.stream;
    return { status, headers, chunks: exchange.stream.chunks() };
  }
  if (typeof outcome === 'string') throw new Error(`${request.path} gave no answer`);
  const { status, headers, body } = outcome;
  const isWanted = exchange.method !== 'HEAD' && status !== 204 && status !== 304;
  if (!isWanted && !Buffer.isBuffer(body)) body.destroy();
  return { status, headers, chunks: isWanted ? chunksOf(body) : chunksOf(Buffer.alloc(0)) };
}

async function* chunksOf(body: Buffer | Readable): AsyncGenerator<Buffer> {
  if (!Buffer.isBuffer(body)) yield* body as AsyncIterable<Buffer>;
  else if (body.length > 0) yield body;
}

export async function inject(parts: InjectionParts, request: InjectedRequest): Promise<InjectedAnswer> {
  const { status, headers, chunks } = await injectStream(parts, request);
  const collected: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > INJECTED_ANSWER_MAX_BYTES) {
      const body = Buffer.from(`The answer of ${request.path} is larger than ${INJECTED_ANSWER_MAX_BYTES} bytes.`);
      return { status: 500, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
    }
    collected.push(chunk);
  }
  return { status, headers, body: Buffer.concat(collected) };
}
