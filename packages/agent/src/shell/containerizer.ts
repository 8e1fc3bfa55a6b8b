// The interfaces behind which containers are made, so that cgroups and Docker can stand beside plain processes without
// the core knowing. A containerizer owns whole containers; the Mesos one is built from a launcher, which starts and
// supervises processes, and isolators, which prepare, measure and clean up.
import type { ContainerID, ResourceStatistics } from '@mini-mesos/proto';
import type { ContainerConfig } from '../core/effects.js';
import type { LaunchedStatus } from '../core/events.js';
import type { Resource } from '@mini-mesos/proto';
import type { ContainerExit } from '../core/signals.js';

/** What happens to containers. Each launch ends in exactly one of `launchFailed` and `exited`. */
export interface ContainerEvents {
  launched(container: string, status: LaunchedStatus): void;
  launchFailed(container: string, message: string): void;
  exited(container: string, exit: ContainerExit): void;
}

/** What is used at this moment; what cannot be measured is left out. */
export type Usage = Omit<ResourceStatistics, 'timestamp'>;

/** A container that was launched and has not ended. */
export interface LiveContainer {
  readonly path: string;
  readonly id: ContainerID;
  readonly config: ContainerConfig;
  readonly resources: readonly Resource[];
  /** Undefined until it is launched. */
  readonly status: LaunchedStatus | undefined;
}

export interface Containerizer {
  /** Returns at once; events tell the rest. */
  launch(config: ContainerConfig): void;
  /** Takes up a container that an earlier run of the agent may have launched; events tell what became of it. */
  recover(config: ContainerConfig): void;
  /** Its end was taken in: what was kept to tell it goes. */
  forget(container: string): void;
  update(container: string, resources: Resource[]): void;
  /** To all processes of the container. */
  signal(container: string, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Children first, whatever state it is in. */
  destroy(container: string): void;
  list(): LiveContainer[];
  /** Of these containers, in one sampling. */
  usage(containers: readonly string[]): Promise<Map<string, Usage>>;
  /** Lets go of the machine; containers that run go on running. */
  close(): Promise<void>;
}

/** Who a process runs as. */
export interface RunAs {
  name: string;
  uid: number;
  gid: number;
}

export interface LaunchRequest {
  readonly container: string;
  readonly process: NonNullable<ContainerConfig['process']>;
  readonly environment: ContainerConfig['environment'];
  /** Undefined: as the agent. */
  readonly runAs: RunAs | undefined;
  readonly sandbox: string;
  /** It goes on running when the agent is gone, for as long as a recovery may take. */
  readonly outlivesAgent: boolean;
}

export interface LauncherEvents {
  launched(container: string, pid: number): void;
  exited(container: string, exit: ContainerExit): void;
}

/** Starts processes and watches them. What it starts outlives the agent. */
export interface Launcher {
  /** Throws where the request cannot be expressed, or cannot be written down. `launched` or `exited` follows. */
  launch(request: LaunchRequest): void;
  /**
   * Of an earlier run of the agent. False where it was never started, and never will be; else `launched` and `exited`
   * follow, the first at once where it is known already.
   */
  recover(container: string, sandbox: string): boolean;
  /** What was written down about a container that has ended goes. */
  forget(container: string): void;
  signal(container: string, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** SIGKILL to every process of it until none is left; `exited` follows. */
  destroy(container: string): void;
  usage(containers: readonly string[]): Map<string, Usage>;
  close(): Promise<void>;
}

/** One aspect of containers. The order of isolators is fixed; they are cleaned up in reverse. */
export interface Isolator {
  readonly name: string;
  /** Before anything is fetched or run. A rejection fails the launch with its message. */
  prepare(config: ContainerConfig, runAs: RunAs | undefined): Promise<void>;
  cleanup(config: ContainerConfig): Promise<void>;
}
