// What identifies a resource, as one string per item. Equal keys mean "may be added and subtracted" (Mesos' addable
// and subtractable, src/common/resources.cpp); the order of keys is the canonical order: by type, then cpus, gpus,
// mem, disk and other names, then unreserved before reserved.
import type { Labels, Resource } from '@mini-mesos/proto';
import { printValue } from '../values/value.js';
import type { ResourceValue } from '../values/value.js';
import type { DiskInfo, ItemKind, Reservation, ResourceItemInit } from './item.js';

/** Names that come first, in this order; all others follow by name. */
const NAME_RANKS: ReadonlyMap<string, string> = new Map([
  ['cpus', '0'],
  ['gpus', '1'],
  ['mem', '2'],
  ['disk', '3'],
]);

const TYPE_RANKS: Readonly<Record<ResourceValue['type'], string>> = { SCALAR: '0', RANGES: '1', SET: '2' };

// A zero character ends the name; the next character says what follows. Allocation sorts below metadata, so that
// giving all items of a list the same allocation keeps their order.
const ALLOCATION = '\u0000\u0001';
const METADATA = '\u0000\u0002';
const ESCAPED_ZERO = '\u0000\u0003';

/** Most keys kept for sharing; at the maximum the table is emptied, which costs speed only. */
const INTERNED_KEYS_MAX = 65_536;

const internedKeys = new Map<string, string>();

/** One string object per distinct key: comparing equal keys then is comparing pointers. */
function intern(key: string): string {
  const known = internedKeys.get(key);
  if (known !== undefined) return known;
  if (internedKeys.size >= INTERNED_KEYS_MAX) internedKeys.clear();
  internedKeys.set(key, key);
  return key;
}

/** A part that may be absent; absent sorts first. */
const maybe = (part: unknown): unknown => (part === undefined ? 0 : [part]);

/** Labels without their order, which means nothing; a label without value is one with an empty value. */
function labelsKey(labels: Labels | undefined): readonly string[] | undefined {
  if (labels === undefined) return undefined;
  return (labels.labels ?? []).map(({ key, value }) => JSON.stringify([key, value ?? ''])).toSorted();
}

function reservationKey({ type, role, principal, labels }: Reservation): unknown {
  return [role, type, maybe(principal), maybe(labelsKey(labels))];
}

function sourceKey({ type, path, mount, id, profile, vendor, metadata }: Resource.DiskInfo.Source): unknown {
  return [
    type,
    maybe(path && maybe(path.root)),
    maybe(mount && maybe(mount.root)),
    ...[id, profile, vendor, labelsKey(metadata)].map(maybe),
  ];
}

/** The disk without its volume: that says how the disk is used, not which it is. */
function diskKey({ source, persistence }: DiskInfo): unknown {
  return [maybe(persistence?.id), maybe(source && sourceKey(source))];
}

/** The key without allocation. Whole and shared items are matched with their amount, so it is part of theirs. */
export function baseKeyOf(
  item: ResourceItemInit & { readonly reservations: readonly Reservation[] },
  kind: ItemKind,
): string {
  const name = item.name.includes('\u0000') ? item.name.replaceAll('\u0000', ESCAPED_ZERO) : item.name;
  const head = TYPE_RANKS[item.value.type] + (NAME_RANKS.get(item.name) ?? '4') + name;
  const { reservations, disk, revocable = false, providerId } = item;
  const isPlain = reservations.length === 0 && disk === undefined && !revocable && providerId === undefined;
  if (isPlain && kind === 'divisible') return intern(head);
  const metadata = JSON.stringify([
    reservations.map(reservationKey),
    revocable,
    maybe(providerId),
    maybe(disk && diskKey(disk)),
    kind,
    maybe(kind === 'divisible' ? undefined : printValue(item.value)),
  ]);
  return intern(`${head}${METADATA}${reservations.length}${metadata}`);
}

export function keyOf(baseKey: string, allocationRole: string | undefined): string {
  return allocationRole === undefined ? baseKey : intern(baseKey + ALLOCATION + allocationRole);
}

/** Whether two sets of labels are the same; their order means nothing. */
export function labelsEqual(left: Labels, right: Labels): boolean {
  return JSON.stringify(labelsKey(left)) === JSON.stringify(labelsKey(right));
}
