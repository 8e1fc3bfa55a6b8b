// Tasks, executors and operations of the operator API.
import type { master, Operation, Task } from '@mini-mesos/proto';
import type { FrameworkRecord } from '../../state/framework.js';
import type { MasterState } from '../../state/state.js';
import type { TaskRecord } from '../../state/task.js';
import { listing } from '../listing.js';
import type { Listing } from '../listing.js';
import { publicExecutor, publicTask } from '../secrets.js';

/** A task is in one list only. */
export interface TasksView {
  readonly tasks: Listing<Task>;
  readonly unreachable_tasks: Listing<Task>;
  readonly completed_tasks: Listing<Task>;
}

export interface ExecutorsView {
  readonly executors: Listing<master.Response.GetExecutors.Executor>;
}

export function tasksView(state: MasterState): TasksView {
  const all = (tasksOf: (framework: FrameworkRecord) => { values(): Iterable<TaskRecord> }) =>
    listing(
      frameworksOf(state).flatMap((framework) => [...tasksOf(framework).values()]),
      ({ task }) => publicTask(task),
    );
  return {
    tasks: all(({ tasks }) => tasks),
    unreachable_tasks: all(({ unreachableTasks }) => unreachableTasks),
    completed_tasks: all(({ completedTasks }) => completedTasks),
  };
}

export function executorsView(state: MasterState): ExecutorsView {
  const all = frameworksOf(state).flatMap((framework) =>
    [...framework.executors].flatMap(([agentId, byId]) =>
      [...byId.values()].map((info) => ({ frameworkId: framework.id, agentId, info })),
    ),
  );
  return {
    executors: listing(all, ({ frameworkId, agentId, info }) => ({
      executor_info: { ...publicExecutor(info), framework_id: { value: frameworkId } },
      agent_id: { value: agentId },
    })),
  };
}

/** Live ones, then completed ones. */
function frameworksOf(state: MasterState): FrameworkRecord[] {
  return [...state.frameworks.values(), ...state.completedFrameworks.values()];
}

/** Those that agents have not finished, or whose last status nobody acknowledged. */
export function operations({ agents }: MasterState): Operation[] {
  return [...agents.values()].flatMap((agent) => [...agent.operations.values()].map(({ operation }) => operation));
}
