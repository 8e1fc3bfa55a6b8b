// Whether an offer operation on resources makes sense in itself: the part of Mesos' master validation
// (src/master/validation.cpp, namespace operation) that needs neither framework, principal nor agent.
// Undefined means accepted.
import type { Offer, Resource } from '@mini-mesos/proto';
import { canonical, itemsEqual } from '../items/algebra.js';
import { withReservations } from '../items/item.js';
import type { ResourceItem } from '../items/item.js';
import { labelsEqual } from '../items/key.js';
import { printItems } from '../items/print.js';
import { itemsOf } from '../messages/convert.js';
import { reservationsOf, upgradeResource } from '../messages/format.js';
import { printResource } from '../messages/print-resource.js';
import { validateResourceShape } from '../messages/shape.js';
import {
  validateResources,
  validateSingleResourceProvider,
  validateUniquePersistenceIds,
} from '../messages/validate.js';
import { toMilli } from '../values/milli.js';

const isDynamic = (resource: Resource): boolean => reservationsOf(resource).at(-1)?.type === 'DYNAMIC';

/** The list is acceptable, not empty, and of one provider. */
function validateList(resources: readonly Resource[]): string | undefined {
  if (resources.length === 0) return 'Invalid resources: Resource cannot be empty';
  const error = validateResources(resources) ?? validateSingleResourceProvider({ items: itemsOf(resources) });
  return error === undefined ? undefined : `Invalid resources: ${error}`;
}

function sameReservations(left: ResourceItem, right: ResourceItem): boolean {
  if (left.reservations.length !== right.reservations.length) return false;
  return left.reservations.every((a, i) => {
    const b = right.reservations[i]!;
    const labels =
      a.labels === undefined || b.labels === undefined ? a.labels === b.labels : labelsEqual(a.labels, b.labels);
    return a.type === b.type && a.role === b.role && a.principal === b.principal && labels;
  });
}

function validateUniformReservations(items: readonly ResourceItem[]): string | undefined {
  const [first] = items;
  if (first === undefined) return 'Resource cannot be empty';
  if (items.every((item) => sameReservations(first, item))) return undefined;
  return `Mixed reservations are not supported: ${printItems(items)}`;
}

/** A reservation that names where it takes from: both sides uniform, and the same but for reservations. */
function validateReserveSource(resources: readonly Resource[], source: readonly Resource[]): string | undefined {
  const error = validateResources(source);
  if (error !== undefined) return `Invalid source: ${error}`;
  const from = itemsOf(source);
  const to = itemsOf(resources);
  const mixedSource = validateUniformReservations(from);
  if (mixedSource !== undefined) return `Invalid source: ${mixedSource}`;
  const mixedTarget = validateUniformReservations(to);
  if (mixedTarget !== undefined) return `Invalid resources: ${mixedTarget}`;
  const plainSource = canonical(from.map((item) => withReservations(item, [])));
  const plainTarget = canonical(to.map((item) => withReservations(item, [])));
  if (itemsEqual(plainSource, plainTarget)) return undefined;
  return (
    'Source and target resources should refer to identical resource quantities:' +
    ` ${printItems(plainSource)} vs. ${printItems(plainTarget)}`
  );
}

function validateReserve({ resources = [], source = [] }: Offer.Operation.Reserve): string | undefined {
  const error = validateList(resources) ?? (source.length > 0 ? validateReserveSource(resources, source) : undefined);
  if (error !== undefined) return error;
  const bad = resources.find((resource) => !isDynamic(resource));
  return bad === undefined ? undefined : `Resource ${printResource(upgradeResource(bad))} is not dynamically reserved`;
}

function validateUnreserve({ resources = [] }: Offer.Operation.Unreserve): string | undefined {
  const error = validateList(resources);
  if (error !== undefined) return error;
  for (const resource of resources) {
    if (!isDynamic(resource)) return `Resource ${printResource(upgradeResource(resource))} is not dynamically reserved`;
    if (resource.disk?.persistence !== undefined) {
      return (
        `A dynamically reserved persistent volume ${printResource(upgradeResource(resource))} cannot be unreserved` +
        ' directly. Please destroy the persistent volume first then unreserve the resource'
      );
    }
  }
  return undefined;
}

/** A persistent volume that can be written to. */
function validateVolume(volume: Resource): string | undefined {
  if (volume.disk === undefined) return `Resource ${printResource(upgradeResource(volume))} does not have DiskInfo`;
  if (volume.disk.persistence === undefined) return "'persistence' is not set in DiskInfo";
  if (volume.disk.volume === undefined) return "Expecting 'volume' to be set for persistent volume";
  return volume.disk.volume.mode === 'RO' ? 'Read-only persistent volume not supported' : undefined;
}

function validateVolumes(volumes: readonly Resource[]): string | undefined {
  const error = validateList(volumes);
  if (error !== undefined) return error;
  for (const volume of volumes) {
    const reason = validateVolume(volume);
    if (reason !== undefined) return `Not a persistent volume: ${reason}`;
  }
  return undefined;
}

function validateCreate({ volumes = [] }: Offer.Operation.Create): string | undefined {
  return validateVolumes(volumes) ?? validateUniquePersistenceIds({ items: itemsOf(volumes) });
}

/** Growing or shrinking a volume: what both have in common. `field` is how Mesos names it. */
function validateResizable(volume: Resource, field: string, verb: 'Growing' | 'Shrinking'): string | undefined {
  const error = validateVolume(volume) ?? validateResources([volume]);
  if (error !== undefined) return `Invalid persistent volume in the '${field}' field: ${error}`;
  return volume.shared === undefined ? undefined : `${verb} a shared persistent volume is not supported`;
}

/** The volume's disk without the volume, to which an addition must be of the same kind. */
function plainDisk(volume: Resource): Resource {
  const { disk, shared: _shared, ...rest } = volume;
  return disk?.source === undefined ? rest : { ...rest, disk: { source: disk.source } };
}

function validateGrow({ volume, addition }: Offer.Operation.GrowVolume): string | undefined {
  const volumeError = validateResourceShape(volume);
  if (volumeError !== undefined) return `Invalid resource in the 'GrowVolume.volume' field: ${volumeError}`;
  const additionError = validateResourceShape(addition);
  if (additionError !== undefined) return `Invalid resource in the 'GrowVolume.addition' field: ${additionError}`;
  if (!(toMilli(addition.scalar?.value ?? 0) > 0)) {
    return "The size of 'GrowVolume.addition' field must be greater than zero";
  }
  if (volume.provider_id !== undefined) return 'Growing a volume from a resource provider is not supported';
  const error = validateResizable(volume, 'GrowVolume.volume', 'Growing');
  if (error !== undefined) return error;
  if (canonical(itemsOf([plainDisk(volume), addition])).length === 1) return undefined;
  return "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields";
}

function validateShrink({ volume, subtract }: Offer.Operation.ShrinkVolume): string | undefined {
  const volumeError = validateResourceShape(volume);
  if (volumeError !== undefined) return `Invalid resource in the 'ShrinkVolume.volume' field: ${volumeError}`;
  const milli = toMilli(subtract.value);
  if (!(milli > 0)) return "Value of 'ShrinkVolume.subtract' must be greater than zero";
  if (toMilli(volume.scalar?.value ?? 0) <= milli) {
    return "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'";
  }
  if (volume.provider_id !== undefined) return 'Shrinking a volume from a resource provider is not supported';
  if (volume.disk?.source?.type === 'MOUNT') return 'Shrinking a volume on a MOUNT disk is not supported';
  return validateResizable(volume, 'ShrinkVolume.volume', 'Shrinking');
}

const missing = (operation: string, field: string): string =>
  `A ${operation} operation must have the Offer.Operation.${field} field set`;

/** Why the operation cannot be applied to any resources; only RESERVE to SHRINK_VOLUME are looked at. */
export function validateOperation(operation: Offer.Operation): string | undefined {
  switch (operation.type) {
    case 'RESERVE':
      return operation.reserve === undefined ? missing('RESERVE', 'reserve') : validateReserve(operation.reserve);
    case 'UNRESERVE':
      return operation.unreserve === undefined
        ? missing('UNRESERVE', 'unreserve')
        : validateUnreserve(operation.unreserve);
    case 'CREATE':
      return operation.create === undefined ? missing('CREATE', 'create') : validateCreate(operation.create);
    case 'DESTROY':
      return operation.destroy === undefined
        ? missing('DESTROY', 'destroy')
        : validateVolumes(operation.destroy.volumes ?? []);
    case 'GROW_VOLUME':
      return operation.grow_volume === undefined
        ? missing('GROW_VOLUME', 'grow_volume')
        : validateGrow(operation.grow_volume);
    case 'SHRINK_VOLUME':
      return operation.shrink_volume === undefined
        ? missing('SHRINK_VOLUME', 'shrink_volume')
        : validateShrink(operation.shrink_volume);
    default:
      return undefined;
  }
}
