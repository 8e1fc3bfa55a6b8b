// A ZooKeeper server in this process, as small as the tests need: sessions, getChildren2, getData, exists, watches, ping
// and close over one tree. It can swallow everything (a black hole) and declare sessions expired.
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { EventEmitter, once } from 'node:events';

const OP = { exists: 3, getData: 4, ping: 11, getChildren2: 12, closeSession: -11, auth: 100, setWatches: 101 };
const NO_NODE = -101;
const EVENT = { created: 1, deleted: 2, children: 4 };
const STAT_BYTES = 68;

const int = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
const bytes = (value: Buffer): Buffer => Buffer.concat([int(value.length), value]);
const text = (value: string): Buffer => bytes(Buffer.from(value));
const frame = (...parts: Buffer[]): Buffer => bytes(Buffer.concat(parts));
const reply = (xid: number, error: number, ...body: Buffer[]): Buffer =>
  frame(int(xid), Buffer.alloc(8), int(error), ...body);

/** Events: `connection`, `gone` (one was closed), `session` (a handshake was answered),
 * `probe` (somebody asked for `/`). */
export class FakeZookeeper extends EventEmitter {
  readonly nodes = new Map<string, string>();
  readonly sessionIds = new Set<string>();
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Map<string, Set<Socket>>();
  readonly #server: Server;
  /** Accepts connections and reads, but answers nothing. */
  isBlackHole = false;
  #nextSession = 1;

  constructor() {
    super();
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async listen(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  set(path: string, data: string): void {
    const isNew = !this.nodes.has(path);
    this.nodes.set(path, data);
    if (!isNew) return;
    this.#fire(path, EVENT.created);
    this.#fire(path.slice(0, path.lastIndexOf('/')), EVENT.children);
  }

  delete(path: string): void {
    this.nodes.delete(path);
    this.#fire(path, EVENT.deleted);
    this.#fire(path.slice(0, path.lastIndexOf('/')), EVENT.children);
  }

  /** Forgets all sessions and breaks their connections: who comes back is told that its session expired. */
  expireSessions(): void {
    this.sessionIds.clear();
    this.breakConnections();
  }

  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.breakConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #fire(path: string, type: number): void {
    for (const kind of type === EVENT.children ? ['children'] : ['node', 'children']) {
      const key = `${kind} ${path}`;
      for (const socket of this.#watches.get(key) ?? []) {
        if (!this.isBlackHole) socket.write(reply(-1, 0, int(type), int(3), text(path)));
      }
      this.#watches.delete(key);
    }
  }

  #watch(kind: string, path: string, socket: Socket): void {
    const key = `${kind} ${path}`;
    this.#watches.set(key, (this.#watches.get(key) ?? new Set()).add(socket));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    this.emit('connection');
    let pending = Buffer.alloc(0);
    let hasSession = false;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.emit('gone');
    });
    socket.on('data', (data) => {
      pending = Buffer.concat([pending, data]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE()) {
        const message = pending.subarray(4, 4 + pending.readInt32BE());
        pending = pending.subarray(4 + message.length);
        if (this.isBlackHole) continue;
        if (hasSession) this.#answer(socket, message);
        else hasSession = this.#handshake(socket, message);
      }
    });
  }

  /** protocol version, last zxid, timeout, session id, password */
  #handshake(socket: Socket, message: Buffer): boolean {
    const asked = message.subarray(16, 24);
    const isNew = asked.equals(Buffer.alloc(8));
    const id = isNew ? Buffer.concat([int(0), int(this.#nextSession++)]) : asked;
    if (isNew) this.sessionIds.add(id.toString('hex'));
    const isKnown = this.sessionIds.has(id.toString('hex'));
    socket.write(frame(int(0), int(isKnown ? message.readInt32BE(12) : 0), id, bytes(Buffer.alloc(16))));
    if (isKnown) this.emit('session');
    else socket.end();
    return isKnown;
  }

  #answer(socket: Socket, message: Buffer): void {
    const xid = message.readInt32BE(0);
    const type = message.readInt32BE(4);
    if (type === OP.setWatches) return this.#setWatches(socket, xid, message);
    if (type === OP.ping || type === OP.auth) return void socket.write(reply(xid, 0));
    if (type === OP.closeSession) return void socket.end(reply(xid, 0));
    const path = message.subarray(12, 12 + message.readInt32BE(8)).toString();
    const data = this.nodes.get(path);
    const isWatching = message[12 + path.length] === 1;
    if (isWatching && (data !== undefined || type === OP.exists)) {
      this.#watch(type === OP.getChildren2 ? 'children' : 'node', path, socket);
    }
    if (path === '/') this.emit('probe');
    const stat = Buffer.alloc(STAT_BYTES);
    if (data === undefined && path !== '/') socket.write(reply(xid, NO_NODE));
    else if (type === OP.exists) socket.write(reply(xid, 0, stat));
    else if (type === OP.getData) socket.write(reply(xid, 0, text(data ?? ''), stat));
    else {
      const below = [...this.nodes.keys()].filter((other) => other.slice(0, other.lastIndexOf('/')) === path);
      const names = below.map((other) => text(other.slice(path.length + 1)));
      socket.write(reply(xid, 0, int(names.length), ...names, stat));
    }
  }

  #setWatches(socket: Socket, xid: number, message: Buffer): void {
    let at = 16;
    for (const kind of ['node', 'node', 'children']) {
      const count = message.readInt32BE(at);
      at += 4;
      for (let i = 0; i < count; i++) {
        const length = message.readInt32BE(at);
        this.#watch(kind, message.subarray(at + 4, at + 4 + length).toString(), socket);
        at += 4 + length;
      }
    }
    socket.write(reply(xid, 0));
  }
}
