// The table of frameworks. Pure.
import type { FrameworkMessage } from '../cluster/messages.js';
import { shortIds } from '../lookup/find-one.js';
import { printable } from '../text/printable.js';
import type { Column } from '../text/table.js';
import { ageText } from '../text/units.js';
import { amountOf, amountText } from './amounts.js';
import type { ListingOptions, Table } from './table-of.js';

const COLUMNS: readonly Column[] = [
  { title: 'ID' },
  { title: 'NAME', shrinksTo: 10 },
  { title: 'USER', shrinksTo: 6 },
  { title: 'ROLES', shrinksTo: 6 },
  { title: 'STATE' },
  { title: 'TASKS', align: 'right' },
  { title: 'CPUS', align: 'right' },
  { title: 'MEM', align: 'right' },
  { title: 'AGE', align: 'right' },
];

export interface FrameworkInListing {
  readonly framework: FrameworkMessage;
  readonly isCompleted: boolean;
}

export function frameworkTable(frameworks: readonly FrameworkInListing[], options: ListingOptions): Table {
  const ids = options.isShort ? shortIds(frameworks.map(({ framework }) => framework.id)) : undefined;
  const rows = frameworks.map((listed) => {
    const { framework } = listed;
    const { used_resources: used } = framework;
    return [
      ids?.get(framework.id) ?? framework.id,
      printable(framework.name),
      printable(framework.user ?? ''),
      rolesOf(framework).join(','),
      frameworkState(listed),
      String(framework.tasks?.length ?? 0),
      amountText('cpus', amountOf(used, 'cpus')),
      amountText('mem', amountOf(used, 'mem')),
      framework.registered_time === undefined || framework.registered_time === 0
        ? ''
        : ageText(options.nowMs - framework.registered_time * 1000),
    ];
  });
  return { columns: COLUMNS, rows };
}

const rolesOf = ({ role, roles }: FrameworkMessage): readonly string[] => roles ?? (role ? [role] : []);

/** `recovered` is known only from its agents, since the master changed. */
function frameworkState({ framework, isCompleted }: FrameworkInListing): string {
  if (isCompleted) return 'completed';
  if (framework.recovered === true) return 'recovered';
  if (framework.connected === false) return 'disconnected';
  return framework.active === false ? 'inactive' : 'active';
}
