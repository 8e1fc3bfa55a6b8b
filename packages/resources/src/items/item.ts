// One resource: a name, an amount, and everything that decides what it may be added to or taken from. Items are
// immutable and made here only, because each carries the keys by which the algebra compares.
import type { Labels, Resource } from '@mini-mesos/proto';
import { isStrictSubroleOf } from '../roles.js';
import { normaliseValue } from '../values/value.js';
import type { ResourceValue } from '../values/value.js';
import { baseKeyOf, keyOf } from './key.js';

export type DiskInfo = Resource.DiskInfo;

/** One entry of the stack of reservations. Treat the labels as read-only. */
export interface Reservation {
  readonly type: 'STATIC' | 'DYNAMIC';
  readonly role: string;
  readonly principal?: string | undefined;
  readonly labels?: Labels | undefined;
}

/** What an item is made of. Treat the disk as read-only. */
export interface ResourceItemInit {
  readonly name: string;
  readonly value: ResourceValue;
  /** Bottom to top: each role is below the one before it. Empty or absent = unreserved. */
  readonly reservations?: readonly Reservation[] | undefined;
  /** The role the resource is offered or allocated to. */
  readonly allocationRole?: string | undefined;
  readonly disk?: DiskInfo | undefined;
  readonly revocable?: boolean | undefined;
  /** Copies of a shared volume; absent = not shared. */
  readonly sharedCount?: number | undefined;
  /** The resource provider; absent = the agent itself. */
  readonly providerId?: string | undefined;
}

/**
 * How an item takes part in arithmetic: `divisible` ones merge and split, `whole` ones (persistent volumes, MOUNT and
 * BLOCK disks, RAW disks with an id) only come and go entirely, `shared` ones are counted copies.
 */
export type ItemKind = 'divisible' | 'whole' | 'shared';

export interface ResourceItem extends ResourceItemInit {
  readonly reservations: readonly Reservation[];
  readonly revocable: boolean;
  readonly kind: ItemKind;
  /** Everything that identifies the item but its allocation; of whole and shared items also the amount. */
  readonly baseKey: string;
  /** `baseKey` and the allocation: items merge exactly if their keys are equal. Its order is the canonical order. */
  readonly key: string;
}

function kindOf(init: ResourceItemInit): ItemKind {
  if (init.sharedCount !== undefined) return 'shared';
  const disk = init.disk;
  if (disk === undefined) return 'divisible';
  if (disk.persistence !== undefined) return 'whole';
  const source = disk.source;
  if (source === undefined) return 'divisible';
  if (source.type === 'MOUNT' || source.type === 'BLOCK') return 'whole';
  return source.type === 'RAW' && source.id !== undefined ? 'whole' : 'divisible';
}

const NO_RESERVATIONS: readonly Reservation[] = [];

/** Makes an item. Every field is always present, so that the engine sees one shape of object in the hot loops. */
export function makeItem(init: ResourceItemInit): ResourceItem {
  const value = normaliseValue(init.value);
  const kind = kindOf(init);
  const reservations = init.reservations ?? NO_RESERVATIONS;
  const baseKey = baseKeyOf({ ...init, value, reservations }, kind);
  return {
    name: init.name,
    value,
    reservations,
    allocationRole: init.allocationRole,
    disk: init.disk,
    revocable: init.revocable ?? false,
    sharedCount: init.sharedCount,
    providerId: init.providerId,
    kind,
    baseKey,
    key: keyOf(baseKey, init.allocationRole),
  };
}

/** A divisible item with another amount: its keys stay. `value` must be normal. */
export function withValue(item: ResourceItem, value: ResourceValue): ResourceItem {
  return {
    name: item.name,
    value,
    reservations: item.reservations,
    allocationRole: item.allocationRole,
    disk: item.disk,
    revocable: item.revocable,
    sharedCount: item.sharedCount,
    providerId: item.providerId,
    kind: item.kind,
    baseKey: item.baseKey,
    key: item.key,
  };
}

/** A shared item with another number of copies: its keys stay. */
export function withSharedCount(item: ResourceItem, sharedCount: number): ResourceItem {
  return { ...item, sharedCount };
}

/** The item allocated to `role`, or to nobody. */
export function withAllocation(item: ResourceItem, role: string | undefined): ResourceItem {
  if (item.allocationRole === role) return item;
  return { ...item, allocationRole: role, key: keyOf(item.baseKey, role) };
}

export function withReservations(item: ResourceItem, reservations: readonly Reservation[]): ResourceItem {
  return makeItem({ ...item, reservations });
}

/** The disk from which a persistent volume was, or can be, made: without persistence, volume and sharing. */
export function withoutVolume(item: ResourceItem): ResourceItem {
  const source = item.disk?.source;
  return makeItem({ ...item, disk: source === undefined ? undefined : { source }, sharedCount: undefined });
}

/** The role of the topmost reservation, undefined where unreserved. */
export function reservationRole(item: ResourceItem): string | undefined {
  return item.reservations[item.reservations.length - 1]?.role;
}

/** Whether reserved, and where `role` is given, to exactly that role. */
export function isReserved(item: ResourceItem, role?: string): boolean {
  return item.reservations.length > 0 && (role === undefined || reservationRole(item) === role);
}

/** Whether the topmost reservation was made while the cluster ran. */
export function isDynamicallyReserved(item: ResourceItem): boolean {
  return item.reservations[item.reservations.length - 1]?.type === 'DYNAMIC';
}

/** Whether a reservation was made on top of another. */
export function isRefined(item: ResourceItem): boolean {
  return item.reservations.length > 1;
}

/** Whether `role` may get the item: unreserved, or reserved to the role or to one above it. */
export function isAllocatableTo(item: ResourceItem, role: string): boolean {
  const owner = reservationRole(item);
  return owner === undefined || owner === role || isStrictSubroleOf(role, owner);
}

/** Whether reserved to `role` or to a role below it. */
export function isReservedToSubtree(item: ResourceItem, role: string): boolean {
  const owner = reservationRole(item);
  return owner !== undefined && (owner === role || isStrictSubroleOf(owner, role));
}

/** Whether allocated to `role` or to a role below it. */
export function isAllocatedToSubtree(item: ResourceItem, role: string): boolean {
  const holder = item.allocationRole;
  return holder !== undefined && (holder === role || isStrictSubroleOf(holder, role));
}

export const isPersistentVolume = (item: ResourceItem): boolean => item.disk?.persistence !== undefined;

export const isShared = (item: ResourceItem): boolean => item.sharedCount !== undefined;

export const isRevocable = (item: ResourceItem): boolean => item.revocable;

/** Whether two such items of equal key become one of the sum of their amounts. */
export const isMergeable = (item: ResourceItem): boolean => item.kind === 'divisible';

/** Whether an agent has to remember the item across restarts (resource providers remember their own). */
export function needsCheckpointing(item: ResourceItem): boolean {
  return item.providerId === undefined && (isDynamicallyReserved(item) || isPersistentVolume(item));
}
