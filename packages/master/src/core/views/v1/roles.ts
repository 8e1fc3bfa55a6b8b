// Roles of the operator API (mesos.v1.Role). What they hold is told for the resources that are always scalars.
import type { Role } from '@mini-mesos/proto';
import { fromMilli } from '@mini-mesos/resources';
import type { RoleView } from '../roles.js';

const SCALARS: ReadonlySet<string> = new Set(['cpus', 'mem', 'disk', 'gpus']);

export function roleMessage({ name, weight, frameworks, allocated, offered }: RoleView): Role {
  const held = allocated.plus(offered).entries.filter((quantity) => SCALARS.has(quantity.name));
  return {
    name,
    weight,
    frameworks: frameworks.map((value) => ({ value })),
    resources: held.map(({ name, milli }) => ({ name, type: 'SCALAR', scalar: { value: fromMilli(milli) } })),
  };
}
