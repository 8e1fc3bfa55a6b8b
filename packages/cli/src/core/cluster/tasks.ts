// All tasks of a cluster with what belongs to them, from the state of its master. Pure.
import type { TaskState } from '@mini-mesos/proto';
import { isTerminal } from '@mini-mesos/wire';
import type { AgentMessage, FrameworkMessage, FrameworksMessage, StateMessage, TaskMessage } from './messages.js';

/** UNREACHABLE and UNKNOWN are not among them: such a task can come back. */
export const isTerminalState = (state: string): boolean => isTerminal(state as TaskState);

export interface TaskInCluster {
  readonly task: TaskMessage;
  readonly framework: FrameworkMessage;
  /** Undefined where the agent is not registered any more. */
  readonly agent: AgentMessage | undefined;
  /** Ended, or of a framework that ended. */
  readonly isCompleted: boolean;
  /** Milliseconds since the epoch of the first status; undefined where there is none. */
  readonly sinceMs: number | undefined;
}

/** Those that run first, the newest of each kind first; ties in order of ids. */
export function tasksOf(state: StateMessage): TaskInCluster[] {
  const agents = new Map((state.slaves ?? []).map((agent) => [agent.id, agent]));
  const rows = allFrameworks(state).flatMap(({ framework, isCompleted: isOver }) => {
    const { tasks = [], unreachable_tasks: unreachable = [], completed_tasks: completed = [] } = framework;
    const of = (list: readonly TaskMessage[], isCompleted: boolean): TaskInCluster[] =>
      list.map((task) => ({ task, framework, agent: agents.get(task.slave_id), isCompleted, sinceMs: sinceMs(task) }));
    return [...of(tasks, isOver), ...of(unreachable, isOver), ...of(completed, true)];
  });
  return rows.sort(
    (a, b) =>
      Number(a.isCompleted) - Number(b.isCompleted) ||
      (b.sinceMs ?? Number.MAX_VALUE) - (a.sinceMs ?? Number.MAX_VALUE) ||
      compare(`${a.task.framework_id} ${a.task.id}`, `${b.task.framework_id} ${b.task.id}`),
  );
}

/** Registered ones, then completed ones. */
export function allFrameworks(state: FrameworksMessage): { framework: FrameworkMessage; isCompleted: boolean }[] {
  return [
    ...(state.frameworks ?? []).map((framework) => ({ framework, isCompleted: false })),
    ...(state.completed_frameworks ?? []).map((framework) => ({ framework, isCompleted: true })),
  ];
}

function sinceMs({ statuses }: TaskMessage): number | undefined {
  const seconds = statuses?.[0]?.timestamp;
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1000;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
