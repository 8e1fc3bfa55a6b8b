// The executor's side of the SDK: subscribed with the agent that started this process, with its events and calls.
import { randomBytes } from 'node:crypto';
import type { executor, TaskState, TaskStatus } from '@mini-mesos/proto';
import { asUuid } from '@mini-mesos/wire';
import { readExecutorEnvironment } from '../core/executor-environment.js';
import type { ExecutorEnvironment } from '../core/executor-environment.js';
import { readExecutorEvent } from '../core/executor-events.js';
import type { ExecutorEvent, ExecutorEventOf, ExecutorEventType } from '../core/executor-events.js';
import { ExecutorSubscription } from '../core/executor-subscription.js';
import type { ExecutorEffect, ExecutorInput, ExecutorTimer } from '../core/executor-subscription.js';
import { SdkError } from '../errors.js';
import type { Clock, Random, SdkLogger, Timer, Transport } from '../ports.js';
import { EventFeed } from './event-feed.js';
import type { Listener } from './event-feed.js';
import { httpTransport } from './http-transport.js';
import { StreamReader } from './stream-reader.js';
import { silentLog, systemClock } from './system-ports.js';
import { UpdateSender } from './update-sender.js';

type Call = executor.Call;

/** Both sides send one every 30 minutes (Mesos, src/executor/executor.cpp DEFAULT_HEARTBEAT_CALL_INTERVAL). */
export const EXECUTOR_HEARTBEAT_INTERVAL_MS = 30 * 60_000;
/** How long `stop` waits for updates to be acknowledged. */
const STOP_TIMEOUT_MS = 5_000;

export interface ExecutorOptions {
  /** The MESOS_* variables; process.env unless given. The authentication token is removed from it after reading. */
  environment?: { [name: string]: string | undefined } | undefined;
  mediaType?: 'json' | 'protobuf' | undefined;
  transport?: Transport<Call, executor.Event> | undefined;
  clock?: Clock | undefined;
  random?: Random | undefined;
  /** 16 random bytes. */
  makeUuid?: (() => Uint8Array) | undefined;
  logger?: SdkLogger | undefined;
  /** Ends the process when the grace period of a shutdown has passed; process.exit unless given. */
  exit?: ((code: number) => void) | undefined;
}

export type UpdateOptions = Partial<Omit<TaskStatus, 'task_id' | 'state' | 'uuid' | 'source'>>;

function environmentOf(variables: { [name: string]: string | undefined }): ExecutorEnvironment {
  const read = readExecutorEnvironment(variables);
  if (!read.ok) throw read.error;
  // As Mesos' own library does: other processes of the container must not find it.
  delete variables['MESOS_EXECUTOR_AUTHENTICATION_TOKEN'];
  return read.value;
}

/** An executor. Read `events()` in a loop, or register listeners with `on` and call `start`. */
export class Executor {
  /** What the agent told. */
  readonly environment: ExecutorEnvironment;
  readonly #transport: Transport<Call, executor.Event>;
  readonly #clock: Clock;
  readonly #log: SdkLogger;
  readonly #makeUuid: () => Uint8Array;
  readonly #exit: (code: number) => void;
  readonly #machine: ExecutorSubscription;
  readonly #reader: StreamReader<Call, executor.Event>;
  readonly #updates: UpdateSender;
  readonly #feed: EventFeed<ExecutorEvent>;
  readonly #timers = new Map<ExecutorTimer | 'heartbeat' | 'exit', Timer>();
  /** Aborted with the subscription: calls under way are given up. */
  #signal: AbortSignal | undefined;
  #subscribed: executor.Event.Subscribed | undefined;
  #stopping: Promise<void> | undefined;

  /** Throws SdkError where the environment is not that of an executor. */
  constructor(options: ExecutorOptions = {}) {
    this.environment = environmentOf(options.environment ?? process.env);
    const { clock = systemClock, logger = silentLog, random = Math.random } = options;
    this.#clock = clock;
    this.#log = logger;
    this.#makeUuid = options.makeUuid ?? (() => asUuid(randomBytes(16)));
    this.#exit = options.exit ?? ((code) => process.exit(code));
    this.#transport = options.transport ?? this.#defaultTransport(options.mediaType ?? 'protobuf');
    this.#machine = new ExecutorSubscription({ ...this.environment, random });
    this.#updates = new UpdateSender((status) => this.#post({ type: 'UPDATE', update: { status } }), {
      clock,
      log: logger,
    });
    this.#feed = new EventFeed<ExecutorEvent>({
      prepare: (event) => event,
      settled: () => undefined,
      listenerFailed: (error, event) => this.#listenerFailed(error, event),
      isForListenersOnly: (event) => event.type === 'error' && event.isFinal,
    });
    this.#reader = new StreamReader(this.#transport, {
      refused: (attempt, { status, text }) => this.#handle({ type: 'refused', attempt, status, text }),
      unreachable: (attempt, reason) => this.#handle({ type: 'unreachable', attempt, reason }),
      event: (attempt, event) => this.#onEvent(attempt, event),
      ended: (attempt, reason) => this.#handle({ type: 'ended', attempt, reason }),
      reading: () => undefined,
      isFull: () => this.#feed.isFull,
      room: () => this.#feed.room(),
    });
  }

  get isSubscribed(): boolean {
    return this.#machine.stateName === 'subscribed';
  }

  /** Starts to subscribe; once is enough. */
  start(): void {
    this.#handle({ type: 'start' });
  }

  /** The events, one at a time; starts the executor. A final error is thrown. One loop at a time. */
  events(): AsyncIterableIterator<ExecutorEvent, undefined> {
    const iterator = this.#feed.events();
    this.start();
    return iterator;
  }

  /** Adds a listener. Its promise is awaited before the next event is shown to anybody. */
  on<T extends ExecutorEventType>(type: T, listener: Listener<ExecutorEventOf<T>>): this {
    this.#feed.on(type, listener as Listener<ExecutorEvent>);
    return this;
  }

  off<T extends ExecutorEventType>(type: T, listener: Listener<ExecutorEventOf<T>>): this {
    this.#feed.off(type, listener as Listener<ExecutorEvent>);
    return this;
  }

  /**
   * Tells the state of a task. Resolves when the agent has it safe, which can be after a restart of the agent; updates
   * made meanwhile keep their order. Await the last one before the process exits.
   */
  update(taskId: string, state: TaskState, options: UpdateOptions = {}): Promise<void> {
    if (this.#stopping) return Promise.reject(new SdkError('MM_SDK_STOPPED', 'the executor was stopped'));
    if (state === 'TASK_STAGING') {
      return Promise.reject(
        new SdkError('MM_SDK_BAD_OPTIONS', `task ${taskId}: an executor that sends TASK_STAGING is shut down`),
      );
    }
    return this.#updates.send({
      timestamp: this.#clock.nowMs() / 1_000,
      ...options,
      task_id: { value: taskId },
      state,
      source: 'SOURCE_EXECUTOR',
      uuid: this.#makeUuid(),
    });
  }

  /** To the scheduler. Messages can get lost. */
  async message(data: Uint8Array | string): Promise<void> {
    if (!this.isSubscribed) throw new SdkError('MM_SDK_NOT_SUBSCRIBED', 'the message cannot be sent: no agent');
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    const answer = await this.#post({ type: 'MESSAGE', message: { data: bytes } });
    if (answer.status === 202) return;
    const said = `the message was answered with ${answer.status} ${answer.text}`.trim();
    throw new SdkError('MM_SDK_CALL_REFUSED', said, { status: answer.status });
  }

  /** Ends the subscription once the agent has acknowledged all updates, or after some seconds. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  #defaultTransport(mediaType: 'json' | 'protobuf'): Transport<Call, executor.Event> {
    const token = this.environment.authenticationToken;
    return httpTransport({
      path: '/api/v1/executor',
      callName: 'mesos.v1.executor.Call',
      eventName: 'mesos.v1.executor.Event',
      mediaType,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  }

  #call(body: Omit<Call, 'executor_id' | 'framework_id'>): Call {
    const { executorId, frameworkId } = this.environment;
    return { executor_id: { value: executorId }, framework_id: { value: frameworkId }, ...body };
  }

  async #post(body: Omit<Call, 'executor_id' | 'framework_id'>) {
    const signal = this.#signal ?? AbortSignal.abort();
    try {
      return await this.#transport.call(this.environment.agentEndpoint, this.#call(body), {
        streamId: undefined,
        signal,
      });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new SdkError('MM_SDK_DISCONNECTED', `${body.type} was not answered by the agent (${why})`, { cause });
    }
  }

  #handle(input: ExecutorInput): void {
    for (const effect of this.#machine.handle(input)) this.#perform(effect);
  }

  #perform(effect: ExecutorEffect): void {
    switch (effect.type) {
      case 'open': {
        const call = () => this.#call({ type: 'SUBSCRIBE', subscribe: this.#updates.retention.subscribe() });
        return void this.#reader.open(effect.attempt, this.environment.agentEndpoint, call);
      }
      case 'close':
        return this.#reader.close(effect.attempt);
      case 'timer':
        return this.#arm(effect.timer, effect.delayMs, () => this.#handle({ type: 'timer', timer: effect.timer }));
      case 'cancel':
        return this.#timers.get(effect.timer)?.cancel();
      case 'subscribed':
        return this.#onSubscribed(effect);
      case 'disconnected':
        this.#log.warn({ reason: effect.reason }, 'disconnected from the agent');
        this.#updates.disconnected();
        this.#timers.get('heartbeat')?.cancel();
        return this.#feed.push({ type: 'disconnected', reason: effect.reason });
      case 'lost':
        return this.#shutdown(effect.reason);
      case 'failed':
        this.#log.error({ err: effect.error }, effect.error.message);
        this.#feed.push({ type: 'error', error: effect.error, isFinal: true });
        this.#feed.finish(effect.error);
        this.#stopping ??= Promise.resolve(this.#end());
    }
  }

  #arm(name: ExecutorTimer | 'heartbeat' | 'exit', delayMs: number, run: () => void): void {
    this.#timers.get(name)?.cancel();
    this.#timers.set(name, this.#clock.after(delayMs, run));
  }

  #onSubscribed({ attempt, isAgain }: Extract<ExecutorEffect, { type: 'subscribed' }>): void {
    this.#signal = this.#reader.session(attempt)?.signal;
    const subscribed = this.#subscribed;
    if (!subscribed) return;
    this.#log.info({ is_again: isAgain }, 'subscribed');
    this.#updates.subscribed();
    this.#heartbeat();
    this.#feed.push({
      type: 'subscribed',
      isAgain,
      executorInfo: subscribed.executor_info,
      frameworkInfo: subscribed.framework_info,
      agentInfo: subscribed.agent_info,
      containerId: subscribed.container_id?.value,
    });
  }

  #heartbeat(): void {
    this.#arm('heartbeat', EXECUTOR_HEARTBEAT_INTERVAL_MS, () => {
      this.#post({ type: 'HEARTBEAT' }).catch((error: unknown) => this.#log.debug({ err: error }, 'no heartbeat'));
      this.#heartbeat();
    });
  }

  #onEvent(attempt: number, event: executor.Event): void {
    const read = readExecutorEvent(event);
    switch (read?.kind) {
      case 'subscribed':
        this.#subscribed = read.subscribed;
        return this.#handle({ type: 'subscribed', attempt });
      case 'error':
        return this.#handle({ type: 'error', attempt, message: read.message });
      case 'shutdown':
        return this.#shutdown('the agent asked for it');
      case 'event':
        return this.#onTold(read.event);
      case 'heartbeat':
        return;
      case undefined:
        this.#log.debug({ type: event.type }, 'passed over an event that this SDK does not know');
    }
  }

  #onTold(event: ExecutorEvent): void {
    if (event.type === 'launch') this.#updates.retention.launched([event.task]);
    if (event.type === 'launchGroup') this.#updates.retention.launched(event.tasks);
    if (event.type === 'acknowledged') this.#updates.acknowledged(event.taskId, event.uuid);
    this.#feed.push(event);
  }

  /** The program has the grace period to end by itself; the agent kills the container after the same time. */
  #shutdown(reason: string): void {
    const gracePeriodMs = this.environment.shutdownGracePeriodMs;
    this.#log.info({ reason, grace_period_ms: gracePeriodMs }, 'shutting down');
    this.#arm('exit', gracePeriodMs, () => this.#exit(1));
    this.#feed.push({ type: 'shutdown', reason, gracePeriodMs });
  }

  #listenerFailed(error: SdkError, event: ExecutorEvent): void {
    this.#log.error({ err: error }, error.message);
    if (event.type !== 'error') this.#feed.push({ type: 'error', error, isFinal: false });
  }

  async #stop(): Promise<void> {
    this.#feed.finish();
    if (this.isSubscribed) {
      await new Promise<void>((resolve) => {
        const timer = this.#clock.after(STOP_TIMEOUT_MS, resolve);
        void this.#updates.drained().then(() => {
          timer.cancel();
          resolve();
        });
      });
    }
    this.#handle({ type: 'stop' });
    this.#end();
  }

  #end(): void {
    this.#updates.stop();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#transport.close();
  }
}
