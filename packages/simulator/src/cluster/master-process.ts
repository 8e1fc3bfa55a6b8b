// A master: stands for election, and while it leads runs the production machine and allocator. The adapters around them
// are thin: effects are performed in order, and a crash can come between any two.
import { createAllocator } from '@mini-mesos/allocator';
import type { OfferAllocator } from '@mini-mesos/allocator';
import { MetricsRegistry, TimerTable } from '@mini-mesos/daemon';
import type { Time } from '@mini-mesos/daemon';
import { InProcessAllocator, MasterMachine, timerKey } from '@mini-mesos/master';
import type {
  ConnectionId,
  Effect,
  LinkId,
  MasterConfig,
  MasterEvent,
  Registry,
  RegistryOperation,
  RequestId,
} from '@mini-mesos/master';
import type { link, master, scheduler } from '@mini-mesos/proto';
import type { Answer, IncomingStream, Network } from '../world/network.js';
import { SimProcess } from '../world/process.js';
import type { StreamEnd } from '../world/stream.js';
import type { World } from '../world/world.js';
import type { Tampering } from './tampering.js';

/** What a client asks of a master. */
export type MasterRequest =
  | { type: 'scheduler-call'; call: scheduler.Call; streamId: string | undefined }
  | { type: 'operator'; call: master.Call };
export type MasterStream = { type: 'subscribe'; call: scheduler.Call } | { type: 'link'; call: link.Call };

/** How a leader gets at what must survive it. */
export interface RegistryAccess {
  /** Reports in the order of the operations; never, where the master must not go on. */
  apply(operation: RegistryOperation, stored: () => void): void;
}

export interface MasterHooks {
  /** The machine cannot go on. */
  onAbort(master: MasterProcess, reason: string): void;
  /** After every event of a leader, when its effects are performed. */
  onEvent(master: MasterProcess, event: MasterEvent): void;
  onEffect(master: MasterProcess, effect: Effect): void;
}

export interface LeadOptions {
  registry: RegistryAccess;
  /** What was stored. */
  recovered: Registry;
  /** Whether it is sure that nobody else leads. */
  mayAct: () => boolean;
  intervalMs: number;
  seed: number;
  /** --nested_quota_limits. */
  nestedLimits: boolean;
}

export interface Leading {
  readonly machine: MasterMachine;
  readonly allocator: OfferAllocator;
}

export class MasterProcess {
  readonly process: SimProcess;
  readonly address: string;
  readonly #network: Network;
  readonly #hooks: MasterHooks;
  readonly #tampering: Tampering;
  readonly #connections = new Map<ConnectionId, StreamEnd>();
  readonly #links = new Map<LinkId, StreamEnd>();
  readonly #pending = new Map<RequestId, (answer: Answer) => void>();
  #leading: Leading | undefined;
  #events: MasterEvent[] = [];
  #isHandling = false;
  #ids = 0;
  #parts:
    | {
        mayAct: () => boolean;
        timers: TimerTable;
        time: Time;
        allocation: InProcessAllocator;
        registry: RegistryAccess;
      }
    | undefined;
  /** Who leads, as this master last heard. */
  leaderAddress: string | undefined;

  constructor(world: World, network: Network, options: { name: string; hooks: MasterHooks; tampering: Tampering }) {
    this.process = new SimProcess(world, options.name);
    this.address = `${options.name}:5050`;
    this.#network = network;
    this.#hooks = options.hooks;
    this.#tampering = options.tampering;
  }

  get name(): string {
    return this.process.name;
  }

  /** Undefined while it does not lead. */
  get leading(): Leading | undefined {
    return this.process.isAlive ? this.#leading : undefined;
  }

  start(): void {
    this.process.start();
    this.#leading = undefined;
    this.#parts = undefined;
    this.#events = [];
    this.#isHandling = false;
    this.#connections.clear();
    this.#links.clear();
    this.#pending.clear();
    this.leaderAddress = undefined;
    this.#network.listen(this.address, this.process, {
      request: (payload, respond) => this.#request(payload as MasterRequest, respond),
      open: (payload, stream) => this.#open(payload as MasterStream, stream),
    });
  }

  lead(machine: MasterMachine, { registry, recovered, mayAct, intervalMs, seed, nestedLimits }: LeadOptions): void {
    const time = this.process.time();
    const allocator = createAllocator({ seed, allocationIntervalMs: intervalMs, nestedLimits });
    const allocation = new InProcessAllocator(allocator, { time, intervalMs, metrics: new MetricsRegistry() });
    allocation.onAllocations = (allocations) => this.submit({ type: 'allocated', allocations });
    allocation.onInverseOffers = (inverseOffers) => this.submit({ type: 'inverse-offers', inverseOffers });
    this.#leading = { machine, allocator };
    this.#parts = { time, mayAct, registry, allocation, timers: new TimerTable(time) };
    this.process.world.note(this.name, 'begins to lead');
    this.submit({ type: 'recover', registry: recovered });
  }

  submit(event: MasterEvent): void {
    const given = this.#tampering.masterEvent ? this.#tampering.masterEvent(event) : event;
    if (!given || !this.process.isAlive || !this.#leading || !this.#parts?.mayAct()) return;
    this.#events.push(given);
    if (this.#isHandling) return;
    this.#isHandling = true;
    for (let next = this.#events.shift(); next; next = this.#events.shift()) {
      if (!this.#handle(next)) return;
    }
    this.#isHandling = false;
  }

  /** False where the process crashed on the way. */
  #handle(event: MasterEvent): boolean {
    const { machine } = this.#leading ?? {};
    const { time } = this.#parts ?? {};
    if (!machine || !time) return false;
    if (event.type !== 'timer' && event.type !== 'allocated') this.process.world.note(this.name, describe(event));
    let effects = machine.handle(event, time.nowMs());
    if (this.#tampering.masterEffects) effects = this.#tampering.masterEffects(effects);
    for (const effect of effects) {
      if (!this.process.mayGoOn()) return false;
      this.#hooks.onEffect(this, effect);
      this.#perform(effect);
    }
    if (!this.process.isAlive) return false;
    this.#hooks.onEvent(this, event);
    return true;
  }

  #perform(effect: Effect): void {
    const parts = this.#parts;
    if (!parts) return;
    switch (effect.type) {
      case 'answer':
        this.#pending.get(effect.request)?.({ status: effect.status, text: effect.text ?? '' });
        this.#pending.delete(effect.request);
        return;
      case 'deliver':
        return this.#connections.get(effect.connection)?.send(effect.event);
      case 'close-connection':
        return this.#end(this.#connections.get(effect.connection), () => this.#connectionClosed(effect.connection));
      case 'link-send':
        return this.#links.get(effect.link)?.send(effect.event);
      case 'link-close':
        return this.#end(this.#links.get(effect.link), () => this.#linkClosed(effect.link));
      case 'allocator':
        return parts.allocation.handle(effect.command);
      case 'persist':
        return parts.registry.apply(effect.operation, () => this.submit({ type: 'persisted', id: effect.id }));
      case 'set-timer':
        return parts.timers.set(timerKey(effect.timer), effect.delayMs, () =>
          this.submit({ type: 'timer', timer: effect.timer }),
        );
      case 'cancel-timer':
        return parts.timers.cancel(timerKey(effect.timer));
      case 'abort':
        this.#hooks.onAbort(this, effect.reason);
        return;
      case 'log':
        if (effect.level === 'warn' || effect.level === 'error') this.process.world.note(this.name, effect.text);
        return;
      case 'publish':
    }
  }

  #end(end: StreamEnd | undefined, closed: () => void): void {
    if (!end?.isOpen) return;
    end.close();
    this.process.after(0, closed);
  }

  #connectionClosed(id: ConnectionId): void {
    if (this.#connections.delete(id)) this.submit({ type: 'connection-closed', connection: id });
  }

  #linkClosed(id: LinkId): void {
    if (this.#links.delete(id)) this.submit({ type: 'link-closed', link: id });
  }

  #request(request: MasterRequest, respond: (answer: Answer) => void): void {
    if (!this.#leading) return respond(this.#redirect());
    const id = `request-${++this.#ids}` as RequestId;
    this.#pending.set(id, respond);
    if (request.type === 'operator') return this.submit({ type: 'operator-call', request: id, call: request.call });
    const connection = request.streamId as ConnectionId | undefined;
    this.submit({ type: 'scheduler-call', request: id, call: request.call, connection });
  }

  #open(request: MasterStream, stream: IncomingStream): void {
    if (!this.#leading) return stream.refuse(this.#redirect());
    if (request.type === 'subscribe') {
      const id = this.#newId('connection') as ConnectionId;
      this.#connections.set(
        id,
        stream.accept(id, () => this.#connectionClosed(id)),
      );
      return this.submit({ type: 'subscribe', connection: id, call: request.call });
    }
    const id = this.#newId('link') as LinkId;
    const take = (call: unknown) => this.submit({ type: 'link-call', link: id, call: call as link.Call });
    this.#links.set(
      id,
      stream.accept(id, () => this.#linkClosed(id), take),
    );
    this.submit({ type: 'link-opened', link: id, call: request.call });
  }

  #newId(kind: string): string {
    return `${this.name}.${this.process.incarnation}-${kind}-${++this.#ids}`;
  }

  #redirect(): Answer {
    const { leaderAddress } = this;
    if (leaderAddress === undefined || leaderAddress === this.address)
      return { status: 503, text: 'No leader elected' };
    return { status: 307, text: '', location: `//${leaderAddress}` };
  }
}

/** A machine whose chance is the world's. */
export function newMachine(world: World, name: string, config: MasterConfig): MasterMachine {
  const random = world.random(`master ${name}`);
  return new MasterMachine(config, (length) => random.bytes(length));
}

function describe(event: MasterEvent): string {
  switch (event.type) {
    case 'link-opened':
      return `hears ${event.call.type} on a new link`;
    case 'link-call':
      return `hears ${event.call.type}${aboutUpdate(event.call)}`;
    case 'scheduler-call':
      return `hears ${event.call.type} of framework ${event.call.framework_id?.value}`;
    case 'operator-call':
      return `hears ${event.call.type} of an operator`;
    case 'subscribe':
      return `hears SUBSCRIBE of framework ${event.call.subscribe?.framework_info.id?.value ?? '(new)'}`;
    default:
      return `handles ${event.type}`;
  }
}

function aboutUpdate({ update_status: update }: link.Call): string {
  return update ? ` ${update.status.task_id.value} ${update.status.state}` : '';
}
