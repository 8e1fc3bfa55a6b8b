// From a request to its answer, in Mesos' order of checks: path, `before`, method, body, handler. Transports hand in an
// Exchange; nothing here knows whether it is a socket.
import { OncePerCause } from '../log/once-per-cause.js';
import type { Logger } from '../log/logger.js';
import { finish, internalError, methodNotAllowed, notFound } from './answers.js';
import type { FinishedAnswer } from './answers.js';
import { corsHeaders, preflight } from './cors.js';
import { Incoming } from './incoming.js';
import type { Exchange } from './incoming.js';
import type { Route, RouteMethod, RouteTable } from './route-table.js';
import type { StaticFiles } from './static-files.js';
import { parseTarget } from './target.js';
import type { FrontAnswer, FrontOptions } from './types.js';

/** An answer to write; 'stream' where the handler took over; 'gone' where nobody waits any more. */
export type Outcome = FinishedAnswer | 'stream' | 'gone';

export interface DispatchParts {
  readonly options: FrontOptions;
  readonly routes: RouteTable;
  readonly staticFiles: StaticFiles;
  readonly bodyMaxBytes: number;
  readonly logger: Logger;
}

export class Dispatcher {
  readonly #parts: DispatchParts;
  readonly #failures = new OncePerCause();

  constructor(parts: DispatchParts) {
    this.#parts = parts;
  }

  /** Never rejects: a handler that throws is a 500. */
  async dispatch(exchange: Exchange): Promise<Outcome> {
    const { options, routes } = this.#parts;
    const target = parseTarget(exchange.url, options.processId);
    const found = target && routes.find(target.segments);
    const request = new Incoming(exchange, { target, found, commonHeaders: this.#commonHeaders(exchange) });
    const method = found?.route.methods.get(exchange.method === 'HEAD' ? 'GET' : exchange.method);
    try {
      const answer = found
        ? await this.#answer(request, found.route, method)
        : ((await this.#parts.staticFiles.find(request)) ?? notFound);
      if (typeof answer === 'string') return answer;
      return await this.#finished(answer, request, method);
    } catch (error) {
      const answer = this.#failed(request, error);
      return typeof answer === 'string' ? answer : this.#finished(answer, request, undefined);
    }
  }

  async #answer(
    request: Incoming,
    route: Route,
    method: RouteMethod | undefined,
  ): Promise<FrontAnswer | 'stream' | 'gone'> {
    const { options, bodyMaxBytes } = this.#parts;
    const allowed = [...route.methods.keys()];
    const early = preflight(options.corsOrigins, request, allowed) ?? (await options.before?.(request));
    if (early) return early;
    if (!method) return methodNotAllowed(allowed, request.method);
    if (method.options.streamBody?.(request) === true) request.bodyStream = request.exchange.streamBody();
    else if (request.method !== 'GET' && request.method !== 'HEAD') {
      const body = await request.exchange.readBody(method.options.bodyMaxBytes ?? bodyMaxBytes);
      if (body === undefined) return 'gone';
      if (!Buffer.isBuffer(body)) return body;
      request.body = body;
    }
    const result = await method.handler(request);
    if (request.stream) return 'stream';
    if ('status' in result) return result;
    throw new Error(`${route.path} answered with the stream of another request`);
  }

  async #finished(answer: FrontAnswer, request: Incoming, method: RouteMethod | undefined): Promise<FinishedAnswer> {
    const takesJsonp = request.method === 'GET' && method !== undefined && method.options.jsonp !== false;
    const finished = await finish(answer, request, takesJsonp);
    return { ...finished, headers: { ...request.commonHeaders, ...finished.headers } };
  }

  /** Logged once per route and message: a handler that fails at every call would fill the disk. */
  #failed(request: Incoming, error: unknown): FrontAnswer | 'stream' {
    const message = error instanceof Error ? error.message : String(error);
    const level = this.#failures.first(`${request.route} ${message}`) ? 'error' : 'debug';
    this.#parts.logger[level]({ err: error, method: request.method, path: request.path }, 'a request failed');
    request.stream?.close();
    return request.stream ? 'stream' : internalError(message);
  }

  #commonHeaders({ headers }: Exchange): Record<string, string> {
    const { server, corsOrigins } = this.#parts.options;
    return { ...(server !== undefined && { server }), ...corsHeaders(corsOrigins, headers) };
  }
}
