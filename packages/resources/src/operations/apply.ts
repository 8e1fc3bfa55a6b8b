// Applying operations to what there is, and dynamic reservations and volumes that an agent remembers to what it is
// started with (Mesos: Resources::apply and applyCheckpointedResources).
import type { Offer } from '@mini-mesos/proto';
import { addItems, canonical, containsItems, subtractItems } from '../items/algebra.js';
import type { ItemList } from '../items/algebra.js';
import {
  isDynamicallyReserved,
  isPersistentVolume,
  needsCheckpointing,
  withoutVolume,
  withReservations,
} from '../items/item.js';
import type { ResourceItem } from '../items/item.js';
import { printItem, printItems } from '../items/print.js';
import { Quantities } from '../quantities/quantities.js';
import { fail, ok } from '../result.js';
import type { Result } from '../result.js';
import { conversionsOf } from './conversions.js';
import type { ItemConversion } from './conversions.js';
import { validateOperation } from './validate-operation.js';

const doesNotContain = (items: ItemList, wanted: string): string => `${printItems(items)} does not contain ${wanted}`;

function convert(items: ItemList, { consumed, converted, mustBeGone }: ItemConversion): Result<ItemList> {
  if (!containsItems(items, consumed)) return fail(doesNotContain(items, printItems(consumed)));
  const rest = subtractItems(items, consumed);
  if (mustBeGone !== undefined && containsItems(rest, mustBeGone)) {
    return fail(`Persistent volume ${printItems(mustBeGone)} cannot be removed due to additional shared copies`);
  }
  return ok(addItems(rest, converted));
}

/** What `operation` makes of `items`, or why it cannot. The amount of every name stays the same. */
export function applyOperation(items: ItemList, operation: Offer.Operation): Result<ItemList> {
  const invalid = validateOperation(operation);
  if (invalid !== undefined) return fail(invalid);
  const conversions = conversionsOf(operation);
  if (!conversions.ok) return fail(`Cannot get conversions: ${conversions.error}`);
  let result = items;
  for (const conversion of conversions.value) {
    const next = convert(result, conversion);
    if (!next.ok) return next;
    result = next.value;
  }
  // Only books that were wrong before (the same port both free and reserved, say) can make this differ.
  const before = Quantities.fromResources({ items });
  const after = Quantities.fromResources({ items: result });
  if (before.equals(after)) return ok(result);
  return fail(`The operation would change the amount of resources from ${before.toString()} to ${after.toString()}`);
}

/** The item as an agent is started with it: without dynamic reservations and without volume. */
function asConfigured(item: ResourceItem): ResourceItem {
  const disk = isPersistentVolume(item) ? withoutVolume(item) : item;
  if (!isDynamicallyReserved(disk)) return disk;
  return withReservations(disk, disk.reservations[0]?.type === 'STATIC' ? disk.reservations.slice(0, 1) : []);
}

/** `items` of the configuration with the remembered reservations and volumes made again. */
export function applyCheckpointed(items: ItemList, checkpointed: ItemList): Result<ItemList> {
  let result = items;
  for (const item of checkpointed) {
    if (!needsCheckpointing(item)) return fail(`Unexpected checkpointed resources ${printItem(item)}`);
    const configured = canonical([asConfigured(item)]);
    if (!containsItems(result, configured)) {
      return fail(`Incompatible agent resources: ${doesNotContain(result, printItems(configured))}`);
    }
    result = addItems(subtractItems(result, configured), [item]);
  }
  return ok(result);
}
