// What an allocator shows of itself, for metrics and for people.
import { Quantities } from '@mini-mesos/resources';
import type { Resources } from '@mini-mesos/resources';
import type { Unavailability } from '@mini-mesos/proto';
import type { Quota } from './quota/quota.js';
import type { AgentState } from './state/agent-state.js';
import type { Cluster } from './state/cluster.js';
import type { RoleNode } from './state/role-tree.js';

export interface RoleView {
  readonly role: string;
  readonly weight: number;
  readonly quota: Quota;
  /** Subscribed to the role, or still holding something of it; in order of ids. */
  readonly frameworkIds: readonly string[];
  /** What frameworks hold in exactly this role, divided by the role's weight; undefined where there are none. */
  readonly dominantShare: number | undefined;
  /** Scalars offered or allocated to frameworks in exactly this role. */
  readonly offeredOrAllocated: Quantities;
  /** Scalars reserved to the role and the roles below it. */
  readonly reserved: Quantities;
  /** What counts against the quota of the role: reservations, and unreserved scalars offered or allocated. */
  readonly consumed: Quantities;
  /** Offer filters of frameworks in the role. */
  readonly activeFilters: number;
}

export interface AgentView {
  readonly agentId: string;
  readonly isActive: boolean;
  readonly total: Resources;
  /** Neither offered nor allocated; shared volumes always. */
  readonly available: Resources;
  /** Offered or allocated, by framework id. */
  readonly held: ReadonlyMap<string, Resources>;
  readonly unavailability: Unavailability | undefined;
}

export function viewRole({ roleSorter, filters }: Cluster, node: RoleNode): RoleView {
  const { role, weight, quota, reserved, consumed } = node;
  const isClient = roleSorter.has(role);
  return {
    role,
    weight,
    quota,
    frameworkIds: [...node.frameworkIds].sort(),
    dominantShare: isClient ? roleSorter.shareOf(role) : undefined,
    offeredOrAllocated: isClient ? roleSorter.quantitiesOf(role) : Quantities.EMPTY,
    reserved,
    consumed,
    activeFilters: filters.countByRole.get(role) ?? 0,
  };
}

export function viewAgent({ id, isActive, total, available, held, unavailability }: AgentState): AgentView {
  return { agentId: id, isActive, total, available, held: new Map(held), unavailability };
}
