// Stands for election (Mesos, src/master/contender/zookeeper.cpp): an ephemeral node with our MasterInfo among those of
// the other masters; who has the smallest number leads. A session that ends before we lead is renewed and we stand
// again, at the end of the line; once we lead, the end of the session is the end of leading.
import { toJsonText } from '@mini-mesos/wire';
import { ElectionError } from '../errors.js';
import type { MasterInfo } from '../leader.js';
import type { ZookeeperAddress } from '../master-address.js';
import { leadingChild, MASTER_LABEL } from './election-nodes.js';
import { ZookeeperSession } from './session.js';

/** Pauses after a failed step, as in Mesos' group (src/zookeeper/group.hpp): doubled from the first to the last. */
const RETRY_FIRST_MS = 2_000;
const RETRY_LAST_MS = 60_000;

export interface ContenderOptions {
  /** Milliseconds for which ZooKeeper keeps the session without a word. */
  sessionTimeoutMs: number;
  /** Whom detectors find: complete, with the port that is listened on. */
  info: MasterInfo;
}

export interface Leadership {
  /** The path of our node: there for as long as we lead, so a write can be made to depend on it. */
  readonly node: string;
  /** Resolves with the reason when we lead no more. */
  readonly lost: Promise<string>;
  /** Whether it is sure that nobody else leads. False a little before ZooKeeper may let another lead; never true again. */
  readonly isHeld: boolean;
}

export class ZookeeperContender {
  /** For what else belongs to leading: writes that must not happen after it. */
  readonly session: ZookeeperSession;
  readonly #path: string;
  readonly #data: Buffer;
  readonly #finished: Promise<void>;
  readonly #elected: Promise<Leadership>;
  #resolve: (leadership: Leadership) => void = () => undefined;
  #reject: (error: ElectionError) => void = () => undefined;
  #lose: (why: string) => void = () => undefined;
  /** Our node; undefined where we have to make one. */
  #node: string | undefined;
  #isLeading = false;
  #isOver = false;
  #problem: string | undefined;
  #isStale = false;
  #wake: (() => void) | undefined;

  /** Stands at once. */
  constructor({ servers, credentials, path }: ZookeeperAddress, { sessionTimeoutMs, info }: ContenderOptions) {
    this.#path = path;
    this.#data = Buffer.from(toJsonText('mesos.v1.MasterInfo', info));
    this.session = new ZookeeperSession({ servers, credentials, sessionTimeoutMs });
    this.#elected = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Who does not ask for it is not told.
    this.#elected.catch(() => undefined);
    this.session.onState((state) => {
      if (state === 'expired') this.#onExpired();
      if (state !== 'disconnected') this.#look();
    });
    this.#finished = this.#run();
  }

  /** Why the last step failed; undefined where it did not. The contender goes on trying. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Resolves once we lead. Rejects with ElectionError where we never can, or `close` came first. */
  elected(): Promise<Leadership> {
    return this.#elected;
  }

  /** Withdraws: the node goes with the session. */
  async close(): Promise<void> {
    this.#end('the contender was closed');
    this.#reject(new ElectionError('MM_ELECTION_CLOSED', `the election at ${this.#path} was left`));
    await this.session.close();
    this.#look();
    await this.#finished;
  }

  readonly #look = (): void => {
    this.#isStale = true;
    this.#wake?.();
  };

  #onExpired(): void {
    this.#node = undefined;
    if (this.#isLeading) this.#end('the ZooKeeper session ended');
  }

  #end(why: string): void {
    this.#isOver = true;
    this.#lose(why);
  }

  async #run(): Promise<void> {
    let retryMs = RETRY_FIRST_MS;
    while (!this.#isOver) {
      this.#isStale = false;
      try {
        await this.#step();
        this.#problem = undefined;
        retryMs = RETRY_FIRST_MS;
        await this.#untilStale();
      } catch (error) {
        if (!(error instanceof ElectionError) || !error.retryable) {
          this.#end('the election cannot go on');
          this.#reject(asElectionError(error));
          await this.session.close();
          return;
        }
        this.#problem = error.message;
        await this.#untilStale(retryMs);
        retryMs = Math.min(2 * retryMs, RETRY_LAST_MS);
      }
    }
  }

  /** Makes sure that we stand, and finds out whether we lead. Leaves a watch that calls `#look` at every change. */
  async #step(): Promise<void> {
    if (this.#node === undefined) await this.#stand();
    const children = await this.session.getChildren(this.#path, this.#look);
    const own = this.#node?.slice(this.#path.length + 1);
    if (own === undefined) return this.#look();
    if (!children?.includes(own)) {
      this.#node = undefined;
      if (this.#isLeading) this.#end(`the node ${own} was taken away`);
      return this.#look();
    }
    if (this.#isLeading || leadingChild(children) !== own) return;
    this.#lead(`${this.#path}/${own}`);
  }

  /** A node whose making was never confirmed may be there all the same: it is known by its owner, our session. */
  async #stand(): Promise<void> {
    const { session } = this;
    await session.ensure(this.#path);
    const owner = session.id;
    for (const child of (await session.getChildren(this.#path)) ?? []) {
      if (!child.startsWith(`${MASTER_LABEL}_`)) continue;
      const path = `${this.#path}/${child}`;
      const stat = await session.exists(path);
      if (stat?.ephemeralOwner.equals(owner)) return this.#stood(path, owner);
    }
    this.#stood(await session.createEphemeralSequential(`${this.#path}/${MASTER_LABEL}_`, this.#data), owner);
  }

  #stood(path: string, owner: Buffer): void {
    if (this.session.id.equals(owner)) this.#node = path;
  }

  #lead(node: string): void {
    this.#isLeading = true;
    const lost = new Promise<string>((resolve) => (this.#lose = resolve));
    const { session } = this;
    const isOver = (): boolean => this.#isOver;
    this.#resolve({
      node,
      lost,
      get isHeld() {
        return !isOver() && session.leaseLeftMs > 0;
      },
    });
  }

  async #untilStale(timeoutMs?: number): Promise<void> {
    if (this.#isStale || this.#isOver) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (timeoutMs !== undefined) timer = setTimeout(resolve, timeoutMs);
    });
    this.#wake = undefined;
    clearTimeout(timer);
  }
}

function asElectionError(error: unknown): ElectionError {
  if (error instanceof ElectionError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new ElectionError('MM_ELECTION_ZOOKEEPER_FAILED', `the election failed (${why})`, { cause: error });
}
