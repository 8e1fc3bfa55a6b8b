// The HTTP client side of the v1 APIs: post a message, or post one and read a stream of events.
// Who leads, when to try again and how long to wait for a heartbeat is the caller's business.
import type { MessageName, MessageTypes } from '@mini-mesos/proto';
import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { decodeProtobuf, DecodeError } from './protobuf.js';
import { fromJson, parseJsonText } from './json-read.js';
import { encodeBody, JSON_TYPE, mediaTypeOf } from './media.js';
import type { MediaType } from './media.js';
import { RecordDecoder } from './recordio.js';

/** Seconds may pass before a busy master answers; a body that stops for this long is a dead peer. */
const ANSWER_TIMEOUT_MS = 30_000;
/** An answer to a plain call that is larger than this is refused. The state of a large cluster is some 100 MiB. */
const ANSWER_MAX_BYTES = 512 * 1024 * 1024;

export interface Answer {
  status: number;
  headers: { [name: string]: string | undefined };
  body: Buffer;
}

export interface PostOptions<N extends MessageName> {
  /** Scheme, host and port, such as `http://127.0.0.1:5050`, or that and a path. */
  url: string;
  name: N;
  message: MessageTypes[N];
  mediaType: MediaType;
  headers?: { [name: string]: string } | undefined;
  signal?: AbortSignal | undefined;
  dispatcher?: Dispatcher | undefined;
}

/** A pool of connections of its own, for callers who want to close them all. */
export function connectionPool(): Agent {
  return new Agent({ headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout: ANSWER_TIMEOUT_MS, keepAliveTimeout: 30_000 });
}

const sharedPool = connectionPool();

function send<N extends MessageName>(options: PostOptions<N>, extra: { bodyTimeout?: number }) {
  const { url, name, message, mediaType, headers, signal, dispatcher = sharedPool } = options;
  return request(url, {
    method: 'POST',
    headers: { 'content-type': mediaType, accept: mediaType, ...headers },
    body: encodeBody(name, mediaType, message),
    dispatcher,
    ...(signal ? { signal } : {}),
    ...extra,
  });
}

async function answerOf(response: Dispatcher.ResponseData): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_MAX_BYTES) throw new Error(`the answer is larger than ${ANSWER_MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return { status: response.statusCode, headers: plainHeaders(response.headers), body: Buffer.concat(chunks) };
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Answer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** Posts a call and reads the whole answer. Rejects where nobody answers or the connection breaks. */
export async function post<N extends MessageName>(options: PostOptions<N>): Promise<Answer> {
  return answerOf(await send(options, {}));
}

/** A stream of events that the server keeps open. Iterate it once; `close` ends it from our side. */
export interface EventStream<E extends MessageName> extends AsyncIterable<MessageTypes[E]> {
  readonly headers: Answer['headers'];
  close(): void;
}

export type Opened<E extends MessageName> = { ok: true; stream: EventStream<E> } | { ok: false; answer: Answer };

/**
 * Posts a subscribing call. `ok: false` holds the refusal (any status but 200). Iterating rejects with DecodeError or
 * RecordError on bytes that are no events, and with the connection's error where it breaks.
 */
export async function openStream<N extends MessageName, E extends MessageName>(
  event: E,
  options: PostOptions<N>,
): Promise<Opened<E>> {
  const response = await send(options, { bodyTimeout: 0 });
  if (response.statusCode !== 200) return { ok: false, answer: await answerOf(response) };
  const headers = plainHeaders(response.headers);
  const type = mediaTypeOf(headers['content-type'] ?? '') ?? options.mediaType;
  const body = response.body;
  // An abort between two reads would surface as an unhandled error event of the body.
  body.on('error', () => body.destroy());
  return {
    ok: true,
    stream: { headers, close: () => body.destroy(), [Symbol.asyncIterator]: () => events(event, type, body) },
  };
}

async function* events<E extends MessageName>(
  name: E,
  type: MediaType,
  body: AsyncIterable<Buffer>,
): AsyncGenerator<MessageTypes[E], void> {
  const decoder = new RecordDecoder();
  for await (const chunk of body) {
    for (const record of decoder.push(chunk)) {
      yield type === JSON_TYPE ? fromJson(name, parseJsonText(record.toString())) : decodeProtobuf(name, record);
    }
  }
  if (!decoder.isAtBoundary) throw new DecodeError('the stream ended inside a record');
}
