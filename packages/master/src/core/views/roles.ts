// The roles of the cluster with all that is theirs (Mesos: RoleResourceBreakdown and knownRoles in
// src/master/master.cpp). What a role holds includes what the roles below it hold.
import type { quota } from '@mini-mesos/proto';
import { isReserved, Quantities, roleAncestors } from '@mini-mesos/resources';
import type { Resources } from '@mini-mesos/resources';
import type { FrameworkId } from '@mini-mesos/wire';
import type { MasterConfig } from '../config.js';
import { rolesOf } from '../state/framework.js';
import type { MasterState } from '../state/state.js';

/** Of a role that nobody gave another one. */
const WEIGHT_DEFAULT = 1;

export interface RoleView {
  readonly name: string;
  readonly weight: number;
  readonly quota: quota.QuotaConfig;
  /** By tasks and executors. */
  readonly allocated: Quantities;
  readonly offered: Quantities;
  readonly reserved: Quantities;
  /** What counts against the quota: allocated, or reserved and free. */
  readonly consumed: Quantities;
  /** Subscribed to it, or holding resources in it. */
  readonly frameworks: readonly FrameworkId[];
}

/** The whole tree as one role: what `allocator/mesos/quota/roles//…` counts. */
export interface RolesView {
  readonly roles: readonly RoleView[];
  readonly consumedByAll: Quantities;
}

export function rolesView(state: MasterState, config: MasterConfig): RolesView {
  const tallies = tally(state);
  const names = knownRoles(state, { config, tallies });
  const roles = names.map((name): RoleView => {
    const allocated = tallies.allocated.under(name);
    const reserved = tallies.reserved.under(name);
    return {
      name,
      weight: state.registry.weights.get(name) ?? WEIGHT_DEFAULT,
      quota: state.registry.quotas.get(name) ?? { role: name },
      allocated,
      offered: tallies.offered.under(name),
      reserved,
      consumed: allocated.plus(reserved.minus(tallies.usedReserved.under(name))),
      frameworks: [...(tallies.frameworks.get(name) ?? [])],
    };
  });
  const { allocated, reserved, usedReserved } = tallies;
  return { roles, consumedByAll: allocated.all().plus(reserved.all().minus(usedReserved.all())) };
}

/** Quantities by role, to which those of a role's descendants are added. */
class RoleTally {
  readonly #own = new Map<string, Quantities[]>();
  readonly #under = new Map<string, Quantities[]>();

  add(role: string, quantities: Quantities): void {
    append(this.#own, role, quantities);
    for (const name of [role, ...roleAncestors(role)]) append(this.#under, name, quantities);
  }

  under(role: string): Quantities {
    return Quantities.sum(this.#under.get(role) ?? []);
  }

  all(): Quantities {
    return Quantities.sum([...this.#own.values()].flat());
  }

  roles(): Iterable<string> {
    return this.#own.keys();
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

interface Tallies {
  readonly allocated: RoleTally;
  readonly offered: RoleTally;
  readonly reserved: RoleTally;
  readonly usedReserved: RoleTally;
  readonly frameworks: Map<string, Set<FrameworkId>>;
}

function tally(state: MasterState): Tallies {
  const tallies: Tallies = {
    allocated: new RoleTally(),
    offered: new RoleTally(),
    reserved: new RoleTally(),
    usedReserved: new RoleTally(),
    frameworks: new Map(),
  };
  const track = (role: string, id: FrameworkId) => {
    const ids = tallies.frameworks.get(role);
    if (ids) ids.add(id);
    else tallies.frameworks.set(role, new Set([id]));
  };
  for (const framework of state.frameworks.values()) {
    for (const role of rolesOf(framework.info)) track(role, framework.id);
  }
  for (const agent of state.agents.values()) {
    addReservations(tallies.reserved, agent.total);
    for (const [id, used] of agent.used) {
      addReservations(tallies.usedReserved, used);
      for (const [role, quantities] of allocatedByRole(used)) {
        tallies.allocated.add(role, quantities);
        track(role, id);
      }
    }
  }
  for (const offer of state.offers.values()) {
    tallies.offered.add(offer.role, offer.resources.quantities());
    track(offer.role, offer.frameworkId);
  }
  return tallies;
}

/** Most frameworks have one role, for which nothing need be taken apart: resources remember their quantities. */
function allocatedByRole(used: Resources): Iterable<readonly [role: string, quantities: Quantities]> {
  const role = used.items[0]?.allocationRole;
  if (role !== undefined && used.items.every((item) => item.allocationRole === role)) {
    return [[role, used.quantities()]];
  }
  return [...used.allocatedByRole()].map(([role, resources]) => [role, resources.quantities()]);
}

function addReservations(to: RoleTally, resources: Resources): void {
  if (!resources.items.some((item) => isReserved(item))) return;
  for (const [role, reserved] of resources.reservedByRole()) to.add(role, reserved.quantities());
}

/** Sorted. With a whitelist of roles only those of it. */
function knownRoles(state: MasterState, { config, tallies }: { config: MasterConfig; tallies: Tallies }): string[] {
  const named = config.roleWhitelist ?? [
    ...tallies.frameworks.keys(),
    ...tallies.reserved.roles(),
    ...state.registry.weights.keys(),
    ...state.registry.quotas.keys(),
  ];
  return [...new Set([...named].flatMap((role) => [role, ...roleAncestors(role)]))].sort();
}
