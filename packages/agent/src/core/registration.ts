// The agent's standing with the master: whom to dial, when to try again, when to give a silent master up.
//
//            leader                 back-off over            REGISTERED / REREGISTERED
//   idle ─────────────▶ waiting ──────────────────▶ dialling ──────────────────────────▶ registered
//     ▲                  ▲   ▲                          │ closed, no answer                 │ closed, no PING,
//     └── no leader ─────┘   └──────── twice as long ───┘                                   │ PING says disconnected
//                        └────────────────────── back-off from the start ───────────────────┘
import type { link } from '@mini-mesos/proto';
import { REGISTRATION_ANSWER_TIMEOUT_MS, REGISTRATION_BACKOFF_MAX_MS } from './constants.js';
import { log, type Context } from './context.js';
import type { Leader } from './events.js';

const RETRY_TIMER = 'registration/retry';
const ANSWER_TIMER = 'registration/answer';
const PING_TIMER = 'registration/ping';

/** What depends on the agent's standing. */
export interface RegistrationHooks {
  /** The first call of a new link. */
  firstCall(): link.Call;
  onConnected(): void;
  onDisconnected(): void;
}

export class Registration {
  readonly #context: Context;
  readonly #hooks: RegistrationHooks;
  #leader: Leader | undefined;
  /** Where the last master that does not lead pointed to; the next attempt goes there. */
  #redirect: Leader | undefined;
  #generation = 0;
  #open = false;
  #registered = false;
  #stopped = false;
  /** Nobody is dialled before the agent knows what it still runs. */
  #held = false;
  #dialsAfterHold = false;
  #backoffMs: number;
  #pingTimeoutMs = 0;
  #failuresLogged = '';

  constructor(context: Context, hooks: RegistrationHooks) {
    this.#context = context;
    this.#hooks = hooks;
    this.#backoffMs = context.config.registrationBackoffFactorMs;
  }

  get isRegistered(): boolean {
    return this.#registered;
  }

  get leader(): Leader | undefined {
    return this.#leader;
  }

  get generation(): number {
    return this.#generation;
  }

  isCurrent(generation: number): boolean {
    return this.#open && generation === this.#generation;
  }

  onLeader(leader: Leader | undefined): void {
    this.#leader = leader;
    this.#redirect = undefined;
    this.#drop();
    this.#context.emit({ type: 'cancel-timer', key: RETRY_TIMER });
    if (!leader) {
      log(this.#context, 'info', 'lost the leading master, waiting for another');
      return;
    }
    log(this.#context, 'info', `new master detected at ${leader.address}`);
    this.#waitFromStart();
  }

  onTimer(key: string): boolean {
    switch (key) {
      case RETRY_TIMER:
        this.#dial();
        return true;
      case ANSWER_TIMER:
        this.#giveUp('the master did not answer the registration');
        return true;
      case PING_TIMER:
        this.#giveUp(`no ping from the master within ${this.#pingTimeoutMs / 1000} seconds`);
        return true;
      default:
        return false;
    }
  }

  onClosed(reason: string, redirect: Leader | undefined): void {
    this.#redirect = redirect;
    const wasRegistered = this.#registered;
    this.#open = false;
    this.#leaveLink();
    if (this.#stopped) return;
    if (wasRegistered) log(this.#context, 'warn', `lost the link to the master: ${reason}`);
    else this.#logFailure(reason);
    if (wasRegistered) this.#waitFromStart();
    else this.#wait();
  }

  /** REGISTERED or REREGISTERED arrived. */
  onRegistered(totalPingTimeoutSeconds: number): void {
    this.#registered = true;
    this.#redirect = undefined;
    this.#failuresLogged = '';
    this.#backoffMs = this.#context.config.registrationBackoffFactorMs;
    this.#pingTimeoutMs = totalPingTimeoutSeconds * 1000;
    this.#context.emit({ type: 'cancel-timer', key: ANSWER_TIMER });
    this.#context.emit({ type: 'set-timer', key: PING_TIMER, delayMs: this.#pingTimeoutMs });
    this.#hooks.onConnected();
  }

  onPing({ connected }: link.Event.Ping): void {
    if (!connected && this.#registered) {
      this.#giveUp('the master thinks that this agent is disconnected');
      return;
    }
    this.send({ type: 'PONG' });
    if (this.#registered) {
      this.#context.emit({ type: 'set-timer', key: PING_TIMER, delayMs: this.#pingTimeoutMs });
    }
  }

  /** Over the open link; without one it is dropped, as whoever relies on it sends it again after registration. */
  send(call: link.Call): void {
    if (this.#open) this.#context.emit({ type: 'send', generation: this.#generation, call });
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    if (this.#dialsAfterHold) this.#dial();
    this.#dialsAfterHold = false;
  }

  /** No more attempts; the open link stays for what is still to be said. */
  stop(): void {
    this.#stopped = true;
    this.#context.emit({ type: 'cancel-timer', key: RETRY_TIMER });
  }

  #dial(): void {
    if (this.#held) {
      this.#dialsAfterHold = true;
      return;
    }
    const leader = this.#redirect ?? this.#leader;
    this.#redirect = undefined;
    if (!leader || this.#open || this.#stopped) return;
    this.#generation += 1;
    this.#open = true;
    const call = this.#hooks.firstCall();
    this.#context.emit({ type: 'open-link', generation: this.#generation, leader, call });
    this.#context.emit({ type: 'set-timer', key: ANSWER_TIMER, delayMs: REGISTRATION_ANSWER_TIMEOUT_MS });
  }

  #giveUp(reason: string): void {
    const wasRegistered = this.#registered;
    if (!this.#open) return;
    this.#drop();
    if (this.#stopped) return;
    log(this.#context, 'warn', `${reason}; registering again`);
    if (wasRegistered) this.#waitFromStart();
    else this.#wait();
  }

  /** Closes the link from our side. */
  #drop(): void {
    if (this.#open) this.#context.emit({ type: 'close-link', generation: this.#generation });
    this.#open = false;
    this.#leaveLink();
  }

  #leaveLink(): void {
    this.#context.emit({ type: 'cancel-timer', key: ANSWER_TIMER });
    this.#context.emit({ type: 'cancel-timer', key: PING_TIMER });
    if (!this.#registered) return;
    this.#registered = false;
    this.#hooks.onDisconnected();
  }

  #waitFromStart(): void {
    this.#backoffMs = this.#context.config.registrationBackoffFactorMs;
    this.#wait();
  }

  /** A random part of the back-off, so that the agents of a cluster do not all dial a new master in the same instant. */
  #wait(): void {
    if (!this.#leader && !this.#redirect) return;
    const delayMs = Math.round(this.#context.random.float() * this.#backoffMs);
    this.#backoffMs = Math.min(this.#backoffMs * 2, REGISTRATION_BACKOFF_MAX_MS);
    this.#context.emit({ type: 'set-timer', key: RETRY_TIMER, delayMs });
  }

  /** The same failure again and again is told once. */
  #logFailure(reason: string): void {
    log(this.#context, reason === this.#failuresLogged ? 'debug' : 'warn', `cannot register: ${reason}`);
    this.#failuresLogged = reason;
  }
}
