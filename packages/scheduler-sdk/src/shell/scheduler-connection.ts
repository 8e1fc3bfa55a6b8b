// Performs what the subscription machine decides: follows the detector, opens and reads streams, runs the timers.
import type { Leader, LeaderDetector } from '@mini-mesos/election';
import type { MasterInfo, scheduler } from '@mini-mesos/proto';
import type { Call } from '../core/calls.js';
import { readEvent } from '../core/scheduler-events.js';
import type { SchedulerEvent } from '../core/scheduler-events.js';
import { SubscriptionMachine } from '../core/subscription.js';
import type {
  SubscriptionEffect,
  SubscriptionInput,
  SubscriptionStateName,
  SubscriptionTimer,
} from '../core/subscription.js';
import type { SdkError } from '../errors.js';
import type { Clock, Random, SdkLogger, Timer, Transport } from '../ports.js';
import type { CallSession } from './call-sender.js';
import { StreamReader } from './stream-reader.js';

export interface Subscribed extends CallSession {
  isAgain: boolean;
  masterInfo: MasterInfo | undefined;
}

export interface ConnectionListener {
  /** The SUBSCRIBE call of this moment. */
  subscribeCall(frameworkId: string | undefined): Call;
  subscribed(session: Subscribed): void;
  disconnected(reason: string): void;
  event(event: SchedulerEvent): void;
  failed(error: SdkError): void;
  /** While true nothing is read, and nothing new is opened, until `room` resolves. */
  isFull(): boolean;
  room(): Promise<void>;
}

export interface ConnectionOptions {
  detector: LeaderDetector;
  transport: Transport<Call, scheduler.Event>;
  clock: Clock;
  random: Random;
  log: SdkLogger;
  frameworkId: string | undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class SchedulerConnection {
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  #isLeaving = false;
  readonly #machine: SubscriptionMachine;
  readonly #timers = new Map<SubscriptionTimer, Timer>();
  readonly #inputs: SubscriptionInput[] = [];
  #isHandling = false;
  readonly #reader: StreamReader<Call, scheduler.Event>;
  /** Of the open subscription. */
  #masterInfo: MasterInfo | undefined;
  #trouble: string | undefined;
  #leader: Leader | undefined;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#options = options;
    this.#listener = listener;
    this.#machine = new SubscriptionMachine({ random: options.random, frameworkId: options.frameworkId });
    this.#reader = new StreamReader(options.transport, {
      refused: (attempt, { status, text, location }) =>
        this.#handle({ type: 'refused', attempt, status, text, location }),
      unreachable: (attempt, reason) => this.#handle({ type: 'unreachable', attempt, reason }),
      event: (attempt, event) => this.#onEvent(attempt, event),
      ended: (attempt, reason) => this.#handle(this.#isLeaving ? { type: 'stop' } : { type: 'ended', attempt, reason }),
      reading: (attempt, isReading) => this.#handle({ type: 'reading', attempt, isReading }),
      isFull: () => listener.isFull(),
      room: () => listener.room(),
    });
  }

  get state(): SubscriptionStateName {
    return this.#machine.stateName;
  }

  get frameworkId(): string | undefined {
    return this.#machine.frameworkId;
  }

  /** The detected leader; while subscribed, the master of the subscription. */
  get leader(): Leader | undefined {
    return this.#leader;
  }

  /** Why there is no subscription just now. */
  get trouble(): string | undefined {
    return this.state === 'subscribed' ? undefined : (this.#trouble ?? this.#options.detector.problem);
  }

  start(): void {
    this.#handle({ type: 'start' });
    void this.#follow();
  }

  /** The framework is about to be torn down: the end of the stream is what is wanted, not trouble. */
  leave(): void {
    this.#isLeaving = true;
  }

  async stop(): Promise<void> {
    this.#handle({ type: 'stop' });
    await this.#options.detector.close();
  }

  async #follow(): Promise<void> {
    try {
      for await (const leader of this.#options.detector) {
        if (this.state !== 'subscribed') this.#leader = leader;
        this.#handle({ type: 'leader', leader });
      }
    } catch (error) {
      this.#handle({ type: 'detection-failed', reason: messageOf(error) });
    }
  }

  /** Inputs that come up while effects are performed wait until those are done: effects keep their order. */
  #handle(input: SubscriptionInput): void {
    this.#inputs.push(input);
    if (this.#isHandling) return;
    this.#isHandling = true;
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) {
        for (const effect of this.#machine.handle(next, this.#options.clock.monotonicMs())) this.#perform(effect);
      }
    } finally {
      this.#isHandling = false;
    }
  }

  #perform(effect: SubscriptionEffect): void {
    const { log } = this.#options;
    switch (effect.type) {
      case 'open':
        return void this.#reader.open(effect.attempt, effect.address, () =>
          this.#listener.subscribeCall(effect.frameworkId),
        );
      case 'close':
        return this.#reader.close(effect.attempt);
      case 'timer':
        return this.#arm(effect.timer, effect.delayMs);
      case 'cancel':
        return this.#timers.get(effect.timer)?.cancel();
      case 'subscribed':
        return this.#onSubscribed(effect);
      case 'disconnected':
        log.warn({ reason: effect.reason }, 'disconnected from the master');
        return this.#listener.disconnected(effect.reason);
      case 'trouble':
        this.#trouble = effect.text;
        return log.warn({}, effect.text);
      case 'failed':
        log.error({ err: effect.error }, 'the framework cannot be subscribed');
        return this.#listener.failed(effect.error);
    }
  }

  #arm(timer: SubscriptionTimer, delayMs: number): void {
    this.#timers.get(timer)?.cancel();
    this.#timers.set(
      timer,
      this.#options.clock.after(delayMs, () => this.#handle({ type: 'timer', timer })),
    );
  }

  #onSubscribed(effect: Extract<SubscriptionEffect, { type: 'subscribed' }>): void {
    const session = this.#reader.session(effect.attempt);
    if (!session) return;
    const { address, frameworkId, isAgain } = effect;
    const masterInfo = this.#masterInfo;
    this.#leader = { address, ...(masterInfo ? { info: masterInfo } : {}) };
    this.#options.log.info({ address, framework_id: frameworkId, is_again: isAgain }, 'subscribed');
    this.#listener.subscribed({ ...session, address, frameworkId, isAgain, masterInfo });
  }

  #onEvent(attempt: number, event: scheduler.Event): void {
    const read = readEvent(event);
    this.#handle({ type: 'alive', attempt });
    switch (read?.kind) {
      case 'subscribed': {
        const { frameworkId, heartbeatIntervalMs, masterInfo } = read;
        this.#masterInfo = masterInfo;
        return this.#handle({
          type: 'subscribed',
          attempt,
          frameworkId,
          heartbeatIntervalMs,
          masterId: masterInfo?.id,
        });
      }
      case 'error':
        return this.#handle({ type: 'error', attempt, message: read.message });
      case 'event':
        return this.#listener.event(read.event);
      case 'heartbeat':
        return;
      case undefined:
        this.#options.log.debug({ type: event.type }, 'passed over an event that this SDK does not know');
    }
  }
}
