// What an offer operation turns into what: the resources it consumes and those it gives back instead (Mesos:
// getResourceConversions in src/common/resources_utils.cpp). The operation must have passed validateOperation.
import type { Offer } from '@mini-mesos/proto';
import { canonical } from '../items/algebra.js';
import type { ItemList } from '../items/algebra.js';
import { isReserved, makeItem, withoutVolume, withReservations } from '../items/item.js';
import type { ResourceItem } from '../items/item.js';
import { itemsOf } from '../messages/convert.js';
import { fail, ok } from '../result.js';
import type { Result } from '../result.js';
import { toMilli } from '../values/milli.js';
import { quantityOf } from '../values/value.js';

export interface ItemConversion {
  readonly consumed: ItemList;
  readonly converted: ItemList;
  /** What must be gone afterwards: copies of a shared volume that is destroyed. */
  readonly mustBeGone?: ItemList;
}

/** The item without its topmost reservation; unreserved items stay as they are. */
export function withoutTopReservation(item: ResourceItem): ResourceItem {
  return isReserved(item) ? withReservations(item, item.reservations.slice(0, -1)) : item;
}

const resized = (item: ResourceItem, milli: number): ResourceItem =>
  makeItem({ ...item, value: { type: 'SCALAR', milli } });

/** Each item on its own, so that several equal ones are not merged before they are converted. */
function oneByOne(
  items: readonly ResourceItem[],
  convert: (item: ResourceItem) => ItemConversion,
): Result<ItemConversion[]> {
  return ok(items.map(convert));
}

function growing(volume: ResourceItem, addition: ResourceItem): ItemConversion {
  return {
    consumed: canonical([volume, addition]),
    converted: canonical([resized(volume, quantityOf(volume.value) + quantityOf(addition.value))]),
  };
}

function shrinking(volume: ResourceItem, subtractedMilli: number): ItemConversion {
  const shrunk = resized(volume, quantityOf(volume.value) - subtractedMilli);
  const freed = resized(withoutVolume(volume), subtractedMilli);
  return { consumed: canonical([volume]), converted: canonical([shrunk, freed]) };
}

/** The conversions of `operation`, to be applied in order. Launches and disk operations convert nothing here. */
export function conversionsOf(operation: Offer.Operation): Result<ItemConversion[]> {
  switch (operation.type) {
    case 'RESERVE': {
      const converted = itemsOf(operation.reserve?.resources);
      const source = itemsOf(operation.reserve?.source);
      const consumed = source.length > 0 ? source : converted.map(withoutTopReservation);
      return ok([{ consumed: canonical(consumed), converted: canonical(converted) }]);
    }
    case 'UNRESERVE':
      return oneByOne(itemsOf(operation.unreserve?.resources), (item) => ({
        consumed: canonical([item]),
        converted: canonical([withoutTopReservation(item)]),
      }));
    case 'CREATE':
      return oneByOne(itemsOf(operation.create?.volumes), (volume) => ({
        consumed: canonical([withoutVolume(volume)]),
        converted: canonical([volume]),
      }));
    case 'DESTROY':
      return oneByOne(itemsOf(operation.destroy?.volumes), (volume) => ({
        consumed: canonical([volume]),
        converted: canonical([withoutVolume(volume)]),
        mustBeGone: canonical([volume]),
      }));
    case 'GROW_VOLUME': {
      const { volume, addition } = operation.grow_volume ?? {};
      const [item] = volume === undefined ? [] : itemsOf([volume]);
      const [extra] = addition === undefined ? [] : itemsOf([addition]);
      return item === undefined || extra === undefined ? fail('Unknown operation') : ok([growing(item, extra)]);
    }
    case 'SHRINK_VOLUME': {
      const { volume, subtract } = operation.shrink_volume ?? {};
      const [item] = volume === undefined ? [] : itemsOf([volume]);
      if (item === undefined || subtract === undefined) return fail('Unknown operation');
      return ok([shrinking(item, toMilli(subtract.value))]);
    }
    case 'LAUNCH':
    case 'LAUNCH_GROUP':
    case 'CREATE_DISK':
    case 'DESTROY_DISK':
      return fail('Operation not supported');
    default:
      return fail('Unknown operation');
  }
}
