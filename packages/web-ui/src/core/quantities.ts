// Amounts by resource name: scalars in their own unit, ranges and sets by how many items they hold. Sums are made in
// thousandths, as the master makes them, so that ten times 0.1 is 1.
import type { Resource } from '@mini-mesos/proto';

export type Quantities = { readonly [name: string]: number };

export const NOTHING: Quantities = {};

/** The order in which people expect resources; all others follow by name. */
const FIRST_NAMES = ['cpus', 'mem', 'disk', 'gpus'];

export function quantitiesOf(resources: readonly Resource[] | undefined): Quantities {
  const sums: { [name: string]: number } = {};
  for (const resource of resources ?? []) {
    sums[resource.name] = (sums[resource.name] ?? 0) + thousandthsOf(resource);
  }
  for (const name of Object.keys(sums)) sums[name] = (sums[name] ?? 0) / 1000;
  return sums;
}

export function sumOf(all: Iterable<Quantities>): Quantities {
  const sums: { [name: string]: number } = {};
  for (const quantities of all) {
    for (const [name, amount] of Object.entries(quantities)) {
      sums[name] = (sums[name] ?? 0) + Math.round(amount * 1000);
    }
  }
  for (const name of Object.keys(sums)) sums[name] = (sums[name] ?? 0) / 1000;
  return sums;
}

/** Never below zero: totals and uses may be of slightly different moments. */
export function minus(from: Quantities, taken: Quantities): Quantities {
  const names = Object.keys(from);
  return Object.fromEntries(
    names.map((name) => [name, Math.max(0, Math.round(((from[name] ?? 0) - (taken[name] ?? 0)) * 1000) / 1000)]),
  );
}

/** cpus, mem, disk, gpus, then the others by name. */
export function sortedNames(names: Iterable<string>): string[] {
  const rank = (name: string) => {
    const index = FIRST_NAMES.indexOf(name);
    return index < 0 ? FIRST_NAMES.length : index;
  };
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Only what the allocator divides by share: ports and other ranges and sets are not. */
export function scalarsOf(resources: readonly Resource[] | undefined): Quantities {
  return quantitiesOf(resources?.filter(({ type }) => type === 'SCALAR'));
}

function thousandthsOf({ scalar, ranges, set }: Resource): number {
  if (scalar) return Math.round(scalar.value * 1000);
  if (ranges) return (ranges.range ?? []).reduce((sum, { begin, end }) => sum + (end - begin + 1) * 1000, 0);
  return (set?.item?.length ?? 0) * 1000;
}
