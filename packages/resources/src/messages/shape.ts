// Whether one Resource message is well formed: Mesos' Resources::validate (src/common/resources.cpp), with its texts.
// What a cluster accepts on top of that is in validate.ts.
import type { Resource } from '@mini-mesos/proto';
import { printDiskSource } from '../items/print.js';
import { toMilli } from '../values/milli.js';
import { validateReservations } from './reservations-shape.js';

function validateScalar({ scalar, ranges, set }: Resource): string | undefined {
  if (scalar === undefined || ranges !== undefined || set !== undefined) return 'Invalid scalar resource';
  const { value } = scalar;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return `Invalid scalar resource: expecting a finite number, not '${String(value)}'`;
  }
  const milli = toMilli(value);
  // What is not zero but would count as zero is refused, because it would be accepted and then vanish.
  if (value !== 0 && milli <= 0) return 'Invalid scalar resource: value <= 0';
  if (!Number.isSafeInteger(milli)) return `Invalid scalar resource: ${value} is more than can be counted`;
  return undefined;
}

function validateRanges({ scalar, ranges, set }: Resource): string | undefined {
  if (scalar !== undefined || ranges === undefined || set !== undefined) return 'Invalid ranges resource';
  const list = ranges.range ?? [];
  for (const { begin, end } of list) {
    if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0) {
      return `Invalid ranges resource: expecting whole numbers from 0 to 2^53 - 1, not '${begin}-${end}'`;
    }
    if (begin > end) return 'Invalid ranges resource: begin > end';
  }
  const sorted = list.toSorted((a, b) => a.begin - b.begin);
  const overlap = sorted.some(({ begin }, i) => i > 0 && begin <= sorted[i - 1]!.end);
  return overlap ? 'Invalid ranges resource: overlapping ranges' : undefined;
}

function validateSet({ scalar, ranges, set }: Resource): string | undefined {
  if (scalar !== undefined || ranges !== undefined || set === undefined) return 'Invalid set resource';
  const items = set.item ?? [];
  return new Set(items).size < items.length ? 'Invalid set resource: duplicated elements' : undefined;
}

function validateValue(resource: Resource): string | undefined {
  switch (resource.type) {
    case 'SCALAR':
      return validateScalar(resource);
    case 'RANGES':
      return validateRanges(resource);
    case 'SET':
      return validateSet(resource);
    case 'TEXT':
      return 'Unsupported resource type';
    default:
      return 'Invalid resource type';
  }
}

function validateDiskSource(source: Resource.DiskInfo.Source): string | undefined {
  switch (source.type) {
    case 'PATH':
    case 'MOUNT':
      return undefined;
    case 'BLOCK':
    case 'RAW':
      if (source.mount !== undefined) return `Mount should not be set for ${source.type} disk source`;
      if (source.path !== undefined) return `Path should not be set for ${source.type} disk source`;
      return undefined;
    default:
      return `Unsupported 'DiskInfo.Source.Type' in '${printDiskSource(source)}'`;
  }
}

function validateDisk({ name, disk }: Resource): string | undefined {
  if (disk === undefined) return undefined;
  if (name !== 'disk') return `DiskInfo should not be set for ${name} resource`;
  return disk.source === undefined ? undefined : validateDiskSource(disk.source);
}

function validateSharing({ name, shared, disk }: Resource): string | undefined {
  if (shared === undefined) return undefined;
  if (name !== 'disk') return `Resource ${name} cannot be shared`;
  return disk?.persistence === undefined ? 'Only persistent volumes can be shared' : undefined;
}

/** Why the message is not well formed, undefined where it is. */
export function validateResourceShape(resource: Resource): string | undefined {
  if (resource.name === '') return 'Empty resource name';
  return (
    validateValue(resource) ?? validateDisk(resource) ?? validateReservations(resource) ?? validateSharing(resource)
  );
}
