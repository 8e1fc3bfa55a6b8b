// A request that came over a socket, and the answer on its way back.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { FinishedAnswer } from './answers.js';
import { SocketEventStream } from './event-stream.js';
import type { Exchange } from './incoming.js';
import { guardBody, readBody } from './request-body.js';
import type { OpenStreams } from './open-streams.js';
import type { EventStream, EventStreamOptions, FrontAnswer, Headers } from './types.js';

export interface SocketExchangeParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As it was sent. */
  readonly url: string;
  readonly bodyTimeoutMs: number;
  readonly answerStallMs: number;
  /** Holds the streams that are open, so that the front can end them. */
  readonly streams: OpenStreams;
}

export class SocketExchange implements Exchange {
  readonly #parts: SocketExchangeParts;
  readonly #disarm: () => void;
  #abort: AbortController | undefined;

  constructor(parts: SocketExchangeParts) {
    this.#parts = parts;
    this.#disarm = guardBody(parts.request, parts.response, parts.bodyTimeoutMs);
  }

  get method(): string {
    return this.#parts.request.method ?? 'GET';
  }

  get url(): string {
    return this.#parts.url;
  }

  get headers(): Headers {
    return this.#parts.request.headers;
  }

  get remoteAddress(): string {
    return this.#parts.request.socket.remoteAddress ?? '';
  }

  /** Notes the connection in `sockets` until the answer is written, or cannot be. */
  occupy(sockets: WeakSet<Socket>): void {
    const { request, response } = this.#parts;
    const { socket } = request;
    sockets.add(socket);
    response.once('close', () => sockets.delete(socket));
  }

  /** Made when it is first asked for: most handlers answer at once. */
  get signal(): AbortSignal {
    const { response } = this.#parts;
    if (!this.#abort) {
      const abort = new AbortController();
      this.#abort = abort;
      const closed = () => {
        if (!response.writableFinished) abort.abort();
      };
      if (response.closed) closed();
      else response.once('close', closed);
    }
    return this.#abort.signal;
  }

  readBody(bodyMaxBytes: number): Promise<Buffer | FrontAnswer | undefined> {
    return readBody(this.#parts.request, { bodyMaxBytes });
  }

  streamBody(): Readable {
    this.#disarm();
    return this.#parts.request;
  }

  openEventStream(options: EventStreamOptions, headers: Readonly<Record<string, string>>): EventStream {
    const { response, streams } = this.#parts;
    return new SocketEventStream(response, { ...options, headers: { ...headers, ...options.headers }, streams });
  }

  /** Resolves when the answer was handed to the kernel, or the peer went away. */
  async answer({ status, headers, body }: FinishedAnswer): Promise<void> {
    const { response, answerStallMs } = this.#parts;
    // The guard of the body may have answered in the meantime.
    if (response.headersSent || response.destroyed) {
      if (!Buffer.isBuffer(body)) body.destroy();
      return;
    }
    response.setTimeout(answerStallMs, () => response.destroy());
    response.writeHead(status, headers);
    const isWanted = this.method !== 'HEAD' && status !== 204 && status !== 304;
    if (Buffer.isBuffer(body)) response.end(isWanted ? body : undefined);
    else if (isWanted) await pipeline(body, response);
    else {
      body.destroy();
      response.end();
    }
  }
}
