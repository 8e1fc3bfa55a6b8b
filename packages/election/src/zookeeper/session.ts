// A ZooKeeper client that stays: promises with a deadline on every call, and a new session after one expired.
// What was bound to the old session (watches, ephemeral nodes) is the user's to renew on 'expired'.
import { ACL, CreateMode, Exception, Id, Permission } from 'node-zookeeper-client';
import type { Client, Stat, Transaction } from 'node-zookeeper-client';
import { ElectionError } from '../errors.js';
import { hostPort } from '../master-address.js';
import { ZookeeperLink } from './link.js';
import type { LinkOptions } from './link.js';

export type SessionState = 'connected' | 'disconnected' | 'expired' | 'denied';

export interface SessionOptions extends LinkOptions {
  /** Milliseconds after which a call that has no answer is rejected; the session timeout unless given. */
  callTimeoutMs?: number | undefined;
}

/** One step of a `multi`. Versions are 1 or more, because the library takes 0 for "any". */
export type Step =
  | { type: 'check'; path: string; version?: number }
  | { type: 'create'; path: string; data: Buffer }
  | { type: 'set'; path: string; data: Buffer; version?: number }
  | { type: 'remove'; path: string };

/** Why a `multi` did nothing: the first step that failed. */
export interface Refused {
  readonly step: number;
  readonly why: 'no-node' | 'node-exists' | 'bad-version';
}

/** Calls in flight at once; one more is rejected. Detection and election need a handful. */
const CALLS_MAX = 1_000;

type Callback<T> = (error: Error | Exception | null, value: T) => void;

const ANYONE = new Id('world', 'anyone');
const OPEN = [new ACL(Permission.ALL, ANYONE)];
const OURS = [new ACL(Permission.ALL, new Id('auth', '')), new ACL(Permission.READ, ANYONE)];

const REFUSALS: { [code: number]: Refused['why'] } = {
  [Exception.NO_NODE]: 'no-node',
  [Exception.NODE_EXISTS]: 'node-exists',
  [Exception.BAD_VERSION]: 'bad-version',
};

/** In the results of a `multi` that failed, steps before the failed one say OK and those after it something else. */
function refusal(error: Error | Exception, results: readonly { err?: number }[] = []): Refused | undefined {
  const why = isException(error) ? REFUSALS[error.getCode()] : undefined;
  const step = results.findIndex(({ err = 0 }) => err !== 0);
  return why === undefined ? undefined : { step: Math.max(step, 0), why };
}

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
  /** Of the nodes we make: everyone may read, and with credentials only we may change. */
  readonly #acls: ACL[];
  #link: ZookeeperLink;
  #isClosed = false;

  /** Starts to connect at once. */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#callTimeoutMs = options.callTimeoutMs ?? options.sessionTimeoutMs;
    this.#servers = options.servers.map(({ host, port }) => hostPort(host, port)).join(',');
    this.#acls = options.credentials === undefined ? OPEN : OURS;
    this.#link = this.#connect();
  }

  /** The session that calls go to, as nodes name their owner; it changes with 'expired'. */
  get id(): Buffer {
    return this.#link.sessionId;
  }

  /** For how long the session is sure to last if ZooKeeper never hears of us again; below 0 when it may be over. */
  get leaseLeftMs(): number {
    return this.#isClosed ? -1 : this.#link.leaseLeftMs;
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

  /** Its data and its state from the same moment; undefined where there is no such node. */
  read(path: string): Promise<{ data: Buffer; stat: Stat } | undefined> {
    type Found = { data: Buffer; stat: Stat } | undefined;
    return this.#call(`data of ${path}`, (client, done: Callback<Found>) =>
      client.getData(path, (error, data: Buffer | undefined, stat) => {
        // The library leaves the data of an empty node out.
        done(error, error ? undefined : { data: Buffer.from(data ?? []), stat });
      }),
    );
  }

  /** Makes a node that goes with the session, and has a number behind its name. Returns its whole path. */
  async createEphemeralSequential(path: string, data: Buffer): Promise<string> {
    const made = await this.#call(`new node ${path}`, (client, done: Callback<string>) =>
      client.create(path, data, this.#acls, CreateMode.EPHEMERAL_SEQUENTIAL, done),
    );
    if (made === undefined) throw this.#error('MM_ELECTION_ZOOKEEPER_FAILED', `has no parent for the node ${path}`);
    return made;
  }

  /** Makes a node and those above it where they are missing. */
  async ensure(path: string): Promise<void> {
    if ((await this.exists(path)) !== undefined) return;
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (parent !== '') await this.ensure(parent);
    await this.#call(`new node ${path}`, (client, done: Callback<string>) =>
      client.create(path, this.#acls, CreateMode.PERSISTENT, (error, made) =>
        done(error && isException(error) && error.getCode() === Exception.NODE_EXISTS ? null : error, made),
      ),
    );
  }

  /** Does all steps or none. Undefined where they were done. */
  multi(what: string, steps: readonly Step[]): Promise<Refused | undefined> {
    return this.#call(what, (client, done: Callback<Refused | undefined>) => {
      const transaction = client.transaction();
      for (const step of steps) this.#add(transaction, step);
      transaction.commit((error, results: { err?: number }[] | undefined) => {
        const refused = error && refusal(error, results);
        done(refused ? null : error, refused ?? undefined);
      });
    });
  }

  #add(transaction: Transaction, step: Step): void {
    switch (step.type) {
      case 'check':
        transaction.check(step.path, step.version);
        return;
      case 'create':
        transaction.create(step.path, step.data, this.#acls, CreateMode.PERSISTENT);
        return;
      case 'set':
        transaction.setData(step.path, step.data, step.version);
        return;
      case 'remove':
        transaction.remove(step.path);
        return;
    }
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
