// The table of agents. Pure.
import type { AgentMessage, FrameworksMessage } from '../cluster/messages.js';
import { isTerminalState, tasksOf } from '../cluster/tasks.js';
import { shortIds } from '../lookup/find-one.js';
import { printable } from '../text/printable.js';
import type { Column } from '../text/table.js';
import { ageText } from '../text/units.js';
import { amountOf, usedOfTotal } from './amounts.js';
import type { ListingOptions, Table } from './table-of.js';

const AGENT_COLUMNS: readonly Column[] = [
  { title: 'ID' },
  { title: 'HOST', shrinksTo: 8 },
  { title: 'STATE' },
  { title: 'CPUS', align: 'right' },
  { title: 'MEM', align: 'right' },
  { title: 'DISK', align: 'right' },
  { title: 'GPUS', align: 'right', isOptional: true },
  { title: 'TASKS', align: 'right' },
  { title: 'AGE', align: 'right' },
  { title: 'ATTRIBUTES', isOptional: true, shrinksTo: 10 },
];

export function agentTable(agents: readonly AgentMessage[], options: ListingOptions & FrameworksMessage): Table {
  const ids = options.isShort ? shortIds(agents.map(({ id }) => id)) : undefined;
  const counts = runningByAgent(options);
  const rows = agents.map((agent) => {
    const { resources, used_resources: used } = agent;
    return [
      ids?.get(agent.id) ?? agent.id,
      printable(agent.hostname),
      agentState(agent),
      usedOfTotal('cpus', used, resources),
      usedOfTotal('mem', used, resources),
      usedOfTotal('disk', used, resources),
      amountOf(resources, 'gpus') > 0 ? usedOfTotal('gpus', used, resources) : '',
      String(counts.get(agent.id) ?? 0),
      agent.registered_time === undefined ? '' : ageText(options.nowMs - agent.registered_time * 1000),
      printable(attributesText(agent)),
    ];
  });
  return { columns: AGENT_COLUMNS, rows };
}

/** `active`, `draining`, `drained`, `deactivated` (by an operator) or `disconnected`. */
function agentState({ active, deactivated, drain_info: drain }: AgentMessage): string {
  if (drain?.state !== undefined) return drain.state.toLowerCase();
  if (deactivated === true) return 'deactivated';
  return active === false ? 'disconnected' : 'active';
}

/** `os:centos7;rack:2`, as --attributes is written. */
function attributesText({ attributes = {} }: AgentMessage): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}:${value}`)
    .join(';');
}

function runningByAgent(state: FrameworksMessage): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { task, isCompleted } of tasksOf({ id: '', version: '', ...state })) {
    if (isCompleted || isTerminalState(task.state)) continue;
    counts.set(task.slave_id, (counts.get(task.slave_id) ?? 0) + 1);
  }
  return counts;
}
