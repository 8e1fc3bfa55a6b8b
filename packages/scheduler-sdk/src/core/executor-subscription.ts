// Keeps an executor subscribed with its agent (Mesos, src/executor/executor.cpp). A pure machine.
//
//   idle ──▶ subscribing ──SUBSCRIBED──▶ subscribed
//               ▲  │ 503, 404; with checkpointing also: nobody there   │ stream ended
//               │  ▼                                                   ▼ with checkpointing
//              waiting ◀───────────────────────────────────────────────┘
//
// E1  At most one stream is open, and what an earlier attempt reports changes nothing.
// E2  Without checkpointing a lost agent is the end at once: the agent has lost this executor as well.
// E3  With it the end comes after the recovery timeout, counted from the loss, however many tries there were.
// E4  No wait is longer than the bound that the agent gave.
// E5  After the end nothing is opened and no timer runs.
import { SdkError } from '../errors.js';
import type { Random } from '../ports.js';

/** From opening the stream to SUBSCRIBED, which an agent sends at once. */
export const EXECUTOR_SUBSCRIBE_TIMEOUT_MS = 30_000;

export interface ExecutorSubscriptionOptions {
  isCheckpointing: boolean;
  recoveryTimeoutMs: number;
  subscriptionBackoffMaxMs: number;
  random: Random;
}

export type ExecutorTimer = 'retry' | 'recovery' | 'subscribe';

export type ExecutorInput =
  | { type: 'start' }
  | { type: 'subscribed'; attempt: number }
  | { type: 'refused'; attempt: number; status: number; text: string }
  | { type: 'unreachable'; attempt: number; reason: string }
  | { type: 'ended'; attempt: number; reason: string }
  | { type: 'error'; attempt: number; message: string }
  | { type: 'timer'; timer: ExecutorTimer }
  | { type: 'stop' };

export type ExecutorEffect =
  | { type: 'open'; attempt: number }
  | { type: 'close'; attempt: number }
  /** Takes the place of an earlier timer of that name. */
  | { type: 'timer'; timer: ExecutorTimer; delayMs: number }
  | { type: 'cancel'; timer: ExecutorTimer }
  | { type: 'subscribed'; attempt: number; isAgain: boolean }
  | { type: 'disconnected'; reason: string }
  /** The agent is given up: shut down. */
  | { type: 'lost'; reason: string }
  | { type: 'failed'; error: SdkError };

type State = { name: 'idle' | 'waiting' | 'over' } | { name: 'subscribing' | 'subscribed'; attempt: number };

export class ExecutorSubscription {
  readonly #options: ExecutorSubscriptionOptions;
  #state: State = { name: 'idle' };
  #attempts = 0;
  #wasSubscribed = false;
  #lastTrouble = 'the agent has not answered';
  #effects: ExecutorEffect[] = [];

  constructor(options: ExecutorSubscriptionOptions) {
    this.#options = options;
  }

  get stateName(): State['name'] {
    return this.#state.name;
  }

  handle(input: ExecutorInput): ExecutorEffect[] {
    this.#effects = [];
    const isStale = 'attempt' in input && !('attempt' in this.#state && this.#state.attempt === input.attempt);
    if (this.#state.name !== 'over' && !isStale) this.#step(input);
    return this.#effects;
  }

  #step(input: ExecutorInput): void {
    switch (input.type) {
      case 'start':
        if (this.#state.name !== 'idle') return;
        this.#emit({ type: 'timer', timer: 'recovery', delayMs: this.#options.recoveryTimeoutMs });
        return this.#open();
      case 'subscribed':
        return this.#onSubscribed(input.attempt);
      case 'refused':
        return this.#onRefused(input.status, input.text);
      case 'unreachable':
        return this.#onLost(`the agent cannot be reached (${input.reason})`);
      case 'ended':
        return this.#onLost(input.reason);
      case 'error':
        this.#close();
        return this.#end({
          type: 'failed',
          error: new SdkError('MM_SDK_AGENT_ERROR', `the agent said: ${input.message}`),
        });
      case 'timer':
        return this.#onTimer(input.timer);
      case 'stop':
        this.#close();
        return this.#end();
    }
  }

  #emit(effect: ExecutorEffect): void {
    this.#effects.push(effect);
  }

  #open(): void {
    this.#attempts += 1;
    this.#state = { name: 'subscribing', attempt: this.#attempts };
    this.#emit({ type: 'open', attempt: this.#attempts });
    this.#emit({ type: 'timer', timer: 'subscribe', delayMs: EXECUTOR_SUBSCRIBE_TIMEOUT_MS });
  }

  #close(): void {
    if ('attempt' in this.#state) this.#emit({ type: 'close', attempt: this.#state.attempt });
  }

  #end(last?: ExecutorEffect): void {
    this.#state = { name: 'over' };
    for (const timer of ['retry', 'recovery', 'subscribe'] as const) this.#emit({ type: 'cancel', timer });
    if (last) this.#emit(last);
  }

  #onSubscribed(attempt: number): void {
    if (this.#state.name !== 'subscribing') return;
    this.#state = { name: 'subscribed', attempt };
    this.#emit({ type: 'cancel', timer: 'subscribe' });
    this.#emit({ type: 'cancel', timer: 'recovery' });
    this.#emit({ type: 'subscribed', attempt, isAgain: this.#wasSubscribed });
    this.#wasSubscribed = true;
  }

  /** 503: the agent recovers. 404: it has not set up its endpoint yet. Both come while it starts again. */
  #onRefused(status: number, text: string): void {
    const said = `the agent answered ${status} ${text}`.trim();
    if (status === 503 || status === 404) return this.#wait(said);
    this.#end({ type: 'failed', error: new SdkError('MM_SDK_EXECUTOR_REFUSED', said, { status }) });
  }

  #onLost(reason: string): void {
    if (this.#state.name === 'subscribed') {
      this.#emit({ type: 'disconnected', reason });
      this.#emit({ type: 'timer', timer: 'recovery', delayMs: this.#options.recoveryTimeoutMs });
    }
    if (this.#options.isCheckpointing) this.#wait(reason);
    else this.#end({ type: 'lost', reason });
  }

  #wait(trouble: string): void {
    this.#lastTrouble = trouble;
    this.#state = { name: 'waiting' };
    this.#emit({ type: 'cancel', timer: 'subscribe' });
    const delayMs = Math.round(this.#options.random() * this.#options.subscriptionBackoffMaxMs);
    this.#emit({ type: 'timer', timer: 'retry', delayMs });
  }

  #onTimer(timer: ExecutorTimer): void {
    if (timer === 'retry' && this.#state.name === 'waiting') this.#open();
    if (timer === 'subscribe' && this.#state.name === 'subscribing') {
      this.#close();
      this.#onLost(`the agent did not confirm the subscription within ${EXECUTOR_SUBSCRIBE_TIMEOUT_MS} ms`);
    }
    if (timer === 'recovery' && this.#state.name !== 'subscribed') {
      this.#close();
      const reason = `no agent within ${this.#options.recoveryTimeoutMs} ms: ${this.#lastTrouble}`;
      this.#end({ type: 'lost', reason });
    }
  }
}
