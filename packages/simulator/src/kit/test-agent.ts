// An agent of a test cluster, and what a test can do to it.
import type { AgentProcess } from '../cluster/agent-process.js';
import type { Cluster } from '../cluster/cluster.js';
import { taskOf } from './test-task.js';

export class TestAgent {
  readonly #cluster: Cluster;
  readonly #agent: AgentProcess;
  #heal: () => void = () => undefined;

  constructor(cluster: Cluster, agent: AgentProcess) {
    this.#cluster = cluster;
    this.#agent = agent;
  }

  get hostname(): string {
    return this.#agent.name;
  }

  /** Undefined before its first registration, and while it is down. */
  get id(): string | undefined {
    return this.#agent.machine?.state.info.id?.value;
  }

  get isRegistered(): boolean {
    return this.#agent.machine?.isRegistered ?? false;
  }

  get runningTasks(): string[] {
    return this.#agent.containers.running.flatMap(({ config }) => taskOf(config)?.taskId ?? []);
  }

  /** The agent's process ends; tasks go on running. It comes back after `downMs` and takes them up. */
  crash({ downMs = 2_000 }: { downMs?: number } = {}): void {
    this.#agent.process.crash('crashed by the test');
    this.#restart(downMs);
  }

  /** The machine goes down with all that runs on it, and comes back after `downMs`. */
  losePower({ downMs = 30_000 }: { downMs?: number } = {}): void {
    this.#agent.losePower();
    this.#restart(downMs);
  }

  /** Nobody reaches it, and it reaches nobody, until `heal`. Its tasks go on running. */
  partition(): void {
    this.#heal();
    this.#heal = this.#cluster.network.partition({ names: new Set([this.hostname]), direction: 'both' });
  }

  heal(): void {
    this.#heal();
  }

  #restart(downMs: number): void {
    this.#cluster.world.after(downMs, () => this.#cluster.startAgent(this.#agent));
  }
}
