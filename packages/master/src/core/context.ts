// What every handler works with: the state, the configuration, the time of the event, and the outlets for effects.
import type { AllocatorCommand } from '@mini-mesos/allocator';
import type { link, master, scheduler } from '@mini-mesos/proto';
import type { AgentId, FrameworkId } from '@mini-mesos/wire';
import { asUuid } from '@mini-mesos/wire';
import type { MasterConfig } from './config.js';
import type { Effect, LogLevel, RequestId, Timer } from './effects.js';
import type { RegistryOperation } from './registry/operations.js';
import { applyRegistryOperation } from './registry/registry.js';
import type { AgentRecord } from './state/agent.js';
import type { FrameworkRecord } from './state/framework.js';
import { newState } from './state/state.js';
import type { MasterState } from './state/state.js';

/** Fills a buffer with random bytes; seeded in tests and simulations. */
export type RandomBytes = (length: number) => Uint8Array;

export class Context {
  readonly config: MasterConfig;
  readonly state: MasterState;
  /** The time of the event being handled. */
  nowMs = 0;
  readonly #random: RandomBytes;
  #effects: Effect[] = [];
  #nextPersistId = 1;
  readonly #awaitingStore = new Map<number, { operation: RegistryOperation; consequences: () => void }>();
  /** How many operations on their way to the registry name an agent. */
  readonly #beingStored = new Map<AgentId, number>();

  constructor(config: MasterConfig, random: RandomBytes) {
    this.config = config;
    this.#random = random;
    this.state = newState(config);
  }

  /** Hands over what was collected since the last call. */
  takeEffects(): Effect[] {
    const taken = this.#effects;
    this.#effects = [];
    return taken;
  }

  emit(effect: Effect): void {
    this.#effects.push(effect);
  }

  uuid(): Uint8Array {
    return asUuid(this.#random(16));
  }

  /** Sends an event to a framework; one that is not connected does not get it. */
  deliver(framework: FrameworkRecord, event: scheduler.Event): void {
    if (framework.connection === undefined) return;
    const { events } = framework.counters;
    const type = event.type ?? 'UNKNOWN';
    events.set(type, (events.get(type) ?? 0) + 1);
    this.emit({ type: 'deliver', connection: framework.connection, event });
  }

  /** Sends an event to an agent; one that is not connected does not get it. */
  tell(agent: AgentRecord, event: link.Event): void {
    if (agent.link !== undefined) this.emit({ type: 'link-send', link: agent.link, event });
  }

  answer(request: RequestId, status: number, text?: string): void {
    this.emit({ type: 'answer', request, status, text });
  }

  allocator(command: AllocatorCommand): void {
    this.emit({ type: 'allocator', command });
  }

  publish(event: master.Event): void {
    this.emit({ type: 'publish', event });
  }

  setTimer(timer: Timer, delayMs: number): void {
    this.emit({ type: 'set-timer', timer, delayMs });
  }

  cancelTimer(timer: Timer): void {
    this.emit({ type: 'cancel-timer', timer });
  }

  log(level: LogLevel, text: string, fields?: { [name: string]: unknown }): void {
    this.emit({ type: 'log', level, text, ...(fields ? { fields } : {}) });
  }

  count(metric: string, by = 1): void {
    this.state.counters.set(metric, (this.state.counters.get(metric) ?? 0) + by);
  }

  /** Ends the master with a reason for people. */
  abort(reason: string): void {
    this.emit({ type: 'abort', reason });
  }

  /** Asks for `operation` to be stored; once it is durable, `state.registry` has it and `then` runs. */
  persist(operation: RegistryOperation, then: () => void): void {
    const id = this.#nextPersistId++;
    this.#awaitingStore.set(id, { operation, consequences: then });
    this.#noteAgent(operation, 1);
    this.emit({ type: 'persist', id, operation });
  }

  persisted(id: number): void {
    const stored = this.#awaitingStore.get(id);
    if (!stored) return;
    this.#awaitingStore.delete(id);
    this.#noteAgent(stored.operation, -1);
    applyRegistryOperation(this.state.registry, stored.operation);
    stored.consequences();
  }

  /** Whether an operation about that agent, and no other, is on its way to the registry. */
  isBeingStored(id: AgentId): boolean {
    return this.#beingStored.has(id);
  }

  framework(id: FrameworkId): FrameworkRecord | undefined {
    return this.state.frameworks.get(id);
  }

  agent(id: AgentId): AgentRecord | undefined {
    return this.state.agents.get(id);
  }

  #noteAgent(operation: RegistryOperation, by: 1 | -1): void {
    if (!('agent' in operation)) return;
    const { agent } = operation;
    const id = (typeof agent === 'string' ? agent : agent.id?.value) as AgentId;
    const count = (this.#beingStored.get(id) ?? 0) + by;
    if (count > 0) this.#beingStored.set(id, count);
    else this.#beingStored.delete(id);
  }
}
