// Runs the master's machine: takes events from everywhere, one at a time and in order, and performs their effects.
// An effect that leads to a new event at once (a store in memory, say) queues it behind the effects of the present one.
import { TimerTable } from '@mini-mesos/daemon';
import type { Clock, Logger, Timers } from '@mini-mesos/daemon';
import type { link, scheduler } from '@mini-mesos/proto';
import type { ConnectionId, Effect, LinkId, RequestId } from '../core/effects.js';
import { timerKey } from '../core/effects.js';
import type { MasterEvent } from '../core/events.js';
import type { MasterMachine } from '../core/machine.js';
import type { AllocatorHost } from './allocator/allocator-host.js';
import { PendingAnswers } from './pending-answers.js';
import type { Answered } from './pending-answers.js';
import type { RegistryStore } from './store/registry-store.js';

/** Where events for schedulers go. */
export interface SchedulerConnections {
  deliver(connection: ConnectionId, event: scheduler.Event): void;
  close(connection: ConnectionId): void;
}

/** Where events for agents go. */
export interface AgentLinks {
  send(link: LinkId, event: link.Event): void;
  close(link: LinkId, reason: string): void;
}

/** Where events for operators go. */
export interface OperatorStreams {
  publish(event: Extract<Effect, { type: 'publish' }>['event']): void;
}

export interface RuntimeParts {
  machine: MasterMachine;
  time: Clock & Timers;
  logger: Logger;
  connections: SchedulerConnections;
  links: AgentLinks;
  operators: OperatorStreams;
  store: RegistryStore;
  allocator: AllocatorHost;
  /** Whether this master may still act: one that may not lead any more drops events. */
  mayAct: () => boolean;
  /** The machine cannot go on. */
  onAbort: (reason: string) => void;
}

const LEADS_NO_MORE: Answered = { status: 503, text: 'this master does not lead any more' };

export class MasterRuntime {
  readonly #parts: RuntimeParts;
  readonly #queue: MasterEvent[] = [];
  readonly #timers: TimerTable;
  readonly #answers = new PendingAnswers();
  #isRunning = false;
  #isClosed = false;

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
    this.#timers = new TimerTable(parts.time);
    parts.allocator.onAllocations = (allocations) => this.submit({ type: 'allocated', allocations });
    parts.allocator.onInverseOffers = (inverseOffers) => this.submit({ type: 'inverse-offers', inverseOffers });
  }

  submit(event: MasterEvent): void {
    if (this.#isClosed || !this.#parts.mayAct()) return;
    this.#queue.push(event);
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
        for (const effect of this.#parts.machine.handle(next, this.#parts.time.nowMs())) this.#perform(effect);
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** Submits an event that the machine answers. Rejects when the master closes before it does; 503 where it has. */
  ask(make: (request: RequestId) => MasterEvent): Promise<Answered> {
    if (this.#isClosed || !this.#parts.mayAct()) return Promise.resolve(LEADS_NO_MORE);
    const { request, answer } = this.#answers.open();
    this.submit(make(request));
    return answer;
  }

  /** No event is taken and no timer fires afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#timers.close();
    this.#parts.allocator.close();
    this.#answers.rejectAll('the master is shutting down');
  }

  #perform(effect: Effect): void {
    const { connections, links, operators, store, allocator, logger } = this.#parts;
    switch (effect.type) {
      case 'answer':
        return this.#answers.settle(effect.request, { status: effect.status, text: effect.text });
      case 'deliver':
        return connections.deliver(effect.connection, effect.event);
      case 'close-connection':
        return connections.close(effect.connection);
      case 'link-send':
        return links.send(effect.link, effect.event);
      case 'link-close':
        return links.close(effect.link, effect.reason);
      case 'allocator':
        return allocator.handle(effect.command);
      case 'publish':
        return operators.publish(effect.event);
      case 'persist':
        return store.apply(effect.operation, () => this.submit({ type: 'persisted', id: effect.id }));
      case 'set-timer':
        return this.#timers.set(timerKey(effect.timer), effect.delayMs, () =>
          this.submit({ type: 'timer', timer: effect.timer }),
        );
      case 'cancel-timer':
        return this.#timers.cancel(timerKey(effect.timer));
      case 'abort':
        return this.#parts.onAbort(effect.reason);
      case 'log':
        return logger[effect.level](effect.fields ?? {}, effect.text);
    }
  }
}
