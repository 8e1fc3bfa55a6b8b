// Resources: an immutable bag of resources, the value that everything above computes with. The work is done by the
// pure functions of items/, messages/ and operations/; this class gives them one name each.
import type { Offer, Resource } from '@mini-mesos/proto';
import {
  addItems,
  canonical,
  containsItems,
  itemsEqual,
  NO_ITEMS,
  reallocate,
  subtractItems,
} from './items/algebra.js';
import type { ItemList } from './items/algebra.js';
import { findItems } from './items/find.js';
import {
  isAllocatableTo,
  isAllocatedToSubtree,
  isPersistentVolume,
  isRefined,
  isReserved,
  isReservedToSubtree,
  isShared,
  makeItem,
  reservationRole,
  withReservations,
} from './items/item.js';
import type { Reservation, ResourceItem, ResourceItemInit } from './items/item.js';
import { printItems } from './items/print.js';
import { shrinkItems } from './items/shrink.js';
import type { ItemOrder } from './items/shrink.js';
import { itemsOf, messageOf } from './messages/convert.js';
import type { ResourceFormat } from './messages/format.js';
import { validateReservations } from './messages/reservations-shape.js';
import { applyCheckpointed, applyOperation } from './operations/apply.js';
import { conversionsOf, withoutTopReservation } from './operations/conversions.js';
import { validateOperation } from './operations/validate-operation.js';
import type { Limits } from './quantities/limits.js';
import { Quantities } from './quantities/quantities.js';
import { fail, ok } from './result.js';
import type { Result } from './result.js';
import { parseResourceMessages } from './text/resource-text.js';
import { addRanges } from './values/ranges.js';
import type { Range } from './values/ranges.js';
import { unionSets } from './values/sets.js';

/** What an operation takes and what it gives back instead. */
export interface ResourceConversion {
  readonly consumed: Resources;
  readonly converted: Resources;
}

export class Resources {
  static readonly EMPTY = new Resources(NO_ITEMS);

  /** In canonical order: equal resources have equal items. */
  readonly items: ItemList;
  #quantities: Quantities | undefined;

  private constructor(items: ItemList) {
    this.items = items;
  }

  private static ofCanonical(items: ItemList): Resources {
    return items.length === 0 ? Resources.EMPTY : new Resources(items);
  }

  /** From any items: empty ones are dropped, those of equal identity merged. */
  static of(items: readonly ResourceItemInit[]): Resources {
    return Resources.ofCanonical(canonical(items.map(makeItem)));
  }

  /**
   * From messages of any format. They must have been validated (`validateResources`); as in Mesos, zero and invalid
   * amounts are left out. The messages are copied.
   */
  static fromProto(messages?: readonly Resource[]): Resources {
    return Resources.ofCanonical(canonical(itemsOf(messages)));
  }

  /**
   * Reads `cpus:4;mem:1024;ports(web):[1-9]`, or the same as a JSON array of Resource messages: the text of the flag
   * `--resources`. What has no role gets `defaultRole`.
   */
  static parse(text: string, defaultRole = '*'): Result<Resources> {
    const messages = parseResourceMessages(text, defaultRole);
    return messages.ok ? ok(Resources.fromProto(messages.value)) : messages;
  }

  static sum(all: Iterable<Resources>): Resources {
    return Resources.ofCanonical(canonical([...all].flatMap(({ items }) => items)));
  }

  /** What `operation` would consume and give back, conversion by conversion, or why it is not valid. */
  static conversionsOf(operation: Offer.Operation): Result<ResourceConversion[]> {
    const invalid = validateOperation(operation);
    if (invalid !== undefined) return fail(invalid);
    const conversions = conversionsOf(operation);
    if (!conversions.ok) return conversions;
    return ok(
      conversions.value.map(({ consumed, converted }) => ({
        consumed: Resources.ofCanonical(consumed),
        converted: Resources.ofCanonical(converted),
      })),
    );
  }

  /**
   * As messages, one per item, in canonical order; of a shared volume one, whatever the number of copies.
   * @throws {RangeError} for 'pre-refinement' where a reservation is refined: take `unrefined()` first
   */
  toProto(format: ResourceFormat = 'refined'): Resource[] {
    return this.items.map((item) => messageOf(item, format));
  }

  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  plus(other: Resources): Resources {
    return other.isEmpty ? this : this.isEmpty ? other : new Resources(addItems(this.items, other.items));
  }

  /** What is left without `other`; what `other` has too much is ignored. */
  minus(other: Resources): Resources {
    return this.isEmpty || other.isEmpty ? this : Resources.ofCanonical(subtractItems(this.items, other.items));
  }

  /** Whether `other` can be taken out: amounts, ranges and sets inside, whole items and shared copies counted. */
  contains(other: Resources): boolean {
    return containsItems(this.items, other.items);
  }

  /** Whether there is at least so much by name, whatever it is reserved for. */
  containsQuantities(quantities: Quantities): boolean {
    return this.quantities().contains(quantities);
  }

  equals(other: Resources): boolean {
    return itemsEqual(this.items, other.items);
  }

  filter(predicate: (item: ResourceItem) => boolean): Resources {
    const kept = this.items.filter(predicate);
    return kept.length === this.items.length ? this : Resources.ofCanonical(kept);
  }

  /** The resources called `name`. */
  named(name: string): Resources {
    return this.filter((item) => item.name === name);
  }

  unreserved(): Resources {
    return this.filter((item) => !isReserved(item));
  }

  reserved(): Resources {
    return this.filter((item) => isReserved(item));
  }

  /** Reserved to exactly `role`. */
  reservedTo(role: string): Resources {
    return this.filter((item) => isReserved(item, role));
  }

  /** Reserved to `role` or to a role below it. */
  reservedToSubtree(role: string): Resources {
    return this.filter((item) => isReservedToSubtree(item, role));
  }

  /** Reserved resources by the role they are reserved to, in order of roles. */
  reservedByRole(): Map<string, Resources> {
    return this.grouped(reservationRole);
  }

  /** What `role` may get: unreserved, or reserved to it or to a role above it. */
  allocatableTo(role: string): Resources {
    return this.filter((item) => isAllocatableTo(item, role));
  }

  revocable(): Resources {
    return this.filter((item) => item.revocable);
  }

  nonRevocable(): Resources {
    return this.filter((item) => !item.revocable);
  }

  shared(): Resources {
    return this.filter(isShared);
  }

  nonShared(): Resources {
    return this.filter((item) => !isShared(item));
  }

  persistentVolumes(): Resources {
    return this.filter(isPersistentVolume);
  }

  scalars(): Resources {
    return this.filter((item) => item.value.type === 'SCALAR');
  }

  nonScalars(): Resources {
    return this.filter((item) => item.value.type !== 'SCALAR');
  }

  /** Without what is reserved on top of another reservation. */
  unrefined(): Resources {
    return this.filter((item) => !isRefined(item));
  }

  /** Allocated resources by role, in order of roles; what is not allocated is left out. */
  allocatedByRole(): Map<string, Resources> {
    return this.grouped((item) => item.allocationRole);
  }

  /** Allocated to `role` or to a role below it. */
  allocatedToSubtree(role: string): Resources {
    return this.filter((item) => isAllocatedToSubtree(item, role));
  }

  /** The same resources, all allocated to `role`. */
  allocate(role: string): Resources {
    return this.isEmpty ? this : new Resources(reallocate(this.items, role));
  }

  unallocate(): Resources {
    if (this.items.every((item) => item.allocationRole === undefined)) return this;
    return new Resources(reallocate(this.items, undefined));
  }

  /** The same resources without any reservation. */
  toUnreserved(): Resources {
    if (!this.items.some((item) => isReserved(item))) return this;
    return this.mapped((item) => (isReserved(item) ? withReservations(item, []) : item));
  }

  /**
   * The same resources with one more reservation on top.
   * @throws {RangeError} where the role is not below the role the resources are reserved to, or cannot be reserved
   */
  pushReservation(reservation: Reservation): Resources {
    return this.mapped((item) => {
      const reservations = [...item.reservations, reservation];
      const error = validateReservations({ name: item.name, type: item.value.type, reservations });
      if (error !== undefined) throw new RangeError(error);
      return withReservations(item, reservations);
    });
  }

  /** The same resources without their topmost reservation; what is unreserved stays so. */
  popReservation(): Resources {
    return this.mapped(withoutTopReservation);
  }

  /**
   * The resources that make up `target` but for reservations: looked for in the role of the target, then unreserved,
   * then in other roles. Undefined where they do not suffice.
   */
  find(target: Resources): Resources | undefined {
    const found = findItems(this.items, target.items);
    return found === undefined ? undefined : Resources.ofCanonical(found);
  }

  /** At most `quantities`; names that are not in it are dropped. `order` says what is kept first. */
  shrinkTo(quantities: Quantities, order?: ItemOrder): Resources {
    return Resources.ofCanonical(shrinkItems(this.items, (name) => quantities.get(name), order));
  }

  /** At most `limits`; names without limit are kept. `order` says what is kept first. */
  shrinkToLimits(limits: Limits, order?: ItemOrder): Resources {
    return Resources.ofCanonical(shrinkItems(this.items, (name) => limits.get(name) ?? Infinity, order));
  }

  /** Amounts by name; ranges and sets count their elements, a shared volume counts once. Computed once. */
  quantities(): Quantities {
    this.#quantities ??= Quantities.fromResources(this);
    return this.#quantities;
  }

  /** Thousandths of the scalar `name`, summed over all reservations; 0 where there are none. */
  scalarMilli(name: string): number {
    let milli = 0;
    for (const item of this.items) {
      if (item.name === name && item.value.type === 'SCALAR') milli += item.value.milli;
    }
    return milli;
  }

  /** The ranges of `name`, over all reservations. */
  ranges(name: string): readonly Range[] {
    let ranges: readonly Range[] = [];
    for (const item of this.items) {
      if (item.name === name && item.value.type === 'RANGES') ranges = addRanges(ranges, item.value.ranges);
    }
    return ranges;
  }

  /** The set items of `name`, over all reservations. */
  set(name: string): readonly string[] {
    let items: readonly string[] = [];
    for (const item of this.items) {
      if (item.name === name && item.value.type === 'SET') items = unionSets(items, item.value.items);
    }
    return items;
  }

  /** The names, each once, in canonical order. */
  names(): string[] {
    return [...new Set(this.items.map(({ name }) => name))];
  }

  /** As Mesos prints resources: `cpus:1; mem(allocated: dev):32`, or `{}`. */
  toString(): string {
    return printItems(this.items);
  }

  /**
   * What RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME or SHRINK_VOLUME makes of these resources, or why it cannot
   * be applied (Mesos' texts).
   */
  applyOperation(operation: Offer.Operation): Result<Resources> {
    const result = applyOperation(this.items, operation);
    return result.ok ? ok(Resources.ofCanonical(result.value)) : result;
  }

  /** An agent's configured resources with the reservations and volumes that it remembers, or why they do not fit. */
  applyCheckpointed(checkpointed: Resources): Result<Resources> {
    const result = applyCheckpointed(this.items, checkpointed.items);
    return result.ok ? ok(Resources.ofCanonical(result.value)) : result;
  }

  private mapped(change: (item: ResourceItem) => ResourceItem): Resources {
    return Resources.ofCanonical(canonical(this.items.map(change)));
  }

  private grouped(roleOf: (item: ResourceItem) => string | undefined): Map<string, Resources> {
    const groups = new Map<string, ResourceItem[]>();
    for (const item of this.items) {
      const role = roleOf(item);
      if (role === undefined) continue;
      const group = groups.get(role);
      if (group === undefined) groups.set(role, [item]);
      else group.push(item);
    }
    const roles = [...groups.keys()].sort();
    return new Map(roles.map((role) => [role, Resources.ofCanonical(groups.get(role) ?? [])]));
  }
}

/**
 * Whether the same port, or the same item of a set, is in several of `all`: their sum then holds less than they do
 * one by one.
 */
export function haveOverlap(all: readonly Resources[]): boolean {
  const elements = all.map((resources) => resources.nonScalars());
  const apart = Quantities.sum(elements.map((resources) => resources.quantities()));
  return !apart.equals(Resources.sum(elements).quantities());
}
