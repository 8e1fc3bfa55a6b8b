// How many tasks of which state run where: for /state-summary (Mesos: TaskStateSummaries and SlaveFrameworkMapping in
// src/master/readonly_handler.cpp). Counted are the tasks that registered frameworks have, had, or cannot reach.
import type { TaskState } from '@mini-mesos/proto';
import type { AgentId, FrameworkId } from '@mini-mesos/wire';
import type { FrameworkRecord } from '../../state/framework.js';
import type { MasterState } from '../../state/state.js';
import type { TaskRecord } from '../../state/task.js';

/** In the order in which they are shown. The states that came later (TASK_GONE …) never got a place there. */
const SHOWN = [
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_FINISHED',
  'TASK_KILLED',
  'TASK_FAILED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_UNREACHABLE',
] as const satisfies readonly TaskState[];

class Count<Other extends string> {
  readonly #byState = new Map<TaskState, number>();
  /** Agents of a framework, or frameworks of an agent. */
  readonly others = new Set<Other>();

  add(state: TaskState, other: Other): void {
    this.#byState.set(state, (this.#byState.get(state) ?? 0) + 1);
    this.others.add(other);
  }

  states(): Record<string, number> {
    return Object.fromEntries(SHOWN.map((state) => [state, this.#byState.get(state) ?? 0]));
  }
}

export class TaskCounts {
  readonly #byAgent = new Map<AgentId, Count<FrameworkId>>();
  readonly #byFramework = new Map<FrameworkId, Count<AgentId>>();

  constructor(state: MasterState) {
    for (const framework of state.frameworks.values()) {
      const ofFramework = counted(this.#byFramework, framework.id);
      for (const { task } of tasksOf(framework)) {
        const agentId = task.agent_id.value as AgentId;
        counted(this.#byAgent, agentId).add(task.state, framework.id);
        ofFramework.add(task.state, agentId);
      }
    }
  }

  ofAgent(id: AgentId) {
    const count = this.#byAgent.get(id) ?? new Count<FrameworkId>();
    return { ...count.states(), framework_ids: [...count.others] };
  }

  ofFramework(id: FrameworkId) {
    const count = this.#byFramework.get(id) ?? new Count<AgentId>();
    return { ...count.states(), slave_ids: [...count.others] };
  }
}

function counted<Id extends string, Other extends string>(counts: Map<Id, Count<Other>>, id: Id): Count<Other> {
  let count = counts.get(id);
  if (!count) counts.set(id, (count = new Count<Other>()));
  return count;
}

/** Live ones first, then unreachable ones, then completed ones from the oldest. */
export function* tasksOf(framework: FrameworkRecord): Generator<TaskRecord> {
  yield* framework.tasks.values();
  yield* framework.unreachableTasks.values();
  yield* framework.completedTasks.values();
}
