// Runs the machine: hands it events one at a time, and performs its effects in order. An effect that reports back at once
// is heard before anything else that happens.
import { TimerTable } from '@mini-mesos/daemon';
import type { Logger, Time } from '@mini-mesos/daemon';
import type { Effect } from '../core/effects.js';
import type { AgentEvent } from '../core/events.js';
import type { AgentMachine } from '../core/machine.js';
import type { Containerizer } from './containerizer.js';
import type { ExecutorEndpoint } from './http/executor-endpoint.js';
import type { Tunnel } from './http/tunnel.js';
import type { LinkClient } from './link-client.js';
import type { ResourcesStore } from './resources-store.js';
import type { SandboxFiles } from './sandbox-files.js';
import type { WorkDir } from './work-dir.js';

export interface RuntimePorts {
  link: LinkClient;
  containerizer: Containerizer;
  executors: ExecutorEndpoint;
  tunnel: Tunnel;
  workDir: WorkDir;
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
  #running = false;
  #closed = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.machine = options.machine;
    this.#timers = new TimerTable(options.time);
    this.ports = options.ports((event) => this.submit(event));
  }

  start(): void {
    this.#perform(this.machine.start(this.#options.time.nowMs()));
  }

  submit(event: AgentEvent): void {
    if (this.#closed) return;
    this.#events.push(event);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) {
        this.#perform(this.machine.handle(next, this.#options.time.nowMs()));
      }
    } finally {
      this.#running = false;
    }
  }

  /** No event reaches the machine any more. */
  close(): void {
    this.#closed = true;
    this.#timers.close();
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.#performOne(effect);
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

  #performOnDisk(
    effect: Extract<
      Effect,
      { type: 'adopt-agent-id' | 'tunnel' | 'persist-resources' | 'measure-disk' | 'remove-paths' }
    >,
  ): void {
    const { workDir, tunnel, store } = this.ports;
    const failed = (what: string) => (error: unknown) => this.#options.logger.error({ err: error }, `cannot ${what}`);
    switch (effect.type) {
      case 'adopt-agent-id':
        workDir.adoptAgentId(effect.agentId);
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
