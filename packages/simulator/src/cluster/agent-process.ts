// An agent on its host: the production machine, its link to the master, the containers, and what it has on disk. The
// adapters are thin: effects are performed in order, and a crash can come between any two.
import {
  AgentMachine,
  CheckpointBook,
  containerPath,
  EffectQueue,
  journalLine,
  parseJournal,
  readRecord,
  recordText,
} from '@mini-mesos/agent';
import type {
  AgentConfig,
  AgentEvent,
  CheckpointRecord,
  ContainerConfig,
  Effect,
  Leader,
  RememberedAgent,
} from '@mini-mesos/agent';
import { TimerTable } from '@mini-mesos/daemon';
import type { SeededRandom } from '@mini-mesos/daemon';
import type { link } from '@mini-mesos/proto';
import { AgentDisk } from '../world/agent-disk.js';
import type { Network } from '../world/network.js';
import { SimProcess } from '../world/process.js';
import type { StreamEnd } from '../world/stream.js';
import type { World } from '../world/world.js';
import { Containers } from './containers.js';
import type { Behaviour } from './containers.js';
import type { MasterStream } from './master-process.js';
import type { Tampering } from './tampering.js';

export interface AgentHooks {
  /** A new process begins. It remembers what its frameworks asked it to, or nothing at all. */
  onStarted(agent: AgentProcess, remembered: RememberedAgent | undefined): void;
  /** The machine decided on it; it may have to wait for the disk. */
  onDecided(agent: AgentProcess, effect: Effect): void;
  /** It is performed. */
  onEffect(agent: AgentProcess, effect: Effect): void;
  onEvent(agent: AgentProcess, event: AgentEvent): void;
  /** The machine said that it is done: whoever supervises it starts it again. */
  onTerminated(agent: AgentProcess): void;
}

export interface AgentOptions {
  name: string;
  config: (agent: AgentProcess) => AgentConfig;
  behaviourOf: (config: ContainerConfig, random: SeededRandom) => Behaviour;
  hooks: AgentHooks;
  tampering: Tampering;
}

interface OpenLink {
  readonly generation: number;
  end: StreamEnd | undefined;
  /** Said before the master took the link. */
  waiting: link.Call[];
  close: () => void;
}

export class AgentProcess {
  readonly process: SimProcess;
  readonly containers: Containers;
  readonly disk: AgentDisk;
  readonly #world: World;
  readonly #network: Network;
  readonly #options: AgentOptions;
  #machine: AgentMachine | undefined;
  #timers: TimerTable | undefined;
  #effects: EffectQueue | undefined;
  readonly #syncRandom: SeededRandom;
  /** Containers that this process launched or took up. */
  #wanted = new Set<string>();
  #events: AgentEvent[] = [];
  #isHandling = false;
  #leader: Leader | undefined;
  #link: OpenLink | undefined;

  constructor(world: World, network: Network, options: AgentOptions) {
    this.#world = world;
    this.#network = network;
    this.#options = options;
    this.process = new SimProcess(world, options.name);
    this.disk = new AgentDisk(world.random(`disk ${options.name}`));
    this.#syncRandom = world.random(`sync ${options.name}`);
    this.containers = new Containers(world, options.name, options.behaviourOf);
  }

  get name(): string {
    return this.process.name;
  }

  /** Undefined while the process is down. */
  get machine(): AgentMachine | undefined {
    return this.process.isAlive ? this.#machine : undefined;
  }

  start(): void {
    this.process.start();
    const random = this.#world.random(`agent ${this.name}`);
    this.#events = [];
    this.#isHandling = false;
    this.#link = undefined;
    this.#leader = undefined;
    this.#timers = new TimerTable(this.process.time());
    this.#wanted = new Set();
    this.containers.listener = {
      launched: this.process.bound((container: string) =>
        this.submit({ type: 'container-launched', container, status: {} }),
      ),
      launchFailed: this.process.bound((container, message) =>
        this.submit({ type: 'container-launch-failed', container, message }),
      ),
      exited: this.process.bound((container, exit) => this.submit({ type: 'container-exited', container, exit })),
    };
    const remembered = this.#recover();
    this.#options.hooks.onStarted(this, remembered);
    const bytes = (length: number) => random.bytes(length);
    const machine = new AgentMachine(this.#options.config(this), { bytes, float: () => random.float() }, remembered);
    this.#machine = machine;
    this.#effects = this.#newQueue();
    this.#isHandling = true;
    this.#performAll(machine.start(this.process.time().nowMs()));
    this.#isHandling = false;
    this.#handleAll();
    if (this.process.isAlive) this.containers.destroyLeftovers((path) => this.#wanted.has(path));
  }

  /** The machine goes down with the agent and everything that runs on it. */
  losePower(): void {
    this.process.crash('the machine lost its power');
    this.containers.losePower();
    this.disk.losePower();
  }

  /** What the journal says, however it ends. */
  #recover(): RememberedAgent | undefined {
    const { disk } = this;
    const { texts, goodBytes } = parseJournal(disk.journal);
    disk.begin(goodBytes);
    if (!disk.info) return undefined;
    const book = new CheckpointBook();
    for (const text of texts) book.apply(readRecord(text));
    return { info: disk.info, book };
  }

  #newQueue(): EffectQueue {
    const { process, disk } = this;
    const isCurrent = process.bound((run: () => void) => run());
    return new EffectQueue({
      append: (records) => this.#append(records),
      sync: () =>
        new Promise((resolve) => {
          process.after(0.2 + this.#syncRandom.float() ** 4 * 50, () => {
            disk.sync();
            this.#world.touchPromises();
            resolve();
          });
        }),
      perform: (effect) => isCurrent(() => this.#performOne(effect)),
      onFailed: (error) => {
        throw error;
      },
    });
  }

  /** A crash can come between any two records, and in the middle of one. */
  #append(records: readonly CheckpointRecord[]): void {
    for (const record of records) {
      const line = journalLine(recordText(record));
      if (!this.process.isAlive) return;
      if (!this.process.mayGoOn()) return this.disk.tear(line);
      this.disk.append(line);
    }
  }

  /** What a detector says. */
  leaderDetected(address: string | undefined): void {
    if (this.#leader?.address === address) return;
    this.#leader = address === undefined ? undefined : { address, hostname: address.split(':')[0] ?? '' };
    this.submit({ type: 'leader-detected', leader: this.#leader });
  }

  submit(event: AgentEvent): void {
    const { tampering } = this.#options;
    const given = tampering.agentEvent ? tampering.agentEvent(event) : event;
    if (!given || !this.machine) return;
    this.#events.push(given);
    if (!this.#isHandling) this.#handleAll();
  }

  #handleAll(): void {
    const machine = this.#machine;
    if (!machine) return;
    this.#isHandling = true;
    for (let next = this.#events.shift(); next; next = this.#events.shift()) {
      if (!this.process.isAlive) return;
      if (next.type !== 'timer') this.#world.note(this.name, describe(next));
      this.#performAll(machine.handle(next, this.process.time().nowMs()));
      if (this.process.isAlive) this.#options.hooks.onEvent(this, next);
    }
    this.#isHandling = false;
  }

  #performAll(given: Effect[]): void {
    const { tampering } = this.#options;
    // The queue waits for a turn of the event loop before it syncs.
    this.#world.touchPromises();
    for (const effect of tampering.agentEffects ? tampering.agentEffects(given) : given) {
      if (!this.process.isAlive) return;
      this.#options.hooks.onDecided(this, effect);
      this.#effects?.push(effect);
    }
  }

  #performOne(effect: Effect): void {
    if (!this.process.mayGoOn()) return;
    this.#options.hooks.onEffect(this, effect);
    this.#perform(effect);
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'log':
        if (effect.level === 'warn' || effect.level === 'error') this.#world.note(this.name, effect.message);
        return;
      case 'set-timer':
        return this.#timers?.set(effect.key, effect.delayMs, () => this.submit({ type: 'timer', key: effect.key }));
      case 'cancel-timer':
        return this.#timers?.cancel(effect.key);
      case 'adopt-agent-id':
        return this.disk.adopt(effect.info);
      case 'forget-agent':
        this.disk.info = undefined;
        return;
      case 'open-link':
        return this.#open(effect);
      case 'send':
        return this.#send(effect.generation, effect.call);
      case 'close-link':
        if (this.#link?.generation === effect.generation) this.#dropLink();
        return;
      case 'launch-container':
        this.#wanted.add(containerPath(effect.config.id));
        return this.containers.launch(effect.config);
      case 'recover-container':
        this.#wanted.add(containerPath(effect.config.id));
        return this.containers.recover(effect.config);
      case 'forget-container':
        return this.containers.forget(effect.container);
      case 'signal-container':
        return this.containers.signal(effect.container, effect.signal);
      case 'destroy-container':
        return this.containers.destroy(effect.container);
      case 'persist-resources':
        return this.submit({ type: 'resources-persisted', token: effect.token });
      case 'measure-disk':
        return void this.process.after(1, () => this.submit({ type: 'disk-usage', usage: 0.1 }));
      case 'remove-paths': {
        const removed = effect.paths.length;
        return void this.process.after(1, () => this.submit({ type: 'paths-removed', removed, failed: 0 }));
      }
      case 'terminate':
        this.#world.note(this.name, `terminates: ${effect.message}`);
        this.process.after(1, () => this.#options.hooks.onTerminated(this));
        return;
      default:
      // Names of files, executors' streams and tunnels: nothing that the simulated programs use.
    }
  }

  #open({ generation, leader, call }: Extract<Effect, { type: 'open-link' }>): void {
    this.#dropLink();
    const opening: MasterStream = { type: 'link', call };
    const link: OpenLink = { generation, end: undefined, waiting: [], close: () => undefined };
    this.#link = link;
    link.close = this.#network.open(this.process, leader.address, opening, {
      opened: (_id, end) => {
        link.end = end;
        for (const waiting of link.waiting.splice(0)) end.send(waiting);
      },
      refused: ({ status, text, location }) => {
        const address = location?.replace('//', '');
        const redirect = address === undefined ? undefined : { address, hostname: address };
        this.#closed(link, `${status} ${text}`, redirect);
      },
      message: (event) => this.submit({ type: 'link-event', generation, event: event as link.Event }),
      closed: (reason) => this.#closed(link, reason, undefined),
    });
  }

  #closed(link: OpenLink, reason: string, redirect: Leader | undefined): void {
    if (this.#link !== link) return;
    const { generation } = this.#link;
    this.#link = undefined;
    this.submit({ type: 'link-closed', generation, reason, redirect });
  }

  #send(generation: number, call: link.Call): void {
    if (this.#link?.generation !== generation) return;
    if (this.#link.end) this.#link.end.send(call);
    else this.#link.waiting.push(call);
  }

  #dropLink(): void {
    this.#link?.close();
    this.#link = undefined;
  }
}

function describe(event: AgentEvent): string {
  switch (event.type) {
    case 'link-event': {
      const { type, run_task: run, kill_task: kill, acknowledge_status: ack } = event.event;
      const task = run?.task.task_id ?? kill?.task_id ?? ack?.task_id;
      return `hears ${type}${task ? ` ${task.value}` : ''}`;
    }
    case 'leader-detected':
      return `detects the leader ${event.leader?.address ?? '(none)'}`;
    case 'link-closed':
      return `loses its link: ${event.reason}`;
    default:
      return `handles ${event.type}`;
  }
}
