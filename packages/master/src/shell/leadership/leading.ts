// How a master comes to lead, and when it does no more. Alone it leads at once; with --zk it stands for election, and
// what it may do follows from where it stands: waiting it sends callers to the leader, elected it reads the registry,
// then it serves, and once it has lost it does nothing ever again.
import type { Clock, Logger, MetricsRegistry, Timer, Timers } from '@mini-mesos/daemon';
import { detectorFor, parseMaster, withoutPassword, ZookeeperContender } from '@mini-mesos/election';
import type { LeaderDetector, ZookeeperAddress } from '@mini-mesos/election';
import type { MasterInfo } from '@mini-mesos/proto';
import { emptyRegistry } from '../../core/registry/registry.js';
import type { Registry } from '../../core/registry/registry.js';
import type { RegistryOperation } from '../../core/registry/operations.js';
import type { RegistryView } from '../../core/views/metrics/master-metrics.js';
import type { Leadership as Redirection } from '../http/read/redirect.js';
import { openStorage } from '../store/open-storage.js';
import type { Election, RegistryPlace } from '../store/open-storage.js';
import { Registrar } from '../store/registrar.js';
import { memoryStore } from '../store/registry-store.js';
import type { RegistryStore } from '../store/registry-store.js';
import { RegistryError } from '../store/storage.js';

/** Exit codes of the process. */
export const FAILED = 1;
export const LOST_LEADERSHIP = 3;

export interface End {
  readonly exitCode: typeof FAILED | typeof LOST_LEADERSHIP;
  /** For people. */
  readonly reason: string;
}

export interface LeadingOptions extends RegistryPlace {
  zk?: string | undefined;
  zk_session_timeout: number;
  registry_fetch_timeout: number;
  registry_store_timeout: number;
}

export interface LeadingParts {
  options: LeadingOptions;
  info: MasterInfo;
  logger: Logger;
  metrics: MetricsRegistry;
  time: Clock & Timers;
  /** We lead, and this is what is stored. */
  onRecovered: (registry: Registry) => void;
  /** Nothing may be done any more. Told once. */
  onEnd: (end: End) => void;
}

/** How often it is said that ZooKeeper cannot be used. */
const PROBLEM_INTERVAL_MS = 15_000;

type Phase = 'waiting' | 'recovering' | 'serving' | 'over';

export class Leading implements RegistryStore, Redirection {
  readonly #parts: LeadingParts;
  readonly #address: ZookeeperAddress | undefined;
  #phase: Phase = 'waiting';
  #electedAtMs: number | undefined;
  #store: RegistryStore | undefined;
  #registrar: Registrar | undefined;
  #contender: ZookeeperContender | undefined;
  #detector: LeaderDetector | undefined;
  #election: Election | undefined;
  #other: MasterInfo | undefined;
  #reminder: Timer | undefined;

  /** Throws with a text for people where --zk cannot be read. */
  constructor(parts: LeadingParts) {
    this.#parts = parts;
    this.#address = zookeeperOf(parts.options.zk);
  }

  /** Also for reads: what a leader of the past believes is not told as the truth. */
  get isLeading(): boolean {
    return (this.#phase === 'recovering' || this.#phase === 'serving') && this.mayAct;
  }

  get isRecovered(): boolean {
    return this.#phase === 'serving';
  }

  /** Who leads, as far as we know. */
  get leader(): MasterInfo | undefined {
    return this.isLeading ? this.#parts.info : this.#other;
  }

  /** Since 1970; undefined while we do not lead. */
  get electedAtMs(): number | undefined {
    return this.isLeading ? this.#electedAtMs : undefined;
  }

  get registryView(): RegistryView {
    return this.#registrar?.view ?? { queuedOperations: 0, sizeBytes: 0, ensembleSize: 1 };
  }

  /** False from a little before another master can lead. */
  get mayAct(): boolean {
    return this.#phase !== 'over' && (this.#election === undefined || this.#election.leadership.isHeld);
  }

  /** Whether others are asked first. A master alone leads before it listens. */
  get isContested(): boolean {
    return this.#address !== undefined;
  }

  /** Reads the registry. For a master alone; rejects with RegistryError. */
  async leadAlone(): Promise<void> {
    await this.#lead();
  }

  /** Stands for election, with the port that is listened on in `info`. Resolves at once. */
  stand(): void {
    const { options, info, logger } = this.#parts;
    const { zk = '', zk_session_timeout: sessionTimeoutMs } = options;
    if (!this.#address) return;
    logger.info({ zk: withoutPassword(zk) }, 'standing for election');
    this.#contender = new ZookeeperContender(this.#address, { sessionTimeoutMs, info });
    this.#detector = detectorFor(zk, { sessionTimeoutMs });
    this.#reminder = this.#parts.time.every(PROBLEM_INTERVAL_MS, () => this.#tellProblem());
    void this.#watch(this.#detector);
    void this.#contend(this.#contender, this.#address);
  }

  apply(operation: RegistryOperation, stored: () => void): void {
    this.#store?.apply(operation, stored);
  }

  /** Withdraws, so that another can lead at once. */
  async close(): Promise<void> {
    this.#phase = 'over';
    this.#reminder?.cancel();
    await this.#registrar?.close();
    await this.#contender?.close();
    await this.#detector?.close();
  }

  /** Ends the master for a reason of its own. */
  abort(reason: string): void {
    this.#end({ exitCode: FAILED, reason });
  }

  async #contend(contender: ZookeeperContender, address: ZookeeperAddress): Promise<void> {
    try {
      const leadership = await contender.elected();
      this.#election = { address, session: contender.session, leadership };
      void leadership.lost.then((why) => this.#end({ exitCode: LOST_LEADERSHIP, reason: `lost leadership: ${why}` }));
      await this.#lead();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #lead(): Promise<void> {
    const { options, info, logger, metrics, time } = this.#parts;
    if (this.#phase === 'over') return;
    this.#phase = 'recovering';
    this.#electedAtMs = time.nowMs();
    logger.info({ id: info.id }, 'elected: reading the registry');
    const storage = openStorage(options, this.#election);
    let registry = emptyRegistry();
    if (storage) {
      this.#registrar = new Registrar(storage, {
        metrics,
        timers: time,
        fetchTimeoutMs: options.registry_fetch_timeout,
        storeTimeoutMs: options.registry_store_timeout,
        onFailure: (error) => this.#fail(error),
      });
      registry = await this.#registrar.recover(JSON.stringify({ master: info.id, since: new Date(time.nowMs()) }));
      this.#store = this.#registrar;
    } else {
      this.#store = memoryStore({ metrics, clock: time });
    }
    if (!this.mayAct) return;
    this.#phase = 'serving';
    this.#parts.onRecovered(registry);
    logger.info({ id: info.id, registry: storage?.place ?? 'in memory' }, `master is leading${atAddress(info)}`);
  }

  /** Follows who leads, for callers that are to be sent there. */
  async #watch(detector: LeaderDetector): Promise<void> {
    try {
      for await (const leader of detector) {
        this.#other = leader?.info;
        if (!this.isLeading) {
          const text = leader ? `master at ${leader.address} leads` : 'no master leads';
          this.#parts.logger.info({ leader: leader?.address }, text);
        }
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #tellProblem(): void {
    const { problem } = this.#contender ?? {};
    if (problem !== undefined) this.#parts.logger.warn(`the election does not go on: ${problem}`);
  }

  #fail(error: unknown): void {
    const isDeposed = error instanceof RegistryError && error.problem === 'fenced';
    const reason = error instanceof Error ? error.message : String(error);
    this.#end({ exitCode: isDeposed ? LOST_LEADERSHIP : FAILED, reason });
  }

  #end(end: End): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#reminder?.cancel();
    this.#parts.onEnd(end);
  }
}

/** Empty for a master that does not listen yet. */
function atAddress({ pid }: MasterInfo): string {
  return pid === undefined ? '' : ` at http://${pid.slice(pid.indexOf('@') + 1)}`;
}

function zookeeperOf(zk: string | undefined): ZookeeperAddress | undefined {
  if (zk === undefined || zk === '') return undefined;
  const parsed = parseMaster(zk);
  if (!parsed.ok) throw new Error(`--zk: ${withoutPassword(zk)}: ${parsed.problem}`);
  if (parsed.value.kind === 'zookeeper') return parsed.value.zookeeper;
  throw new Error(`--zk: expected zk://[user:password@]host1:port1,host2:port2/path, not ${withoutPassword(zk)}`);
}
