// The HTTP front of a daemon: routes and files on one side, sockets and injected requests on the other.
import { silentLogger } from '../log/logger.js';
import { Dispatcher } from './dispatch.js';
import { inject, injectStream } from './injection.js';
import {
  ANSWER_STALL_MS,
  BODY_MAX_BYTES,
  BODY_TIMEOUT_MS,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
} from './limits.js';
import { Listener } from './listener.js';
import type { OpenStreams } from './open-streams.js';
import { RouteTable } from './route-table.js';
import { StaticFiles } from './static-files.js';
import type { Front, FrontOptions, Handler, RouteOptions } from './types.js';

export function createFront(options: FrontOptions): Front {
  const { logger = silentLogger, bodyMaxBytes = BODY_MAX_BYTES } = options;
  const routes = new RouteTable();
  const staticFiles = new StaticFiles();
  const streams: OpenStreams = new Set();
  const dispatcher = new Dispatcher({ options, routes, staticFiles, bodyMaxBytes, logger });
  let listener: Listener | undefined;

  const route = (methods: readonly string[], path: string, handler: Handler, routeOptions: RouteOptions = {}) =>
    routes.add(methods, path, { handler, options: routeOptions });

  return {
    get: (path, handler, routeOptions) => route(['GET'], path, handler, routeOptions),
    post: (path, handler, routeOptions) => route(['POST'], path, handler, routeOptions),
    put: (path, handler, routeOptions) => route(['PUT'], path, handler, routeOptions),
    delete: (path, handler, routeOptions) => route(['DELETE'], path, handler, routeOptions),
    route,
    static: (prefix, directory, staticOptions = {}) => staticFiles.mount(prefix, directory, staticOptions),
    inject: (request) => inject({ dispatcher, streams }, request),
    injectStream: (request) => injectStream({ dispatcher, streams }, request),
    routes: () => routes.list(),
    get openStreams() {
      return streams.size;
    },
    async listen(where) {
      if (listener) throw new Error('the front already listens: expected one call of listen');
      listener = await Listener.start(
        {
          dispatcher,
          logger,
          streams,
          answerStallMs: options.answerStallMs ?? ANSWER_STALL_MS,
          bodyTimeoutMs: options.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
          headersTimeoutMs: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
          keepAliveTimeoutMs: options.keepAliveTimeoutMs ?? KEEP_ALIVE_TIMEOUT_MS,
        },
        where,
      );
      return listener.address;
    },
    async close({ graceMs } = {}) {
      const closing = listener;
      listener = undefined;
      for (const stream of streams) stream.end('front');
      await closing?.close(graceMs);
    },
  };
}
