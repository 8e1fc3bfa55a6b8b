// What the machine consumes. Written down in order, with the times, these are its journal: replaying them on a machine
// with the same configuration and the same random bytes gives the same state.
import type { ContainerStatus, executor, link } from '@mini-mesos/proto';
import type { Resources } from '@mini-mesos/resources';
import type { ContainerExit } from './signals.js';

/** Where the leading master listens. */
export interface Leader {
  /** `host:port` of its HTTP server. */
  address: string;
  /** For people; where only the address is known, its host. */
  hostname: string;
}

/** What a containerizer knows of a container that runs. */
export type LaunchedStatus = Omit<ContainerStatus, 'container_id'>;

/** A v1 executor call that was read and found well formed. `request` names the HTTP request that waits for an answer. */
export interface ExecutorRequest {
  request: number;
  call: executor.Call;
}

export type AgentEvent =
  /** Somebody else leads, or nobody. */
  | { type: 'leader-detected'; leader: Leader | undefined }
  /** From the link that was opened as `generation`. */
  | { type: 'link-event'; generation: number; event: link.Event }
  /** The link could not be opened, was refused, or broke. `redirect` is where a master that does not lead pointed to. */
  | { type: 'link-closed'; generation: number; reason: string; redirect?: Leader | undefined }
  | { type: 'timer'; key: string }
  /** Containers are named by `containerPath`. Every launch is followed by exactly one of launch-failed and exited. */
  | { type: 'container-launched'; container: string; status: LaunchedStatus }
  | { type: 'container-launch-failed'; container: string; message: string }
  | { type: 'container-exited'; container: string; exit: ContainerExit }
  | { type: 'executor-call'; request: ExecutorRequest }
  /** The stream of a subscribed executor ended. It is named by the request that opened it. */
  | { type: 'executor-disconnected'; connection: number }
  /** The answer to `persist-resources`. */
  | { type: 'resources-persisted'; token: number; error?: string | undefined }
  /** Directories of executors that an earlier run of the agent ended, or of earlier agents; oldest first. */
  | { type: 'directories-found'; directories: { path: string; sinceMs: number }[] }
  /** Share of the work directory's disk in use, 0 to 1. Asked for by `measure-disk`. */
  | { type: 'disk-usage'; usage: number }
  | { type: 'paths-removed'; removed: number; failed: number }
  | { type: 'tunnel-answered'; generation: number; response: link.TunnelResponse }
  /** The operator ends the agent and its tasks: it leaves the cluster. */
  | { type: 'shutdown'; message: string }
  /** The operator ends the agent, which will be back: only tasks of frameworks without checkpointing end with it. */
  | { type: 'stop'; message: string };

/** Resources that must survive the agent: dynamic reservations and persistent volumes. */
export interface PersistedResources {
  resources: Resources;
  /** Directories of volumes that are new. */
  created: string[];
  /** Directories of volumes that are gone: they are removed with all that is in them. */
  destroyed: string[];
}
