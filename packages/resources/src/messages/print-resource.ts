// Resource messages in texts, as Mesos writes them; works for messages that were not checked yet, too.
import type { Resource } from '@mini-mesos/proto';
import { printParts } from '../items/print.js';
import { printMilli, toMilli } from '../values/milli.js';
import { printRanges } from '../values/ranges.js';
import { printSet } from '../values/sets.js';

function printScalar(value: number | undefined): string {
  const milli = toMilli(value ?? 0);
  return Number.isFinite(milli) ? printMilli(milli) : String(value);
}

/** For example `cpus(reservations: [(STATIC,web)]):1.5`. Fields of the oldest format are not shown. */
export function printResource(resource: Resource): string {
  const value =
    resource.ranges !== undefined
      ? printRanges(resource.ranges.range ?? [])
      : resource.set !== undefined
        ? printSet(resource.set.item ?? [])
        : printScalar(resource.scalar?.value);
  return printParts({
    name: resource.name,
    allocationRole: resource.allocation_info?.role,
    reservations: resource.reservations,
    disk: resource.disk,
    revocable: resource.revocable !== undefined,
    shared: resource.shared !== undefined,
    value,
  });
}
