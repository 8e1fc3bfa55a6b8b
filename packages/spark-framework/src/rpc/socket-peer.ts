// A Peer over a TCP socket. Frames are u32 length and a msgpack array:
//   [0, message] · [1, id, method, ask] · [2, id, answer] · [3, id, error text]
import type { Socket } from 'node:net';
import { Packr } from 'msgpackr';
import { PeerClosedError, type Peer, type PeerHandlers } from './peer.js';

/** Largest frame; larger data goes in pieces. */
const FRAME_BYTES_MAX = 512 * 1024 * 1024;
/** Bytes waiting to be sent; a peer that falls further behind is taken to be stuck and is cut off. */
const UNSENT_BYTES_MAX = 1024 * 1024 * 1024;
/** Questions waiting for an answer; further ones are refused. */
const PENDING_REQUESTS_MAX = 100_000;

const KIND = { notice: 0, request: 1, answer: 2, error: 3 } as const;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class SocketPeer<Incoming, Outgoing> implements Peer<Outgoing> {
  private readonly socket: Socket;
  private readonly packr = new Packr({ useRecords: false, moreTypes: true, useBigIntExtension: true });
  private readonly handlers: PeerHandlers<Incoming>;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private chunks: Buffer[] = [];
  private chunkBytes = 0;
  private needed = 4;
  private over = false;

  /** Starts talking over a connected socket. */
  static over<Incoming, Outgoing>(
    socket: Socket,
    handlers: (peer: Peer<Outgoing>) => PeerHandlers<Incoming>,
  ): SocketPeer<Incoming, Outgoing> {
    return new SocketPeer(socket, handlers);
  }

  private constructor(socket: Socket, handlers: (peer: Peer<Outgoing>) => PeerHandlers<Incoming>) {
    this.socket = socket;
    this.handlers = handlers(this);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', (error) => this.end(error.message));
    socket.on('close', () => this.end('the connection was closed'));
  }

  notify(message: Outgoing): void {
    this.send([KIND.notice, message]);
  }

  request(method: string, ask: unknown): Promise<unknown> {
    if (this.over) return Promise.reject(new PeerClosedError('the other side is gone'));
    if (this.pending.size >= PENDING_REQUESTS_MAX)
      return Promise.reject(new Error(`more than ${PENDING_REQUESTS_MAX} questions are waiting`));
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.pending.set(id, { resolve, reject });
      this.send([KIND.request, id, method, ask]);
    });
  }

  close(reason: string): void {
    this.socket.end();
    this.end(reason);
  }

  private send(frame: unknown[]): void {
    if (this.over) return;
    const body = this.packr.pack(frame);
    if (body.length > FRAME_BYTES_MAX) throw new Error(`a message of ${body.length} bytes exceeds ${FRAME_BYTES_MAX}`);
    const head = Buffer.allocUnsafe(4);
    head.writeUInt32LE(body.length, 0);
    this.socket.cork();
    this.socket.write(head);
    this.socket.write(body);
    this.socket.uncork();
    if (this.socket.writableLength > UNSENT_BYTES_MAX) {
      this.socket.destroy();
      this.end('it does not read what it is sent');
    }
  }

  private receive(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.chunkBytes += chunk.length;
    while (!this.over && this.chunkBytes >= this.needed) {
      const whole = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks, this.chunkBytes);
      const length = whole.readUInt32LE(0);
      if (length > FRAME_BYTES_MAX) {
        this.socket.destroy();
        this.end(`it sent a frame of ${length} bytes, which is no frame of ours`);
        return;
      }
      const end = 4 + length;
      this.chunks = whole.length > end ? [whole.subarray(Math.min(end, whole.length))] : [];
      if (whole.length < end) {
        this.chunks = [whole];
        this.needed = end;
        return;
      }
      this.chunkBytes = whole.length - end;
      this.needed = 4;
      this.dispatch(whole.subarray(4, end));
    }
  }

  private dispatch(body: Buffer): void {
    let frame: unknown;
    try {
      frame = this.packr.unpack(body);
    } catch (error) {
      this.socket.destroy();
      this.end(`it sent something unreadable: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    const [kind, first, second, third] = frame as [number, unknown, unknown, unknown];
    if (kind === KIND.notice) this.handlers.notice(first as Incoming);
    else if (kind === KIND.request) void this.answer(first as number, String(second), third);
    else this.settle(kind, first as number, second);
  }

  private async answer(id: number, method: string, ask: unknown): Promise<void> {
    try {
      this.send([KIND.answer, id, await this.handlers.request(method, ask)]);
    } catch (error) {
      this.send([KIND.error, id, error instanceof Error ? error.message : String(error)]);
    }
  }

  private settle(kind: number, id: number, value: unknown): void {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    if (kind === KIND.answer) waiting?.resolve(value);
    else waiting?.reject(new Error(String(value)));
  }

  private end(reason: string): void {
    if (this.over) return;
    this.over = true;
    for (const { reject } of this.pending.values()) reject(new PeerClosedError(reason));
    this.pending.clear();
    this.handlers.closed(reason);
  }
}
