// A cluster in memory for the tests of a scheduler: real masters' and agents' cores on virtual time. The scheduler is made
// as always, with the SDK, and given `cluster.connect()`; its code runs unchanged. Time stands still but for `advance`
// and `until`, so a test of an hour takes milliseconds and gives the same every time.
import type { ContainerConfig } from '@mini-mesos/agent';
import type { SchedulerOptions } from '@mini-mesos/scheduler-sdk';
import { Cluster } from '../cluster/cluster.js';
import type { Behaviour } from '../cluster/containers.js';
import { sdkPorts } from '../cluster/sdk-ports.js';
import { QUIET_NETWORK } from '../world/network.js';
import { SimProcess } from '../world/process.js';
import { World } from '../world/world.js';
import type { Happening } from '../world/world.js';
import { TestAgent } from './test-agent.js';
import { outcomeOf, taskOf } from './test-task.js';
import type { TaskOutcome, TestTask } from './test-task.js';

/** Virtual milliseconds that `until` waits unless told otherwise. */
const UNTIL_MAX_MS = 60_000;
/** What takes no time to speak of. */
const MOMENT_MS = 1;

export interface TestClusterOptions {
  /** What each agent has, as for `--resources`. Default: one agent with cpus:4;mem:4096;disk:10240. */
  agents?: readonly string[] | undefined;
  /** Default 1. With more, another leads soon after `failOver`. */
  masters?: number | undefined;
  /** Chance: delays, ids, the order of offers. The same seed gives the same run. Default 1. */
  seed?: number | undefined;
  /** What tasks do. Default: `sleep SECONDS; exit STATUS` does that, any other command exits with 0 after a second. */
  tasks?: ((task: TestTask) => TaskOutcome) | undefined;
}

export class TestCluster {
  readonly agents: readonly TestAgent[];
  readonly #world: World;
  readonly #cluster: Cluster;
  #connections = 0;
  #heal: () => void = () => undefined;

  /** Starts at once; the first offers need some seconds of virtual time. */
  constructor(options: TestClusterOptions = {}) {
    const { agents = ['cpus:4;mem:4096;disk:10240'], masters = 1, seed = 1, tasks = outcomeOf } = options;
    this.#world = new World(seed);
    this.#cluster = new Cluster(this.#world, {
      masterCount: masters,
      agents,
      network: QUIET_NETWORK,
      behaviourOf: (config) => behaviour(config, tasks),
    });
    this.agents = this.#cluster.agents.map((agent) => new TestAgent(this.#cluster, agent));
    this.#cluster.start();
  }

  /** Virtual milliseconds since the cluster began. */
  get nowMs(): number {
    return this.#world.nowMs;
  }

  /** Tasks whose process is there now, on whatever agent. */
  get runningTasks(): string[] {
    return this.agents.flatMap(({ runningTasks }) => runningTasks);
  }

  /** Options for `new Scheduler({ ...cluster.connect(), framework })`: one call for each scheduler. */
  connect(): Required<Pick<SchedulerOptions, 'clock' | 'random' | 'transport' | 'detector'>> {
    const process = new SimProcess(this.#world, `scheduler-${this.#connections++}`);
    process.start();
    return sdkPorts(process, this.#cluster.network, this.#cluster.coordination);
  }

  /** Lets `byMs` virtual milliseconds go by, with all that happens in them. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#world.nowMs + byMs;
    do await this.#world.settle();
    while (await this.#world.step(endMs));
  }

  /** Lets time go by until `condition` holds. Rejects where it does not within `withinMs` of virtual time. */
  async until(condition: () => boolean, { withinMs = UNTIL_MAX_MS }: { withinMs?: number } = {}): Promise<void> {
    const endMs = this.#world.nowMs + withinMs;
    await this.#world.settle();
    while (!condition()) {
      if (!(await this.#world.step(endMs))) throw new Error(this.#waitedInVain(condition, withinMs));
      await this.#world.settle();
    }
  }

  /** The leading master crashes and comes back after `downMs`; meanwhile another one leads, where there is one. */
  failOver({ downMs = 5_000 }: { downMs?: number } = {}): void {
    const { leader } = this.#cluster;
    if (!leader) throw new Error('cannot fail over: no master leads; advance the time first');
    leader.process.crash('failed over by the test');
    this.#world.after(downMs, () => this.#cluster.startMaster(leader));
  }

  /** Cuts the schedulers off from the masters, until `heal`. */
  partitionSchedulers(): void {
    const names = new Set(Array.from({ length: this.#connections }, (_, index) => `scheduler-${index}`));
    this.#heal();
    this.#heal = this.#cluster.network.partition({ names, direction: 'both' });
  }

  heal(): void {
    this.#heal();
  }

  /** What happened last, oldest first: for the message of a failing test. */
  history(count = 50): readonly Happening[] {
    return this.#world.history(count);
  }

  #waitedInVain(condition: () => boolean, withinMs: number): string {
    const last = this.history(12).map(({ atMs, who, what }) => `  ${(atMs / 1000).toFixed(3)} ${who} ${what}`);
    return [`after ${withinMs} virtual ms it is still not so: ${condition.toString()}`, ...last].join('\n');
  }
}

function behaviour(config: ContainerConfig, tasks: (task: TestTask) => TaskOutcome): Behaviour {
  const task = taskOf(config);
  // The container of a pod's executor runs nothing and stays until it is destroyed.
  if (!task) return { launchMs: MOMENT_MS, runMs: undefined, exitStatus: 0, terminateMs: MOMENT_MS };
  const { launchMs = MOMENT_MS, launchFailure, runMs, exitStatus = 0, terminateMs = MOMENT_MS } = tasks(task);
  return {
    launchMs,
    launchFailure,
    exitStatus,
    runMs: runMs === 'for ever' ? undefined : runMs,
    terminateMs: terminateMs === 'never' ? undefined : terminateMs,
  };
}
