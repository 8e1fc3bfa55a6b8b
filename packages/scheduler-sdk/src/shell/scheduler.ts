// The scheduler's side of the SDK: one framework, subscribed with whoever leads, with its events and calls.
import type { Leader } from '@mini-mesos/election';
import type {
  FrameworkInfo,
  InverseOffer,
  Offer,
  OperationStatus,
  Request,
  scheduler,
  TaskStatus,
} from '@mini-mesos/proto';
import * as calls from '../core/calls.js';
import type { Call, KillOptions } from '../core/calls.js';
import { completeFramework, rolesOf } from '../core/framework-info.js';
import { combinable } from '../core/offer-book.js';
import type { OfferBook } from '../core/offer-book.js';
import type { Operation } from '../core/operations.js';
import type { ReconciledTask } from '../core/reconciliation.js';
import { SuppressedRoles } from '../core/roles.js';
import type { SchedulerEvent, SchedulerEventOf, SchedulerEventType } from '../core/scheduler-events.js';
import type { SubscriptionStateName } from '../core/subscription.js';
import { SdkError } from '../errors.js';
import type { Result } from '../errors.js';
import type { Clock, SdkLogger, Transport } from '../ports.js';
import { CallSender } from './call-sender.js';
import type { Listener } from './event-feed.js';
import { Reconciler } from './reconciler.js';
import { SchedulerConnection } from './scheduler-connection.js';
import type { Subscribed } from './scheduler-connection.js';
import { SchedulerInbox } from './scheduler-inbox.js';
import type { AcknowledgementMode } from './scheduler-inbox.js';
import { defaultTransport, detectorOf } from './scheduler-options.js';
import type { SchedulerOptions } from './scheduler-options.js';
import { machineName, operatingSystemUser, silentLog, systemClock } from './system-ports.js';

/** How long `stop` waits for calls that are under way. */
const STOP_TIMEOUT_MS = 5_000;

/** An offer, or the id of one. */
export type OfferRef = { id: { value: string } } | string;

export interface FilterOptions {
  /** Seconds for which what is not used of the offers is not offered to the framework again; 5 in Mesos unless given. */
  refuseSeconds?: number | undefined;
}

const idOf = (offer: OfferRef): string => (typeof offer === 'string' ? offer : offer.id.value);
const listOf = <T>(items: T | readonly T[]): readonly T[] => (Array.isArray(items) ? items : [items as T]);

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw result.error;
  return result.value;
}

/**
 * A framework's scheduler. Read `events()` in a loop, or register listeners with `on` and call `start`. Every method
 * that talks to the master resolves when the master has taken the call, and rejects with SdkError.
 */
export class Scheduler {
  readonly #log: SdkLogger;
  readonly #transport: Transport<Call, scheduler.Event>;
  readonly #clock: Clock;
  readonly #sender: CallSender;
  readonly #inbox: SchedulerInbox;
  readonly #connection: SchedulerConnection;
  readonly #reconciler: Reconciler;
  readonly #suppressed: SuppressedRoles;
  #framework: FrameworkInfo;
  #offerConstraints: scheduler.OfferConstraints | undefined;
  #started: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #settleStart: { resolve(): void; reject(error: Error): void } | undefined;
  readonly #closed: Promise<void>;
  #settleClosed: { resolve(): void; reject(error: Error): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };

  /** Throws SdkError or ElectionError for options that cannot work. Nothing is sent before `start` or `events`. */
  constructor(options: SchedulerOptions) {
    const detector = detectorOf(options);
    const { clock = systemClock, logger: log = silentLog, random = Math.random } = options;
    this.#log = log;
    this.#clock = clock;
    this.#transport = options.transport ?? defaultTransport(options);
    this.#framework = completeFramework(options.framework, {
      user: operatingSystemUser(),
      hostname: machineName(),
      principal: options.credentials?.principal,
    });
    this.#offerConstraints = options.offerConstraints;
    this.#suppressed = new SuppressedRoles(rolesOf(this.#framework), options.suppressedRoles);
    this.#sender = new CallSender(this.#transport, { clock, log });
    this.#reconciler = new Reconciler((tasks) => this.#sender.send(calls.reconcileCall(tasks)), { clock, log, random });
    this.#inbox = this.#makeInbox(options.acknowledgements ?? 'automatic');
    const ports = { detector, transport: this.#transport, clock, random, log };
    this.#connection = this.#makeConnection({ ...ports, frameworkId: options.framework.id?.value });
    this.#closed = new Promise((resolve, reject) => (this.#settleClosed = { resolve, reject }));
    this.#closed.catch(() => undefined);
  }

  /** Known from the first subscription on, or from the options. Keep it to fail over to another process. */
  get frameworkId(): string | undefined {
    return this.#connection.frameworkId;
  }

  /** The master of the subscription, or who was detected. */
  get leader(): Leader | undefined {
    return this.#connection.leader;
  }

  get state(): SubscriptionStateName {
    return this.#connection.state;
  }

  /** In a sentence, why there is no subscription just now. */
  get trouble(): string | undefined {
    return this.#connection.trouble;
  }

  /** The outstanding offers, oldest first: those that can be accepted or declined. */
  get offers(): Offer[] {
    return this.#inbox.offers.outstanding;
  }

  get inverseOffers(): InverseOffer[] {
    return this.#inbox.inverseOffers.outstanding;
  }

  /** The framework as it is known to the master, with what was filled in. */
  get framework(): FrameworkInfo {
    return this.#framework;
  }

  /** Resolves after `stop`; rejects with the final error. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Resolves with the first subscription; rejects with the error that makes one impossible. The SDK tries for ever. */
  start(): Promise<void> {
    this.#started ??= new Promise<void>((resolve, reject) => {
      if (this.#stopping) return reject(new SdkError('MM_SDK_STOPPED', 'the scheduler was stopped'));
      this.#settleStart = { resolve, reject };
      this.#connection.start();
    });
    return this.#started;
  }

  /**
   * The events, one at a time; starts the scheduler. Asking for the next event says that the one before was handled. A
   * final error is thrown. One loop at a time; after leaving it, another one goes on where it ended.
   */
  events(): AsyncIterableIterator<SchedulerEvent, undefined> {
    const iterator = this.#inbox.feed.events();
    // The loop gets the error.
    this.start().catch(() => undefined);
    return iterator;
  }

  /** Adds a listener. Its promise is awaited before the next event is shown to anybody. */
  on<T extends SchedulerEventType>(type: T, listener: Listener<SchedulerEventOf<T>>): this {
    this.#inbox.feed.on(type, listener as Listener<SchedulerEvent>);
    return this;
  }

  off<T extends SchedulerEventType>(type: T, listener: Listener<SchedulerEventOf<T>>): this {
    this.#inbox.feed.off(type, listener as Listener<SchedulerEvent>);
    return this;
  }

  /**
   * Ends this scheduler after the calls under way. Without `failover` the framework is torn down with all its tasks;
   * with it the framework stays for its failover_timeout, and another process can take it up with its id.
   */
  stop(options: { failover?: boolean } = {}): Promise<void> {
    this.#stopping ??= this.#stop(options.failover ?? false);
    return this.#stopping;
  }

  /** Removes the framework and kills its tasks, then stops. Rejects, and goes on, where the master did not take it. */
  async teardown(): Promise<void> {
    this.#connection.leave();
    await this.#sender.send(calls.teardownCall());
    await this.stop({ failover: true });
  }

  /** Performs operations on the resources of offers of one agent and one role; what is left over is declined. */
  async accept(
    offers: OfferRef | readonly OfferRef[],
    operations: Operation | readonly Operation[],
    options: FilterOptions = {},
  ): Promise<void> {
    const taken = this.#take(this.#inbox.offers, offers);
    const fit = combinable(taken);
    if (!fit.ok) {
      this.#inbox.offers.giveBack(taken);
      throw fit.error;
    }
    const call = calls.acceptCall(taken.map(idOf), [...listOf(operations)], options.refuseSeconds);
    await this.#sendForOffers(this.#inbox.offers, taken, call);
  }

  /** Gives offers back. Without any it does nothing. */
  async decline(offers: OfferRef | readonly OfferRef[], options: FilterOptions = {}): Promise<void> {
    if (listOf(offers).length === 0) return;
    const taken = this.#take(this.#inbox.offers, offers);
    await this.#sendForOffers(this.#inbox.offers, taken, calls.declineCall(taken.map(idOf), options.refuseSeconds));
  }

  /** Agrees to maintenance: the tasks on the agent may be killed then. */
  async acceptInverseOffers(offers: OfferRef | readonly OfferRef[], options: FilterOptions = {}): Promise<void> {
    const taken = this.#take(this.#inbox.inverseOffers, offers);
    const call = calls.acceptInverseCall(taken.map(idOf), options.refuseSeconds);
    await this.#sendForOffers(this.#inbox.inverseOffers, taken, call);
  }

  async declineInverseOffers(offers: OfferRef | readonly OfferRef[], options: FilterOptions = {}): Promise<void> {
    const taken = this.#take(this.#inbox.inverseOffers, offers);
    const call = calls.declineInverseCall(taken.map(idOf), options.refuseSeconds);
    await this.#sendForOffers(this.#inbox.inverseOffers, taken, call);
  }

  /** Wants offers again in `roles` (all of them unless given), and forgets what was declined. */
  async revive(roles: string[] = []): Promise<void> {
    valueOf(this.#suppressed.check(roles));
    await this.#sender.send(calls.reviveCall(roles));
    this.#suppressed.revive(roles);
  }

  /** Wants no offers in `roles` (all of them unless given) until `revive`, also after a new subscription. */
  async suppress(roles: string[] = []): Promise<void> {
    valueOf(this.#suppressed.check(roles));
    await this.#sender.send(calls.suppressCall(roles));
    this.#suppressed.suppress(roles);
  }

  /** Kept while there is no subscription. */
  async kill(taskId: string, options: KillOptions = {}): Promise<void> {
    await this.#sender.send(calls.killCall(taskId, options));
  }

  async shutdownExecutor(executorId: string, agentId: string): Promise<void> {
    await this.#sender.send(calls.shutdownCall(executorId, agentId));
  }

  /** With explicit acknowledgements: the agent may forget this update. Kept while there is no subscription. */
  async acknowledge(status: TaskStatus): Promise<void> {
    const call = valueOf(calls.acknowledgeCall(status));
    this.#inbox.acknowledged(status);
    await this.#sender.send(call);
  }

  async acknowledgeOperationStatus(status: OperationStatus): Promise<void> {
    const call = valueOf(calls.acknowledgeOperationCall(status));
    this.#inbox.operationAcknowledged(status);
    await this.#sender.send(call);
  }

  /**
   * Asks for the states of tasks again and again, until an update of each one arrived; resolves then. Without tasks asks
   * once for all that the master knows. The answers are updates. Do not await it in a handler that holds them up.
   */
  async reconcile(tasks?: readonly ReconciledTask[]): Promise<void> {
    if (tasks && tasks.length > 0) return this.#reconciler.reconcile(tasks);
    if (!tasks) await this.#sender.send(calls.reconcileCall([]));
  }

  /** Asks for the states of operations; of all without any. The answers are operation updates. */
  async reconcileOperations(operations: { operationId: string; agentId?: string }[] = []): Promise<void> {
    await this.#sender.send(calls.reconcileOperationsCall(operations));
  }

  /** To an executor. Messages can get lost. */
  async message(to: { agentId: string; executorId: string }, data: Uint8Array | string): Promise<void> {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    await this.#sender.send(calls.messageCall(to.agentId, to.executorId, bytes));
  }

  /** Asks for resources. Mesos' allocator takes no notice. */
  async request(requests: Request[]): Promise<void> {
    await this.#sender.send(calls.requestCall(requests));
  }

  /** Changes the framework: what is given takes the place of what was. The user, the principal and checkpoint stay. */
  async updateFramework(
    changes: Partial<FrameworkInfo>,
    options: { suppressedRoles?: string[]; offerConstraints?: scheduler.OfferConstraints } = {},
  ): Promise<void> {
    const framework = { ...this.#framework, ...changes };
    const { suppressedRoles = this.#suppressed.suppressed, offerConstraints = this.#offerConstraints } = options;
    const roles = rolesOf(framework);
    const suppressed = suppressedRoles.filter((role) => roles.includes(role));
    const id = this.frameworkId === undefined ? {} : { id: { value: this.frameworkId } };
    await this.#sender.send(
      calls.updateFrameworkCall({ ...framework, ...id }, { suppressedRoles: suppressed, offerConstraints }),
    );
    this.#framework = framework;
    this.#offerConstraints = offerConstraints;
    this.#suppressed.replace(roles, suppressed);
  }

  #take<T extends { id: { value: string } }>(book: OfferBook<T>, offers: OfferRef | readonly OfferRef[]): T[] {
    if (this.state !== 'subscribed') {
      const why = this.trouble === undefined ? '' : ` (${this.trouble})`;
      throw new SdkError('MM_SDK_NOT_SUBSCRIBED', `there are no offers: the framework is not subscribed${why}`);
    }
    return valueOf(book.take(listOf(offers).map(idOf)));
  }

  /** A call that the master refused as a whole leaves the offers outstanding. */
  async #sendForOffers<T extends { id: { value: string } }>(
    book: OfferBook<T>,
    offers: T[],
    call: Call,
  ): Promise<void> {
    try {
      await this.#sender.send(call);
    } catch (error) {
      const isUndone = error instanceof SdkError && ['MM_SDK_CALL_REFUSED', 'MM_SDK_QUEUE_FULL'].includes(error.code);
      if (isUndone) book.giveBack(offers);
      throw error;
    }
  }

  #makeInbox(mode: AcknowledgementMode): SchedulerInbox {
    const listener = {
      acknowledge: (status: TaskStatus) => this.#sendQuietly(calls.acknowledgeCall(status)),
      acknowledgeOperation: (status: OperationStatus) => this.#sendQuietly(calls.acknowledgeOperationCall(status)),
      surplus: (offers: Offer[]) => this.#sendQuietly({ ok: true, value: calls.declineCall(offers.map(idOf)) }),
      answered: (taskId: string) => this.#reconciler.answered(taskId),
    };
    return new SchedulerInbox(mode, listener, this.#log);
  }

  #makeConnection(options: ConstructorParameters<typeof SchedulerConnection>[0]): SchedulerConnection {
    return new SchedulerConnection(options, {
      subscribeCall: (frameworkId) =>
        calls.subscribeCall({
          framework: this.#framework,
          frameworkId,
          suppressedRoles: this.#suppressed.suppressed,
          offerConstraints: this.#offerConstraints,
        }),
      subscribed: (session) => this.#onSubscribed(session),
      disconnected: (reason) => {
        this.#sender.close();
        this.#reconciler.disconnected();
        this.#inbox.disconnected(reason);
      },
      event: (event) => this.#inbox.arrived(event),
      failed: (error) => this.#onFailed(error),
      isFull: () => this.#inbox.feed.isFull,
      room: () => this.#inbox.feed.room(),
    });
  }

  #onSubscribed(session: Subscribed): void {
    const { frameworkId, isAgain, masterInfo } = session;
    this.#sender.open(session);
    if (isAgain) this.#sendQuietly({ ok: true, value: calls.reconcileCall([]) });
    this.#reconciler.subscribed();
    this.#inbox.feed.push({ type: 'subscribed', frameworkId, isAgain, masterInfo });
    this.#settleStart?.resolve();
  }

  #onFailed(error: SdkError): void {
    this.#inbox.feed.push({ type: 'error', error, isFinal: true });
    this.#inbox.feed.finish(error);
    this.#stopping ??= this.#end();
    this.#settleStart?.reject(error);
    this.#settleClosed.reject(error);
  }

  /** For calls that nobody waits for: what they are about repeats itself. */
  #sendQuietly(call: Result<Call>): void {
    if (!call.ok) return this.#log.debug({ err: call.error }, call.error.message);
    this.#sender.send(call.value).catch((error: unknown) => {
      this.#log.warn({ err: error }, `${call.value.type} was not taken`);
    });
  }

  async #stop(failover: boolean): Promise<void> {
    this.#inbox.feed.finish();
    if (this.state === 'subscribed') {
      if (!failover) {
        this.#connection.leave();
        this.#sendQuietly({ ok: true, value: calls.teardownCall() });
      }
      await this.#withinTime(this.#sender.idle());
    } else if (!failover) {
      this.#log.warn({}, 'stopped without a subscription: the master removes the framework after its failover_timeout');
    }
    await this.#end();
    this.#settleStart?.reject(new SdkError('MM_SDK_STOPPED', 'the scheduler was stopped before it was subscribed'));
    this.#settleClosed.resolve();
  }

  async #withinTime(work: Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(STOP_TIMEOUT_MS, resolve);
      void work.then(() => timer.cancel()).then(resolve);
    });
  }

  async #end(): Promise<void> {
    this.#sender.stop();
    this.#reconciler.stop();
    await this.#connection.stop();
    this.#transport.close();
  }
}
