// What the HTTP front and its handlers say to each other. Nothing here knows sockets or fastify.
import type { Readable } from 'node:stream';
import type { Logger } from '../log/logger.js';

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request before its body was read. */
export interface RequestHead {
  /** As sent: a HEAD request reaches the GET handler as 'HEAD'. */
  readonly method: string;
  /** Decoded, without the process' prefix, a `.json` ending and a trailing slash: '/state' for /master/state.json/. */
  readonly path: string;
  /** The registered path that took the request: '/quota' for /quota/dev. */
  readonly route: string;
  /** What follows the registered path, decoded: 'dev' for /quota/dev, '' where it matched whole. */
  readonly rest: string;
  /** Path and query with the process' prefix, as Mesos puts it into redirects: '/master/state?jsonp=x'. */
  readonly delegatedUrl: string;
  /** Of several values of one name the first counts. */
  readonly query: URLSearchParams;
  /** Names are lower case. */
  readonly headers: Headers;
  /** '' for injected requests that name none. */
  readonly remoteAddress: string;
  /** Aborted when the peer goes away, or the front closes, before the answer is complete. */
  readonly signal: AbortSignal;
  /** Who asks; set by `before` where requests are authenticated. */
  principal: string | undefined;
}

export interface FrontRequest extends RequestHead {
  /** Empty where `bodyStream` is set. Unzipped where the request says `Content-Encoding: gzip`. */
  readonly body: Buffer;
  /** The body as it comes, for routes whose `streamBody` said so; the handler reads or destroys it. */
  readonly bodyStream: Readable | undefined;
  /** Answers with a stream of records. To be called once, before the handler returns; the handler returns its result. */
  openEventStream(options?: EventStreamOptions): EventStream;
}

export interface FrontAnswer {
  readonly status: number;
  /** Names in lower case. `content-type` follows from the body where it is missing. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is `text/plain; charset=utf-8`, bytes are `application/octet-stream`; none has no type and length 0. */
  readonly body?: Buffer | string | Readable;
  /** Is written as `application/json`; stands instead of `body`. */
  readonly json?: unknown;
}

export interface EventStreamOptions {
  /** Default 200. */
  status?: number;
  /** With the content type: `{ 'content-type': 'application/json', 'mesos-stream-id': … }`. */
  headers?: Readonly<Record<string, string>>;
  /** Bytes that may wait for a slow reader, besides the largest record on its way. Default EVENT_STREAM_BUFFER_MAX_BYTES. */
  bufferMaxBytes?: number;
  /** Called once, when the stream has ended for whatever reason; never from within `write` or `close`. */
  onClose?: (reason: StreamEnd) => void;
}

/** 'closed': by us. 'peer': the reader went away. 'slow-reader': it fell behind and was dropped. 'front': shutdown. */
export type StreamEnd = 'closed' | 'peer' | 'slow-reader' | 'front';

export interface EventStream {
  /**
   * One record, whole, as one HTTP chunk; the caller must not change the bytes afterwards, and may give the same Buffer
   * to many streams. False where the stream has ended: the record goes nowhere.
   */
  write(record: Buffer): boolean;
  /** Ends the stream after what was written; idempotent. */
  close(): void;
  readonly isOpen: boolean;
  /** Bytes that wait for the reader in our memory. */
  readonly bufferedBytes: number;
}

export type FrontResult = FrontAnswer | EventStream;
export type Handler = (request: FrontRequest) => FrontResult | Promise<FrontResult>;

export interface RouteOptions {
  /** Largest body taken; a larger one is answered with 413. Default BODY_MAX_BYTES. */
  bodyMaxBytes?: number;
  /** Takes only its own path, not longer ones beneath it. Default false. */
  exact?: boolean;
  /** Also answers under the path with `.json`. Default: true for GET. */
  jsonAlias?: boolean;
  /** Honours `?jsonp=`. Default: true for GET. */
  jsonp?: boolean;
  /** One line for /help. */
  summary?: string;
  /** Whether the body of this request is given to the handler as a stream; `bodyMaxBytes` does not bound it then. */
  streamBody?: (head: RequestHead) => boolean;
}

export interface RouteInfo {
  readonly path: string;
  /** In the order of registration. */
  readonly methods: readonly string[];
  readonly summary: string;
}

export interface FrontOptions {
  /** 'master' or 'slave(1)': /x and /<process>/x are the same. */
  processId: string;
  logger?: Logger;
  /** Default of the routes' `bodyMaxBytes`. */
  bodyMaxBytes?: number;
  /** Time for a request's body to arrive whole; then 408. Default BODY_TIMEOUT_MS. */
  bodyTimeoutMs?: number;
  /** Time for a request's headers. Default HEADERS_TIMEOUT_MS. */
  headersTimeoutMs?: number;
  /** Time in which the reader of an answer must take some of it. Default ANSWER_STALL_MS. */
  answerStallMs?: number;
  /** How long an idle connection is kept for the next request. Default KEEP_ALIVE_TIMEOUT_MS. */
  keepAliveTimeoutMs?: number;
  /** Value of the `Server` header; default none. */
  server?: string;
  /** Origins that browsers may call from, or '*'. Default: none, no CORS headers at all. */
  corsOrigins?: readonly string[] | '*';
  /**
   * Runs for each request that has a route, before its method is checked and its body read: authentication, firewall,
   * redirects to the leader. An answer ends the request; it may set `head.principal`.
   */
  before?: (head: RequestHead) => FrontAnswer | undefined | Promise<FrontAnswer | undefined>;
}

export interface ListenOptions {
  /** Default 127.0.0.1. */
  ip?: string;
  /** 0 takes a free port. */
  port: number;
}

export interface InjectedRequest {
  /** Default GET. */
  method?: string;
  /** Path and query. */
  path: string;
  headers?: Headers;
  body?: Buffer | string;
  remoteAddress?: string;
  /** Stands for the connection: aborting it is the peer going away. */
  signal?: AbortSignal;
}

export interface InjectedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An answer as it comes: for streams of events and large files. */
export interface InjectedStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** One chunk per record of an event stream. Ends with the answer; leaving the loop tells the handler. */
  readonly chunks: AsyncIterable<Buffer>;
}

export interface Front {
  get(path: string, handler: Handler, options?: RouteOptions): void;
  post(path: string, handler: Handler, options?: RouteOptions): void;
  put(path: string, handler: Handler, options?: RouteOptions): void;
  delete(path: string, handler: Handler, options?: RouteOptions): void;
  /** One handler for several methods. A method of a path can be registered once; twice throws. */
  route(methods: readonly string[], path: string, handler: Handler, options?: RouteOptions): void;
  /**
   * Serves the files of a directory beneath `prefix`, for paths that no route takes. `fallback` is served to browsers
   * that navigate to a path without a file (Accept names text/html).
   */
  static(prefix: string, directory: string, options?: StaticOptions): void;
  /** Resolves with what was bound; rejects with a text for people where the port is taken. */
  listen(options: ListenOptions): Promise<{ ip: string; port: number }>;
  /** Answers a request without a socket, whole. An answer of more than `answerMaxBytes` (64 MiB) becomes a 500. */
  inject(request: InjectedRequest): Promise<InjectedAnswer>;
  /** As `inject`, chunk by chunk. */
  injectStream(request: InjectedRequest): Promise<InjectedStream>;
  /** Ends every event stream, lets requests under way finish for `graceMs` (default 2000), then closes all. */
  close(options?: { graceMs?: number }): Promise<void>;
  routes(): readonly RouteInfo[];
  readonly openStreams: number;
}

export interface StaticOptions {
  /** A file of the directory, such as 'index.html'. */
  fallback?: string;
}
