// /roles and /weights.
import { Limits, Quantities } from '@mini-mesos/resources';
import type { MasterState } from '../../state/state.js';
import type { RoleView } from '../roles.js';

export function rolesJson(roles: readonly RoleView[]) {
  return { roles: roles.map(roleJson) };
}

function roleJson({ name, weight, quota, allocated, offered, reserved, consumed, frameworks }: RoleView) {
  return {
    name,
    weight,
    quota: {
      role: name,
      guarantee: Quantities.fromProto(quota.guarantees).toJson(),
      limit: Limits.fromProto(quota.limits).toJson(),
      consumed: consumed.toJson(),
    },
    // From before the split into the next three.
    resources: allocated.plus(offered).toJson(),
    allocated: allocated.toJson(),
    offered: offered.toJson(),
    reserved: reserved.toJson(),
    frameworks,
  };
}

/** Roles whose weight was set, in order of their names. */
export function weightInfos({ registry: { weights } }: MasterState): { role: string; weight: number }[] {
  const roles = [...weights.keys()].sort();
  return roles.map((role) => ({ role, weight: weights.get(role) ?? 1 }));
}
