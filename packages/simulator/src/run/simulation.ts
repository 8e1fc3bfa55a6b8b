// One run of one scenario: the cluster and its frameworks at work under faults, then a time in which everything has to
// come to rest, then the end of all frameworks. The checks look on all the time.
import type { AgentEvent, Effect as AgentEffect } from '@mini-mesos/agent';
import type { Effect as MasterEffect, MasterEvent } from '@mini-mesos/master';
import { Resources } from '@mini-mesos/resources';
import { BooksCheck } from '../checks/books.js';
import { Ledger } from '../checks/ledger.js';
import { checkQuota } from '../checks/quota.js';
import { OffersCheck } from '../checks/offers.js';
import { RegistryCheck } from '../checks/registry.js';
import { findLeaks, whatIsOpen } from '../checks/rest.js';
import { Violation } from '../checks/violation.js';
import type { AgentProcess } from '../cluster/agent-process.js';
import { Cluster } from '../cluster/cluster.js';
import type { MasterProcess } from '../cluster/master-process.js';
import type { Tampering } from '../cluster/tampering.js';
import { Nemesis } from '../faults/nemesis.js';
import type { Scenario } from '../faults/scenario.js';
import { simulatedBehaviour } from '../workload/behaviour.js';
import { FrameworkProcess } from '../workload/framework-process.js';
import { Operator } from '../workload/operator.js';
import { copyOf } from '../world/copy.js';
import { World } from '../world/world.js';
import type { Happening } from '../world/world.js';

/** After the faults, half of it to find together again. */
const CALM_MS = 120_000;
/** How long everything may take to come to rest: an update is sent again every 10 minutes in the worst case. */
const REST_MAX_MS = 30 * 60_000;
const REST_LOOK_MS = 5_000;
/** How long the end of all frameworks may take. */
const END_MAX_MS = 10 * 60_000;

export interface RunResult {
  readonly violation: Violation | undefined;
  readonly steps: number;
  readonly virtualMs: number;
  readonly tasks: number;
  readonly history: readonly Happening[];
}

export class Simulation {
  readonly world: World;
  readonly cluster: Cluster;
  readonly frameworks: readonly FrameworkProcess[];
  readonly ledger: Ledger;
  readonly #scenario: Scenario;
  readonly #nemesis: Nemesis;
  readonly operator: Operator | undefined;
  readonly #books = new BooksCheck();
  readonly #registry = new RegistryCheck();
  #writesSeen = 0;
  #violation: Violation | undefined;

  constructor(scenario: Scenario, tampering: Tampering = {}) {
    this.#scenario = scenario;
    this.world = new World(scenario.seed);
    const totals = scenario.agents.map((text, index) => [`a${index}`, resourcesOf(text)] as const);
    this.ledger = new Ledger(new Map(totals));
    this.cluster = new Cluster(this.world, {
      masterCount: scenario.masterCount,
      agents: scenario.agents,
      network: scenario.network,
      masterConfig: scenario.masterConfig,
      behaviourOf: simulatedBehaviour,
      tampering,
      nestedLimits: scenario.nestedLimits,
      observer: {
        masterRecovered: (master, registry) => this.#guard(() => this.#registry.recovered(leaderOf(master), registry)),
        masterEvent: (master, event) => this.#guard(() => this.#onMasterEvent(master, event)),
        masterEffect: (master, effect) => this.#guard(() => this.#onMasterEffect(master, effect)),
        agentStarted: ({ name, disk }, remembered) =>
          this.ledger.agentStarted(name, remembered && disk.info?.id?.value),
        agentEvent: (agent, event) => this.#guard(() => this.#onAgentEvent(agent, event)),
        agentDecided: (agent, effect) => this.#guard(() => this.#onAgentDecided(agent, effect)),
        agentEffect: (agent, effect) => this.#guard(() => this.#onAgentEffect(agent, effect)),
      },
    });
    for (const agent of this.cluster.agents) {
      agent.containers.onChange = (run) =>
        this.#guard(() => {
          if (run.state === 'running') this.ledger.started(run.config.executorId, agent.name);
          else if (run.state === 'ended') this.ledger.ended(run.config.executorId);
        });
    }
    this.frameworks = scenario.frameworks.map((options) => new FrameworkProcess(this.cluster, this.ledger, options));
    const { operatorMeanMs } = scenario;
    this.operator = operatorMeanMs === undefined ? undefined : new Operator(this.cluster, operatorMeanMs);
    this.#nemesis = new Nemesis(this.cluster, this.frameworks, scenario);
  }

  async run(): Promise<RunResult> {
    const { activeMs } = this.#scenario;
    try {
      this.cluster.start();
      for (const framework of this.frameworks) {
        this.world.after(5_000 * this.world.random('starts').float(), () => framework.start());
      }
      this.operator?.start();
      this.#nemesis.start();
      await this.#until(activeMs);
      this.#nemesis.stop();
      await this.#calm();
      this.operator?.finish();
      for (const framework of this.frameworks) framework.isFinishing = true;
      await this.#rest(REST_MAX_MS, () => whatIsOpen(this));
      for (const framework of this.frameworks) framework.teardown();
      await this.#rest(END_MAX_MS, () => findLeaks(this.cluster, this.ledger));
    } catch (error) {
      this.#violation ??= error instanceof Violation ? error : new Violation('no-crash', textOf(error));
    }
    const { steps, nowMs: virtualMs } = this.world;
    const history = this.world.history();
    return { violation: this.#violation, steps, virtualMs, tasks: this.ledger.tasks.size, history };
  }

  async #until(endMs: number): Promise<void> {
    while (await this.world.step(endMs)) {
      if (this.#violation) throw this.#violation;
    }
  }

  /** Work goes on for a while without faults. */
  async #calm(): Promise<void> {
    const check = new OffersCheck();
    await this.#until(this.world.nowMs + CALM_MS / 2);
    for (const endMs = this.world.nowMs + CALM_MS / 2; this.world.nowMs < endMs;) {
      await this.#until(this.world.nowMs + REST_LOOK_MS);
      check.look(this.cluster, this.frameworks);
    }
  }

  /** Runs on until nothing is in the way of rest any more. */
  async #rest(maxMs: number, obstacle: () => Violation | undefined): Promise<void> {
    const endMs = this.world.nowMs + maxMs;
    for (;;) {
      await this.#until(this.world.nowMs + REST_LOOK_MS);
      const open = obstacle();
      if (!open) return;
      if (this.world.nowMs >= endMs) throw open;
    }
  }

  /** A check may stand deep inside promises of the program that is checked: its finding is kept for the loop. */
  #guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#violation ??= error instanceof Violation ? error : new Violation('no-crash', textOf(error));
    }
  }

  #onMasterEvent(master: MasterProcess, event: MasterEvent): void {
    if (event.type === 'persisted') this.#registry.confirmed(`${leaderOf(master)} ${event.id}`);
    this.#checkWriters();
    if (!master.leading) return;
    this.#books.check(master.leading, { all: event.type === 'allocated' });
    const isChecked = event.type === 'allocated' && this.#scenario.nestedLimits;
    if (isChecked) checkQuota(master.leading, event.allocations);
  }

  #onMasterEffect(master: MasterProcess, effect: MasterEffect): void {
    if (effect.type === 'persist') this.#registry.asked(`${leaderOf(master)} ${effect.id}`, copyOf(effect.operation));
    if (effect.type !== 'allocator' || effect.command.type !== 'remove-framework') return;
    this.ledger.removedFrameworks.add(effect.command.frameworkId);
  }

  /** Writes land in the order of the leaders. */
  #checkWriters(): void {
    const { writeEpochs } = this.cluster.coordination;
    for (; this.#writesSeen < writeEpochs.length; this.#writesSeen += 1) {
      const [before = 0, epoch = 0] = [writeEpochs[this.#writesSeen - 1], writeEpochs[this.#writesSeen]];
      if (epoch < before) {
        throw new Violation('one-writer', `a write of epoch ${epoch} landed after one of epoch ${before}`);
      }
    }
  }

  #onAgentEvent(agent: AgentProcess, event: AgentEvent): void {
    const ack = event.type === 'link-event' ? event.event.acknowledge_status : undefined;
    if (ack) this.ledger.acknowledged(startOf(agent), ack.uuid);
  }

  /** What the agent decided before an acknowledgement came may go out behind it: that is no mistake. */
  #onAgentDecided(agent: AgentProcess, effect: AgentEffect): void {
    const status = effect.type === 'send' ? effect.call.update_status?.status : undefined;
    if (status) this.ledger.willSend(startOf(agent), status);
  }

  #onAgentEffect(agent: AgentProcess, effect: AgentEffect): void {
    if (effect.type === 'adopt-agent-id') this.ledger.agentRegistered(agent.name, effect.agentId);
    const status = effect.type === 'send' ? effect.call.update_status?.status : undefined;
    if (status) this.ledger.sent(status);
  }
}

const leaderOf = ({ name, process }: MasterProcess): string => `${name} start ${process.incarnation}`;
const startOf = ({ name, process }: AgentProcess): string => `${name} start ${process.incarnation}`;

function resourcesOf(text: string): Resources {
  const parsed = Resources.parse(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
