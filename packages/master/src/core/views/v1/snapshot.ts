// The whole state for GET_STATE and for the first event of a subscription.
import type { MasterState } from '../../state/state.js';
import { agentsView } from './agent.js';
import type { AgentsView } from './agent.js';
import { frameworksView } from './framework.js';
import type { FrameworksView } from './framework.js';
import { executorsView, tasksView } from './tasks.js';
import type { ExecutorsView, TasksView } from './tasks.js';

export interface Snapshot {
  readonly get_tasks: TasksView;
  readonly get_executors: ExecutorsView;
  readonly get_frameworks: FrameworksView;
  readonly get_agents: AgentsView;
}

export function snapshot(state: MasterState): Snapshot {
  return {
    get_tasks: tasksView(state),
    get_executors: executorsView(state),
    get_frameworks: frameworksView(state),
    get_agents: agentsView(state),
  };
}
