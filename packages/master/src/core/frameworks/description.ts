// What the allocator is told of a framework.
import type { FrameworkDescription } from '@mini-mesos/allocator';
import { Quantities, toMilli } from '@mini-mesos/resources';
import { rolesOf } from '../state/framework.js';
import type { FrameworkRecord } from '../state/framework.js';

export function describe(framework: FrameworkRecord): FrameworkDescription {
  const { info } = framework;
  const minAllocatable = new Map<string, Quantities[]>();
  for (const [role, filters] of Object.entries(info.offer_filters ?? {})) {
    if (!filters.min_allocatable_resources) continue;
    const sets = filters.min_allocatable_resources.quantities ?? [];
    minAllocatable.set(
      role,
      sets.map(({ quantities }) =>
        Quantities.of(Object.entries(quantities ?? {}).map(([name, { value }]) => [name, toMilli(value)])),
      ),
    );
  }
  return {
    roles: rolesOf(info),
    capabilities: (info.capabilities ?? []).flatMap(({ type }) => (type === undefined ? [] : [type])),
    suppressedRoles: [...framework.suppressedRoles].sort(),
    minAllocatable,
    offerConstraints: framework.offerConstraints,
  };
}
