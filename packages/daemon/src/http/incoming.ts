// The request as handlers see it: what was sent, which route took it, and the way to answer with a stream.
import type { Readable } from 'node:stream';
import type { Found } from './route-table.js';
import type { Target } from './target.js';
import type { EventStream, EventStreamOptions, FrontAnswer, FrontRequest, Headers } from './types.js';

/** One request, as a transport hands it over. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly remoteAddress: string;
  readonly signal: AbortSignal;
  /** The whole body, or the answer to a request whose body cannot be had; undefined where the peer is gone. */
  readBody(bodyMaxBytes: number): Promise<Buffer | FrontAnswer | undefined>;
  /** Hands the body to the handler as it comes. */
  streamBody(): Readable;
  /** Begins the answer; `headers` are the front's own. */
  openEventStream(options: EventStreamOptions, headers: Readonly<Record<string, string>>): EventStream;
}

export class Incoming implements FrontRequest {
  readonly exchange: Exchange;
  readonly target: Target | undefined;
  readonly commonHeaders: Readonly<Record<string, string>>;
  readonly route: string;
  readonly rest: string;
  readonly path: string;
  principal: string | undefined = undefined;
  body: Buffer = Buffer.alloc(0);
  bodyStream: Readable | undefined = undefined;
  stream: EventStream | undefined = undefined;
  #query: URLSearchParams | undefined;

  constructor(
    exchange: Exchange,
    {
      target,
      found,
      commonHeaders,
    }: {
      target: Target | undefined;
      found: Found | undefined;
      commonHeaders: Readonly<Record<string, string>>;
    },
  ) {
    this.exchange = exchange;
    this.target = target;
    this.commonHeaders = commonHeaders;
    this.route = found?.route.path ?? '';
    this.rest = found?.rest.join('/') ?? '';
    this.path = found ? [this.route, ...found.rest].join('/') : `/${target?.segments.join('/') ?? ''}`;
  }

  get method(): string {
    return this.exchange.method;
  }

  get headers(): Headers {
    return this.exchange.headers;
  }

  get remoteAddress(): string {
    return this.exchange.remoteAddress;
  }

  get signal(): AbortSignal {
    return this.exchange.signal;
  }

  get delegatedUrl(): string {
    return this.target?.delegatedUrl ?? '';
  }

  get query(): URLSearchParams {
    return (this.#query ??= new URLSearchParams(this.target?.query ?? ''));
  }

  openEventStream(options: EventStreamOptions = {}): EventStream {
    if (this.stream) throw new Error(`${this.route} opened a second stream for one request: expected at most one`);
    this.stream = this.exchange.openEventStream(options, this.commonHeaders);
    return this.stream;
  }
}
