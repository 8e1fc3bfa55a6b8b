// The end of the channel at which the owner is. Steps gather until they are sent, so that many commands make one
// message; whoever sends after each turn of its event loop gets the cycles that it would get with the allocator in place.
import type { Allocation, AllocatorCommand } from '../commands.js';
import type { Explanation, ExplainQuestion } from '../explain/explanation.js';
import type { InverseOffer } from '../maintenance/inverse-offers.js';
import { Decoder, Encoder } from './codec.js';
import { STEP } from './messages.js';
import type { FromAllocator, RemoteView, Send, ToAllocator } from './messages.js';

export interface CycleReport {
  readonly allocations: readonly Allocation[];
  readonly inverseOffers: readonly InverseOffer[];
  /** What the cycle took, on the clock of its thread. */
  readonly durationMs: number;
}

export interface RemoteListener {
  /** After each cycle, in order. */
  readonly onCycle: (report: CycleReport) => void;
  /** A command contradicted the state; the others are carried out. */
  readonly onFailure: (error: string) => void;
}

export class RemoteAllocator {
  readonly #send: Send;
  readonly #listener: RemoteListener;
  readonly #encoder = new Encoder();
  readonly #decoder = new Decoder();
  #steps: number[] = [];
  #commands: unknown[] = [];
  readonly #questions = new Map<number, (answer: unknown) => void>();
  #nextQuestion = 0;

  constructor(send: Send, listener: RemoteListener) {
    this.#send = send;
    this.#listener = listener;
  }

  /** As `handle` of an allocator; errors come back as failures. */
  handle(command: AllocatorCommand, nowMs: number): void {
    if (command.type === 'recover') {
      const { frameworkId, agentId, resources, refuseSeconds } = command;
      const encoder = this.#encoder;
      // NaN stands for "not given", and means the same as any other nonsense otherwise.
      const seconds = refuseSeconds === undefined ? Number.NaN : Number.isNaN(refuseSeconds) ? -1 : refuseSeconds;
      const operands = [encoder.text(frameworkId), encoder.text(agentId), encoder.resources(resources), seconds];
      this.#steps.push(STEP.recover, nowMs, ...operands);
    } else {
      this.#steps.push(STEP.command, nowMs, this.#commands.length);
      this.#commands.push(this.#encoder.value(command));
    }
  }

  tick(nowMs: number): void {
    this.#steps.push(STEP.tick, nowMs);
  }

  /** Runs a cycle; `ifRequested`: only if `isRunRequested` would be true then. */
  run(nowMs: number, { ifRequested = false } = {}): void {
    this.#steps.push(ifRequested ? STEP.runIfRequested : STEP.run, nowMs);
  }

  /** Whether something waits to be sent. */
  get isPending(): boolean {
    return this.#steps.length > 0;
  }

  /** Sends what has gathered. */
  flush(): void {
    if (this.#steps.length === 0) return;
    const steps = Float64Array.from(this.#steps);
    const message: ToAllocator = { type: 'steps', news: this.#encoder.takeNews(), steps, commands: this.#commands };
    this.#send(message, [steps.buffer]);
    this.#steps = [];
    this.#commands = [];
    this.#encoder.trim();
  }

  /** Of the state after all steps so far. */
  async explain(question: ExplainQuestion, nowMs: number): Promise<Explanation> {
    return (await this.#ask('explain', question, nowMs)) as Explanation;
  }

  /** Of the state after all steps so far. */
  async view(): Promise<RemoteView> {
    return (await this.#ask('view', undefined, 0)) as RemoteView;
  }

  #ask(what: 'explain' | 'view', question: unknown, nowMs: number): Promise<unknown> {
    this.flush();
    this.#nextQuestion += 1;
    const id = this.#nextQuestion;
    this.#send({ type: 'ask', id, what, question, nowMs } satisfies ToAllocator, []);
    return new Promise((resolve) => this.#questions.set(id, resolve));
  }

  /** To be given every message from the other end, in order. */
  receive(received: unknown): void {
    const message = received as FromAllocator;
    switch (message.type) {
      case 'failed':
        return this.#listener.onFailure(message.error);
      case 'answer':
        this.#questions.get(message.id)?.(message.answer);
        this.#questions.delete(message.id);
        return;
      case 'cycle':
        return this.#report(message);
    }
  }

  #report({ news, offers, inverseOffers, durationMs }: Extract<FromAllocator, { type: 'cycle' }>): void {
    const decoder = this.#decoder;
    decoder.learn(news);
    const allocations: Allocation[] = [];
    for (let at = 0; at < offers.length; at += 4) {
      allocations.push({
        frameworkId: decoder.text(offers[at]!),
        role: decoder.text(offers[at + 1]!),
        agentId: decoder.text(offers[at + 2]!),
        resources: decoder.resources(offers[at + 3]!),
      });
    }
    this.#listener.onCycle({ allocations, inverseOffers, durationMs });
  }
}
