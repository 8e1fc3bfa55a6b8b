// The metrics of one framework, live or completed: `master/frameworks/<name>/<id>/…` (Mesos: FrameworkMetrics in
// src/master/metrics.cpp).
import type { Offer, scheduler, TaskState } from '@mini-mesos/proto';
import { rolesOf } from '../../state/framework.js';
import type { FrameworkRecord } from '../../state/framework.js';

const CALLS = [
  'ACCEPT',
  'ACCEPT_INVERSE_OFFERS',
  'ACKNOWLEDGE',
  'ACKNOWLEDGE_OPERATION_STATUS',
  'DECLINE',
  'DECLINE_INVERSE_OFFERS',
  'KILL',
  'MESSAGE',
  'RECONCILE',
  'RECONCILE_OPERATIONS',
  'REQUEST',
  'REVIVE',
  'SHUTDOWN',
  'SUBSCRIBE',
  'SUPPRESS',
  'TEARDOWN',
  'UPDATE_FRAMEWORK',
] as const satisfies readonly scheduler.Call.Type[];

const EVENTS = [
  'ERROR',
  'FAILURE',
  'HEARTBEAT',
  'INVERSE_OFFERS',
  'MESSAGE',
  'OFFERS',
  'RESCIND',
  'RESCIND_INVERSE_OFFER',
  'SUBSCRIBED',
  'UPDATE',
  'UPDATE_OPERATION_STATUS',
] as const satisfies readonly scheduler.Event.Type[];

const ACTIVE = [
  'TASK_KILLING',
  'TASK_RUNNING',
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_UNKNOWN',
  'TASK_UNREACHABLE',
] as const satisfies readonly TaskState[];

const TERMINAL = [
  'TASK_DROPPED',
  'TASK_ERROR',
  'TASK_FAILED',
  'TASK_FINISHED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
  'TASK_KILLED',
  'TASK_LOST',
] as const satisfies readonly TaskState[];

const OPERATIONS = [
  'CREATE',
  'CREATE_DISK',
  'DESTROY',
  'DESTROY_DISK',
  'GROW_VOLUME',
  'LAUNCH',
  'LAUNCH_GROUP',
  'RESERVE',
  'SHRINK_VOLUME',
  'UNRESERVE',
] as const satisfies readonly Offer.Operation.Type[];

type Values = Iterable<readonly [name: string, value: number]>;

export function* frameworkMetrics(framework: FrameworkRecord): Values {
  const { info, counters } = framework;
  const prefix = `master/frameworks/${encodedName(info.name)}/${framework.id}`;
  yield [`${prefix}/subscribed`, framework.phase === 'connected' ? 1 : 0];
  yield* counted(`${prefix}/calls`, CALLS, counters.calls);
  yield* counted(`${prefix}/events`, EVENTS, counters.events);
  yield* counted(`${prefix}/operations`, OPERATIONS, counters.operations);
  yield [`${prefix}/offers/sent`, counters.offersSent];
  yield [`${prefix}/offers/accepted`, counters.offersAccepted];
  yield [`${prefix}/offers/declined`, counters.offersDeclined];
  yield [`${prefix}/offers/rescinded`, counters.offersRescinded];
  const active = activeTasks(framework);
  for (const state of ACTIVE) yield [`${prefix}/tasks/active/${state.toLowerCase()}`, active.get(state) ?? 0];
  for (const state of TERMINAL) {
    yield [`${prefix}/tasks/terminal/${state.toLowerCase()}`, counters.terminalTasks.get(state) ?? 0];
  }
  for (const role of rolesOf(info)) {
    yield [`${prefix}/roles/${role}/suppressed`, framework.suppressedRoles.has(role) ? 1 : 0];
  }
}

/** The sum, and each kind. */
function* counted(prefix: string, kinds: readonly string[], counts: ReadonlyMap<string, number>): Values {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  yield [prefix, sum];
  for (const kind of kinds) yield [`${prefix}/${kind.toLowerCase()}`, counts.get(kind) ?? 0];
}

function activeTasks({ tasks, unreachableTasks }: FrameworkRecord): ReadonlyMap<TaskState, number> {
  const counts = new Map<TaskState, number>();
  for (const list of [tasks, unreachableTasks]) {
    for (const { task } of list.values()) counts.set(task.state, (counts.get(task.state) ?? 0) + 1);
  }
  return counts;
}

/** As libprocess encodes it, so that a name with a slash does not look like two. Halves of characters are replaced. */
function encodedName(name: string): string {
  return encodeURIComponent(name.replaceAll(/\p{Surrogate}/gu, '\ufffd')).replaceAll('~', '%7E');
}
