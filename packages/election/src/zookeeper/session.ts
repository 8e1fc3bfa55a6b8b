// A ZooKeeper client that stays: promises with a deadline on every call, and a new session after one expired.
// What was bound to the old session (watches, ephemeral nodes) is the user's to renew on 'expired'.
import { Exception } from 'node-zookeeper-client';
import type { Client, Stat } from 'node-zookeeper-client';
import { ElectionError } from '../errors.js';
import { hostPort } from '../master-address.js';
import { ZookeeperLink } from './link.js';
import type { LinkOptions } from './link.js';

export type SessionState = 'connected' | 'disconnected' | 'expired' | 'denied';

export interface SessionOptions extends LinkOptions {
  /** Milliseconds after which a call that has no answer is rejected; the session timeout unless given. */
  callTimeoutMs?: number | undefined;
}

/** Calls in flight at once; one more is rejected. Detection and election need a handful. */
const CALLS_MAX = 1_000;

type Callback<T> = (error: Error | Exception | null, value: T) => void;

function isException(error: Error | Exception): error is Exception {
  return 'getCode' in error;
}

export class ZookeeperSession {
  readonly #options: SessionOptions;
  readonly #callTimeoutMs: number;
  readonly #servers: string;
  readonly #listeners = new Set<(state: SessionState) => void>();
  readonly #pending = new Set<(error: ElectionError) => void>();
  /** Calls made while there was no connection. A call that ran into its deadline is not sent any more. */
  readonly #waiting = new Set<() => void>();
  #link: ZookeeperLink;
  #isClosed = false;

  /** Starts to connect at once. */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#callTimeoutMs = options.callTimeoutMs ?? options.sessionTimeoutMs;
    this.#servers = options.servers.map(({ host, port }) => hostPort(host, port)).join(',');
    this.#link = this.#connect();
  }

  get isConnected(): boolean {
    return this.#link.isConnected;
  }

  /** Tells of changes of the connection from now on; call the result to stop. */
  onState(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The names of a node's children; undefined where there is no such node. `changed` is called once, when a child comes
   * or goes or the node itself goes; not after the session expired. Calls given the same function share one watch.
   */
  getChildren(path: string, changed?: () => void): Promise<string[] | undefined> {
    return this.#call(`children of ${path}`, (client, done: Callback<string[]>) =>
      changed ? client.getChildren(path, changed, done) : client.getChildren(path, done),
    );
  }

  /** The data of a node; undefined where there is no such node. */
  getData(path: string): Promise<Buffer | undefined> {
    return this.#call(`data of ${path}`, (client, done: Callback<Buffer | undefined>) =>
      client.getData(path, done),
    ).then((data) => data && Buffer.from(data));
  }

  /** The state of a node; undefined where there is none. `changed` is called once, when it comes, goes or changes. */
  async exists(path: string, changed?: () => void): Promise<Stat | undefined> {
    const stat = await this.#call(`node ${path}`, (client, done: Callback<Stat | null>) =>
      changed ? client.exists(path, changed, done) : client.exists(path, done),
    );
    return stat ?? undefined;
  }

  /** Ends the session; calls in flight are rejected. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rejectPending(
      new ElectionError('MM_ELECTION_CLOSED', `the ZooKeeper session at ${this.#servers} was closed`),
    );
    await this.#link.close();
  }

  #connect(): ZookeeperLink {
    return new ZookeeperLink(this.#options, {
      connected: () => {
        for (const go of this.#waiting) go();
        this.#waiting.clear();
        this.#tell('connected');
      },
      disconnected: () => this.#tell('disconnected'),
      denied: () => {
        this.#rejectPending(this.#error('MM_ELECTION_ZOOKEEPER_DENIED', 'refused the user and password'));
        this.#tell('denied');
      },
      expired: (hadSession) => {
        if (this.#isClosed) return;
        this.#link = this.#connect();
        if (!hadSession) return;
        this.#rejectPending(this.#error('MM_ELECTION_ZOOKEEPER_LOST', 'ended the session'));
        this.#tell('expired');
      },
    });
  }

  #tell(state: SessionState): void {
    if (this.#isClosed) return;
    for (const listener of this.#listeners) listener(state);
  }

  #error(code: ConstructorParameters<typeof ElectionError>[0], what: string, cause?: unknown): ElectionError {
    return new ElectionError(code, `ZooKeeper at ${this.#servers} ${what}`, { cause });
  }

  #rejectPending(error: ElectionError): void {
    for (const reject of this.#pending) reject(error);
  }

  /**
   * Runs one request of the library. It is given to the library only while connected: in its queue it would outlive its
   * deadline, and after expiry no answer ever comes.
   */
  #call<T>(what: string, run: (client: Client, done: Callback<T>) => void): Promise<T | undefined> {
    return new Promise<T | undefined>((resolve, reject) => {
      if (this.#isClosed) return reject(new ElectionError('MM_ELECTION_CLOSED', `${what}: the session was closed`));
      if (this.#pending.size >= CALLS_MAX) {
        return reject(
          this.#error('MM_ELECTION_ZOOKEEPER_FAILED', `has ${CALLS_MAX} calls in flight, ${what} is one more`),
        );
      }
      const settle = (end: () => void): void => {
        clearTimeout(deadline);
        this.#pending.delete(fail);
        this.#waiting.delete(go);
        end();
      };
      const fail = (error: ElectionError): void => settle(() => reject(error));
      const deadline = setTimeout(
        () =>
          fail(
            this.#error('MM_ELECTION_ZOOKEEPER_TIMEOUT', `gave no answer within ${this.#callTimeoutMs} ms: ${what}`),
          ),
        this.#callTimeoutMs,
      );
      this.#pending.add(fail);
      const done: Callback<T> = (error, value) => {
        if (!error) return settle(() => resolve(value));
        if (isException(error) && error.getCode() === Exception.NO_NODE) return settle(() => resolve(undefined));
        fail(this.#failure(error, what));
      };
      const go = (): void => run(this.#link.client, done);
      if (this.#link.isConnected) go();
      else this.#waiting.add(go);
    });
  }

  #failure(error: Error | Exception, what: string): ElectionError {
    const name = isException(error) ? error.getName() : error.message;
    const code = isException(error) ? error.getCode() : undefined;
    if (code === Exception.NO_AUTH || code === Exception.AUTH_FAILED) {
      return this.#error('MM_ELECTION_ZOOKEEPER_DENIED', `denies us the ${what}`, error);
    }
    if (code === Exception.CONNECTION_LOSS || code === Exception.SESSION_EXPIRED) {
      return this.#error('MM_ELECTION_ZOOKEEPER_LOST', `lost the connection before it told the ${what}`, error);
    }
    return this.#error('MM_ELECTION_ZOOKEEPER_FAILED', `failed to tell the ${what} (${name})`, error);
  }
}
