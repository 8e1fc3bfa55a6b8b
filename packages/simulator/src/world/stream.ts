// A stream between two processes: messages of one direction arrive in order and once, a prefix of them where it breaks.
// Each end learns of the other's end in its own time, or never.
import { copyOf } from './copy.js';
import type { Network } from './network.js';
import type { SimProcess } from './process.js';
import type { World } from './world.js';

/** Least distance between two messages of a direction: keeps their order in the queue. */
const GAP_MS = 0.001;

interface Handlers {
  message(message: unknown): void;
  closed(reason: string): void;
}

interface Parcel {
  readonly open: () => void;
  /** Its time has come; a partition may keep it from being opened. */
  isThere: boolean;
}

export class StreamEnd {
  readonly process: SimProcess;
  isOpen = true;
  readonly handlers: Handlers;
  readonly #stream: Stream;
  readonly #forgetCrash: () => void;
  /** When the last message towards this end arrives. */
  lastArrivalMs = 0;
  /** On their way to this end, in order. */
  readonly parcels: Parcel[] = [];

  constructor(stream: Stream, process: SimProcess, handlers: Handlers) {
    this.#stream = stream;
    this.process = process;
    const message = process.bound((content: unknown) => this.isOpen && handlers.message(content));
    const closed = process.bound((reason: string) => handlers.closed(reason));
    this.handlers = { message, closed };
    this.#forgetCrash = process.onCrash(() => this.close());
  }

  send(message: unknown): void {
    if (this.isOpen) this.#stream.send(this, message);
  }

  /** From this side; nothing is reported to it. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#forgetCrash();
    this.#stream.closedBy(this);
  }

  /** This end learns that the stream is over. */
  over(reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#forgetCrash();
    this.handlers.closed(reason);
    this.#stream.closedBy(this);
  }
}

export class Stream {
  readonly #network: Network;
  readonly #world: World;
  readonly client: StreamEnd;
  #server: StreamEnd | undefined;
  #isBroken = false;

  constructor(network: Network, world: World, client: SimProcess, handlers: Handlers) {
    this.#network = network;
    this.#world = world;
    this.client = new StreamEnd(this, client, handlers);
    network.streams.add(this);
  }

  get isClientOpen(): boolean {
    return this.client.isOpen;
  }

  get names(): string {
    return `${this.client.process.name} and ${this.#server?.process.name ?? 'nobody'}`;
  }

  accept(
    process: SimProcess,
    on: { onClosed: () => void; onMessage: (message: unknown) => void; onOpened: (end: StreamEnd) => void },
  ): StreamEnd {
    const end = new StreamEnd(this, process, { message: on.onMessage, closed: () => on.onClosed() });
    this.#server = end;
    const opened = this.client.process.bound(() => this.client.isOpen && on.onOpened(this.client));
    this.#carry(end, this.client, opened);
    return end;
  }

  refused(tell: () => void): void {
    if (!this.client.isOpen) return;
    this.client.isOpen = false;
    this.client.process.bound(tell)();
    this.#forget();
  }

  failOpening(host: string, reason: string): void {
    this.#network.travel(host, this.client.process.name, () => this.client.over(reason));
  }

  send(from: StreamEnd, message: unknown): void {
    const to = this.#otherOf(from);
    if (!to) return;
    const sent = copyOf(message);
    this.#carry(from, to, () => to.handlers.message(sent));
  }

  /** The other end hears of it behind everything that was sent before. */
  closedBy(end: StreamEnd): void {
    const other = this.#otherOf(end);
    if (other?.isOpen) this.#carry(end, other, () => other.over('the other side closed the stream'));
    if (!other?.isOpen) this.#forget();
  }

  /** What is under way is lost; each end notices in its own time. */
  break(): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    for (const end of this.#ends) {
      this.#world.after(this.#network.noticeMs(), () => end.over('connection reset'));
    }
  }

  partitionStarted(): void {
    const { client } = this;
    const server = this.#server;
    if (!server) return;
    const [a, b] = [client.process.name, server.process.name];
    if (!this.#network.isCut(a, b) && !this.#network.isCut(b, a)) return;
    for (const end of this.#ends) {
      const patienceMs = this.#network.patienceMs();
      if (patienceMs === undefined) continue;
      this.#world.after(patienceMs, () => {
        if (this.#network.isCut(a, b) || this.#network.isCut(b, a)) end.over('connection timed out');
      });
    }
  }

  partitionEnded(): void {
    for (const end of this.#ends) {
      const other = this.#otherOf(end);
      if (other) this.#world.after(this.#network.delayMs(), () => this.#open(other, end));
    }
  }

  get #ends(): StreamEnd[] {
    return this.#server ? [this.client, this.#server] : [this.client];
  }

  #otherOf(end: StreamEnd): StreamEnd | undefined {
    return end === this.client ? this.#server : this.client;
  }

  #carry(from: StreamEnd, to: StreamEnd, run: () => void): void {
    const { nowMs } = this.#world;
    const arrivalMs = Math.max(nowMs + this.#network.delayMs(), to.lastArrivalMs + GAP_MS);
    to.lastArrivalMs = arrivalMs;
    const parcel: Parcel = { open: run, isThere: false };
    to.parcels.push(parcel);
    this.#world.after(arrivalMs - nowMs, () => {
      parcel.isThere = true;
      this.#open(from, to);
    });
  }

  /** What is there, in order, unless a partition is in between. */
  #open(from: StreamEnd, to: StreamEnd): void {
    while (to.parcels[0]?.isThere && !this.#isBroken && !this.#network.isCut(from.process.name, to.process.name)) {
      to.parcels.shift()?.open();
    }
  }

  #forget(): void {
    this.#network.streams.delete(this);
  }
}
