// A stream of records to one reader over a socket.
//
//   S1  one record is one HTTP chunk, written at once: some clients parse chunk by chunk
//   S2  what waits for a slow reader is bounded by bufferMaxBytes and the largest record on its way; then it is dropped
//   S3  onClose is called once, whoever ended the stream, and never from within write or close
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { EVENT_STREAM_BUFFER_MAX_BYTES } from './limits.js';
import type { EndableStream, OpenStreams } from './open-streams.js';
import type { EventStream, EventStreamOptions, StreamEnd } from './types.js';

/** How long a reader may take for what was written before `close`. */
const LINGER_MS = 10_000;
/** Idle time after which the kernel asks whether a silent peer is still there. */
const TCP_KEEP_ALIVE_MS = 30_000;

export interface SocketStreamOptions extends EventStreamOptions {
  /** Holds this stream while it is open. */
  streams: OpenStreams;
}

export class SocketEventStream implements EventStream, EndableStream {
  readonly #response: ServerResponse;
  readonly #bufferMaxBytes: number;
  /** The largest record since the buffer was last empty: an offer of a whole cluster must not drop a healthy reader. */
  #largestWaitingBytes = 0;
  #end: StreamEnd | undefined;

  constructor(response: ServerResponse, options: SocketStreamOptions) {
    this.#response = response;
    this.#bufferMaxBytes = options.bufferMaxBytes ?? EVENT_STREAM_BUFFER_MAX_BYTES;
    const closed = () => {
      this.#end ??= 'peer';
      options.streams.delete(this);
      options.onClose?.(this.#end);
    };
    if (response.destroyed || response.closed) {
      this.#end = 'peer';
      queueMicrotask(closed);
      return;
    }
    options.streams.add(this);
    response.once('close', closed);
    // An answer before this one, on the same connection, may have left its timeout behind.
    response.socket?.setTimeout(0).setNoDelay(true).setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    // A write that meets a reset connection: 'close' follows and tells the owner.
    response.on('error', () => response.destroy());
    sendTogether(response.socket);
    response.writeHead(options.status ?? 200, options.headers);
    response.flushHeaders();
  }

  get isOpen(): boolean {
    return this.#end === undefined && !this.#response.destroyed;
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  write(record: Buffer): boolean {
    if (!this.isOpen) return false;
    const waitingBytes = this.#response.writableLength;
    if (waitingBytes === 0) this.#largestWaitingBytes = 0;
    else if (waitingBytes > this.#bufferMaxBytes + this.#largestWaitingBytes) {
      this.end('slow-reader');
      return false;
    }
    this.#largestWaitingBytes = Math.max(this.#largestWaitingBytes, record.length);
    // An empty chunk would end the stream.
    if (record.length > 0) this.#response.write(record);
    return true;
  }

  close(): void {
    this.end('closed');
  }

  end(reason: StreamEnd): void {
    if (!this.isOpen) return;
    this.#end = reason;
    if (reason === 'slow-reader') {
      this.#response.destroy();
      return;
    }
    const linger = setTimeout(() => this.#response.destroy(), LINGER_MS).unref();
    this.#response.once('close', () => clearTimeout(linger));
    this.#response.end();
  }
}

/** The head goes out with the records of the same turn: where thousands of streams open, each packet counts. */
function sendTogether(socket: Socket | null): void {
  if (!socket) return;
  socket.cork();
  process.nextTick(() => socket.uncork());
}
