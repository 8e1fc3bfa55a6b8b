// The cluster in a few lines. Pure.
import type { StateMessage } from '../cluster/messages.js';
import { allFrameworks, tasksOf } from '../cluster/tasks.js';
import { printable } from '../text/printable.js';
import { ageText } from '../text/units.js';
import { amountOf, amountText } from './amounts.js';

const SHOWN = ['cpus', 'mem', 'disk', 'gpus'];

/** Pairs of what it is and how it is. */
export function clusterFacts(state: StateMessage, { nowMs, url }: { nowMs: number; url: string }): [string, string][] {
  const { slaves = [] } = state;
  const sum = (of: 'resources' | 'used_resources' | 'offered_resources', name: string): number =>
    slaves.reduce((total, agent) => total + amountOf(agent[of], name), 0);
  const resources = SHOWN.filter((name) => sum('resources', name) > 0).map((name): [string, string] => [
    name,
    `${amountText(name, sum('used_resources', name))} used and ${amountText(name, sum('offered_resources', name))} ` +
      `offered of ${amountText(name, sum('resources', name))}`,
  ]);
  return [
    ['master', `${url}${state.hostname ? ` (${printable(state.hostname)})` : ''}`],
    ['id', state.id],
    ['version', state.version],
    ...(state.cluster === undefined ? [] : [['cluster', printable(state.cluster)] as [string, string]]),
    ...(state.elected_time === undefined
      ? []
      : [['leading for', ageText(nowMs - state.elected_time * 1000)] as [string, string]]),
    ['agents', agentsText(state)],
    ['frameworks', frameworksText(state)],
    ['tasks', tasksText(state)],
    ...resources,
  ];
}

function agentsText({
  activated_slaves: on = 0,
  deactivated_slaves: off = 0,
  unreachable_slaves: gone = 0,
}: StateMessage) {
  return [`${on} active`, ...(off > 0 ? [`${off} inactive`] : []), ...(gone > 0 ? [`${gone} unreachable`] : [])].join(
    ', ',
  );
}

function frameworksText(state: StateMessage): string {
  const all = allFrameworks(state);
  const completed = all.filter(({ isCompleted }) => isCompleted).length;
  const active = all.filter(({ framework, isCompleted }) => !isCompleted && framework.active !== false).length;
  const rest = all.length - completed - active;
  return [`${active} active`, ...(rest > 0 ? [`${rest} inactive`] : []), `${completed} completed`].join(', ');
}

/** States in the order in which they are met: running ones come first. */
function tasksText(state: StateMessage): string {
  const counts = new Map<string, number>();
  for (const { task } of tasksOf(state)) counts.set(task.state, (counts.get(task.state) ?? 0) + 1);
  if (counts.size === 0) return 'none';
  return [...counts].map(([name, count]) => `${count} ${name.replace(/^TASK_/, '').toLowerCase()}`).join(', ');
}
