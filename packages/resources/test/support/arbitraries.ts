// Random resources for properties. Names have one type each, as --resources demands, and ids of disks are few, so that
// random resources meet.
import * as fc from 'fast-check';
import { Resources } from '@mini-mesos/resources';
import type { DiskInfo, Range, Reservation, ResourceItemInit, ResourceValue } from '@mini-mesos/resources';

export const milli = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 10_000_000 }));

/** Ranges of small numbers in any order, overlapping and touching. */
export const anyRanges: fc.Arbitrary<Range[]> = fc.array(
  fc.tuple(fc.nat(40), fc.nat(6)).map(([begin, length]) => ({ begin, end: begin + length })),
  { maxLength: 6 },
);

const setItems = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 });

const scalarValue: fc.Arbitrary<ResourceValue> = milli.map((amount) => ({ type: 'SCALAR', milli: amount }));

/** A name with a value of its type. */
const named: fc.Arbitrary<{ name: string; value: ResourceValue }> = fc.oneof(
  fc.tuple(fc.constantFrom('cpus', 'mem', 'gpus', 'bandwidth'), scalarValue).map(([name, value]) => ({ name, value })),
  anyRanges.map((ranges) => ({ name: 'ports', value: { type: 'RANGES', ranges } as const })),
  setItems.map((items) => ({ name: 'devices', value: { type: 'SET', items } as const })),
);

const labels = fc.option(
  fc
    .array(fc.record({ key: fc.constantFrom('k', 'l'), value: fc.constantFrom('v', 'w') }), { maxLength: 2 })
    .map((list) => ({ labels: list })),
  { nil: undefined },
);

const reservation = (role: string, type: 'STATIC' | 'DYNAMIC'): fc.Arbitrary<Reservation> =>
  fc
    .record({ principal: fc.option(fc.constantFrom('p', 'q'), { nil: undefined }), labels })
    .map(({ principal, labels: given }) => ({
      type,
      role,
      ...(principal === undefined ? {} : { principal }),
      ...(given === undefined ? {} : { labels: given }),
    }));

const type = fc.constantFrom('STATIC' as const, 'DYNAMIC' as const);

/** One entry, as the older format can say it: a static one there has neither principal nor labels. */
const singleReservation: fc.Arbitrary<Reservation> = fc
  .tuple(fc.constantFrom('a', 'b', 'a/x'), type)
  .chain(([role, kind]) => (kind === 'STATIC' ? fc.constant({ type: kind, role }) : reservation(role, kind)));

const refinedStack: fc.Arbitrary<Reservation[]> = type.chain((kind) =>
  fc.tuple(reservation('a', kind), reservation('a/x', 'DYNAMIC')).map((stack) => [...stack]),
);

const stack: fc.Arbitrary<Reservation[]> = fc.oneof(
  fc.constant<Reservation[]>([]),
  singleReservation.map((only) => [only]),
  refinedStack,
);

const source: fc.Arbitrary<DiskInfo['source']> = fc.constantFrom(
  undefined,
  { type: 'PATH', path: { root: '/p' } } as const,
  { type: 'MOUNT', mount: { root: '/m' } } as const,
  { type: 'BLOCK', id: 'b' } as const,
  { type: 'RAW', profile: 'fast' } as const,
  { type: 'RAW', id: 'r', vendor: 'v' } as const,
);

/** A disk without persistence, reserved or not. */
const plainDisk: fc.Arbitrary<ResourceItemInit> = fc
  .tuple(scalarValue, source, stack)
  .map(([value, from, reservations]) => ({
    name: 'disk',
    value,
    reservations,
    disk: from === undefined ? undefined : { source: from },
  }));

/** A persistent volume, perhaps shared by up to `copies`. */
const volume = (copies: number): fc.Arbitrary<ResourceItemInit> =>
  fc
    .record({
      id: fc.constantFrom('v1', 'v2'),
      // Few sizes: a shared volume merges with copies of its own size only.
      size: fc.constantFrom(64_000, 128_000),
      from: source,
      entry: singleReservation,
      sharedCount: fc.option(fc.integer({ min: 1, max: copies }), { nil: undefined }),
    })
    .map(({ id, size, from, entry, sharedCount }) => ({
      name: 'disk',
      value: { type: 'SCALAR', milli: size },
      reservations: [entry],
      disk: {
        persistence: { id },
        volume: { container_path: 'data', mode: 'RW' },
        ...(from === undefined ? {} : { source: from }),
      },
      sharedCount,
    }));

interface ItemOptions {
  /** Most copies of a shared volume in one item. */
  readonly copies?: number;
  /** False leaves out what is reserved twice. */
  readonly refined?: boolean;
}

function item(options: ItemOptions = {}): fc.Arbitrary<ResourceItemInit> {
  const { copies = 3, refined = true } = options;
  const reserved = fc.record({ base: named, reservations: stack, revocable: fc.boolean() });
  const simple: fc.Arbitrary<ResourceItemInit> = reserved.map(({ base, ...rest }) => ({ ...base, ...rest }));
  const any = fc.oneof({ weight: 4, arbitrary: simple }, plainDisk, volume(copies));
  const placed = fc
    .tuple(
      any,
      fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      fc.option(fc.constant('provider'), { nil: undefined, freq: 4 }),
    )
    .map(([init, allocationRole, providerId]) => ({ ...init, allocationRole, providerId }));
  return refined ? placed : placed.filter(({ reservations = [] }) => reservations.length < 2);
}

export function resources(options: ItemOptions = {}): fc.Arbitrary<Resources> {
  return fc.array(item(options), { maxLength: 8 }).map((items) => Resources.of(items));
}

/** Unreserved scalars, ranges and sets: what the text of --resources can say and toString prints the same. */
export const plainResources: fc.Arbitrary<Resources> = fc
  .array(named, { maxLength: 6 })
  .map((items) => Resources.of(items));

/**
 * Two resources without a common element of ranges or sets: their sum loses nothing, so it can be taken apart again.
 */
export const disjointPair: fc.Arbitrary<[Resources, Resources]> = fc
  .tuple(resources(), resources())
  .map(([left, right]) => [left, right.filter((one) => one.value.type === 'SCALAR')]);
