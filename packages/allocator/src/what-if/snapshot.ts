// A cluster at one moment, as plain data: what a master's state says, without anything of a master's.
import type { AgentInfo, Attribute, DomainInfo, FrameworkInfo, Resource, scheduler } from '@mini-mesos/proto';

export interface SnapshotAgent {
  readonly id: string;
  readonly hostname: string;
  readonly total: readonly Resource[];
  /** Default: true. */
  readonly isActive?: boolean | undefined;
  readonly attributes?: readonly Attribute[] | undefined;
  /** Default: all that an agent of today can do. */
  readonly capabilities?: readonly AgentInfo.Capability.Type[] | undefined;
  readonly domain?: DomainInfo | undefined;
}

/** What a framework uses on an agent, without what is offered to it; every resource says its role in allocation_info. */
export interface SnapshotUse {
  readonly agentId: string;
  readonly resources: readonly Resource[];
}

export interface SnapshotFramework {
  readonly id: string;
  readonly name?: string | undefined;
  readonly roles: readonly string[];
  /** Default: true. */
  readonly isActive?: boolean | undefined;
  readonly capabilities?: readonly FrameworkInfo.Capability.Type[] | undefined;
  readonly suppressedRoles?: readonly string[] | undefined;
  readonly offerConstraints?: scheduler.OfferConstraints | undefined;
  readonly used: readonly SnapshotUse[];
}

/** Thousandths by name of resource would be exact; these are units, as the operator endpoints carry them. */
export type Amounts = Readonly<Record<string, number>>;

export interface SnapshotRole {
  readonly role: string;
  /** Default: 1. */
  readonly weight?: number | undefined;
  readonly guarantees?: Amounts | undefined;
  readonly limits?: Amounts | undefined;
}

export interface ClusterSnapshot {
  readonly agents: readonly SnapshotAgent[];
  readonly frameworks: readonly SnapshotFramework[];
  /** Those with weight or quota. */
  readonly roles: readonly SnapshotRole[];
}

/** What is to be different. */
export interface Changes {
  /** By role. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** By role; replaces its quota, and an empty one removes it. */
  readonly quotas?:
    Readonly<Record<string, { guarantees?: Amounts | undefined; limits?: Amounts | undefined }>> | undefined;
  /** Agents that go. */
  readonly withoutAgents?: readonly string[] | undefined;
  /** Frameworks that go. */
  readonly withoutFrameworks?: readonly string[] | undefined;
}
