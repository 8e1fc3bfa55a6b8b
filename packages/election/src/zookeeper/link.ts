// One client of node-zookeeper-client, with what the library lacks: a watchdog for its two hangs (a server that accepts
// the connection and never answers; a link that died without a sign), a local end of the session, and a clean discard.
// The watchdog reaches into the library's connection manager, which is why its version is pinned exactly.
import type { Socket } from 'node:net';
import { createClient } from 'node-zookeeper-client';
import type { Client } from 'node-zookeeper-client';
import type { ZookeeperServer } from '../master-address.js';

/** How often the watchdog looks, in parts of the session timeout: fine enough to act within a third of it. */
const LOOKS_PER_SESSION = 24;
/** How long a closing session may wait for the server's goodbye before its socket is destroyed. */
const GOODBYE_MS = 1_000;
/** A link that never had a session tries every server twice before it makes place for a new one. */
const FIRST_CONNECTION_SESSIONS = 2;
/** By how much our end of a session comes before the server's, in parts of the session timeout. */
const MARGIN_PER_SESSION = 12;

const MANAGER_CONNECTING = 1;
const MANAGER_CLOSED = -2;

/** The parts of the library's connection manager that the watchdog needs. */
interface ConnectionManager {
  state: number;
  socket?: Socket;
  servers: ZookeeperServer[];
  connectTimeoutHandler: NodeJS.Timeout | null;
  updateTimeout(sessionTimeoutMs: number): void;
  onSocketData(data: Buffer): void;
}

export interface LinkOptions {
  servers: readonly ZookeeperServer[];
  sessionTimeoutMs: number;
  /** `user:password` for digest authentication. */
  credentials?: string | undefined;
  /** Numbers from 0 up to 1 that spread clients over the servers; Math.random unless given. */
  random?: (() => number) | undefined;
}

export interface LinkListener {
  connected(): void;
  disconnected(): void;
  /** The session is gone, by the server's word or by our clock. The link does nothing any more. */
  expired(hadSession: boolean): void;
  denied(): void;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

export class ZookeeperLink {
  readonly client: Client;
  readonly #manager: ConnectionManager;
  readonly #listener: LinkListener;
  readonly #options: LinkOptions;
  readonly #watchdog: NodeJS.Timeout;
  #isConnected = false;
  #hadSession = false;
  #isOver = false;
  /** The last moment of which we know that the server still counted our session as alive. */
  #aliveMs = performance.now();
  #handshake: { socket: Socket; sinceMs: number } | undefined;
  #probe: { sentMs: number; isAnswered: boolean } | undefined;

  constructor(options: LinkOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
    const { servers, sessionTimeoutMs, credentials } = options;
    // The library cannot read IPv6 servers from its connection string, so it gets the parsed ones afterwards.
    this.client = createClient('localhost', { sessionTimeout: sessionTimeoutMs, retries: 0 });
    this.#manager = (this.client as unknown as { connectionManager: ConnectionManager }).connectionManager;
    this.#manager.servers = shuffled(servers, options.random ?? Math.random);
    this.#manager.updateTimeout(sessionTimeoutMs);
    this.#surviveGarbage();
    if (credentials !== undefined) this.client.addAuthInfo('digest', Buffer.from(credentials));
    this.client.on('connected', () => this.#onConnected());
    this.client.on('disconnected', () => this.#onDisconnected());
    this.client.on('expired', () => this.#onExpired());
    this.client.on('authenticationFailed', () => this.#listener.denied());
    this.#watchdog = setInterval(() => this.#look(performance.now()), Math.ceil(sessionTimeoutMs / LOOKS_PER_SESSION));
    this.client.connect();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** 8 bytes; zeros before the first connection. */
  get sessionId(): Buffer {
    return this.client.getSessionId();
  }

  /** How long the server keeps the session for sure, if it never hears of us again; less than 0 when it may be over. */
  get leaseLeftMs(): number {
    if (this.#isOver || !this.#hadSession) return -1;
    return this.#aliveMs + this.#ownTimeoutMs - performance.now();
  }

  /** Ends the session at the server, so that its ephemeral nodes go at once; gives up waiting after a second. */
  async close(): Promise<void> {
    if (this.#isOver) return;
    if (this.#isConnected) {
      const goodbye = new Promise<void>((resolve) => {
        this.client.once('disconnected', resolve);
        setTimeout(resolve, GOODBYE_MS).unref();
      });
      this.client.close();
      await goodbye;
    }
    this.#discard();
  }

  /** The library parses whatever arrives inside a socket's event: bytes that are no ZooKeeper would end the process. */
  #surviveGarbage(): void {
    const manager = this.#manager;
    const read = manager.onSocketData.bind(manager);
    manager.onSocketData = (data) => {
      try {
        read(data);
      } catch {
        manager.socket?.destroy();
      }
    };
  }

  #onConnected(): void {
    this.#isConnected = true;
    this.#hadSession = true;
    this.#handshake = undefined;
    // When the server answered the handshake is not known: the process may have been stopped since. A probe tells.
    this.#sendProbe(performance.now());
    this.#listener.connected();
  }

  #onDisconnected(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    if (!this.#isOver) this.#listener.disconnected();
  }

  #onExpired(): void {
    if (this.#isOver) return;
    this.#discard();
    this.#listener.expired(this.#hadSession);
  }

  #look(nowMs: number): void {
    if (this.#isConnected) return this.#lookAtProbe(nowMs);
    this.#lookAtHandshake(nowMs);
    const patienceMs = this.#hadSession ? this.#ownTimeoutMs : FIRST_CONNECTION_SESSIONS * this.#sessionTimeoutMs;
    if (nowMs - this.#aliveMs >= patienceMs) this.#onExpired();
  }

  /** Who acts because of its session must have stopped before the server gives the place to another. */
  get #ownTimeoutMs(): number {
    return this.#sessionTimeoutMs * (1 - 1 / MARGIN_PER_SESSION);
  }

  /** The timeout that the server granted; before it answered, the one we ask for. */
  get #sessionTimeoutMs(): number {
    return this.client.getSessionTimeout();
  }

  /** Nothing in the library guards the time between the TCP connection and the server's answer to the handshake. */
  #lookAtHandshake(nowMs: number): void {
    const { socket, state } = this.#manager;
    if (state !== MANAGER_CONNECTING || !socket || socket.connecting || socket.destroyed) return;
    if (this.#handshake?.socket !== socket) {
      this.#handshake = { socket, sinceMs: nowMs };
    } else if (nowMs - this.#handshake.sinceMs >= this.#sessionTimeoutMs / this.#options.servers.length) {
      socket.destroy();
    }
  }

  /** The library sends pings but never misses the answers: ask something every third, wait a third for the answer. */
  #lookAtProbe(nowMs: number): void {
    const third = this.#sessionTimeoutMs / 3;
    if (this.#probe && nowMs - this.#probe.sentMs < third) return;
    if (this.#probe && !this.#probe.isAnswered) {
      this.#probe = undefined;
      this.#manager.socket?.destroy();
      return;
    }
    this.#sendProbe(nowMs);
  }

  #sendProbe(nowMs: number): void {
    const probe = { sentMs: nowMs, isAnswered: false };
    this.#probe = probe;
    this.client.exists('/', (error) => {
      if (error) return;
      probe.isAnswered = true;
      // The server counts from when it heard us, which was not before we spoke.
      this.#aliveMs = probe.sentMs;
    });
  }

  /** Makes sure that the library lets go of its socket and timers, whatever it was doing. */
  #discard(): void {
    this.#isOver = true;
    this.#isConnected = false;
    clearInterval(this.#watchdog);
    const manager = this.#manager;
    // In the closing state a closed socket is the end, no longer a reason to connect again.
    if (manager.state >= 0) this.client.close();
    const sweep = (): void => {
      if (manager.connectTimeoutHandler) clearTimeout(manager.connectTimeoutHandler);
      manager.socket?.destroy();
      // Between two servers the library waits up to a second and then opens a socket in any case.
      if (manager.state !== MANAGER_CLOSED) setTimeout(sweep, 20).unref();
    };
    sweep();
  }
}
