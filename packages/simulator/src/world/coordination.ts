// The coordination service, a model of a ZooKeeper ensemble that is correct but can be far away: sessions that expire, an
// election by order of arrival, and the records of the registry. A write depends on two things, as with real ZooKeeper:
// the session of its leader lives and leads, and nobody has claimed the registry since. That fences a deposed leader.
import type { IncomingStream, Network } from './network.js';
import { SimProcess } from './process.js';
import type { World, WorldTimer } from './world.js';

export const COORDINATION = 'zk';
/** Mesos' session timeout (ZOOKEEPER_SESSION_TIMEOUT in src/master/constants.hpp). */
export const SESSION_TIMEOUT_MS = 10_000;

interface Session {
  readonly id: number;
  readonly owner: string;
  expiry: WorldTimer;
}

export interface Election {
  readonly epoch: number;
  readonly address: string;
}

export interface RecordChange {
  readonly create?: ReadonlyMap<string, Buffer> | undefined;
  readonly put?: ReadonlyMap<string, Buffer> | undefined;
  readonly remove?: readonly string[] | undefined;
}

export type CoordinationRequest =
  | { type: 'connect'; owner: string; address: string }
  | { type: 'heartbeat'; session: number }
  /** Makes the caller the owner of the records; answered with the claim that its writes carry. */
  | { type: 'claim'; epoch: number }
  | { type: 'read' }
  | { type: 'write'; epoch: number; claim: number; id: string; change: RecordChange };

export class Coordination {
  readonly #world: World;
  readonly #network: Network;
  readonly process: SimProcess;
  readonly #sessions = new Map<number, Session>();
  readonly #candidates: { session: number; address: string }[] = [];
  readonly #watchers = new Set<{ process: SimProcess; tell: (leader: Election | undefined) => void }>();
  readonly records = new Map<string, Buffer>();
  /** The epoch behind each write that landed, in order. */
  readonly writeEpochs: number[] = [];
  #nextSession = 1;
  #leader: Election | undefined;
  #epochs = 0;
  #claims = 0;
  #lastWrite = '';
  /** A mutant turns it off. */
  isFenced = true;

  constructor(world: World, network: Network) {
    this.#world = world;
    this.#network = network;
    this.process = new SimProcess(world, COORDINATION);
    this.process.start();
    network.listen(COORDINATION, this.process, {
      request: (payload, respond) => {
        const answer = this.#handle(payload as CoordinationRequest);
        respond(typeof answer === 'string' ? { status: 409, text: answer } : { status: 200, text: '', body: answer });
      },
      open: (_payload, stream: IncomingStream) => stream.refuse({ status: 404, text: 'no streams here' }),
    });
  }

  get leader(): Election | undefined {
    return this.#leader;
  }

  /** Tells the process who leads, now and at every change, as far as the network lets it know. */
  watch(process: SimProcess, tell: (leader: Election | undefined) => void): () => void {
    const watcher = { process, tell: process.bound(tell) };
    this.#watchers.add(watcher);
    const forget = process.onCrash(() => this.#watchers.delete(watcher));
    this.#tell(watcher);
    return () => {
      forget();
      this.#watchers.delete(watcher);
    };
  }

  /** A fault: the service takes the session for dead. */
  expireLeader(): void {
    const [first] = this.#candidates;
    if (first) this.#expire(first.session);
  }

  #handle(request: CoordinationRequest): unknown {
    switch (request.type) {
      case 'connect': {
        const id = this.#nextSession++;
        this.#sessions.set(id, { id, owner: request.owner, expiry: this.#expiry(id) });
        this.#candidates.push({ session: id, address: request.address });
        this.#elect();
        return { session: id, epoch: this.#epochOf(id) };
      }
      case 'heartbeat': {
        const session = this.#sessions.get(request.session);
        if (!session) return 'session expired';
        session.expiry.cancel();
        session.expiry = this.#expiry(session.id);
        return { epoch: this.#epochOf(session.id) };
      }
      case 'claim':
        if (!this.#mayWrite(request.epoch)) return 'fenced';
        return { claim: ++this.#claims };
      case 'read':
        return { records: new Map(this.records) };
      case 'write':
        if (!this.#mayWrite(request.epoch) || (this.isFenced && request.claim !== this.#claims)) return 'fenced';
        this.#write(request);
        return {};
    }
  }

  #mayWrite(epoch: number): boolean {
    return !this.isFenced || (this.#leaderSession !== undefined && epoch === this.#epochs);
  }

  /** A write that comes again, because its answer was lost, changes nothing. */
  #write({ id, epoch, change }: Extract<CoordinationRequest, { type: 'write' }>): void {
    if (id === this.#lastWrite) return;
    this.#lastWrite = id;
    this.writeEpochs.push(epoch);
    for (const [name, data] of change.create ?? []) this.records.set(name, data);
    for (const [name, data] of change.put ?? []) this.records.set(name, data);
    for (const name of change.remove ?? []) this.records.delete(name);
  }

  #expiry(id: number): WorldTimer {
    return this.#world.after(SESSION_TIMEOUT_MS, () => this.#expire(id));
  }

  #expire(id: number): void {
    const session = this.#sessions.get(id);
    if (!session) return;
    session.expiry.cancel();
    this.#world.note(COORDINATION, `session ${id} of ${session.owner} is over`);
    this.#sessions.delete(id);
    const index = this.#candidates.findIndex((candidate) => candidate.session === id);
    if (index >= 0) this.#candidates.splice(index, 1);
    this.#elect();
  }

  #elect(): void {
    const [first] = this.#candidates;
    if (first?.session === this.#leaderSession) return;
    this.#leaderSession = first?.session;
    this.#leader = first && { epoch: ++this.#epochs, address: first.address };
    this.#world.note(
      COORDINATION,
      this.#leader ? `${this.#leader.address} leads, epoch ${this.#epochs}` : 'nobody leads',
    );
    for (const watcher of this.#watchers) this.#tell(watcher);
  }

  #leaderSession: number | undefined;

  #epochOf(session: number): number | undefined {
    return session === this.#leaderSession ? this.#epochs : undefined;
  }

  /** What arrives late tells what is true then: watches are read again when they fire. */
  #tell({ process, tell }: { process: SimProcess; tell: (leader: Election | undefined) => void }): void {
    this.#network.travel(COORDINATION, process.name, () => tell(this.#leader));
  }
}
