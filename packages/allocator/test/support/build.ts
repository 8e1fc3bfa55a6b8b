// Short ways to write resources in tests.
import type { Resource } from '@mini-mesos/proto';
import { Limits, Quantities, Resources } from '@mini-mesos/resources';
import type { Reservation, Result } from '@mini-mesos/resources';

/** The value of a result that must be there. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** The element at `index`, counted around the list as often as need be. */
export function at<T>(list: readonly T[], index: number): T {
  const element = list[index % list.length];
  if (element === undefined) throw new Error('an empty list has no elements');
  return element;
}

export const res = (text: string): Resources => must(Resources.parse(text));
export const quantities = (text: string): Quantities => must(Quantities.parse(text));
export const limits = (text: string): Limits => must(Limits.parse(text));

export const dynamicTo = (role: string, principal = 'ops'): Reservation => ({ type: 'DYNAMIC', role, principal });

export const revocable = (text: string): Resources =>
  Resources.of(res(text).items.map((i) => ({ ...i, revocable: true })));

interface DiskOptions {
  readonly role?: string;
  readonly id?: string;
  readonly shared?: boolean;
  readonly mount?: boolean;
}

/** A disk of so many MiB, reserved where a role is given; a persistent volume where an id is given. */
export function disk(mib: number, { role, id, shared = false, mount = false }: DiskOptions = {}): Resources {
  const message: Resource = { name: 'disk', type: 'SCALAR', scalar: { value: mib } };
  if (id !== undefined) {
    message.disk = { persistence: { id }, volume: { container_path: `path-${id}`, mode: 'RW' } };
  }
  if (mount) message.disk = { ...message.disk, source: { type: 'MOUNT', mount: { root: '/mnt' } } };
  if (role !== undefined) message.reservations = [{ type: 'STATIC', role }];
  if (shared) message.shared = {};
  return Resources.fromProto([message]);
}
