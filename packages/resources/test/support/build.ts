// Short ways to write resources in tests.
import type { Resource } from '@mini-mesos/proto';
import { Limits, Quantities, Resources } from '@mini-mesos/resources';
import type { Reservation, Result } from '@mini-mesos/resources';

/** The value of a result that must be there. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

export const res = (text: string, defaultRole?: string): Resources => must(Resources.parse(text, defaultRole));
export const quantities = (text: string): Quantities => must(Quantities.parse(text));
export const limits = (text: string): Limits => must(Limits.parse(text));
export const from = (...messages: Resource[]): Resources => Resources.fromProto(messages);

export const scalar = (name: string, value: number, more: Partial<Resource> = {}): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  ...more,
});

export const labels = (...pairs: readonly [string, string?][]): NonNullable<Reservation['labels']> => ({
  labels: pairs.map(([key, value]) => (value === undefined ? { key } : { key, value })),
});

export const staticTo = (role: string): Reservation => ({ type: 'STATIC', role });
export const dynamicTo = (role: string, principal?: string, given?: Reservation['labels']): Reservation => ({
  type: 'DYNAMIC',
  role,
  ...(principal === undefined ? {} : { principal }),
  ...(given === undefined ? {} : { labels: given }),
});

export const path = (root?: string): Resource.DiskInfo.Source => ({
  type: 'PATH',
  path: root === undefined ? {} : { root },
});
export const mount = (root?: string): Resource.DiskInfo.Source => ({
  type: 'MOUNT',
  mount: root === undefined ? {} : { root },
});

export interface DiskOptions {
  readonly role?: string;
  readonly id?: string;
  readonly containerPath?: string;
  readonly source?: Resource.DiskInfo.Source;
  readonly shared?: boolean;
}

/** A disk, reserved where a role is given; a persistent volume where an id is given. */
export function disk(value: number, options: DiskOptions = {}): Resource {
  const { role, id, containerPath, source, shared = false } = options;
  const info: Resource.DiskInfo = {};
  if (id !== undefined) info.persistence = { id };
  if (containerPath !== undefined) info.volume = { container_path: containerPath, mode: 'RW' };
  if (source !== undefined) info.source = source;
  const message = scalar('disk', value);
  if (Object.keys(info).length > 0) message.disk = info;
  if (role !== undefined) message.reservations = [staticTo(role)];
  if (shared) message.shared = {};
  return message;
}
