// What the machine wants done. The shell performs effects in order; an effect that can fail reports back as an event.
import type { AgentInfo, CommandInfo, ContainerID, ContainerInfo, executor, link, Resource } from '@mini-mesos/proto';
import type { CheckpointRecord } from './checkpoint/records.js';
import type { Leader, PersistedResources } from './events.js';

/** What a container runs. Without a process a container is a sandbox that holds others: a pod's executor. */
export interface ContainerProcess {
  /** True: `/bin/sh -c value`. False: the program `value` with `arguments`, the first of which is its own name. */
  shell: boolean;
  value: string;
  arguments: string[];
}

export interface VolumeLink {
  /** Where in the sandbox, relative. */
  containerPath: string;
  /** A directory on this machine. */
  source: string;
  readOnly: boolean;
}

export interface ContainerConfig {
  id: ContainerID;
  frameworkId: string;
  executorId: string;
  process: ContainerProcess | undefined;
  /** Images, volumes, networks as the framework asked for them: a containerizer refuses what it cannot give. */
  container: ContainerInfo | undefined;
  /** Later entries win over earlier ones of the same name. */
  environment: (readonly [name: string, value: string])[];
  /** Undefined: the agent's own user. */
  user: string | undefined;
  uris: CommandInfo.URI[];
  sandbox: string;
  /** A symbolic link to the sandbox that is (re)made: `runs/latest`, or `tasks/<task id>` of a pod. */
  sandboxLink: string;
  volumes: VolumeLink[];
  /** Its framework asked for checkpoints: it outlives the agent. Others end with it. */
  outlivesAgent: boolean;
  /** What it was given: limits and statistics are derived from it. */
  resources: Resource[];
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type Effect =
  | { type: 'log'; level: LogLevel; message: string; fields?: { [name: string]: unknown } | undefined }
  /** Replaces a timer with the same key. */
  | { type: 'set-timer'; key: string; delayMs: number }
  | { type: 'cancel-timer'; key: string }
  /** Dials the leader with this first call. One link is open at a time: an older generation is closed before. */
  | { type: 'open-link'; generation: number; leader: Leader; call: link.Call }
  | { type: 'send'; generation: number; call: link.Call }
  | { type: 'close-link'; generation: number }
  /** The agent has its id: make its directory and `slaves/latest`, and remember it. */
  | { type: 'adopt-agent-id'; agentId: string; info: AgentInfo }
  /** The next start is that of a new agent. */
  | { type: 'forget-agent' }
  /** Written down before any later effect is performed that others see; a promise (`isPromise`) is synced too. */
  | { type: 'checkpoint'; record: CheckpointRecord }
  | { type: 'tunnel'; generation: number; request: link.TunnelRequest }
  | { type: 'launch-container'; config: ContainerConfig }
  /**
   * An earlier run of the agent may have launched it. Where it did, `container-launched` is reported, and then or later
   * `container-exited`; where it did not come to that, `container-launch-failed`, and it never runs.
   */
  | { type: 'recover-container'; config: ContainerConfig }
  /** Its end was taken in: nothing needs to be kept of it any more. */
  | { type: 'forget-container'; container: string }
  /** New resources for a container whose tasks changed. */
  | { type: 'update-container'; container: string; resources: Resource[] }
  /** To the process and every descendant of it. */
  | { type: 'signal-container'; container: string; signal: 'SIGTERM' | 'SIGKILL' }
  /** Whatever state it is in: an exit follows. */
  | { type: 'destroy-container'; container: string }
  /**
   * Makes a sandbox readable under these names in the files service as soon as it is made, or at once where it is there;
   * `detach-files` ends it.
   */
  | { type: 'attach-files'; directory: string; names: string[]; isThere?: boolean }
  | { type: 'detach-files'; names: string[] }
  | { type: 'answer-executor'; request: number; status: number; text: string }
  /** Answers 200 with a stream of events, which `executor-event` writes to. */
  | { type: 'open-executor-stream'; request: number }
  | { type: 'executor-event'; connection: number; event: executor.Event }
  | { type: 'close-executor-stream'; connection: number }
  /** Durable before `resources-persisted` is reported. */
  | ({ type: 'persist-resources'; token: number } & PersistedResources)
  | { type: 'measure-disk' }
  | { type: 'remove-paths'; paths: string[] }
  /** Nothing is left to do: the agent ends. */
  | { type: 'terminate'; message: string };
