// Between Resource messages and items. Nothing is shared between the two: what a caller later does to a message does
// not reach the items.
import type { Labels, Resource } from '@mini-mesos/proto';
import { makeItem } from '../items/item.js';
import type { DiskInfo, Reservation, ResourceItem } from '../items/item.js';
import { fromMilli, toMilli } from '../values/milli.js';
import type { ResourceValue } from '../values/value.js';
import { formatResource, reservationsOf } from './format.js';
import type { ResourceFormat } from './format.js';

function copyLabels(labels: Labels): Labels {
  return { labels: (labels.labels ?? []).map((label) => ({ ...label })) };
}

function copyReservation({ type, role, principal, labels }: Resource.ReservationInfo): Reservation {
  return {
    type: type === 'DYNAMIC' ? 'DYNAMIC' : 'STATIC',
    role: role ?? '*',
    ...(principal === undefined ? {} : { principal }),
    ...(labels === undefined ? {} : { labels: copyLabels(labels) }),
  };
}

const copyDisk = (disk: DiskInfo): DiskInfo => structuredClone(disk);

function valueOf(resource: Resource): ResourceValue | undefined {
  switch (resource.type) {
    case 'SCALAR':
      return { type: 'SCALAR', milli: toMilli(resource.scalar?.value ?? 0) };
    case 'RANGES':
      return { type: 'RANGES', ranges: (resource.ranges?.range ?? []).map(({ begin, end }) => ({ begin, end })) };
    case 'SET':
      return { type: 'SET', items: resource.set?.item ?? [] };
    default:
      return undefined;
  }
}

/** The item of a valid message of any format; undefined for a type that resources cannot have. */
function itemOf(resource: Resource): ResourceItem | undefined {
  const value = valueOf(resource);
  if (value === undefined) return undefined;
  return makeItem({
    name: resource.name,
    value,
    reservations: reservationsOf(resource).map(copyReservation),
    allocationRole: resource.allocation_info?.role,
    disk: resource.disk === undefined ? undefined : copyDisk(resource.disk),
    revocable: resource.revocable !== undefined,
    sharedCount: resource.shared === undefined ? undefined : 1,
    providerId: resource.provider_id?.value,
  });
}

/** The items of valid messages, in their order, not merged. */
export function itemsOf(resources: readonly Resource[] = []): ResourceItem[] {
  return resources.map(itemOf).filter((item) => item !== undefined);
}

/** The fields of a message that hold `value`. */
function valueFields(value: ResourceValue): Pick<Resource, 'type' | 'scalar' | 'ranges' | 'set'> {
  switch (value.type) {
    case 'SCALAR':
      return { type: 'SCALAR', scalar: { value: fromMilli(value.milli) } };
    case 'RANGES':
      return { type: 'RANGES', ranges: { range: value.ranges.map(({ begin, end }) => ({ begin, end })) } };
    case 'SET':
      return { type: 'SET', set: { item: [...value.items] } };
  }
}

/**
 * The message of an item. As in Mesos a shared item becomes one message whatever its number of copies.
 * @throws {RangeError} for a refined item in the pre-refinement format, which cannot say it; strip those first
 */
export function messageOf(item: ResourceItem, format: ResourceFormat): Resource {
  const message: Resource = { name: item.name, ...valueFields(item.value) };
  if (item.disk !== undefined) message.disk = copyDisk(item.disk);
  if (item.revocable) message.revocable = {};
  if (item.sharedCount !== undefined) message.shared = {};
  if (item.allocationRole !== undefined) message.allocation_info = { role: item.allocationRole };
  if (item.providerId !== undefined) message.provider_id = { value: item.providerId };
  if (item.reservations.length > 0) message.reservations = item.reservations.map(copyReservation);
  return format === 'refined' ? message : formatResource(message, format);
}
