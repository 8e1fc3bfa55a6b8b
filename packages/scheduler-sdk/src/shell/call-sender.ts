// Sends the calls other than SUBSCRIBE, in order, with the stream id of the subscription they belong to.
//
// Acknowledgements, kills and reconciliations are kept while there is no subscription and sent with the next one; all
// other calls mean something only for the subscription in which they were made, and fail without it.
import type { Call } from '../core/calls.js';
import { callOutcome } from '../core/refusals.js';
import { SdkError } from '../errors.js';
import type { Clock, SdkLogger, Timer, Transport } from '../ports.js';

/** Calls that wait for their turn or for a subscription. One more is rejected. */
export const CALLS_WAITING_MAX = 10_000;
/** Most acknowledgements under way at once. Their order does not matter: an agent waits for one before its next. */
export const ACKNOWLEDGEMENTS_IN_FLIGHT_MAX = 16;
/** A kept call that a subscribed master could not take is sent again after so long. */
export const KEPT_RETRY_MS = 1_000;

const NEVER = new AbortController().signal;
const KEPT = new Set(['ACKNOWLEDGE', 'ACKNOWLEDGE_OPERATION_STATUS', 'KILL', 'RECONCILE', 'RECONCILE_OPERATIONS']);
const ACKNOWLEDGEMENTS = new Set(['ACKNOWLEDGE', 'ACKNOWLEDGE_OPERATION_STATUS']);

export interface CallSession {
  address: string;
  streamId: string | undefined;
  frameworkId: string;
  /** Aborted when the subscription ends. */
  signal: AbortSignal;
}

interface Entry {
  call: Call;
  resolve(): void;
  reject(error: SdkError): void;
}

interface Lane {
  waiting: Entry[];
  inFlight: number;
  readonly inFlightMax: number;
}

export class CallSender {
  readonly #transport: Transport<Call, unknown>;
  readonly #clock: Clock;
  readonly #log: SdkLogger;
  readonly #orderly: Lane = { waiting: [], inFlight: 0, inFlightMax: 1 };
  readonly #acknowledgements: Lane = { waiting: [], inFlight: 0, inFlightMax: ACKNOWLEDGEMENTS_IN_FLIGHT_MAX };
  #kept: Entry[] = [];
  #session: CallSession | undefined;
  #stopped: SdkError | undefined;
  #retry: Timer | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(transport: Transport<Call, unknown>, ports: { clock: Clock; log: SdkLogger }) {
    this.#transport = transport;
    this.#clock = ports.clock;
    this.#log = ports.log;
  }

  /** Resolves when the master has taken the call; that tells nothing of what it does with it. */
  send(call: Call): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) return reject(this.#stopped);
      if (this.#waitingCount >= CALLS_WAITING_MAX) {
        const text = `${call.type} is one call more than the ${CALLS_WAITING_MAX} that may wait`;
        return reject(new SdkError('MM_SDK_QUEUE_FULL', text));
      }
      const entry: Entry = { call, resolve, reject };
      if (this.#session) this.#enter(entry);
      else this.#keepOrReject(entry);
    });
  }

  /** Subscribed: what was kept goes first. */
  open(session: CallSession): void {
    this.#session = session;
    this.#sendKept();
  }

  /** The subscription ended. */
  close(): void {
    this.#session = undefined;
    this.#retry?.cancel();
    for (const lane of [this.#orderly, this.#acknowledgements]) {
      for (const entry of lane.waiting.splice(0)) this.#keepOrReject(entry);
    }
    this.#tellIdle();
  }

  /** Resolves when no call is under way or waits for its turn. */
  async idle(): Promise<void> {
    while (!this.#isIdle) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Rejects everything from now on. */
  stop(): void {
    this.#stopped = new SdkError('MM_SDK_STOPPED', 'the scheduler was stopped');
    this.close();
    for (const entry of this.#kept.splice(0)) entry.reject(this.#stopped);
  }

  get #waitingCount(): number {
    return this.#kept.length + this.#orderly.waiting.length + this.#acknowledgements.waiting.length;
  }

  get #isIdle(): boolean {
    return [this.#orderly, this.#acknowledgements].every((lane) => lane.inFlight === 0 && lane.waiting.length === 0);
  }

  #tellIdle(): void {
    if (this.#isIdle) for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  #keepOrReject(entry: Entry): void {
    const type = entry.call.type ?? '';
    if (this.#stopped) entry.reject(this.#stopped);
    else if (KEPT.has(type)) this.#kept.push(entry);
    else entry.reject(new SdkError('MM_SDK_NOT_SUBSCRIBED', `${type} cannot be sent: the framework is not subscribed`));
  }

  #sendKept(): void {
    for (const entry of this.#kept.splice(0)) this.#enter(entry);
  }

  #enter(entry: Entry): void {
    const lane = ACKNOWLEDGEMENTS.has(entry.call.type ?? '') ? this.#acknowledgements : this.#orderly;
    lane.waiting.push(entry);
    this.#advance(lane);
  }

  #advance(lane: Lane): void {
    while (this.#session && lane.inFlight < lane.inFlightMax) {
      const entry = lane.waiting.shift();
      if (!entry) break;
      lane.inFlight += 1;
      void this.#perform(entry, this.#session).finally(() => {
        lane.inFlight -= 1;
        this.#advance(lane);
        this.#tellIdle();
      });
    }
  }

  async #perform(entry: Entry, session: CallSession): Promise<void> {
    const type = entry.call.type ?? '';
    const call = { ...entry.call, framework_id: { value: session.frameworkId } };
    try {
      // The master ends the subscription before it answers a TEARDOWN.
      const signal = type === 'TEARDOWN' ? NEVER : session.signal;
      const answer = await this.#transport.call(session.address, call, { ...session, signal });
      const outcome = callOutcome(type, answer.status, answer.text);
      if (outcome.type === 'done') entry.resolve();
      else if (outcome.type === 'later' && KEPT.has(type)) this.#again(entry, outcome.error);
      else entry.reject(outcome.error);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const text = `the connection to ${session.address} broke before ${type} was answered (${why})`;
      const error = new SdkError('MM_SDK_DISCONNECTED', text, { cause });
      if (KEPT.has(type)) this.#again(entry, error);
      else entry.reject(error);
    }
  }

  /** Sent again with the next subscription, or after a moment with this one. */
  #again(entry: Entry, error: SdkError): void {
    this.#log.debug({ err: error }, `${entry.call.type} is kept and sent again`);
    this.#keepOrReject(entry);
    if (!this.#session) return;
    this.#retry?.cancel();
    this.#retry = this.#clock.after(KEPT_RETRY_MS, () => this.#session && this.#sendKept());
  }
}
