// The JSON that masters and agents answer with, as far as it is read here. Fields that older masters, or Apache Mesos,
// may leave out are optional.
import type { Resource } from '@mini-mesos/proto';

/** Numbers of scalars; ranges and sets as text. */
export type ResourcesMessage = { readonly [name: string]: number | string };

export interface AgentMessage {
  readonly id: string;
  readonly hostname: string;
  readonly pid?: string;
  readonly attributes?: { readonly [name: string]: number | string };
  readonly resources?: ResourcesMessage;
  readonly used_resources?: ResourcesMessage;
  readonly offered_resources?: ResourcesMessage;
  readonly active?: boolean;
  readonly deactivated?: boolean;
  /** Seconds since the epoch. */
  readonly registered_time?: number;
  readonly reregistered_time?: number;
  readonly drain_info?: { readonly state?: string };
  /** As messages, by role; only /slaves tells them. */
  readonly reserved_resources_full?: { readonly [role: string]: readonly Resource[] };
}

export interface ContainerIdMessage {
  readonly value: string;
  readonly parent?: ContainerIdMessage;
}

interface StatusMessage {
  readonly state: string;
  /** Seconds since the epoch. */
  readonly timestamp?: number;
  readonly container_status?: { readonly container_id?: ContainerIdMessage };
}

export interface TaskMessage {
  readonly id: string;
  readonly name: string;
  readonly framework_id: string;
  /** Empty for tasks with a command. */
  readonly executor_id: string;
  readonly slave_id: string;
  readonly state: string;
  readonly resources?: ResourcesMessage;
  readonly role?: string;
  readonly statuses?: readonly StatusMessage[];
}

export interface FrameworkMessage {
  readonly id: string;
  readonly name: string;
  readonly user?: string;
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly active?: boolean;
  readonly connected?: boolean;
  readonly recovered?: boolean;
  readonly registered_time?: number;
  readonly unregistered_time?: number;
  readonly used_resources?: ResourcesMessage;
  readonly offered_resources?: ResourcesMessage;
  readonly tasks?: readonly TaskMessage[];
  readonly unreachable_tasks?: readonly TaskMessage[];
  readonly completed_tasks?: readonly TaskMessage[];
}

export interface RoleMessage {
  readonly name: string;
  readonly weight?: number;
  readonly frameworks?: readonly string[];
  readonly resources?: { readonly [name: string]: number };
  readonly allocated?: { readonly [name: string]: number };
  readonly offered?: { readonly [name: string]: number };
  readonly reserved?: { readonly [name: string]: number };
  readonly quota?: {
    readonly guarantee?: { readonly [name: string]: number };
    readonly limit?: { readonly [name: string]: number };
  };
}

/** /frameworks, and a part of /state. */
export interface FrameworksMessage {
  readonly frameworks?: readonly FrameworkMessage[];
  readonly completed_frameworks?: readonly FrameworkMessage[];
}

/** /state of a master. */
export interface StateMessage extends FrameworksMessage {
  readonly id: string;
  readonly version: string;
  readonly pid?: string;
  readonly hostname?: string;
  readonly leader?: string;
  readonly cluster?: string;
  readonly start_time?: number;
  readonly elected_time?: number;
  readonly activated_slaves?: number;
  readonly deactivated_slaves?: number;
  readonly unreachable_slaves?: number;
  readonly slaves?: readonly AgentMessage[];
}

export interface ExecutorMessage {
  readonly id: string;
  readonly container?: string;
  readonly directory: string;
  /** DEFAULT for the executor of pods. */
  readonly type?: string;
  readonly tasks?: readonly { readonly id: string }[];
  readonly queued_tasks?: readonly { readonly id: string }[];
  readonly completed_tasks?: readonly { readonly id: string }[];
}

interface AgentFrameworkMessage {
  readonly id: string;
  readonly executors?: readonly ExecutorMessage[];
  readonly completed_executors?: readonly ExecutorMessage[];
}

/** /state of an agent. */
export interface AgentStateMessage {
  readonly frameworks?: readonly AgentFrameworkMessage[];
  readonly completed_frameworks?: readonly AgentFrameworkMessage[];
}

/** An entry of /files/browse. */
export interface FileMessage {
  readonly path: string;
  /** As ls writes it: `-rw-r--r--`. */
  readonly mode: string;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly nlink?: number;
  readonly uid?: string;
  readonly gid?: string;
}
