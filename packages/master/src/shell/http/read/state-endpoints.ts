// /state, /state-summary, /slaves, /frameworks, /tasks and /roles.
import { versionData } from '@mini-mesos/daemon';
import type { Front } from '@mini-mesos/daemon';
import { rolesView } from '../../../core/views/roles.js';
import { rolesJson } from '../../../core/views/v0/roles.js';
import { frameworksJson, slavesJson, stateJson, stateSummaryJson } from '../../../core/views/v0/state.js';
import type { AboutMaster } from '../../../core/views/v0/state.js';
import { tasksJson } from '../../../core/views/v0/tasks.js';
import type { TasksQuery } from '../../../core/views/v0/tasks.js';
import { viewAnswer } from './answers.js';
import type { ReadSideDeps } from './ports.js';

export function registerStateEndpoints(front: Front, deps: ReadSideDeps): void {
  const { machine } = deps;
  front.get('/state', () => viewAnswer(stateJson(machine, about(deps))), {
    summary: 'The cluster: agents, frameworks, tasks, flags.',
  });
  front.get('/state-summary', () => viewAnswer(stateSummaryJson(machine, { flags: deps.flags() })), {
    summary: 'Agents and frameworks with the numbers of their tasks.',
  });
  front.get('/slaves', ({ query }) => viewAnswer(slavesJson(machine, query.get('slave_id') ?? undefined)), {
    summary: 'Agents with all their resources: slave_id.',
  });
  front.get('/frameworks', ({ query }) => viewAnswer(frameworksJson(machine, query.get('framework_id') ?? undefined)), {
    summary: 'Frameworks, also completed ones: framework_id.',
  });
  front.get('/tasks', ({ query }) => viewAnswer(tasksJson(machine.state, tasksQuery(query))), {
    summary: 'Tasks of all frameworks: limit, offset, order (asc, des), framework_id, task_id.',
  });
  front.get('/roles', () => viewAnswer(rolesJson(rolesView(machine.state, machine.config).roles)), {
    summary: 'Roles with their weights, quota, resources and frameworks.',
  });
}

function about(deps: ReadSideDeps): AboutMaster {
  return {
    build: versionData(),
    startTimeMs: deps.startTimeMs,
    electedTimeMs: deps.electedTimeMs(),
    leader: deps.leader(),
    flags: deps.flags(),
  };
}

/** As in Mesos a number that cannot be read is as if it were not there. */
function tasksQuery(query: URLSearchParams): TasksQuery {
  return {
    limit: numberOf(query.get('limit')),
    offset: numberOf(query.get('offset')),
    ascending: query.get('order') === 'asc',
    frameworkId: query.get('framework_id') ?? undefined,
    taskId: query.get('task_id') ?? undefined,
  };
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}
