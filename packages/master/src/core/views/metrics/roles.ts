// The allocator's metrics by role.
import { fromMilli, Limits, Quantities } from '@mini-mesos/resources';
import { rolesOf } from '../../state/framework.js';
import type { MasterState } from '../../state/state.js';
import type { RolesView } from '../roles.js';

/** What only the allocator knows; an Allocator is one. Roles that it does not name count as 0. */
export interface AllocatorView {
  readonly roles: readonly {
    readonly role: string;
    /** The part of the cluster that a role has of the resource of which it has most, divided by its weight. */
    readonly dominantShare: number | undefined;
  }[];
  /** Filters that keep resources from frameworks of a role. */
  readonly activeFilters: ReadonlyMap<string, number>;
}

type Values = Iterable<readonly [name: string, value: number]>;

export function* roleMetrics(state: MasterState, view: RolesView, allocator: AllocatorView | undefined): Values {
  const prefix = 'allocator/mesos';
  const subscribed = new Set([...state.frameworks.values()].flatMap(({ info }) => rolesOf(info)));
  const shares = new Map(allocator?.roles.map(({ role, dominantShare }) => [role, dominantShare]));
  yield* amounts(`${prefix}/quota/roles//resources`, 'consumed', view.consumedByAll.entries);
  for (const { name, consumed, allocated, offered, quota } of view.roles) {
    const resources = `${prefix}/quota/roles/${name}/resources`;
    yield* amounts(resources, 'consumed', consumed.entries);
    if (quota.guarantees || quota.limits) {
      yield* amounts(resources, 'guarantee', Quantities.fromProto(quota.guarantees).entries);
      yield* amounts(resources, 'limit', Limits.fromProto(quota.limits).entries);
      yield* amounts(resources, 'offered_or_allocated', allocated.plus(offered).entries);
    }
    yield [`${prefix}/offer_filters/roles/${name}/active`, allocator?.activeFilters.get(name) ?? 0];
    if (subscribed.has(name)) {
      yield [`${prefix}/roles/${name}/shares/dominant`, shares.get(name) ?? 0];
    }
  }
}

function* amounts(prefix: string, kind: string, entries: readonly { name: string; milli: number }[]): Values {
  for (const { name, milli } of entries) yield [`${prefix}/${name}/${kind}`, fromMilli(milli)];
}
