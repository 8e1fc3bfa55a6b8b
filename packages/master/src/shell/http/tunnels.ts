// GET requests to an agent's own HTTP server, carried over its link: so a browser that reaches the master reaches every
// sandbox. `/agents/<agent id>/<path>` on the master is `/<path>` on the agent.
import { Readable } from 'node:stream';
import type { Front, FrontAnswer, FrontRequest, Timer, Timers } from '@mini-mesos/daemon';
import type { link } from '@mini-mesos/proto';
import type { AgentId } from '@mini-mesos/wire';
import type { LinkId } from '../../core/effects.js';
import type { MasterState } from '../../core/state/state.js';

/** An agent answers from its disk, so this long without an answer means that it is gone. */
const ANSWER_TIMEOUT_MS = 15_000;
/** Requests under way at once, over all agents; further ones are refused. */
const OUTSTANDING_MAX = 1024;
/** Agents answer with pieces of at most this size; larger files are downloaded in several. */
const PIECE_BYTES = 1024 * 1024;

interface Outstanding {
  linkId: LinkId;
  resolve: (response: link.TunnelResponse | undefined) => void;
  timer: Timer;
}

export class Tunnels {
  readonly #timers: Timers;
  readonly #outstanding = new Map<number, Outstanding>();
  #nextId = 1;

  /** Set by whoever owns the links. */
  send: (link: LinkId, request: link.TunnelRequest) => void = () => undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  register(front: Front, state: () => MasterState): void {
    front.get('/agents', (request) => this.#handle(request, state()), {
      jsonAlias: false,
      jsonp: false,
      summary: 'Files and state of an agent, through the master: /agents/<agent id>/files/read?path=…',
    });
  }

  answer(response: link.TunnelResponse): void {
    const waiting = this.#outstanding.get(response.request_id);
    waiting?.timer.cancel();
    this.#outstanding.delete(response.request_id);
    waiting?.resolve(response);
  }

  /** Nobody answers any more: whoever waits need not wait out the timeout. */
  linkClosed(linkId: LinkId): void {
    for (const [id, waiting] of this.#outstanding) {
      if (waiting.linkId !== linkId) continue;
      this.#outstanding.delete(id);
      waiting.timer.cancel();
      waiting.resolve(undefined);
    }
  }

  async #handle(request: FrontRequest, state: MasterState): Promise<FrontAnswer> {
    const [id, ...rest] = request.rest.split('/');
    const agent = id ? state.agents.get(id as AgentId) : undefined;
    if (!agent) return { status: 404, body: `no agent '${id ?? ''}' is registered` };
    if (agent.link === undefined) return { status: 503, body: `agent ${agent.id} is not connected` };
    const linkId = agent.link;
    const query = request.query.toString();
    const path = `/${rest.map(encodeURIComponent).join('/')}${query === '' ? '' : `?${query}`}`;
    const range = request.headers['range'];
    if (rest.join('/') === 'files/download' && typeof range !== 'string') return this.#download(linkId, path);
    return answerOf(await this.#ask(linkId, { path, range: typeof range === 'string' ? range : undefined }));
  }

  /** A file of any size, piece by piece, as fast as the reader takes it. */
  async #download(linkId: LinkId, path: string): Promise<FrontAnswer> {
    const first = await this.#ask(linkId, { path, range: `bytes=0-${PIECE_BYTES - 1}` });
    const total = Number(/\/(\d+)$/.exec(first?.content_range ?? '')?.[1] ?? NaN);
    if (first?.status !== 206 || !(total > PIECE_BYTES)) {
      return answerOf(first && { ...first, status: first.status === 206 ? 200 : first.status });
    }
    const ask = this.#ask.bind(this);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield first?.body ?? new Uint8Array();
      for (let at = PIECE_BYTES; at < total; at += PIECE_BYTES) {
        const piece = await ask(linkId, { path, range: `bytes=${at}-${Math.min(at + PIECE_BYTES, total) - 1}` });
        if (piece?.status !== 206 || !piece.body) throw new Error('the agent stopped answering');
        yield piece.body;
      }
    }
    return {
      status: 200,
      headers: { 'content-type': first.content_type ?? 'application/octet-stream', 'content-length': String(total) },
      body: Readable.from(pieces()),
    };
  }

  #ask(
    linkId: LinkId,
    { path, range }: { path: string; range?: string | undefined },
  ): Promise<link.TunnelResponse | undefined> {
    if (this.#outstanding.size >= OUTSTANDING_MAX) return Promise.resolve(undefined);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const timer = this.#timers.after(ANSWER_TIMEOUT_MS, () => {
        this.#outstanding.delete(id);
        resolve(undefined);
      });
      this.#outstanding.set(id, { linkId, resolve, timer });
      this.send(linkId, { request_id: id, path, range });
    });
  }
}

function answerOf(response: link.TunnelResponse | undefined): FrontAnswer {
  if (!response) return { status: 504, body: 'the agent did not answer' };
  const { status, content_type: type, content_range: range, body } = response;
  return {
    status,
    headers: { ...(type ? { 'content-type': type } : {}), ...(range ? { 'content-range': range } : {}) },
    body: Buffer.from(body ?? []),
  };
}
