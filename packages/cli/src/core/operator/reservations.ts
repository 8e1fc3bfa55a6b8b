// Which resources of an agent an operator means by a role and some amounts. Pure.
import type { Resource } from '@mini-mesos/proto';
import { isDynamicallyReserved, isPersistentVolume, reservationRole, Resources } from '@mini-mesos/resources';
import type { Quantities, ResourceItem } from '@mini-mesos/resources';
import type { Parsed } from './amounts.js';

/** What /slaves tells of an agent's resources as messages. */
export interface AgentResources {
  readonly reserved_resources_full?: { readonly [role: string]: readonly Resource[] };
}

export interface ReservationWish {
  readonly role: string;
  readonly principal?: string | undefined;
}

/** New reservations of plain resources. */
export function reservationsOf(quantities: Quantities, { role, principal }: ReservationWish): Resource[] {
  return quantities.entries.map(({ name, milli }) => ({
    name,
    type: 'SCALAR' as const,
    scalar: { value: milli / 1000 },
    reservations: [{ type: 'DYNAMIC' as const, role, ...(principal === undefined ? {} : { principal }) }],
  }));
}

/** All that the agent has reserved, whoever did it and with whatever labels. */
function reservedOn({ reserved_resources_full: byRole = {} }: AgentResources): Resources {
  return Resources.fromProto(Object.values(byRole).flat().map(withoutOldFields));
}

/** /slaves writes both forms of a reservation. */
function withoutOldFields({ role: _, reservation: __, ...resource }: Resource): Resource {
  return resource;
}

/** Dynamic reservations to the role: all that hold no volume, or `wanted` of them. */
export function unreservable(agent: AgentResources, role: string, wanted?: Quantities): Parsed<Resource[]> {
  const isFree = (item: ResourceItem) =>
    isDynamicallyReserved(item) && reservationRole(item) === role && !isPersistentVolume(item);
  const reserved = reservedOn(agent).filter(isFree);
  if (reserved.isEmpty) return { ok: false, error: `nothing is dynamically reserved to role ${role} there` };
  if (wanted === undefined) return { ok: true, value: reserved.toProto() };
  if (!reserved.containsQuantities(wanted)) {
    return { ok: false, error: `only ${reserved.quantities()} is dynamically reserved to role ${role} there` };
  }
  return { ok: true, value: reserved.shrinkTo(wanted).toProto() };
}

export interface Volume {
  readonly id: string;
  readonly role: string;
  readonly mib: number;
  readonly path: string;
  readonly message: Resource;
}

/** Persistent volumes of an agent, in order of roles and ids. */
export function volumesOn(agent: AgentResources): Volume[] {
  const volumes = reservedOn(agent).filter(isPersistentVolume);
  return volumes
    .toProto()
    .map((message) => ({
      id: message.disk?.persistence?.id ?? '',
      role: message.reservations?.at(-1)?.role ?? '*',
      mib: message.scalar?.value ?? 0,
      path: message.disk?.volume?.container_path ?? '',
      message,
    }))
    .toSorted((a, b) => (`${a.role} ${a.id}` < `${b.role} ${b.id}` ? -1 : 1));
}

/** A volume of `mib` of the disk that is reserved to the role. */
export function newVolume(
  agent: AgentResources,
  {
    role,
    id,
    path,
    mib,
    principal,
  }: { role: string; id: string; path: string; mib: number; principal?: string | undefined },
): Parsed<Resource> {
  const disks = reservedOn(agent)
    .filter((item) => item.name === 'disk' && reservationRole(item) === role && item.disk === undefined)
    .toProto();
  const disk = disks.find(({ scalar }) => (scalar?.value ?? 0) >= mib);
  if (!disk) return { ok: false, error: `no ${mib} MiB of disk are reserved to role ${role} there` };
  const persistence = { id, ...(principal === undefined ? {} : { principal }) };
  const volume = { container_path: path, mode: 'RW' as const };
  return { ok: true, value: { ...disk, scalar: { value: mib }, disk: { ...disk.disk, persistence, volume } } };
}
