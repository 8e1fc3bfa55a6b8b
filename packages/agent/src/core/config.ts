// What the machine knows from its flags and its machine: values that do not change while it runs.
import type { Attribute, DomainInfo } from '@mini-mesos/proto';
import type { Resources } from '@mini-mesos/resources';

export interface AgentConfig {
  version: string;
  hostname: string;
  /** The address of the agent's HTTP server, as others dial it. */
  ip: string;
  port: number;
  /** The total from the command line or from detection, without what was reserved dynamically. */
  resources: Resources;
  /** Dynamic reservations and volumes that an earlier run made durable. */
  checkpointedResources: Resources;
  attributes: Attribute[];
  domain?: DomainInfo | undefined;
  /** Absolute. */
  workDir: string;
  /** Where command executors would be in a Mesos installation; shown to clients, nothing is run from it. */
  launcherDir: string;
  /** Run tasks as their user; without it as the user of the agent. */
  switchUser: boolean;
  /** Inherited by every executor; undefined for none. */
  executorEnvironment: { [name: string]: string } | undefined;
  registrationBackoffFactorMs: number;
  executorRegistrationTimeoutMs: number;
  executorReregistrationTimeoutMs: number;
  executorShutdownGracePeriodMs: number;
  recoveryTimeoutMs: number;
  gcDelayMs: number;
  /** Share of the disk that should stay free: 0 to 1. */
  gcDiskHeadroom: number;
  diskWatchIntervalMs: number;
  maxCompletedExecutorsPerFramework: number;
}
