// Makes the faults of a scenario happen, and puts everything right when they are over.
import type { Cluster } from '../cluster/cluster.js';
import type { SimProcess } from '../world/process.js';
import type { FrameworkProcess } from '../workload/framework-process.js';
import type { Fault, Scenario } from './scenario.js';

export class Nemesis {
  readonly #cluster: Cluster;
  readonly #frameworks: readonly FrameworkProcess[];
  readonly #scenario: Scenario;
  #isOver = false;

  constructor(cluster: Cluster, frameworks: readonly FrameworkProcess[], scenario: Scenario) {
    this.#cluster = cluster;
    this.#frameworks = frameworks;
    this.#scenario = scenario;
  }

  start(): void {
    for (const fault of this.#scenario.faults) {
      this.#cluster.world.after(fault.atMs, () => !this.#isOver && this.#strike(fault));
    }
  }

  /** All is well from now on. */
  stop(): void {
    const { network, masters, agents } = this.#cluster;
    this.#isOver = true;
    network.healAll();
    network.options = { ...this.#scenario.network, spikeShare: 0, requestLossShare: 0 };
    for (const master of masters) {
      master.process.defuse();
      master.process.resume();
      this.#cluster.startMaster(master);
    }
    for (const agent of agents) {
      agent.process.defuse();
      agent.process.resume();
      this.#cluster.startAgent(agent);
    }
    for (const framework of this.#frameworks) {
      framework.process.resume();
      framework.start();
    }
  }

  #strike(fault: Fault): void {
    const { world, network, coordination } = this.#cluster;
    world.note('fault', describeFault(fault));
    const later = (delayMs: number, run: () => void) => world.after(delayMs, () => !this.#isOver && run());
    switch (fault.type) {
      case 'crash': {
        const process = this.#process(fault.target);
        if (fault.target.startsWith('f')) process?.crash('crashed');
        else process?.crashAfterEffects(fault.afterEffects);
        // One that has nothing to do crashes all the same.
        later(fault.downMs / 2, () => process?.crash('crashed'));
        later(fault.downMs, () => this.#restart(fault.target));
        return;
      }
      case 'power':
        this.#cluster.agents.find(({ name }) => name === fault.target)?.losePower();
        later(fault.downMs, () => this.#restart(fault.target));
        return;
      case 'pause': {
        const process = this.#process(fault.target);
        process?.pause();
        later(fault.forMs, () => process?.resume());
        return;
      }
      case 'partition': {
        const heal = network.partition({ names: new Set(fault.names), direction: fault.direction });
        later(fault.forMs, heal);
        return;
      }
      case 'break-streams':
        for (let left = fault.count; left > 0; left -= 1) network.pickStream()?.break();
        return;
      case 'expire-session':
        return coordination.expireLeader();
      case 'clock': {
        const process = this.#process(fault.target);
        if (process) process.wallOffsetMs += fault.jumpMs;
        if (process) process.timerRate = fault.rate;
        return;
      }
      case 'weather': {
        const before = network.options;
        network.options = fault.network;
        later(fault.forMs, () => (network.options = before === fault.network ? this.#scenario.network : before));
      }
    }
  }

  #process(name: string): SimProcess | undefined {
    const { masters, agents } = this.#cluster;
    return [...masters, ...agents, ...this.#frameworks].find((owner) => owner.name === name)?.process;
  }

  #restart(name: string): void {
    const { masters, agents } = this.#cluster;
    const master = masters.find((one) => one.name === name);
    const agent = agents.find((one) => one.name === name);
    if (master) this.#cluster.startMaster(master);
    else if (agent) this.#cluster.startAgent(agent);
    else this.#frameworks.find((one) => one.name === name)?.start();
  }
}

export function describeFault(fault: Fault): string {
  const { type, atMs: _, ...rest } = fault;
  const fields = Object.entries(rest).map(
    ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  );
  return [type, ...fields].join(' ');
}
