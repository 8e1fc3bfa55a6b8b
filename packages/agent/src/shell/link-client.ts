// The agent's end of the link to the master: one long answer down, posts up. When to dial, and what it means that a link
// is gone, the core decides.
//
// Calls go up in order, one post at a time; what comes meanwhile waits and goes up together in the next.
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import type { Logger } from '@mini-mesos/daemon';
import type { link } from '@mini-mesos/proto';
import {
  decodeProtobuf,
  encodeProtobuf,
  encodeRecord,
  PROTOBUF_TYPE,
  RecordDecoder,
  RECORDIO_TYPE,
} from '@mini-mesos/wire';
import type { Leader } from '../core/events.js';

const LINK_PATH = '/mini-mesos/v1/agent';
const LINK_ID_HEADER = 'mini-mesos-link-id';
/** A master that neither takes the connection nor answers in this time is not there. */
const ANSWER_TIMEOUT_MS = 15_000;
/** Bytes of one post; a single larger call still goes up, alone. */
const POST_MAX_BYTES = 8 * 1024 * 1024;
/** Bytes that may wait for the post before them. At the bound the link is closed: registering again says it all anew. */
const QUEUE_MAX_BYTES = 64 * 1024 * 1024;
/** A link whose connection is dead without a word is found out by the kernel; the master's pings find out the rest. */
const KEEP_ALIVE_MS = 30_000;
/** What a refusal says beyond this is not read. */
const REFUSAL_MAX_LENGTH = 500;

export interface LinkEvents {
  event(generation: number, event: link.Event): void;
  closed(generation: number, reason: string, redirect?: Leader): void;
}

interface OpenLink {
  readonly generation: number;
  readonly leader: Leader;
  readonly opening: ClientRequest;
  linkId: string | undefined;
  queue: Buffer[];
  queuedBytes: number;
  posting: boolean;
  over: boolean;
}

export class LinkClient {
  readonly #events: LinkEvents;
  readonly #logger: Logger;
  /** Posts of one link share a connection; the stream has its own. */
  readonly #connections = new http.Agent({ keepAlive: true, maxSockets: 2, keepAliveMsecs: KEEP_ALIVE_MS });
  #link: OpenLink | undefined;

  constructor({ events, logger }: { events: LinkEvents; logger: Logger }) {
    this.#events = events;
    this.#logger = logger;
  }

  open(generation: number, leader: Leader, call: link.Call): void {
    this.#drop();
    const body = recordOf(call);
    const opening = this.#request(leader, body.length, {});
    const link: OpenLink = {
      generation,
      leader,
      opening,
      linkId: undefined,
      queue: [],
      queuedBytes: 0,
      posting: false,
      over: false,
    };
    this.#link = link;
    opening.setTimeout(ANSWER_TIMEOUT_MS, () => {
      opening.destroy(new Error(`no answer from ${leader.address} within ${ANSWER_TIMEOUT_MS / 1000} seconds`));
    });
    opening.on('error', (error) => this.#over(link, error.message));
    opening.on('response', (response) => this.#onAnswer(link, response));
    opening.end(body);
  }

  send(generation: number, call: link.Call): void {
    const link = this.#link;
    if (!link || link.generation !== generation || link.over) return;
    const record = recordOf(call);
    link.queue.push(record);
    link.queuedBytes += record.length;
    if (link.queuedBytes > QUEUE_MAX_BYTES) {
      this.#over(link, `more than ${QUEUE_MAX_BYTES} bytes wait for the master to take them`);
    } else {
      this.#flush(link);
    }
  }

  /** From our side: nothing is reported. */
  close(generation: number): void {
    if (this.#link?.generation === generation) this.#drop();
  }

  /** Waits until everything was taken, the link is gone, or the time is over. */
  async drained(timeoutMs: number): Promise<void> {
    const endMs = performance.now() + timeoutMs;
    while (this.#link && !this.#link.over && (this.#link.posting || this.#link.queue.length > 0)) {
      if (performance.now() > endMs) return;
      await new Promise((resolve) => void setTimeout(resolve, 5));
    }
  }

  shutDown(): void {
    this.#drop();
    this.#connections.destroy();
  }

  #onAnswer(link: OpenLink, response: IncomingMessage): void {
    const { statusCode = 0, headers } = response;
    link.opening.setTimeout(0);
    const linkId = headers[LINK_ID_HEADER];
    if (statusCode !== 200 || typeof linkId !== 'string') {
      void this.#refused(link, response);
      return;
    }
    response.socket.setKeepAlive(true, KEEP_ALIVE_MS);
    response.socket.setNoDelay(true);
    link.linkId = linkId;
    this.#read(link, response);
    this.#flush(link);
  }

  async #refused(link: OpenLink, response: IncomingMessage): Promise<void> {
    const { statusCode, headers } = response;
    const text = await textOf(response);
    const redirect = statusCode === 307 ? leaderAt(headers.location, link.leader) : undefined;
    const where = redirect ? `, the leader is at ${redirect.address}` : '';
    this.#over(
      link,
      `${link.leader.address} answered ${statusCode}${text === '' ? '' : `: ${text}`}${where}`,
      redirect,
    );
  }

  #read(link: OpenLink, response: IncomingMessage): void {
    const decoder = new RecordDecoder();
    response.on('data', (chunk: Buffer) => {
      try {
        for (const record of decoder.push(chunk)) {
          const event = decodeProtobuf('mini_mesos.link.Event', record);
          if (!link.over) this.#events.event(link.generation, event);
        }
      } catch (error) {
        this.#over(link, `cannot read what the master says: ${(error as Error).message}`);
      }
    });
    response.on('error', (error) => this.#over(link, error.message));
    response.on('close', () => this.#over(link, 'the master closed the link'));
  }

  #flush(link: OpenLink): void {
    if (link.linkId === undefined || link.posting || link.over || link.queue.length === 0) return;
    link.posting = true;
    void this.#post(link, takeBatch(link), { mayRetry: true }).then(
      () => {
        link.posting = false;
        this.#flush(link);
      },
      (error: Error) => this.#over(link, error.message),
    );
  }

  #post(link: OpenLink, body: Buffer, { mayRetry }: { mayRetry: boolean }): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = this.#request(
        link.leader,
        body.length,
        { [LINK_ID_HEADER]: link.linkId ?? '' },
        this.#connections,
      );
      request.setTimeout(ANSWER_TIMEOUT_MS, () => request.destroy(new Error('the master does not take calls')));
      request.on('response', (response) => {
        void textOf(response).then((text) => {
          if (response.statusCode === 202) resolve();
          else reject(new Error(`the master answered ${response.statusCode}${text === '' ? '' : `: ${text}`}`));
        });
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The master closed an idle connection in the moment in which it was used again: it has seen nothing of this.
        const wasIdle = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        if (wasIdle && mayRetry) this.#post(link, body, { mayRetry: false }).then(resolve, reject);
        else reject(error);
      });
      request.end(body);
    });
  }

  #request(leader: Leader, length: number, headers: { [name: string]: string }, agent?: http.Agent): ClientRequest {
    return http.request(`http://${leader.address}${LINK_PATH}`, {
      method: 'POST',
      // The stream's connection is its own: it is never used for anything else.
      agent: agent ?? false,
      headers: {
        'content-type': RECORDIO_TYPE,
        'message-content-type': PROTOBUF_TYPE,
        accept: RECORDIO_TYPE,
        'message-accept': PROTOBUF_TYPE,
        'content-length': length,
        ...headers,
      },
    });
  }

  /** The link is gone; told once, and only if we have not closed it ourselves. */
  #over(link: OpenLink, reason: string, redirect?: Leader): void {
    if (link.over) return;
    link.over = true;
    link.opening.destroy();
    if (this.#link === link) this.#link = undefined;
    this.#logger.debug({ link: link.linkId }, `link closed: ${reason}`);
    this.#events.closed(link.generation, reason, redirect);
  }

  #drop(): void {
    const link = this.#link;
    this.#link = undefined;
    if (!link || link.over) return;
    link.over = true;
    link.opening.on('error', () => undefined);
    link.opening.destroy();
  }
}

function recordOf(call: link.Call): Buffer {
  return encodeRecord(encodeProtobuf('mini_mesos.link.Call', call));
}

function takeBatch(link: OpenLink): Buffer {
  let count = 0;
  let bytes = 0;
  for (const record of link.queue) {
    if (count > 0 && bytes + record.length > POST_MAX_BYTES) break;
    count += 1;
    bytes += record.length;
  }
  link.queuedBytes -= bytes;
  return Buffer.concat(link.queue.splice(0, count));
}

/** `//host:port/...` as Mesos' masters write it, or a whole URL. */
function leaderAt(location: string | undefined, from: Leader): Leader | undefined {
  if (location === undefined || !URL.canParse(location, `http://${from.address}`)) return undefined;
  const { host, hostname } = new URL(location, `http://${from.address}`);
  return { address: host, hostname };
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response) {
      if (text.length < REFUSAL_MAX_LENGTH) text += String(chunk);
    }
  } catch {
    // What could be read is enough: the status counts.
  }
  return text.slice(0, REFUSAL_MAX_LENGTH).trim();
}
