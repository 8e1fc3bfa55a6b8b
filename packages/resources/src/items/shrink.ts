// Cutting resources down to a size per name. Mesos takes the items of a name in random order (shrinkResources,
// src/common/resources_utils.cpp); here the caller gives the order, so that the same input gives the same answer.
import { cutValue, isEmptyValue, quantityOf } from '../values/value.js';
import { canonical } from './algebra.js';
import type { ItemList } from './algebra.js';
import { withValue } from './item.js';
import type { ResourceItem } from './item.js';

/** Which item is taken first; items it calls equal keep their canonical order. */
export type ItemOrder = (left: ResourceItem, right: ResourceItem) => number;

/**
 * The items that fit: each is kept, cut (only divisible ones) or dropped, in the given order.
 * @param sizeOf thousandths allowed of a name; Infinity keeps all of it
 */
export function shrinkItems(items: ItemList, sizeOf: (name: string) => number, order?: ItemOrder): ItemList {
  const left = new Map<string, number>();
  const kept: ResourceItem[] = [];
  for (const item of order === undefined ? items : items.toSorted(order)) {
    const room = left.get(item.name) ?? sizeOf(item.name);
    const size = quantityOf(item.value);
    if (size <= room) {
      kept.push(item);
      left.set(item.name, room - size);
    } else if (item.kind === 'divisible') {
      const cut = cutValue(item.value, room);
      if (isEmptyValue(cut)) continue;
      kept.push(withValue(item, cut));
      left.set(item.name, room - quantityOf(cut));
    }
  }
  return canonical(kept);
}
