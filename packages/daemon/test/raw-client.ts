// A client that sees the bytes of the connection: for what HTTP libraries hide, such as the borders of chunks.
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export class RawClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #closed = false;
  #waiting: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    for (const event of ['end', 'close', 'error']) {
      socket.on(event, () => {
        this.#closed = true;
        socket.destroy();
        this.#wake();
      });
    }
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1' });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawClient(socket);
  }

  get text(): string {
    return this.#received.toString('latin1');
  }

  /** The request line and headers, with `Host`, and a body as it is. */
  send(head: string, body = ''): void {
    this.socket.write(`${head}\r\nHost: test\r\n\r\n${body}`, 'latin1');
  }

  /** Resolves with all that was received once it satisfies the condition; rejects where the connection ends first. */
  async until(condition: (text: string) => boolean): Promise<string> {
    while (!condition(this.text)) {
      if (this.#closed) throw new Error(`the connection ended after ${JSON.stringify(this.text.slice(-200))}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.text;
  }

  /** Resolves with all that was received once the connection has ended. */
  async end(): Promise<string> {
    while (!this.#closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.text;
  }

  /** What follows the headers. */
  static bodyOf(text: string): string {
    return text.slice(text.indexOf('\r\n\r\n') + 4);
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** The chunks of a chunked body, as they lie on the wire. */
export function chunksOf(body: string): string[] {
  const chunks: string[] = [];
  let at = 0;
  while (at < body.length) {
    const end = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.slice(at, end), 16);
    if (end < 0 || end + 2 + length + 2 > body.length) break;
    chunks.push(body.slice(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return chunks;
}
