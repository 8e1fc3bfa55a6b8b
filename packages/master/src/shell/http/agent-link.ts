// POST /mini-mesos/v1/agent: the master's side of the agent link. An agent's first post opens a stream of events, its
// later ones carry calls, and requests to the agent's own HTTP server travel over both.
import { realTime } from '@mini-mesos/daemon';
import type { EventStream, Front, FrontRequest, FrontResult, Logger } from '@mini-mesos/daemon';
import type { link } from '@mini-mesos/proto';
import {
  DecodeError,
  decodeProtobuf,
  encodeProtobuf,
  encodeRecord,
  RECORDIO_TYPE,
  RecordDecoder,
  RecordError,
} from '@mini-mesos/wire';
import type { LinkId } from '../../core/effects.js';
import type { AgentLinks, MasterRuntime } from '../runtime.js';
import type { Tunnels } from './tunnels.js';
import { Turns } from './turns.js';

export const LINK_PATH = '/mini-mesos/v1/agent';
const LINK_ID_HEADER = 'mini-mesos-link-id';
/** A re-registration of an agent with ten thousand tasks is some 10 MiB. */
const CALLS_MAX_BYTES = 256 * 1024 * 1024;
/** What may wait for an agent that reads slowly; it re-registers when it is dropped. */
const EVENTS_BUFFER_MAX_BYTES = 256 * 1024 * 1024;
/** Agents that may wait to be let in; more than a master has. */
const OPENING_MAX = 200_000;
const CALL = 'mini_mesos.link.Call';
const EVENT = 'mini_mesos.link.Event';

export class AgentLinkServer implements AgentLinks {
  readonly #streams = new Map<LinkId, EventStream>();
  readonly #logger: Logger;
  readonly #newId: () => string;
  readonly #tunnels: Tunnels;
  readonly #turns = new Turns(realTime, { waitingMax: OPENING_MAX });

  constructor({ logger, newId, tunnels }: { logger: Logger; newId: () => string; tunnels: Tunnels }) {
    this.#logger = logger;
    this.#newId = newId;
    this.#tunnels = tunnels;
    tunnels.send = (linkId, request) => this.send(linkId, { type: 'TUNNEL_REQUEST', tunnel_request: request });
  }

  register(front: Front, runtime: MasterRuntime): void {
    front.post(LINK_PATH, (request) => this.#handle(request, runtime), {
      bodyMaxBytes: CALLS_MAX_BYTES,
      summary: 'Where agents dial in',
    });
  }

  send(id: LinkId, event: link.Event): void {
    this.#streams.get(id)?.write(encodeRecord(encodeProtobuf(EVENT, event)));
  }

  close(id: LinkId): void {
    this.#streams.get(id)?.close();
  }

  #handle(request: FrontRequest, runtime: MasterRuntime): FrontResult | Promise<FrontResult> {
    const id = request.headers[LINK_ID_HEADER];
    if (typeof id !== 'string') {
      const opened = this.#turns.take(() => this.#open(request, runtime));
      return opened ?? { status: 503, body: `${OPENING_MAX} agents wait already: register again later` };
    }
    const calls = readCalls(request.body);
    if (typeof calls === 'string') return { status: 400, body: calls };
    if (!this.#streams.has(id as LinkId)) return { status: 404, body: `no link ${id}: register again` };
    for (const call of calls) this.#take(id as LinkId, { call, runtime });
    return { status: 202 };
  }

  #take(id: LinkId, { call, runtime }: { call: link.Call; runtime: MasterRuntime }): void {
    if (call.type === 'TUNNEL_RESPONSE') {
      if (call.tunnel_response) this.#tunnels.answer(call.tunnel_response);
      return;
    }
    runtime.submit({ type: 'link-call', link: id, call });
  }

  #open(request: FrontRequest, runtime: MasterRuntime): FrontResult {
    if (request.signal.aborted) return { status: 408, body: 'the agent went away before it was its turn' };
    const calls = readCalls(request.body);
    if (typeof calls === 'string') return { status: 400, body: calls };
    const [call] = calls;
    if (!call || calls.length > 1) return { status: 400, body: 'expected exactly one call, REGISTER or REREGISTER' };
    const id = this.#newId() as LinkId;
    const stream = request.openEventStream({
      headers: {
        'content-type': RECORDIO_TYPE,
        'message-content-type': 'application/x-protobuf',
        [LINK_ID_HEADER]: id,
      },
      bufferMaxBytes: EVENTS_BUFFER_MAX_BYTES,
      onClose: (reason) => {
        this.#streams.delete(id);
        this.#tunnels.linkClosed(id);
        if (reason === 'slow-reader') this.#logger.warn({ link: id }, 'dropped an agent that does not read its events');
        runtime.submit({ type: 'link-closed', link: id });
      },
    });
    this.#streams.set(id, stream);
    runtime.submit({ type: 'link-opened', link: id, call });
    return stream;
  }
}

/** The calls of a body, or why it holds none. */
function readCalls(body: Buffer): link.Call[] | string {
  const decoder = new RecordDecoder({ recordMaxBytes: CALLS_MAX_BYTES });
  try {
    const records = decoder.push(body);
    if (!decoder.isAtBoundary) return 'the body ends inside a record';
    return records.map((record) => decodeProtobuf(CALL, record));
  } catch (error) {
    if (error instanceof RecordError || error instanceof DecodeError) return `cannot read the calls: ${error.message}`;
    throw error;
  }
}
