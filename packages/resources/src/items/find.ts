// Finding a wanted amount whatever it is reserved for: first in the role it is wanted for, then unreserved, then in
// any other role (Mesos: Resources::find). Unlike there, several items may add up at each step, and what one target
// took is not found again for the next, so the answer never holds more than there is.
import { intersectValues, isEmptyValue, subtractValues } from '../values/value.js';
import { addItems, canonical, NO_ITEMS, subtractItems } from './algebra.js';
import type { ItemList } from './algebra.js';
import { isReserved, reservationRole, withReservations, withSharedCount, withValue } from './item.js';
import type { ResourceItem } from './item.js';

const unreserved = (item: ResourceItem): ResourceItem => (isReserved(item) ? withReservations(item, []) : item);

/** The part of `target` that `item` can give, with the item's reservations; undefined where none. */
function partOf(target: ResourceItem, item: ResourceItem): ResourceItem | undefined {
  if (target.kind === 'shared') {
    const count = Math.min(target.sharedCount ?? 0, item.sharedCount ?? 0);
    return withReservations(withSharedCount(target, count), item.reservations);
  }
  if (target.kind === 'whole') return withReservations(target, item.reservations);
  const value = intersectValues(target.value, item.value);
  return isEmptyValue(value) ? undefined : withReservations(withValue(target, value), item.reservations);
}

/** What of the target is missing after `part` was taken; undefined where nothing is. */
function missingAfter(target: ResourceItem, part: ResourceItem): ResourceItem | undefined {
  if (target.kind === 'whole') return undefined;
  if (target.kind === 'shared') {
    const count = (target.sharedCount ?? 0) - (part.sharedCount ?? 0);
    return count > 0 ? withSharedCount(target, count) : undefined;
  }
  const value = subtractValues(target.value, part.value);
  return isEmptyValue(value) ? undefined : withValue(target, value);
}

function findItem(have: ItemList, target: ResourceItem): ItemList | undefined {
  const role = reservationRole(target);
  const steps: ((item: ResourceItem) => boolean)[] = [
    (item) => role !== undefined && isReserved(item, role),
    (item) => !isReserved(item),
    (item) => isReserved(item) && !(role !== undefined && isReserved(item, role)),
  ];
  let missing: ResourceItem | undefined = unreserved(target);
  const found: ResourceItem[] = [];
  for (const step of steps) {
    for (const item of have) {
      if (missing === undefined) return canonical(found);
      if (!step(item) || unreserved(item).key !== missing.key) continue;
      const part = partOf(missing, item);
      if (part === undefined) continue;
      found.push(part);
      missing = missingAfter(missing, part);
    }
  }
  return missing === undefined ? canonical(found) : undefined;
}

/** Items of `have` that make up `targets` but for reservations, or undefined where they do not suffice. */
export function findItems(have: ItemList, targets: ItemList): ItemList | undefined {
  let rest = have;
  let found = NO_ITEMS;
  for (const target of targets) {
    const part = findItem(rest, target);
    if (part === undefined) return undefined;
    found = addItems(found, part);
    rest = subtractItems(rest, part);
  }
  return found;
}
