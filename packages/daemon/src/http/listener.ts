// The socket side of the front: a fastify server whose requests all go to the dispatcher. Fastify brings the server, its
// limits and its orderly end; every reply is hijacked, because paths, bodies and answers follow Mesos' rules.
import type { AddressInfo, Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../log/logger.js';
import type { Dispatcher } from './dispatch.js';
import { CLOSE_GRACE_MS, LISTEN_BACKLOG } from './limits.js';
import type { OpenStreams } from './open-streams.js';
import { SocketExchange } from './socket-exchange.js';
import type { ListenOptions } from './types.js';

export interface ListenerOptions {
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
  readonly streams: OpenStreams;
  readonly bodyTimeoutMs: number;
  readonly answerStallMs: number;
  readonly headersTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
}

/** Until `close`. Node ends no connection of its own accord while a response is open, so streams are never reaped. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #app: FastifyInstance;
  /** Connections on which an answer is under way: nothing else may be written to them. */
  readonly #answering = new WeakSet<Socket>();

  private constructor(options: ListenerOptions, app: FastifyInstance) {
    this.#options = options;
    this.#app = app;
    app.addHook('onRequest', (request, reply, _done) => {
      reply.hijack();
      const { raw, originalUrl: url } = request;
      void this.#serve(new SocketExchange({ ...options, request: raw, response: reply.raw, url }));
    });
  }

  /** Fastify is loaded here, so that a command that only reads flags does not pay for it. */
  static async start(options: ListenerOptions, { ip = '127.0.0.1', port }: ListenOptions): Promise<Listener> {
    const { fastify } = await import('fastify');
    let listener: Listener | undefined;
    const app = fastify({
      logger: false,
      // Every path is ours to read: fastify would refuse some before we see them.
      rewriteUrl: () => '/',
      keepAliveTimeout: options.keepAliveTimeoutMs,
      requestTimeout: 0,
      // What comes while we close is still answered; the connection ends after it.
      return503OnClosing: false,
      connectionTimeout: 0,
      http: { headersTimeout: options.headersTimeoutMs, noDelay: true },
      clientErrorHandler: (error, socket) => listener?.refuse(error, socket),
    });
    listener = new Listener(options, app);
    try {
      await app.listen({ host: ip, port, backlog: LISTEN_BACKLOG });
    } catch (error) {
      await app.close();
      throw listenError(error as NodeJS.ErrnoException, { ip, port });
    }
    return listener;
  }

  get address(): { ip: string; port: number } {
    const { address, port } = this.#app.server.address() as AddressInfo;
    return { ip: address, port };
  }

  async close(graceMs: number = CLOSE_GRACE_MS): Promise<void> {
    const force = setTimeout(() => this.#app.server.closeAllConnections(), graceMs);
    try {
      await this.#app.close();
    } finally {
      clearTimeout(force);
    }
  }

  /** What is not HTTP gets an answer where one can still be written, and the connection ends. */
  refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    if (error.code === 'ECONNRESET' || !socket.writable || this.#answering.has(socket)) {
      socket.destroy();
      return;
    }
    const status = MALFORMED[error.code ?? ''] ?? '400 Bad Request';
    const body = `${status}.`;
    const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}`;
    socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`, () => socket.destroy());
  }

  async #serve(exchange: SocketExchange): Promise<void> {
    const { dispatcher, logger } = this.#options;
    exchange.occupy(this.#answering);
    try {
      const outcome = await dispatcher.dispatch(exchange);
      if (typeof outcome !== 'string') await exchange.answer(outcome);
    } catch (error) {
      // The peer went away, or a file was cut, while an answer was under way: nobody is left to tell.
      logger.debug({ err: error, url: exchange.url }, 'an answer was not completed');
    }
  }
}

const MALFORMED: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function listenError(error: NodeJS.ErrnoException, { ip, port }: { ip: string; port: number }): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another process uses the port: stop it, or choose another port with --port',
    EACCES: 'this user may not use the port: choose one above 1023 with --port',
    EADDRNOTAVAIL: 'this machine has no such address: choose one of its own with --ip',
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new Error(`cannot listen on ${ip}:${port}: ${reason}`, { cause: error });
}
