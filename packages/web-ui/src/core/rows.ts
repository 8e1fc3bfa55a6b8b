// What the pages show of agents, frameworks and tasks: the master's messages with the few facts that every table needs
// worked out once. A row is never changed; what changed is a new row.
import type { Attribute, master, Offer, Task, TaskState, TaskStatus } from '@mini-mesos/proto';
import { quantitiesOf } from './quantities.js';
import type { Quantities } from './quantities.js';
import { stateGroup } from './task-states.js';
import type { TaskGroup } from './task-states.js';

export type AgentMessage = master.Response.GetAgents.Agent;
export type FrameworkMessage = master.Response.GetFrameworks.Framework;

export interface AgentRow {
  readonly id: string;
  readonly hostname: string;
  readonly port: number;
  readonly attributes: readonly { readonly name: string; readonly text: string }[];
  readonly state: AgentState;
  readonly version: string;
  readonly registeredMs: number | undefined;
  readonly total: Quantities;
  readonly allocated: Quantities;
  readonly offered: Quantities;
  readonly message: AgentMessage;
}

export type AgentState = 'active' | 'disconnected' | 'deactivated' | 'draining' | 'drained';

export interface FrameworkRow {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly state: FrameworkState;
  readonly registeredMs: number | undefined;
  readonly unregisteredMs: number | undefined;
  readonly allocated: Quantities;
  readonly offered: Quantities;
  readonly offers: readonly Offer[];
  readonly message: FrameworkMessage;
}

/** Recovered: known from agents since a new master leads, and not back yet. */
export type FrameworkState = 'active' | 'inactive' | 'disconnected' | 'recovered' | 'completed';

export interface TaskRow {
  /** Unique among all rows, and part of the page's address: see taskKey. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly frameworkId: string;
  readonly agentId: string;
  /** '' for a command task: its executor has the task's id. */
  readonly executorId: string;
  readonly state: TaskState;
  readonly group: TaskGroup;
  readonly role: string;
  readonly resources: Quantities;
  /** When it was launched, as far as is known; where nothing is known, when this page heard of it. */
  readonly launchedMs: number;
  readonly updatedMs: number;
  readonly statuses: readonly TaskStatus[];
  readonly message: Task;
}

/** Ids cannot hold a '/'. `run` counts earlier tasks of the same id from 1; the newest has none. */
export function taskKey(frameworkId: string, taskId: string, run?: number): string {
  return run === undefined ? `${frameworkId}/${taskId}` : `${frameworkId}/${taskId}/${run}`;
}

const SECOND_MS = 1000;
const MS_NS = 1e6;

export const timeMs = (time: { nanoseconds: number } | undefined): number | undefined =>
  time && time.nanoseconds > 0 ? time.nanoseconds / MS_NS : undefined;

export function agentRow(message: AgentMessage): AgentRow {
  const { agent_info: info } = message;
  return {
    id: info.id?.value ?? '',
    hostname: info.hostname,
    port: info.port ?? 5051,
    attributes: (info.attributes ?? []).map((attribute) => ({ name: attribute.name, text: attributeText(attribute) })),
    state: agentState(message),
    version: message.version,
    registeredMs: timeMs(message.reregistered_time) ?? timeMs(message.registered_time),
    total: quantitiesOf(message.total_resources),
    allocated: quantitiesOf(message.allocated_resources),
    offered: quantitiesOf(message.offered_resources),
    message,
  };
}

function agentState({ active, deactivated, drain_info: drain }: AgentMessage): AgentState {
  if (drain) return drain.state === 'DRAINED' ? 'drained' : 'draining';
  if (deactivated) return 'deactivated';
  return active ? 'active' : 'disconnected';
}

function attributeText({ scalar, ranges, set, text }: Attribute): string {
  if (text) return text.value;
  if (scalar) return String(scalar.value);
  if (ranges) return `[${(ranges.range ?? []).map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`;
  return `{${(set?.item ?? []).join(', ')}}`;
}

export function frameworkRow(message: FrameworkMessage, isCompleted: boolean): FrameworkRow {
  const { framework_info: info } = message;
  return {
    id: info.id?.value ?? '',
    name: info.name,
    roles: info.roles && info.roles.length > 0 ? info.roles : [info.role ?? '*'],
    state: frameworkState(message, isCompleted),
    registeredMs: timeMs(message.reregistered_time) ?? timeMs(message.registered_time),
    unregisteredMs: timeMs(message.unregistered_time),
    allocated: quantitiesOf(message.allocated_resources),
    offered: quantitiesOf(message.offered_resources),
    offers: message.offers ?? [],
    message,
  };
}

function frameworkState({ active, connected, recovered }: FrameworkMessage, isCompleted: boolean): FrameworkState {
  if (isCompleted) return 'completed';
  if (recovered) return 'recovered';
  if (!connected) return 'disconnected';
  return active ? 'active' : 'inactive';
}

export function taskRow(
  task: Task,
  { nowMs, isUnreachable = false }: { nowMs: number; isUnreachable?: boolean },
): TaskRow {
  const statuses = task.statuses ?? [];
  const first = statusMs(statuses[0]);
  const last = statusMs(decisive(statuses, task.state));
  return {
    key: taskKey(task.framework_id.value, task.task_id.value),
    id: task.task_id.value,
    name: task.name,
    frameworkId: task.framework_id.value,
    agentId: task.agent_id.value,
    executorId: task.executor_id?.value ?? '',
    state: task.state,
    group: isUnreachable ? 'unreachable' : stateGroup(task.state),
    role: task.resources?.find(({ allocation_info: allocation }) => allocation?.role)?.allocation_info?.role ?? '',
    resources: quantitiesOf(task.resources),
    launchedMs: first ?? nowMs,
    updatedMs: last ?? nowMs,
    statuses,
    message: task,
  };
}

/** The status that made a task what it is: others may follow it, such as that its framework was removed. */
function decisive(statuses: readonly TaskStatus[], state: TaskState): TaskStatus | undefined {
  return statuses.findLast((status) => status.state === state) ?? statuses.at(-1);
}

/** What was said when the task came into its state. */
export const stateMessage = ({ statuses, state }: Pick<TaskRow, 'statuses' | 'state'>): string | undefined =>
  decisive(statuses, state)?.message;

/** Whether the scheduler has been told the end of it: what comes after that changes nothing. */
export const hasEnded = ({ statuses }: Pick<TaskRow, 'statuses'>): boolean =>
  statuses.some(({ state }) => stateGroup(state) === 'completed');

/** The row after a status update. `state` is the newest state, which may be ahead of the status. */
export function updatedTaskRow(
  row: TaskRow,
  status: TaskStatus,
  { state, nowMs }: { state: TaskState; nowMs: number },
): TaskRow {
  const isSame = row.statuses.at(-1)?.state === status.state;
  const before = isSame ? row.statuses.slice(0, -1) : row.statuses;
  return {
    ...row,
    state,
    group: stateGroup(state),
    updatedMs: hasEnded(row) ? row.updatedMs : (statusMs(status) ?? nowMs),
    statuses: [...before, status],
  };
}

export function statusMs(status: TaskStatus | undefined): number | undefined {
  return status?.timestamp === undefined ? undefined : status.timestamp * SECOND_MS;
}
