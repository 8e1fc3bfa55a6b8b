// What a cluster accepts of resources that come in messages: well formed, and the rules of Mesos' master
// (src/master/validation.cpp, namespace resource) with its texts. Undefined means accepted.
import type { Resource } from '@mini-mesos/proto';
import type { ItemList } from '../items/algebra.js';
import { isPersistentVolume, isRevocable, reservationRole } from '../items/item.js';
import { toMilli } from '../values/milli.js';
import { validateDiskInfo } from './disk-rules.js';
import { reservationsOf } from './format.js';
import { printResource } from './print-resource.js';
import { validateResourceShape } from './shape.js';

function validateDynamicReservation(resource: Resource): string | undefined {
  if (resource.revocable === undefined || reservationsOf(resource).at(-1)?.type !== 'DYNAMIC') return undefined;
  return `Dynamically reserved resource ${printResource(resource)} cannot be created from revocable resources`;
}

function validateGpus(resources: readonly Resource[]): string | undefined {
  let milli = 0;
  for (const { name, type, scalar } of resources) {
    if (name === 'gpus' && type === 'SCALAR') milli += toMilli(scalar?.value ?? 0);
  }
  return milli % 1000 === 0 ? undefined : "The 'gpus' resource must be an unsigned integer";
}

/** The rules beyond shape, each with the prefix that Mesos' master gives it. */
function validateRules(resources: readonly Resource[]): string | undefined {
  const gpus = validateGpus(resources);
  if (gpus !== undefined) return `Invalid 'gpus' resource: ${gpus}`;
  for (const resource of resources) {
    const disk = validateDiskInfo(resource);
    if (disk !== undefined) return `Invalid DiskInfo: ${disk}`;
  }
  for (const resource of resources) {
    const reservation = validateDynamicReservation(resource);
    if (reservation !== undefined) return `Invalid ReservationInfo: ${reservation}`;
  }
  return undefined;
}

/** Why one resource is not acceptable: not well formed, or against a rule. */
export function validateResource(resource: Resource): string | undefined {
  return validateResourceShape(resource) ?? validateRules([resource]);
}

/** Why a list of resources is not acceptable; names the resource that is not well formed. */
export function validateResources(resources: readonly Resource[] = []): string | undefined {
  for (const resource of resources) {
    const error = validateResourceShape(resource);
    if (error !== undefined) return `Invalid resources: Resource '${printResource(resource)}' is invalid: ${error}`;
  }
  return validateRules(resources);
}

/** Whether all are allocated, and to the same role. */
export function validateAllocatedToSingleRole({ items }: { readonly items: ItemList }): string | undefined {
  const role = items[0]?.allocationRole;
  for (const { allocationRole } of items) {
    if (allocationRole === undefined) return 'The resources are not allocated to a role';
    if (allocationRole !== role) {
      return (
        `The resources have multiple allocation roles ('${allocationRole}' and '${role}')` +
        ' but only one allocation role is allowed'
      );
    }
  }
  return undefined;
}

/** Whether all come from the agent itself, or all from the same resource provider. */
export function validateSingleResourceProvider({ items }: { readonly items: ItemList }): string | undefined {
  const ids = new Set(items.map(({ providerId }) => providerId));
  if (ids.size <= 1) return undefined;
  if (ids.has(undefined)) return 'Some resources have a resource provider and some do not';
  return `The resources have multiple resource providers: ${[...ids].join(', ')}`;
}

/** Whether each persistence id is used once per role. */
export function validateUniquePersistenceIds({ items }: { readonly items: ItemList }): string | undefined {
  const seen = new Set<string>();
  for (const item of items.filter(isPersistentVolume)) {
    const id = item.disk?.persistence?.id ?? '';
    const key = JSON.stringify([reservationRole(item), id]);
    if (seen.has(key)) return `Persistence ID '${id}' is not unique`;
    seen.add(key);
  }
  return undefined;
}

/** Whether no name is used both revocable and not. */
export function validateNoRevocableMix({ items }: { readonly items: ItemList }): string | undefined {
  const revocable = new Set(items.filter(isRevocable).map(({ name }) => name));
  const mixed = items.find((item) => !item.revocable && revocable.has(item.name));
  if (mixed === undefined) return undefined;
  return `Cannot use both revocable and non-revocable '${mixed.name}' at the same time`;
}
