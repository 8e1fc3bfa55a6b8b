// How much of each resource of the cluster, or of an agent, is used, on offer and free.
import { sortedNames, sumOf } from './quantities.js';
import type { Quantities } from './quantities.js';
import type { AgentRow } from './rows.js';

export interface Capacity {
  readonly name: string;
  readonly total: number;
  readonly used: number;
  readonly offered: number;
}

/** A flat answer of /metrics/snapshot. */
export type Metrics = { readonly [name: string]: number };

/** Shown even where there is none of it. */
const ALWAYS = ['cpus', 'mem', 'disk'];
const BARS = [...ALWAYS, 'gpus'];

export function capacities(of: { total: Quantities; used: Quantities; offered: Quantities }): Capacity[] {
  const names = BARS.filter((name) => ALWAYS.includes(name) || (of.total[name] ?? 0) > 0);
  return names.map((name) => ({
    name,
    total: of.total[name] ?? 0,
    used: of.used[name] ?? 0,
    offered: of.offered[name] ?? 0,
  }));
}

/**
 * Of the whole cluster: from the master's metrics, which cost it little however many agents there are; of a master that
 * has no such metrics, from the agents.
 */
export function clusterCapacity(metrics: Metrics | undefined, agents: Iterable<AgentRow>): Capacity[] {
  if (metrics?.['master/cpus_total'] !== undefined) {
    const figures = (kind: 'total' | 'used') =>
      Object.fromEntries(BARS.map((name) => [name, metrics[`master/${name}_${kind}`] ?? 0]));
    const used = figures('used');
    const offered = BARS.map((name): [string, number] => {
      const both = metrics[`allocator/mesos/resources/${name}/offered_or_allocated`] ?? 0;
      return [name, Math.max(0, both - (used[name] ?? 0))];
    });
    return capacities({ total: figures('total'), used, offered: Object.fromEntries(offered) });
  }
  const rows = [...agents];
  return capacities({
    total: sumOf(rows.map(({ total }) => total)),
    used: sumOf(rows.map(({ allocated }) => allocated)),
    offered: sumOf(rows.map(({ offered }) => offered)),
  });
}

export interface Reservation {
  /** '' for what nobody reserved. */
  readonly role: string;
  readonly total: Quantities;
  readonly used: Quantities;
  readonly offered: Quantities;
}

type WithReservation = {
  readonly reservations?: readonly { readonly role?: string | undefined }[] | undefined;
  readonly role?: string | undefined;
};

/** A refined reservation belongs to the role that it was refined for, which is the last one. */
export function reservedTo({ reservations, role }: WithReservation): string {
  const last = reservations?.at(-1)?.role;
  return last ?? (role === undefined || role === '*' ? '' : role);
}

/** What of an agent is reserved to whom. What nobody reserved comes first. */
export function reservationsOf<R extends WithReservation>(
  agent: { total?: readonly R[] | undefined; used?: readonly R[] | undefined; offered?: readonly R[] | undefined },
  quantities: (resources: readonly R[]) => Quantities,
): Reservation[] {
  const roles = new Set(['', ...(agent.total ?? []).map(reservedTo)]);
  const of = (resources: readonly R[] | undefined, role: string) =>
    quantities((resources ?? []).filter((resource) => reservedTo(resource) === role));
  return [...roles].sort().map((role) => ({
    role,
    total: of(agent.total, role),
    used: of(agent.used, role),
    offered: of(agent.offered, role),
  }));
}

/** All resource names that occur in any of them. */
export function namesIn(all: readonly Quantities[]): string[] {
  return sortedNames(
    all.flatMap((quantities) => Object.keys(quantities).filter((name) => (quantities[name] ?? 0) > 0)),
  );
}
