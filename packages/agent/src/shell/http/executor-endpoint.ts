// POST /api/v1/executor: reads calls, lets the core decide, and writes its answers and events.
import type { EventStream, Front, FrontRequest, FrontResult, Logger } from '@mini-mesos/daemon';
import type { executor } from '@mini-mesos/proto';
import {
  DecodeError,
  decodeBody,
  encodeBody,
  encodeRecord,
  mediaTypeOf,
  negotiate,
  type MediaType,
} from '@mini-mesos/wire';
import type { AgentEvent } from '../../core/events.js';
import { header } from './headers.js';

interface Waiting {
  readonly request: FrontRequest;
  readonly type: MediaType;
  readonly decide: (result: FrontResult) => void;
}

export class ExecutorEndpoint {
  readonly #submit: (event: AgentEvent) => void;
  readonly #logger: Logger;
  /** Requests that the core is deciding about. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #streams = new Map<number, { stream: EventStream; type: MediaType }>();
  #request = 0;

  constructor({ submit, logger }: { submit: (event: AgentEvent) => void; logger: Logger }) {
    this.#submit = submit;
    this.#logger = logger;
  }

  register(front: Front): void {
    front.post('/api/v1/executor', (request) => this.#handle(request), {
      summary: 'The executor API (mesos.v1.executor.Call).',
    });
  }

  answer(request: number, status: number, text: string): void {
    this.#waiting.get(request)?.decide(text === '' ? { status } : { status, body: text });
    this.#waiting.delete(request);
  }

  openStream(request: number): void {
    const waiting = this.#waiting.get(request);
    if (!waiting) return;
    this.#waiting.delete(request);
    const { type } = waiting;
    const stream = waiting.request.openEventStream({
      headers: { 'content-type': type },
      onClose: (reason) => {
        this.#streams.delete(request);
        if (reason === 'slow-reader') this.#logger.warn('dropped an executor that does not read its events');
        if (reason !== 'closed') this.#submit({ type: 'executor-disconnected', connection: request });
      },
    });
    this.#streams.set(request, { stream, type });
    waiting.decide(stream);
  }

  /** Who still waits for an answer tries again at the next run of the agent. */
  close(): void {
    for (const { decide } of this.#waiting.values()) decide({ status: 503, body: 'the agent is ending' });
    this.#waiting.clear();
  }

  event(connection: number, event: executor.Event): void {
    const open = this.#streams.get(connection);
    open?.stream.write(encodeRecord(encodeBody('mesos.v1.executor.Event', open.type, event)));
  }

  closeStream(connection: number): void {
    this.#streams.get(connection)?.stream.close();
  }

  /** An update is answered when it is on the disk, which takes a while. */
  #handle(request: FrontRequest): FrontResult | Promise<FrontResult> {
    const read = readCall(request);
    if ('status' in read) return read;
    const { call } = read;
    const accepted = negotiate(header(request, 'accept'));
    if (call.type === 'SUBSCRIBE' && call.subscribe && !accepted) {
      return { status: 406, body: "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'" };
    }
    const number = (this.#request += 1);
    return new Promise((decide) => {
      this.#waiting.set(number, { request, type: accepted ?? 'application/json', decide });
      this.#submit({ type: 'executor-call', request: { request: number, call } });
    });
  }
}

function readCall(request: FrontRequest): { call: executor.Call } | { status: number; body: string } {
  const contentType = header(request, 'content-type');
  if (contentType === undefined) return { status: 400, body: "Expecting 'Content-Type' to be present" };
  const type = mediaTypeOf(contentType);
  if (!type) return { status: 415, body: "Expecting 'Content-Type' of application/json or application/x-protobuf" };
  try {
    return { call: decodeBody('mesos.v1.executor.Call', type, request.body) };
  } catch (error) {
    if (error instanceof DecodeError) return { status: 400, body: error.message };
    throw error;
  }
}
