// A whole cluster in one world: masters that stand for election, agents with their hosts, and the coordination service.
// Frameworks and faults come from outside.
import type {
  AgentConfig,
  AgentEvent,
  ContainerConfig,
  Effect as AgentEffect,
  RememberedAgent,
} from '@mini-mesos/agent';
import { MetricsRegistry } from '@mini-mesos/daemon';
import type { SeededRandom } from '@mini-mesos/daemon';
import { DEFAULTS, Registrar } from '@mini-mesos/master';
import type { Effect as MasterEffect, MasterConfig, MasterEvent, Registry } from '@mini-mesos/master';
import { Resources } from '@mini-mesos/resources';
import { Coordination } from '../world/coordination.js';
import { Network } from '../world/network.js';
import type { NetworkOptions } from '../world/network.js';
import type { World } from '../world/world.js';
import { AgentProcess } from './agent-process.js';
import type { Behaviour } from './containers.js';
import { MasterProcess, newMachine } from './master-process.js';
import type { RegistryAccess } from './master-process.js';
import { Session } from './session.js';
import { SimStorage } from './sim-storage.js';
import type { Tampering } from './tampering.js';

export interface ClusterObserver {
  /** It begins to lead, with what it found. */
  masterRecovered(master: MasterProcess, registry: Registry): void;
  masterEvent(master: MasterProcess, event: MasterEvent): void;
  masterEffect(master: MasterProcess, effect: MasterEffect): void;
  agentStarted(agent: AgentProcess, remembered: RememberedAgent | undefined): void;
  agentEvent(agent: AgentProcess, event: AgentEvent): void;
  /** Decided on, and perhaps not performed before something is on the disk. */
  agentDecided(agent: AgentProcess, effect: AgentEffect): void;
  agentEffect(agent: AgentProcess, effect: AgentEffect): void;
}

export interface ClusterOptions {
  masterCount: number;
  /** `--resources` texts, one for each agent. */
  agents: readonly string[];
  network: NetworkOptions;
  behaviourOf: (config: ContainerConfig, random: SeededRandom) => Behaviour;
  observer?: ClusterObserver;
  tampering?: Tampering;
  nestedLimits?: boolean;
  masterConfig?: Partial<Omit<MasterConfig, 'info'>>;
  agentConfig?: Partial<AgentConfig>;
}

const ALLOCATION_INTERVAL_MS = 1_000;
/** A supervisor starts a daemon that ended by itself again after so long. */
const RESTART_MS = 1_000;
/** Mesos' defaults (--registry_fetch_timeout, --registry_store_timeout). */
const REGISTRY_FETCH_TIMEOUT_MS = 60_000;
const REGISTRY_STORE_TIMEOUT_MS = 20_000;
const VERSION = '1.12.0';

export class Cluster {
  readonly world: World;
  readonly network: Network;
  readonly coordination: Coordination;
  readonly masters: readonly MasterProcess[];
  readonly agents: readonly AgentProcess[];
  readonly #options: ClusterOptions;
  readonly #tampering: Tampering;

  constructor(world: World, options: ClusterOptions) {
    this.world = world;
    this.#options = options;
    this.#tampering = options.tampering ?? {};
    this.network = new Network(world, options.network);
    this.coordination = new Coordination(world, this.network);
    this.coordination.isFenced = !this.#tampering.isUnfenced;
    this.masters = Array.from({ length: options.masterCount }, (_, index) => this.#newMaster(`m${index}`));
    this.agents = options.agents.map((resources, index) => this.#newAgent(`a${index}`, resources));
  }

  start(): void {
    for (const master of this.masters) this.startMaster(master);
    for (const agent of this.agents) this.startAgent(agent);
  }

  /** The master that leads and knows it. Two may for a moment: the one elected last is given. */
  get leader(): MasterProcess | undefined {
    const address = this.coordination.leader?.address;
    return this.masters.find((master) => master.address === address && master.leading !== undefined);
  }

  startMaster(master: MasterProcess): void {
    if (master.process.isAlive) return;
    master.start();
    this.coordination.watch(master.process, (leader) => (master.leaderAddress = leader?.address));
    const { process } = master;
    const session = new Session(process, this.network, {
      address: master.address,
      hooks: {
        elected: (epoch) => void this.#lead(master, session, epoch),
        lost: (reason) => !this.#tampering.neverGivesUp && this.#endMaster(master, reason),
      },
    });
    session.open();
  }

  /** A daemon that ends by itself is started again by whoever supervises it. */
  #endMaster(master: MasterProcess, reason: string): void {
    if (!master.process.isAlive) return;
    master.process.crash(reason);
    this.world.after(RESTART_MS, () => this.startMaster(master));
  }

  startAgent(agent: AgentProcess): void {
    if (agent.process.isAlive) return;
    agent.start();
    this.coordination.watch(agent.process, (leader) => agent.leaderDetected(leader?.address));
  }

  /** Reads the registry and serves. */
  async #lead(master: MasterProcess, session: Session, epoch: number): Promise<void> {
    const { process } = master;
    const ifAlive = process.bound((run: () => void) => run());
    const time = process.time();
    const registrar = new Registrar(new SimStorage(process, this.network, epoch), {
      metrics: new MetricsRegistry(),
      timers: time,
      fetchTimeoutMs: REGISTRY_FETCH_TIMEOUT_MS,
      storeTimeoutMs: REGISTRY_STORE_TIMEOUT_MS,
      onFailure: (error) => ifAlive(() => this.#endMaster(master, error.message)),
    });
    try {
      const recovered = await registrar.recover(`${master.name} ${epoch}`);
      const { neverGivesUp = false, losesWrite } = this.#tampering;
      const mayAct = () => neverGivesUp || session.isHeld;
      const registry: RegistryAccess = {
        apply: (operation, stored) => {
          this.world.touchPromises();
          if (losesWrite) process.after(0, stored);
          if (!losesWrite?.()) registrar.apply(operation, () => ifAlive(() => !losesWrite && stored()));
        },
      };
      const seed = this.world.random(`allocator ${master.name}`).uint32();
      const { nestedLimits = false } = this.#options;
      const options = { registry, recovered, mayAct, intervalMs: ALLOCATION_INTERVAL_MS, seed, nestedLimits };
      ifAlive(() => this.#options.observer?.masterRecovered(master, recovered));
      ifAlive(() => master.lead(newMachine(this.world, master.name, this.#masterConfig(master, epoch)), options));
    } catch (error) {
      ifAlive(() => this.#endMaster(master, error instanceof Error ? error.message : String(error)));
    }
  }

  #masterConfig({ name }: MasterProcess, epoch: number): MasterConfig {
    const info = {
      id: `${name}e${epoch}`,
      ip: 0x0100007f,
      port: 5050,
      hostname: name,
      version: VERSION,
      address: { hostname: name, ip: '127.0.0.1', port: 5050 },
    };
    return { ...DEFAULTS, ...this.#options.masterConfig, info };
  }

  #newMaster(name: string): MasterProcess {
    const { observer } = this.#options;
    return new MasterProcess(this.world, this.network, {
      name,
      tampering: this.#tampering,
      hooks: {
        onAbort: (master, reason) => this.#endMaster(master, reason),
        onEvent: (master, event) => observer?.masterEvent(master, event),
        onEffect: (master, effect) => observer?.masterEffect(master, effect),
      },
    });
  }

  #newAgent(name: string, text: string): AgentProcess {
    const parsed = Resources.parse(text);
    if (!parsed.ok) throw new Error(`agent ${name}: cannot read the resources '${text}': ${parsed.error}`);
    const { observer, behaviourOf } = this.#options;
    return new AgentProcess(this.world, this.network, {
      name,
      behaviourOf,
      tampering: this.#tampering,
      config: () => ({ ...agentConfig(name, parsed.value), ...this.#options.agentConfig }),
      hooks: {
        onEvent: (agent, event) => observer?.agentEvent(agent, event),
        onDecided: (agent, effect) => observer?.agentDecided(agent, effect),
        onEffect: (agent, effect) => observer?.agentEffect(agent, effect),
        onStarted: (agent, remembered) => observer?.agentStarted(agent, remembered),
        onTerminated: (agent) => {
          agent.process.crash('terminated');
          this.world.after(RESTART_MS, () => this.startAgent(agent));
        },
      },
    });
  }
}

function agentConfig(name: string, resources: Resources): AgentConfig {
  return {
    version: VERSION,
    hostname: name,
    ip: `10.0.0.${1 + Number(name.slice(1))}`,
    port: 5051,
    resources,
    checkpointedResources: Resources.EMPTY,
    attributes: [],
    workDir: '/var/lib/mesos',
    launcherDir: '/usr/libexec/mesos',
    switchUser: false,
    executorEnvironment: undefined,
    registrationBackoffFactorMs: 1_000,
    executorRegistrationTimeoutMs: 60_000,
    executorReregistrationTimeoutMs: 2_000,
    executorShutdownGracePeriodMs: 5_000,
    recoveryTimeoutMs: 900_000,
    gcDelayMs: 604_800_000,
    gcDiskHeadroom: 0.1,
    diskWatchIntervalMs: 60_000,
    maxCompletedExecutorsPerFramework: 150,
  };
}
