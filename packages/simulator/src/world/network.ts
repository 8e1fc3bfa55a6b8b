// The network between processes, as programs over TCP and HTTP see it: streams that keep their order until they break,
// and requests that may get lost before or after they were handled. Delays are drawn, spikes included; hosts can be cut
// off from each other, one way or both. What is sent into a partition waits, as TCP would send it again, and arrives late
// or never: each end of a stream may give up by itself meanwhile.
import type { SeededRandom } from '@mini-mesos/daemon';
import { copyOf } from './copy.js';
import type { SimProcess } from './process.js';
import { Stream } from './stream.js';
import type { StreamEnd } from './stream.js';
import type { World } from './world.js';

export interface NetworkOptions {
  /** Usual one-way delay; every message draws between a tenth of it and all of it. */
  delayMaxMs: number;
  /** Share of messages that take up to `spikeMaxMs`. */
  spikeShare: number;
  spikeMaxMs: number;
  /** Share of requests that are lost, half of them after they were handled. */
  requestLossShare: number;
}

export const QUIET_NETWORK: NetworkOptions = { delayMaxMs: 1, spikeShare: 0, spikeMaxMs: 0, requestLossShare: 0 };

export interface Answer {
  status: number;
  text: string;
  location?: string | undefined;
  body?: unknown;
}

/** What a process does with what comes to its address. */
export interface Server {
  /** Must answer once, now or later, unless the process ends first. */
  request(payload: unknown, respond: (answer: Answer) => void): void;
  /** A client wants a stream: `accept` or `refuse` it. */
  open(payload: unknown, stream: IncomingStream): void;
}

export interface IncomingStream {
  accept(id: string, onClosed: () => void, onMessage?: (message: unknown) => void): StreamEnd;
  refuse(answer: Answer): void;
}

export interface StreamClient {
  opened(id: string, end: StreamEnd): void;
  refused(answer: Answer): void;
  message(message: unknown): void;
  /** The stream ended, or could not be opened. Nothing follows. */
  closed(reason: string): void;
}

/** A client that hears nothing gives a request up after this. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A process that does not listen is found out this fast. */
const REFUSED = 'connection refused';

export interface Partition {
  /** Cut off from all hosts that are not in it. */
  readonly names: ReadonlySet<string>;
  /** 'in': they hear nothing; 'out': nobody hears them. */
  readonly direction: 'both' | 'in' | 'out';
}

export class Network {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #servers = new Map<string, { process: SimProcess; incarnation: number; server: Server }>();
  readonly #partitions = new Set<Partition>();
  #waiting: { from: string; to: string; run: () => void }[] = [];
  readonly streams = new Set<Stream>();
  options: NetworkOptions;

  constructor(world: World, options: NetworkOptions) {
    this.#world = world;
    this.#random = world.random('network');
    this.options = options;
  }

  listen(address: string, process: SimProcess, server: Server): void {
    this.#servers.set(address, { process, incarnation: process.incarnation, server });
  }

  isCut(from: string, to: string): boolean {
    for (const { names, direction } of this.#partitions) {
      if (names.has(from) === names.has(to)) continue;
      const isOutward = names.has(from);
      if (direction === 'both' || (direction === 'out') === isOutward) return true;
    }
    return false;
  }

  /** Returns how to heal it. */
  partition(partition: Partition): () => void {
    this.#partitions.add(partition);
    for (const stream of this.streams) stream.partitionStarted();
    return () => {
      if (this.#partitions.delete(partition)) this.#retry();
    };
  }

  healAll(): void {
    this.#partitions.clear();
    this.#retry();
  }

  delayMs(): number {
    const { delayMaxMs, spikeShare, spikeMaxMs } = this.options;
    const usual = delayMaxMs * (0.1 + 0.9 * this.#random.float());
    return spikeShare > 0 && this.#random.float() < spikeShare ? usual + spikeMaxMs * this.#random.float() : usual;
  }

  /** Runs once what was sent arrives: later where there is a partition on the way. */
  travel(from: string, to: string, run: () => void): void {
    this.#world.after(this.delayMs(), () => {
      if (this.isCut(from, to)) this.#waiting.push({ from, to, run });
      else run();
    });
  }

  /** One request; `done` is called at most once, and only while the client lives. */
  request(client: SimProcess, address: string, payload: unknown, done: (answer: Answer | Error) => void): void {
    const sent = copyOf(payload);
    let isDone = false;
    const finish = client.bound((answer: Answer | Error) => {
      if (isDone) return;
      isDone = true;
      done(answer);
    });
    client.after(REQUEST_TIMEOUT_MS, () => finish(new Error(`no answer within ${REQUEST_TIMEOUT_MS} ms`)));
    const { requestLossShare } = this.options;
    const loss = requestLossShare > 0 && this.#random.float() < requestLossShare ? this.#random.float() : undefined;
    const back = (from: string, answer: Answer | Error) => this.travel(from, client.name, () => finish(answer));
    const reset = () => this.#world.after(this.delayMs(), () => finish(new Error('connection reset')));
    if (loss !== undefined && loss < 0.5) return void reset();
    const host = this.#servers.get(address)?.process.name ?? address;
    this.travel(client.name, host, () => {
      const found = this.#server(address);
      if (!found) return back(host, new Error(REFUSED));
      const { process, server } = found;
      const forget = process.onCrash(() => back(process.name, new Error('connection reset')));
      process.bound(() =>
        server.request(sent, (answer) => {
          forget();
          if (loss === undefined) back(process.name, copyOf(answer));
          else reset();
        }),
      )();
    });
  }

  /** Opens a stream; returns how the client closes it, which is not reported back to it. */
  open(client: SimProcess, address: string, payload: unknown, handler: StreamClient): () => void {
    const stream = new Stream(this, this.#world, client, {
      message: (message) => handler.message(message),
      closed: (reason) => handler.closed(reason),
    });
    const sent = copyOf(payload);
    const host = this.#servers.get(address)?.process.name ?? address;
    this.travel(client.name, host, () => {
      const found = this.#server(address);
      if (!found) return stream.failOpening(host, REFUSED);
      const { process, server } = found;
      process.bound(() => {
        const incoming: IncomingStream = {
          accept: (id, onClosed, onMessage = () => undefined) =>
            stream.accept(process, { onClosed, onMessage, onOpened: (end) => handler.opened(id, end) }),
          refuse: (answer) =>
            this.travel(process.name, client.name, () => stream.refused(() => handler.refused(copyOf(answer)))),
        };
        if (stream.isClientOpen) server.open(sent, incoming);
      })();
    });
    return () => stream.client.close();
  }

  /** For a fault: one of the streams that are open. */
  pickStream(): Stream | undefined {
    return this.#random.pick([...this.streams]);
  }

  /** A moment until one end notices that the other is gone, in milliseconds. */
  noticeMs(): number {
    return this.delayMs() + (this.#random.float() < 0.5 ? 0 : 3_000 * this.#random.float());
  }

  /** How long an end holds on to a stream into a partition; undefined: until somebody tells it. */
  patienceMs(): number | undefined {
    return this.#random.float() < 0.5 ? undefined : 60_000 * this.#random.float();
  }

  #server(address: string): { process: SimProcess; server: Server } | undefined {
    const found = this.#servers.get(address);
    if (!found || !found.process.isAlive || found.process.incarnation !== found.incarnation) return undefined;
    return found;
  }

  #retry(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { from, to, run } of waiting) this.travel(from, to, run);
    for (const stream of this.streams) stream.partitionEnded();
  }
}
