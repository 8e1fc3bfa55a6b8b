// Keeps a framework subscribed with whoever leads. A pure machine: the shell feeds it what happened and performs the
// effects in order.
//
//   detecting ──leader──▶ subscribing ──SUBSCRIBED──▶ subscribed
//       ▲                  │  ▲   │ redirect: again       │ stream ended, silence, another leader
//       └──leader unknown──┘  │   ▼ 5xx, nobody there     ▼
//                             └── backing off ◀───────────┘          any ──final refusal, stop──▶ stopped
//
// S1  At most one stream is open: an `open` follows the end or the `close` of the one before.
// S2  What an earlier attempt still reports changes nothing.
// S3  Once the framework has an id, every `open` carries it.
// S4  `subscribed` and `disconnected` take turns, `subscribed` first.
// S5  After `failed` or a stop nothing is opened and no timer runs.
import type { Leader } from '@mini-mesos/election';
import { SdkError } from '../errors.js';
import type { Random } from '../ports.js';
import { Backoff } from './backoff.js';
import { HeartbeatWatch } from './heartbeat.js';
import { redirectTarget, REDIRECTS_MAX } from './redirect.js';
import { finalRefusal, streamError } from './refusals.js';

/** Waits between subscriptions. The longest is what Mesos recommends (docs/scheduler-http-api.md, Network partitions). */
export const SUBSCRIPTION_BACKOFF = { firstMs: 250, maxMs: 15_000 } as const;
/** From opening the stream to SUBSCRIBED: a master that takes longer is as good as dead. */
export const SUBSCRIBE_TIMEOUT_MS = 30_000;
/** A subscription that held for so long lets the next back-off start small again. */
export const STABLE_AFTER_MS = 10_000;

export type SubscriptionInput =
  | { type: 'start' }
  | { type: 'leader'; leader: Leader | undefined }
  | { type: 'detection-failed'; reason: string }
  | { type: 'refused'; attempt: number; status: number; text: string; location?: string | undefined }
  | { type: 'unreachable'; attempt: number; reason: string }
  | {
      type: 'subscribed';
      attempt: number;
      frameworkId: string;
      heartbeatIntervalMs: number;
      masterId?: string | undefined;
    }
  | { type: 'alive'; attempt: number }
  | { type: 'error'; attempt: number; message: string }
  | { type: 'ended'; attempt: number; reason: string }
  | { type: 'reading'; attempt: number; isReading: boolean }
  | { type: 'timer'; timer: SubscriptionTimer }
  | { type: 'stop' };

export type SubscriptionTimer = 'retry' | 'silence';

export type SubscriptionEffect =
  | { type: 'open'; attempt: number; address: string; frameworkId: string | undefined }
  | { type: 'close'; attempt: number }
  /** Takes the place of an earlier timer of that name. */
  | { type: 'timer'; timer: SubscriptionTimer; delayMs: number }
  | { type: 'cancel'; timer: SubscriptionTimer }
  | { type: 'subscribed'; attempt: number; address: string; frameworkId: string; isAgain: boolean }
  | { type: 'disconnected'; reason: string }
  | { type: 'trouble'; text: string }
  | { type: 'failed'; error: SdkError };

type State =
  | { name: 'idle' }
  | { name: 'detecting' }
  | { name: 'subscribing'; attempt: number; address: string; redirects: number }
  | { name: 'subscribed'; attempt: number; address: string; masterId: string | undefined; sinceMs: number }
  | { name: 'backing-off'; address: string }
  | { name: 'stopped' };

export type SubscriptionStateName = State['name'];

export class SubscriptionMachine {
  readonly #backoff: Backoff;
  #state: State = { name: 'idle' };
  #leader: Leader | undefined;
  /** Who led according to the last redirect: tried where the detected address does not answer. */
  #redirectedTo: string | undefined;
  #frameworkId: string | undefined;
  #attempts = 0;
  #heartbeat: HeartbeatWatch | undefined;
  #effects: SubscriptionEffect[] = [];

  /** With the id of an earlier instance the first subscription already is a failover to this one. */
  constructor(options: { random: Random; frameworkId?: string | undefined }) {
    this.#backoff = new Backoff(SUBSCRIPTION_BACKOFF, options.random);
    this.#frameworkId = options.frameworkId;
  }

  get stateName(): SubscriptionStateName {
    return this.#state.name;
  }

  get frameworkId(): string | undefined {
    return this.#frameworkId;
  }

  /** `nowMs` never goes back. */
  handle(input: SubscriptionInput, nowMs: number): SubscriptionEffect[] {
    this.#effects = [];
    if (this.#state.name !== 'stopped' && this.#concernsUs(input)) this.#step(input, nowMs);
    return this.#effects;
  }

  /** S2. */
  #concernsUs(input: SubscriptionInput): boolean {
    return !('attempt' in input) || ('attempt' in this.#state && this.#state.attempt === input.attempt);
  }

  #step(input: SubscriptionInput, nowMs: number): void {
    switch (input.type) {
      case 'start':
        if (this.#state.name !== 'idle') return;
        this.#state = { name: 'detecting' };
        if (this.#leader) this.#open(this.#leader.address);
        return;
      case 'leader':
        return this.#onLeader(input.leader);
      case 'detection-failed':
        this.#close();
        return this.#fail(new SdkError('MM_SDK_DETECTION_FAILED', `cannot find out who leads: ${input.reason}`));
      case 'refused':
        return this.#onRefused(input);
      case 'unreachable':
        return this.#onUnreachable(input.reason);
      case 'subscribed':
        return this.#onSubscribed(input, nowMs);
      case 'alive':
        return this.#heartbeat?.alive(nowMs);
      case 'reading':
        return this.#heartbeat?.reading(input.isReading, nowMs);
      case 'error':
        this.#close();
        return this.#fail(streamError(input.message));
      case 'ended':
        return this.#lose(input.reason, nowMs);
      case 'timer':
        return this.#onTimer(input.timer, nowMs);
      case 'stop':
        this.#close();
        this.#cancelTimers();
        this.#state = { name: 'stopped' };
    }
  }

  #emit(effect: SubscriptionEffect): void {
    this.#effects.push(effect);
  }

  #open(address: string, redirects = 0): void {
    this.#attempts += 1;
    this.#state = { name: 'subscribing', attempt: this.#attempts, address, redirects };
    this.#emit({ type: 'open', attempt: this.#attempts, address, frameworkId: this.#frameworkId });
    this.#emit({ type: 'timer', timer: 'silence', delayMs: SUBSCRIBE_TIMEOUT_MS });
  }

  #close(): void {
    if ('attempt' in this.#state) this.#emit({ type: 'close', attempt: this.#state.attempt });
  }

  #cancelTimers(): void {
    this.#emit({ type: 'cancel', timer: 'retry' });
    this.#emit({ type: 'cancel', timer: 'silence' });
  }

  #fail(error: SdkError): void {
    this.#cancelTimers();
    this.#state = { name: 'stopped' };
    this.#emit({ type: 'failed', error });
  }

  /** Without knowing who leads there is nobody to try. */
  #backOff(reason: string, address = this.#leader?.address): void {
    this.#emit({ type: 'cancel', timer: 'silence' });
    this.#heartbeat = undefined;
    if (address === undefined || !this.#leader) {
      this.#state = { name: 'detecting' };
      this.#emit({ type: 'trouble', text: `${reason}, and nobody is known to lead` });
      return;
    }
    const delayMs = this.#backoff.next();
    this.#state = { name: 'backing-off', address };
    this.#emit({ type: 'timer', timer: 'retry', delayMs });
    this.#emit({ type: 'trouble', text: `${reason}; trying ${address} in ${delayMs} ms` });
  }

  #lose(reason: string, nowMs: number): void {
    if (this.#state.name === 'subscribed') {
      if (nowMs - this.#state.sinceMs >= STABLE_AFTER_MS) this.#backoff.reset();
      this.#emit({ type: 'disconnected', reason });
    }
    this.#backOff(reason);
  }

  #onLeader(leader: Leader | undefined): void {
    this.#leader = leader;
    this.#redirectedTo = undefined;
    const state = this.#state;
    if (state.name === 'subscribed') {
      // Who is subscribed needs no detector: the stream itself tells when it ends.
      if (!leader || isAt(leader, state)) return;
      this.#close();
      this.#emit({ type: 'disconnected', reason: `the master at ${leader.address} leads now` });
      this.#open(leader.address);
      return;
    }
    if (state.name === 'subscribing') {
      if (leader?.address === state.address) return;
      this.#close();
    }
    if (state.name === 'idle') return;
    this.#cancelTimers();
    this.#backoff.reset();
    if (leader) this.#open(leader.address);
    else this.#state = { name: 'detecting' };
  }

  #onRefused(refusal: { status: number; text: string; location?: string | undefined }): void {
    if (this.#state.name !== 'subscribing') return;
    const { address, redirects } = this.#state;
    const target = redirectTarget(refusal.status, refusal.location);
    if (target !== undefined && target !== address && redirects < REDIRECTS_MAX) {
      this.#redirectedTo = target;
      return this.#open(target, redirects + 1);
    }
    const error = finalRefusal(address, refusal.status, refusal.text);
    if (error) return this.#fail(error);
    this.#backOff(`${address} answered ${refusal.status} ${refusal.text}`.trim());
  }

  #onUnreachable(reason: string): void {
    if (this.#state.name !== 'subscribing') return;
    const { address } = this.#state;
    const other = address === this.#leader?.address ? this.#redirectedTo : this.#leader?.address;
    this.#backOff(`${address} cannot be reached (${reason})`, other ?? address);
  }

  #onSubscribed(input: Extract<SubscriptionInput, { type: 'subscribed' }>, nowMs: number): void {
    if (this.#state.name !== 'subscribing') return;
    const { attempt, address } = this.#state;
    // With an id given from outside, a framework of that id may have been subscribed before: that is "again" too.
    const isAgain = this.#frameworkId !== undefined;
    this.#frameworkId = input.frameworkId;
    this.#state = { name: 'subscribed', attempt, address, masterId: input.masterId, sinceMs: nowMs };
    this.#heartbeat = new HeartbeatWatch(input.heartbeatIntervalMs, nowMs);
    this.#emit({ type: 'timer', timer: 'silence', delayMs: this.#heartbeat.windowMs });
    this.#emit({ type: 'subscribed', attempt, address, frameworkId: input.frameworkId, isAgain });
  }

  #onTimer(timer: SubscriptionTimer, nowMs: number): void {
    const state = this.#state;
    if (timer === 'retry') {
      if (state.name === 'backing-off') this.#open(state.address);
      return;
    }
    if (state.name === 'subscribing') {
      this.#close();
      return this.#onUnreachable(`not subscribed within ${SUBSCRIBE_TIMEOUT_MS} ms`);
    }
    if (state.name !== 'subscribed' || !this.#heartbeat) return;
    const remainingMs = this.#heartbeat.remainingMs(nowMs);
    if (remainingMs > 0) return this.#emit({ type: 'timer', timer: 'silence', delayMs: remainingMs });
    const windowMs = this.#heartbeat.windowMs;
    this.#close();
    this.#lose(`${state.address} sent nothing for ${windowMs} ms`, nowMs);
  }
}

/** Whether the subscription is with that master: the same process where both tell their id, else the same address. */
function isAt(leader: Leader, subscription: { address: string; masterId: string | undefined }): boolean {
  const id = leader.info?.id;
  if (id !== undefined && subscription.masterId !== undefined) return id === subscription.masterId;
  return leader.address === subscription.address;
}
