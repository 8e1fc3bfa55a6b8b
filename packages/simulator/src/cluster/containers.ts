// The containers of one host. They live beside the agent: a crash of the agent leaves them running, the end of the host
// does not. What a task does is decided by whoever set the simulation up.
import type { ContainerConfig, ContainerExit } from '@mini-mesos/agent';
import { containerPath } from '@mini-mesos/agent';
import type { SeededRandom } from '@mini-mesos/daemon';
import type { World, WorldTimer } from '../world/world.js';

/** What the process of a container does. */
export interface Behaviour {
  /** Until it runs. */
  launchMs: number;
  /** Why it cannot be launched. */
  launchFailure?: string | undefined;
  /** Until it exits by itself; undefined: never. */
  runMs: number | undefined;
  exitStatus: number;
  /** Until it ends after SIGTERM; undefined: it takes no notice. */
  terminateMs: number | undefined;
}

export interface ContainerRun {
  readonly path: string;
  readonly config: ContainerConfig;
  state: 'launching' | 'running' | 'ended';
  exit: ContainerExit | undefined;
}

/** The agent that is to hear of its containers. */
export interface ContainerListener {
  launched(path: string): void;
  launchFailed(path: string, message: string): void;
  exited(path: string, exit: ContainerExit): void;
}

export class Containers {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #name: string;
  readonly #behaviourOf: (config: ContainerConfig, random: SeededRandom) => Behaviour;
  readonly runs = new Map<string, ContainerRun>();
  readonly #timers = new Map<string, WorldTimer>();
  readonly #behaviours = new Map<string, Behaviour>();
  listener: ContainerListener | undefined;
  /** For the checks. */
  onChange: (run: ContainerRun) => void = () => undefined;

  constructor(world: World, name: string, behaviourOf: (config: ContainerConfig, random: SeededRandom) => Behaviour) {
    this.#world = world;
    this.#name = name;
    this.#random = world.random(`containers ${name}`);
    this.#behaviourOf = behaviourOf;
  }

  get running(): ContainerRun[] {
    return [...this.runs.values()].filter(({ state }) => state !== 'ended');
  }

  launch(config: ContainerConfig): void {
    const path = containerPath(config.id);
    const behaviour = this.#behaviourOf(config, this.#random);
    const run: ContainerRun = { path, config, state: 'launching', exit: undefined };
    this.runs.set(path, run);
    this.#behaviours.set(path, behaviour);
    this.#world.note(this.#name, `launches ${config.executorId}`);
    this.onChange(run);
    this.#at(path, behaviour.launchMs, () => {
      if (behaviour.launchFailure !== undefined) {
        this.runs.delete(path);
        run.state = 'ended';
        this.onChange(run);
        return this.listener?.launchFailed(path, behaviour.launchFailure);
      }
      run.state = 'running';
      this.onChange(run);
      this.listener?.launched(path);
      if (behaviour.runMs !== undefined)
        this.#at(path, behaviour.runMs, () => this.#end(run, { kind: 'exited', status: behaviour.exitStatus }));
    });
  }

  /** A new agent asks for what an earlier one may have launched. */
  recover(config: ContainerConfig): void {
    const path = containerPath(config.id);
    const run = this.runs.get(path);
    const isGivenUp = run?.state === 'launching' && this.#random.float() < 0.5;
    if (!run || isGivenUp) {
      if (run) this.#remove(run);
      return this.listener?.launchFailed(path, 'the agent ended before it was started');
    }
    if (run.state === 'launching') return;
    this.listener?.launched(path);
    if (run.exit) this.listener?.exited(path, run.exit);
  }

  /** What is not wanted any more ends, and nobody hears of it. */
  destroyLeftovers(isWanted: (path: string) => boolean): void {
    for (const run of [...this.runs.values()]) if (!isWanted(run.path)) this.#remove(run);
  }

  /** The machine went down: no process is left, and how each ended nobody saw. */
  losePower(): void {
    for (const run of this.runs.values()) {
      this.#timers.get(run.path)?.cancel();
      if (run.state !== 'ended') run.exit = { kind: 'unknown', message: 'the machine was started anew' };
      run.state = 'ended';
      this.onChange(run);
    }
  }

  signal(path: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    const run = this.runs.get(path);
    const terminateMs = this.#behaviours.get(path)?.terminateMs;
    if (!run || run.state === 'ended') return;
    if (signal === 'SIGKILL') return this.destroy(path);
    if (terminateMs !== undefined)
      this.#world.after(terminateMs, () => this.#end(run, { kind: 'signaled', signal: 15 }));
  }

  destroy(path: string): void {
    const run = this.runs.get(path);
    if (run) this.#world.after(this.#random.float() * 20, () => this.#end(run, { kind: 'signaled', signal: 9 }));
  }

  /** Nobody asks for it any more. */
  forget(path: string): void {
    this.runs.delete(path);
    this.#behaviours.delete(path);
  }

  #remove(run: ContainerRun): void {
    run.state = 'ended';
    this.#timers.get(run.path)?.cancel();
    this.onChange(run);
    this.forget(run.path);
  }

  #end(run: ContainerRun, exit: ContainerExit): void {
    if (run.state === 'ended' || this.runs.get(run.path) !== run) return;
    for (const child of [...this.runs.values()]) {
      if (child.path.startsWith(`${run.path}.`)) this.#end(child, { kind: 'signaled', signal: 9 });
    }
    this.#timers.get(run.path)?.cancel();
    run.state = 'ended';
    run.exit = exit;
    this.#world.note(this.#name, `sees the end of ${run.config.executorId}: ${exit.kind}`);
    this.onChange(run);
    this.listener?.exited(run.path, exit);
  }

  #at(path: string, delayMs: number, run: () => void): void {
    this.#timers.get(path)?.cancel();
    this.#timers.set(path, this.#world.after(delayMs, run));
  }
}
