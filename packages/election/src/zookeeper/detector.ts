// Who leads according to ZooKeeper. A short interruption changes nothing; after an expired session nobody is known to
// lead until the new session has looked.
import { ElectionError } from '../errors.js';
import { readLeader, sameLeader } from '../leader.js';
import type { Leader, LeaderDetector } from '../leader.js';
import { LatestValue } from '../latest-value.js';
import type { ZookeeperAddress } from '../master-address.js';
import { leadingChild } from './election-nodes.js';
import { ZookeeperSession } from './session.js';

/** Pauses after a failed look, as in Mesos' group (src/zookeeper/group.hpp): doubled from the first to the last. */
const RETRY_FIRST_MS = 2_000;
const RETRY_LAST_MS = 60_000;

export interface ZookeeperDetectorOptions {
  sessionTimeoutMs: number;
}

export class ZookeeperDetector implements LeaderDetector {
  readonly #session: ZookeeperSession;
  readonly #path: string;
  readonly #leader = new LatestValue<Leader | undefined>();
  readonly #finished: Promise<void>;
  #published: { leader: Leader | undefined } | undefined;
  #problem: string | undefined;
  #isClosed = false;
  /** Whether something happened since the last look began. One flag is enough: a look sees all that happened before. */
  #isStale = false;
  #wake: (() => void) | undefined;

  constructor(address: ZookeeperAddress, options: ZookeeperDetectorOptions) {
    const { servers, credentials, path } = address;
    this.#path = path;
    this.#session = new ZookeeperSession({ servers, credentials, sessionTimeoutMs: options.sessionTimeoutMs });
    this.#session.onState((state) => {
      if (state === 'expired') this.#publish(undefined);
      if (state !== 'disconnected') this.#look();
    });
    this.#finished = this.#run();
  }

  [Symbol.asyncIterator](): AsyncIterator<Leader | undefined> {
    return this.#leader[Symbol.asyncIterator]();
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#leader.end();
    await this.#session.close();
    this.#look();
    await this.#finished;
  }

  /** Something may have changed. One function for all watches, so that ZooKeeper's client keeps one of each. */
  readonly #look = (): void => {
    this.#isStale = true;
    this.#wake?.();
  };

  async #run(): Promise<void> {
    let retryMs = RETRY_FIRST_MS;
    while (!this.#isClosed) {
      this.#isStale = false;
      try {
        this.#publish(await this.#leading());
        this.#problem = undefined;
        retryMs = RETRY_FIRST_MS;
        await this.#untilStale();
      } catch (error) {
        if (!(error instanceof ElectionError) || !error.retryable) {
          this.#leader.end(error instanceof Error ? error : new Error(String(error)));
          await this.#session.close();
          return;
        }
        this.#problem = error.message;
        await this.#untilStale(retryMs);
        retryMs = Math.min(2 * retryMs, RETRY_LAST_MS);
      }
    }
  }

  /** Looks once, and leaves a watch that calls `#look` when the answer may differ. */
  async #leading(): Promise<Leader | undefined> {
    for (;;) {
      const children = await this.#session.getChildren(this.#path, this.#look);
      if (children === undefined) {
        if ((await this.#session.exists(this.#path, this.#look)) === undefined) return undefined;
        continue;
      }
      const child = leadingChild(children);
      if (child === undefined) return undefined;
      const data = await this.#session.getData(`${this.#path}/${child}`);
      if (data === undefined) continue;
      return this.#read(data, child);
    }
  }

  #read(data: Buffer, child: string): Leader {
    try {
      return readLeader(data);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#publish(undefined);
      const text = `${this.#path}/${child} holds no MasterInfo in JSON (${why})`;
      throw new ElectionError('MM_ELECTION_ZOOKEEPER_FAILED', text, { cause: error });
    }
  }

  #publish(leader: Leader | undefined): void {
    if (this.#published && sameLeader(this.#published.leader, leader)) return;
    this.#published = { leader };
    this.#leader.set(leader);
  }

  async #untilStale(timeoutMs?: number): Promise<void> {
    if (this.#isStale || this.#isClosed) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (timeoutMs !== undefined) timer = setTimeout(resolve, timeoutMs);
    });
    this.#wake = undefined;
    clearTimeout(timer);
  }
}
