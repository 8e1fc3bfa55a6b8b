// Runs the machine: hands it events one at a time, and performs its effects in order. An effect that reports back at once
// is heard before anything else that happens.
import { TimerTable } from '@mini-mesos/daemon';
import type { Logger, Time } from '@mini-mesos/daemon';
import type { AgentInfo } from '@mini-mesos/proto';
import type { Effect } from '../core/effects.js';
import type { AgentEvent } from '../core/events.js';
import type { AgentMachine } from '../core/machine.js';
import type { Containerizer } from './containerizer.js';
import { EffectQueue } from './effect-queue.js';
import type { ExecutorEndpoint } from './http/executor-endpoint.js';
import type { Tunnel } from './http/tunnel.js';
import type { LinkClient } from './link-client.js';
import type { MetaStore } from './meta/meta-store.js';
import type { ResourcesStore } from './resources-store.js';
import type { SandboxFiles } from './sandbox-files.js';
import type { WorkDir } from './work-dir.js';

export interface RuntimePorts {
  link: LinkClient;
  containerizer: Containerizer;
  executors: ExecutorEndpoint;
  tunnel: Tunnel;
  workDir: WorkDir;
  meta: MetaStore;
  store: ResourcesStore;
  sandboxFiles: SandboxFiles;
}

export interface RuntimeOptions {
  machine: AgentMachine;
  time: Time;
  logger: Logger;
  /** Made with the way to report to the machine. */
  ports: (submit: (event: AgentEvent) => void) => RuntimePorts;
  /** Nothing is left to do. */
  onTerminated: (message: string) => void;
}

export class AgentRuntime {
  readonly machine: AgentMachine;
  readonly ports: RuntimePorts;
  readonly #options: RuntimeOptions;
  readonly #timers: TimerTable;
  readonly #events: AgentEvent[] = [];
  readonly #effects: EffectQueue;
  #running = false;
  #closed = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.machine = options.machine;
    this.#timers = new TimerTable(options.time);
    this.ports = options.ports((event) => this.submit(event));
    const { meta } = this.ports;
    this.#effects = new EffectQueue({
      append: (records) => meta.append(records),
      sync: () => meta.sync(),
      perform: (effect) => this.#performOne(effect),
      onFailed: (error) => this.#cannotWrite(error),
    });
  }

  start(): void {
    this.#run(() => this.#perform(this.machine.start(this.#options.time.nowMs())));
  }

  submit(event: AgentEvent): void {
    if (this.#closed) return;
    this.#events.push(event);
    if (!this.#running) this.#run(() => undefined);
  }

  /** `first`, and then every event that came or comes meanwhile. */
  #run(first: () => void): void {
    this.#running = true;
    try {
      first();
      for (let next = this.#events.shift(); next && !this.#closed; next = this.#events.shift()) {
        this.#perform(this.machine.handle(next, this.#options.time.nowMs()));
      }
    } finally {
      this.#running = false;
    }
  }

  /** No event reaches the machine any more. */
  close(): void {
    this.#closed = true;
    this.#effects.close();
    this.#timers.close();
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.#effects.push(effect);
  }

  /** An agent that cannot remember what it says must not say it. */
  #cannotWrite(error: Error): void {
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'the disk is full' : error.message;
    const message =
      `cannot write down what happens, in '${this.ports.workDir.path}/meta': ${full}; the agent ends so that nothing is ` +
      'reported that it would forget, tasks of frameworks with checkpointing go on running; make room and start it again';
    this.#options.logger.fatal({ err: error }, message);
    this.close();
    this.#options.onTerminated(message);
  }

  #performOne(effect: Effect): void {
    const { link, containerizer, executors, sandboxFiles } = this.ports;
    switch (effect.type) {
      case 'log':
        this.#options.logger[effect.level](effect.fields ?? {}, effect.message);
        break;
      case 'set-timer':
        this.#timers.set(effect.key, effect.delayMs, () => this.submit({ type: 'timer', key: effect.key }));
        break;
      case 'cancel-timer':
        this.#timers.cancel(effect.key);
        break;
      case 'open-link':
        link.open(effect.generation, effect.leader, effect.call);
        break;
      case 'send':
        link.send(effect.generation, effect.call);
        break;
      case 'close-link':
        link.close(effect.generation);
        break;
      case 'launch-container':
        containerizer.launch(effect.config);
        break;
      case 'recover-container':
        containerizer.recover(effect.config);
        break;
      case 'forget-container':
        containerizer.forget(effect.container);
        break;
      case 'update-container':
        containerizer.update(effect.container, effect.resources);
        break;
      case 'signal-container':
        containerizer.signal(effect.container, effect.signal);
        break;
      case 'destroy-container':
        containerizer.destroy(effect.container);
        break;
      case 'attach-files':
        sandboxFiles.expect(effect.directory, effect.names);
        if (effect.isThere) void sandboxFiles.made(effect.directory);
        break;
      case 'detach-files':
        sandboxFiles.detach(effect.names);
        break;
      case 'answer-executor':
        executors.answer(effect.request, effect.status, effect.text);
        break;
      case 'open-executor-stream':
        executors.openStream(effect.request);
        break;
      case 'executor-event':
        executors.event(effect.connection, effect.event);
        break;
      case 'close-executor-stream':
        executors.closeStream(effect.connection);
        break;
      case 'terminate':
        this.#options.onTerminated(effect.message);
        break;
      default:
        this.#performOnDisk(effect);
    }
  }

  #adopt(agentId: string, info: AgentInfo): void {
    try {
      this.ports.workDir.adoptAgentId(agentId);
      this.ports.meta.adopt(info);
    } catch (error) {
      this.#cannotWrite(error as Error);
    }
  }

  #performOnDisk(
    effect: Extract<
      Effect,
      {
        type:
          | 'adopt-agent-id'
          | 'checkpoint'
          | 'forget-agent'
          | 'tunnel'
          | 'persist-resources'
          | 'measure-disk'
          | 'remove-paths';
      }
    >,
  ): void {
    const { workDir, meta, tunnel, store } = this.ports;
    const failed = (what: string) => (error: unknown) => this.#options.logger.error({ err: error }, `cannot ${what}`);
    switch (effect.type) {
      case 'adopt-agent-id':
        this.#adopt(effect.agentId, effect.info);
        break;
      case 'forget-agent':
        meta.forget();
        break;
      case 'checkpoint':
        // The queue writes it.
        break;
      case 'tunnel': {
        const { generation, request } = effect;
        void tunnel.answer(request).then((response) => this.submit({ type: 'tunnel-answered', generation, response }));
        break;
      }
      case 'persist-resources': {
        const { token, ...resources } = effect;
        this.submit({ type: 'resources-persisted', token, error: attempt(() => store.save(resources)) });
        break;
      }
      case 'measure-disk':
        workDir.usage().then((usage) => this.submit({ type: 'disk-usage', usage }), failed('measure the disk'));
        break;
      case 'remove-paths':
        void workDir.remove(effect.paths).then((counts) => this.submit({ type: 'paths-removed', ...counts }));
        break;
    }
  }
}

/** The text of what went wrong; undefined where nothing did. */
function attempt(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
