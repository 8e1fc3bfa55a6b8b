// What the states of a task mean to whoever looks at them: which belong together, how they are called and marked.
import type { TaskState } from '@mini-mesos/proto';

/** Active holds resources; unreachable may come back; completed is over. */
export type TaskGroup = 'active' | 'unreachable' | 'completed';

/** What it is to people: the colour, and with it the shape, of its mark. */
export type Tone = 'waiting' | 'good' | 'done' | 'stopping' | 'bad' | 'neutral' | 'doubt';

interface StateFacts {
  readonly label: string;
  readonly tone: Tone;
  readonly group: TaskGroup;
}

/** In the order of a task's life, which is the order of every list of states. */
const STATES: { readonly [state in TaskState]: StateFacts } = {
  TASK_STAGING: { label: 'staging', tone: 'waiting', group: 'active' },
  TASK_STARTING: { label: 'starting', tone: 'waiting', group: 'active' },
  TASK_RUNNING: { label: 'running', tone: 'good', group: 'active' },
  TASK_KILLING: { label: 'killing', tone: 'stopping', group: 'active' },
  TASK_UNREACHABLE: { label: 'unreachable', tone: 'doubt', group: 'unreachable' },
  TASK_FINISHED: { label: 'finished', tone: 'done', group: 'completed' },
  TASK_KILLED: { label: 'killed', tone: 'neutral', group: 'completed' },
  TASK_FAILED: { label: 'failed', tone: 'bad', group: 'completed' },
  TASK_ERROR: { label: 'error', tone: 'bad', group: 'completed' },
  TASK_LOST: { label: 'lost', tone: 'doubt', group: 'completed' },
  TASK_DROPPED: { label: 'dropped', tone: 'doubt', group: 'completed' },
  TASK_GONE: { label: 'gone', tone: 'doubt', group: 'completed' },
  TASK_GONE_BY_OPERATOR: { label: 'gone by operator', tone: 'doubt', group: 'completed' },
  TASK_UNKNOWN: { label: 'unknown', tone: 'doubt', group: 'completed' },
};

export const TASK_STATES = Object.keys(STATES) as TaskState[];
export const TASK_GROUPS: readonly TaskGroup[] = ['active', 'unreachable', 'completed'];

/** A master newer than this page may know more states. */
function factsOf(state: string): StateFacts {
  const known = (STATES as { readonly [state: string]: StateFacts | undefined })[state];
  return known ?? { label: state.replace(/^TASK_/, '').toLowerCase(), tone: 'doubt', group: 'active' };
}

export const stateLabel = (state: string): string => factsOf(state).label;
export const stateTone = (state: string): Tone => factsOf(state).tone;
export const stateGroup = (state: string): TaskGroup => factsOf(state).group;

/** Their place in the order of life; unknown ones come last. */
export function stateRank(state: string): number {
  const rank = (TASK_STATES as string[]).indexOf(state);
  return rank < 0 ? TASK_STATES.length : rank;
}

/** 'REASON_CONTAINER_LIMITATION_MEMORY' is read as 'container limitation memory'. */
export function reasonLabel(reason: string): string {
  return reason
    .replace(/^REASON_/, '')
    .toLowerCase()
    .replaceAll('_', ' ');
}

/** 'SOURCE_EXECUTOR' is read as 'executor'. */
export function sourceLabel(source: string): string {
  return source.replace(/^SOURCE_/, '').toLowerCase();
}
