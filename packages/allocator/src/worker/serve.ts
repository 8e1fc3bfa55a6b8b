// The end of the channel at which the allocator is. A thread's program gives what it receives to `receive`.
import type { AllocatorCommand } from '../commands.js';
import { createAllocator } from '../create.js';
import type { CreateAllocatorOptions, OfferAllocator } from '../create.js';
import type { ExplainQuestion } from '../explain/explanation.js';
import { Decoder, Encoder } from './codec.js';
import { STEP } from './messages.js';
import type { FromAllocator, RemoteView, Send, ToAllocator } from './messages.js';

export interface ServeOptions {
  readonly send: Send;
  readonly allocator?: CreateAllocatorOptions | undefined;
  /** An allocator that is there already, in place of a new one. */
  readonly instance?: OfferAllocator | undefined;
  /** Milliseconds on any clock that only goes forward, to measure cycles by. Default: they are said to take none. */
  readonly clockMs?: (() => number) | undefined;
}

/** What is returned takes the messages of a RemoteAllocator. */
export function serveAllocator(options: ServeOptions): (message: unknown) => void {
  const { send, allocator, instance = createAllocator(allocator), clockMs = () => 0 } = options;
  const server = new AllocatorServer(send, instance, clockMs);
  return (message) => server.receive(message as ToAllocator);
}

export function viewOf(allocator: OfferAllocator): RemoteView {
  return {
    roles: allocator.roles.map(({ role, dominantShare }) => ({ role, dominantShare })),
    activeFilters: allocator.activeFilters,
    runs: allocator.runs,
  };
}

class AllocatorServer {
  readonly #send: Send;
  readonly #allocator: OfferAllocator;
  readonly #clockMs: () => number;
  readonly #decoder = new Decoder();
  readonly #encoder = new Encoder();

  constructor(send: Send, allocator: OfferAllocator, clockMs: () => number) {
    this.#send = send;
    this.#allocator = allocator;
    this.#clockMs = clockMs;
  }

  receive(message: ToAllocator): void {
    if (message.type === 'steps') return this.#take(message);
    const { id, what, question, nowMs } = message;
    const answer =
      what === 'explain' ? this.#allocator.explain(question as ExplainQuestion, nowMs) : viewOf(this.#allocator);
    this.#post({ type: 'answer', id, answer });
  }

  #take({ news, steps, commands }: Extract<ToAllocator, { type: 'steps' }>): void {
    this.#decoder.learn(news);
    for (let at = 0; at < steps.length;) {
      const [what, nowMs] = [steps[at]!, steps[at + 1]!];
      at += 2;
      if (what === STEP.command) {
        this.#handle(this.#decoder.value(commands[steps[at]!]) as AllocatorCommand, nowMs);
        at += 1;
      } else if (what === STEP.recover) {
        this.#handle(this.#recoverAt(steps, at), nowMs);
        at += 4;
      } else if (what === STEP.tick) {
        this.#allocator.tick(nowMs);
      } else if (what === STEP.run || this.#allocator.isRunRequested) {
        this.#run(nowMs);
      }
    }
  }

  #recoverAt(steps: Float64Array, at: number): AllocatorCommand {
    const seconds = steps[at + 3]!;
    return {
      type: 'recover',
      frameworkId: this.#decoder.text(steps[at]!),
      agentId: this.#decoder.text(steps[at + 1]!),
      resources: this.#decoder.resources(steps[at + 2]!),
      refuseSeconds: Number.isNaN(seconds) ? undefined : seconds,
    };
  }

  #handle(command: AllocatorCommand, nowMs: number): void {
    try {
      this.#allocator.handle(command, nowMs);
    } catch (error) {
      this.#post({ type: 'failed', error: error instanceof Error ? error.message : String(error) });
    }
  }

  #run(nowMs: number): void {
    const startedAtMs = this.#clockMs();
    const allocations = this.#allocator.allocate(nowMs);
    const durationMs = this.#clockMs() - startedAtMs;
    const encoder = this.#encoder;
    encoder.trim();
    const offers = new Float64Array(4 * allocations.length);
    for (let i = 0; i < allocations.length; i += 1) {
      const { frameworkId, role, agentId, resources } = allocations[i]!;
      offers[4 * i] = encoder.text(frameworkId);
      offers[4 * i + 1] = encoder.text(role);
      offers[4 * i + 2] = encoder.text(agentId);
      offers[4 * i + 3] = encoder.resources(resources);
    }
    const inverseOffers = this.#allocator.takeInverseOffers();
    this.#post({ type: 'cycle', news: encoder.takeNews(), offers, inverseOffers, durationMs }, [offers.buffer]);
  }

  #post(message: FromAllocator, transfer: ArrayBuffer[] = []): void {
    this.#send(message, transfer);
  }
}
