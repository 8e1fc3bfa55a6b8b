// Resources as Mesos writes them in logs and messages (operator<< in src/common/resources.cpp), for example
// `disk(allocated: dev)(reservations: [(DYNAMIC,dev,alice)])[vol1:data]<SHARED>:64<1>`.
import type { Labels, Resource, Volume } from '@mini-mesos/proto';
import { printValue } from '../values/value.js';
import type { ItemList } from './algebra.js';
import type { DiskInfo, ResourceItem } from './item.js';

export function printLabels(labels: Labels): string {
  const parts = (labels.labels ?? []).map(({ key, value }) => (value === undefined ? key : `${key}: ${value}`));
  return `{${parts.join(', ')}}`;
}

/** For example `DYNAMIC,dev,alice,{team: blue}`. */
function printReservation({ type, role, principal, labels }: Resource.ReservationInfo): string {
  let text = `${type ?? 'UNKNOWN'},${role ?? ''}`;
  if (principal !== undefined) text += `,${principal}`;
  if (labels !== undefined) text += `,${printLabels(labels)}`;
  return text;
}

/** For example `MOUNT:/mnt/disk1`, or `RAW(vendor,id,profile)` for what a storage plugin provides. */
export function printDiskSource(source: Resource.DiskInfo.Source): string {
  if (source.id !== undefined || source.profile !== undefined) {
    return `${source.type}(${source.vendor ?? ''},${source.id ?? ''},${source.profile ?? ''})`;
  }
  const root = source.type === 'MOUNT' ? source.mount?.root : source.type === 'PATH' ? source.path?.root : undefined;
  return root === undefined ? source.type : `${source.type}:${root}`;
}

function printVolume(volume: Volume): string {
  if (volume.host_path === undefined) return volume.container_path;
  const mode = volume.mode === 'RW' ? ':rw' : volume.mode === 'RO' ? ':ro' : '';
  return `${volume.host_path}:${volume.container_path}${mode}`;
}

function printDisk({ source, persistence, volume }: DiskInfo): string {
  const parts: string[] = [];
  if (source !== undefined) parts.push(printDiskSource(source));
  if (persistence !== undefined) parts.push(persistence.id);
  return parts.join(',') + (volume === undefined ? '' : `:${printVolume(volume)}`);
}

/** What stands around the value; common to items and to messages that were not checked yet. */
export interface Printable {
  readonly name: string;
  readonly allocationRole?: string | undefined;
  readonly reservations?: readonly Resource.ReservationInfo[] | undefined;
  readonly disk?: DiskInfo | undefined;
  readonly revocable?: boolean | undefined;
  readonly shared?: boolean | undefined;
  readonly value: string;
}

export function printParts(parts: Printable): string {
  const { name, allocationRole, reservations = [], disk, revocable = false, shared = false, value } = parts;
  let text = name;
  if (allocationRole !== undefined) text += `(allocated: ${allocationRole})`;
  if (reservations.length > 0) {
    text += `(reservations: [${reservations.map((reservation) => `(${printReservation(reservation)})`).join(',')}])`;
  }
  if (disk !== undefined) text += `[${printDisk(disk)}]`;
  if (revocable) text += '{REV}';
  if (shared) text += '<SHARED>';
  return `${text}:${value}`;
}

export function printItem(item: ResourceItem): string {
  const text = printParts({ ...item, shared: item.sharedCount !== undefined, value: printValue(item.value) });
  return item.sharedCount === undefined ? text : `${text}<${item.sharedCount}>`;
}

export function printItems(items: ItemList): string {
  return items.length === 0 ? '{}' : items.map(printItem).join('; ');
}
