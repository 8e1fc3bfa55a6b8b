// POST /api/v1/scheduler: the HTTP transport of framework connections. Checks come in Mesos' order (src/master/http.cpp);
// whatever needs the master's state is the machine's to decide.
import type { EventStream, Front, FrontAnswer, FrontRequest, Logger } from '@mini-mesos/daemon';
import type { scheduler } from '@mini-mesos/proto';
import { decodeBody, DecodeError, encodeBody, encodeRecord, mediaTypeOf, negotiate } from '@mini-mesos/wire';
import type { MediaType } from '@mini-mesos/wire';
import type { ConnectionId } from '../../core/effects.js';
import { invalidCall } from '../../core/frameworks/validate-call.js';
import type { MasterRuntime, SchedulerConnections } from '../runtime.js';

/** A call of ten thousand task descriptions is some 10 MiB. */
const CALL_MAX_BYTES = 64 * 1024 * 1024;
const CALL = 'mesos.v1.scheduler.Call';
const EVENT = 'mesos.v1.scheduler.Event';

interface Connection {
  readonly stream: EventStream;
  readonly mediaType: MediaType;
}

const text = (status: number, body: string): FrontAnswer => ({ status, body });

/** Decodes a body by its Content-Type; a refusal is an answer. */
export function readCall(request: FrontRequest): { call: scheduler.Call } | { refusal: FrontAnswer } {
  const contentType = request.headers['content-type'];
  if (typeof contentType !== 'string') return { refusal: text(400, "Expecting 'Content-Type' to be present") };
  const mediaType = mediaTypeOf(contentType);
  if (!mediaType) {
    return { refusal: text(415, "Expecting 'Content-Type' of application/json or application/x-protobuf") };
  }
  try {
    return { call: decodeBody(CALL, mediaType, request.body) };
  } catch (error) {
    if (error instanceof DecodeError) return { refusal: text(400, error.message) };
    throw error;
  }
}

export class SchedulerApi implements SchedulerConnections {
  readonly #connections = new Map<ConnectionId, Connection>();
  readonly #logger: Logger;
  readonly #newId: () => string;

  constructor({ logger, newId }: { logger: Logger; newId: () => string }) {
    this.#logger = logger;
    this.#newId = newId;
  }

  register(front: Front, runtime: MasterRuntime): void {
    front.post('/api/v1/scheduler', (request) => this.#handle(request, runtime), {
      bodyMaxBytes: CALL_MAX_BYTES,
      summary: 'The v1 scheduler API',
    });
  }

  deliver(id: ConnectionId, event: scheduler.Event): void {
    const connection = this.#connections.get(id);
    if (!connection) return;
    connection.stream.write(encodeRecord(encodeBody(EVENT, connection.mediaType, event)));
  }

  close(id: ConnectionId): void {
    this.#connections.get(id)?.stream.close();
  }

  #handle(request: FrontRequest, runtime: MasterRuntime): FrontAnswer | EventStream | Promise<FrontAnswer> {
    const read = readCall(request);
    if ('refusal' in read) return read.refusal;
    const { call } = read;
    const invalid = invalidCall(call, request.principal);
    if (invalid !== undefined) return text(400, `Failed to validate scheduler::Call: ${invalid}`);
    const accept = request.headers['accept'];
    const mediaType = negotiate(typeof accept === 'string' ? accept : undefined);
    if (!mediaType && (call.type === 'SUBSCRIBE' || call.type === 'RECONCILE_OPERATIONS')) {
      return text(406, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'");
    }
    const streamId = request.headers['mesos-stream-id'];
    if (call.type === 'SUBSCRIBE' && mediaType) {
      if (streamId !== undefined) {
        return text(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header");
      }
      return this.#subscribe(request, { runtime, call, mediaType });
    }
    const connection = typeof streamId === 'string' ? (streamId as ConnectionId) : undefined;
    return runtime
      .ask((id) => ({ type: 'scheduler-call', request: id, call, connection, principal: request.principal }))
      .then(({ status, text: body }) => ({ status, ...(body === undefined ? {} : { body }) }));
  }

  #subscribe(
    request: FrontRequest,
    { runtime, call, mediaType }: { runtime: MasterRuntime; call: scheduler.Call; mediaType: MediaType },
  ): EventStream {
    const id = this.#newId() as ConnectionId;
    const stream = request.openEventStream({
      headers: { 'content-type': mediaType, 'mesos-stream-id': id },
      onClose: (reason) => {
        this.#connections.delete(id);
        if (reason === 'slow-reader')
          this.#logger.warn({ connection: id }, 'dropped a scheduler that does not read its events');
        runtime.submit({ type: 'connection-closed', connection: id });
      },
    });
    this.#connections.set(id, { stream, mediaType });
    runtime.submit({ type: 'subscribe', connection: id, call, principal: request.principal });
    return stream;
  }
}
