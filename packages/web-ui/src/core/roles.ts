// Roles as a tree with their shares. The share of a role is the largest part of any one resource of the cluster that it
// holds or is offered (dominant share); divided by the weight it is what the allocator compares.
import type { FrameworkRow } from './rows.js';
import { quantitiesOf, sumOf } from './quantities.js';
import type { Quantities } from './quantities.js';

/** One role of GET /roles. */
export interface RoleMessage {
  readonly name: string;
  readonly weight: number;
  readonly quota?: { readonly guarantee?: Quantities; readonly limit?: Quantities; readonly consumed?: Quantities };
  readonly allocated?: Quantities;
  readonly offered?: Quantities;
  readonly reserved?: Quantities;
  readonly frameworks: readonly string[];
}

export interface Share {
  /** From 0 to 1. */
  readonly dominant: number;
  /** The resource that it is the share of; '' where it is nothing. */
  readonly resource: string;
  readonly weighted: number;
}

export interface RoleNode extends Required<Omit<RoleMessage, 'quota'>> {
  /** The last part of the name: 'dev' of 'eng/dev'. */
  readonly label: string;
  readonly depth: number;
  readonly guarantee: Quantities;
  readonly limit: Quantities;
  readonly consumed: Quantities;
  readonly share: Share;
  readonly children: readonly RoleNode[];
}

/** `total` holds what is divided by share: scalars only, and without the resources that are left out by a flag. */
export function shareOf(held: Quantities, total: Quantities, weight: number): Share {
  let dominant = 0;
  let resource = '';
  for (const name of Object.keys(total).sort()) {
    const whole = total[name] ?? 0;
    const part = whole > 0 ? (held[name] ?? 0) / whole : 0;
    if (part > dominant) {
      dominant = part;
      resource = name;
    }
  }
  return { dominant, resource, weighted: weight > 0 ? dominant / weight : dominant };
}

/** What the allocator divides: --fair_sharing_excluded_resource_names=gpus,... names what it leaves out. */
export function dividedTotal(total: Quantities, excluded: string | undefined): Quantities {
  const left = new Set((excluded ?? '').split(',').map((name) => name.trim()));
  return Object.fromEntries(Object.entries(total).filter(([name]) => !left.has(name)));
}

/** Roots first by name, each followed by its children. Parents that nobody listed are added. */
export function roleTree(roles: readonly RoleMessage[], total: Quantities): RoleNode[] {
  const byName = new Map(roles.map((role) => [role.name, role]));
  const names = new Set(roles.flatMap(({ name }) => [name, ...ancestors(name)]));
  const childrenOf = new Map<string, string[]>();
  for (const name of [...names].sort()) {
    const parent = ancestors(name)[0] ?? '';
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), name]);
  }
  const build = (name: string, depth: number): RoleNode => {
    const children = (childrenOf.get(name) ?? []).map((child) => build(child, depth + 1));
    const role = byName.get(name) ?? impliedRole(name, children);
    const allocated = role.allocated ?? {};
    const offered = role.offered ?? {};
    return {
      name,
      label: name.slice(name.lastIndexOf('/') + 1),
      depth,
      weight: role.weight,
      allocated,
      offered,
      reserved: role.reserved ?? {},
      frameworks: role.frameworks,
      guarantee: role.quota?.guarantee ?? {},
      limit: role.quota?.limit ?? {},
      consumed: role.quota?.consumed ?? {},
      share: shareOf(sumOf([allocated, offered]), total, role.weight),
      children,
    };
  };
  return (childrenOf.get('') ?? []).map((name) => build(name, 0));
}

/** Nearest first: 'a/b/c' has 'a/b' and 'a'. */
function ancestors(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, parts.length - 1 - index).join('/'));
}

function impliedRole(name: string, children: readonly RoleNode[]): RoleMessage {
  return {
    name,
    weight: 1,
    allocated: sumOf(children.map(({ allocated }) => allocated)),
    offered: sumOf(children.map(({ offered }) => offered)),
    reserved: sumOf(children.map(({ reserved }) => reserved)),
    frameworks: [],
  };
}

/** The part of a dominant share that is held already; the rest of it is on offer. */
export function heldPart({ resource }: Share, allocated: Quantities, total: Quantities): number {
  const whole = total[resource] ?? 0;
  return whole > 0 ? (allocated[resource] ?? 0) / whole : 0;
}

export interface FrameworkShare {
  readonly role: string;
  readonly allocated: Quantities;
  readonly offered: Quantities;
  readonly share: Share;
}

/** What a framework holds in each of its roles, and in roles it has left while still holding something. */
export function frameworkShares({ message, roles }: FrameworkRow, total: Quantities): FrameworkShare[] {
  const held = message.allocated_resources ?? [];
  const offered = message.offered_resources ?? [];
  const roleOf = (resource: { allocation_info?: { role?: string | undefined } | undefined }) =>
    resource.allocation_info?.role ?? '';
  const names = new Set([...roles, ...[...held, ...offered].map(roleOf)].filter((name) => name !== ''));
  return [...names].sort().map((role) => {
    const allocated = quantitiesOf(held.filter((resource) => roleOf(resource) === role));
    const onOffer = quantitiesOf(offered.filter((resource) => roleOf(resource) === role));
    return { role, allocated, offered: onOffer, share: shareOf(sumOf([allocated, onOffer]), total, 1) };
  });
}
