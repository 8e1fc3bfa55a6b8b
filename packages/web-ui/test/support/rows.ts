// Tasks, agents and frameworks as tests need them: everything that a test does not name has a value that does not matter.
import type { master, Resource, Task, TaskState, TaskStatus } from '@mini-mesos/proto';
import { agentRow, frameworkRow, taskRow } from '../../src/core/rows.js';
import type { AgentMessage, AgentRow, FrameworkMessage, FrameworkRow, TaskRow } from '../../src/core/rows.js';

export const NOW_MS = 1_795_175_504_000;

export function scalar(name: string, value: number, role?: string): Resource {
  return { name, type: 'SCALAR', scalar: { value }, ...(role === undefined ? {} : { allocation_info: { role } }) };
}

export function taskMessage({
  id = 'task',
  name = id,
  framework = 'f1',
  agent = 'a1',
  executor,
  state = 'TASK_RUNNING',
  statuses = [],
  role = 'dev',
  cpus = 1,
  mem = 128,
}: {
  id?: string;
  name?: string;
  framework?: string;
  agent?: string;
  executor?: string;
  state?: TaskState;
  statuses?: TaskStatus[];
  role?: string;
  cpus?: number;
  mem?: number;
} = {}): Task {
  return {
    name,
    task_id: { value: id },
    framework_id: { value: framework },
    agent_id: { value: agent },
    ...(executor === undefined ? {} : { executor_id: { value: executor } }),
    state,
    resources: [scalar('cpus', cpus, role), scalar('mem', mem, role)],
    statuses,
  };
}

export const task = (of: Parameters<typeof taskMessage>[0] = {}): TaskRow =>
  taskRow(taskMessage(of), { nowMs: NOW_MS });

export function status(state: TaskState, { id = 'task', atMs = NOW_MS, container = '' } = {}): TaskStatus {
  return {
    task_id: { value: id },
    state,
    timestamp: atMs / 1000,
    ...(container === '' ? {} : { container_status: { container_id: { value: container } } }),
  };
}

export function agentMessage({
  id = 'a1',
  hostname = `${id}.example.net`,
  total = [scalar('cpus', 8), scalar('mem', 1024)],
  ...rest
}: Partial<Omit<AgentMessage, 'agent_info'>> & {
  id?: string;
  hostname?: string;
  total?: Resource[];
} = {}): AgentMessage {
  return {
    agent_info: { hostname, id: { value: id }, resources: total },
    active: true,
    version: '0.1.0',
    total_resources: total,
    ...rest,
  };
}

export const agent = (of: Parameters<typeof agentMessage>[0] = {}): AgentRow => agentRow(agentMessage(of));

export function frameworkMessage({
  id = 'f1',
  name = id,
  roles = ['dev'],
  ...rest
}: Partial<Omit<FrameworkMessage, 'framework_info'>> & {
  id?: string;
  name?: string;
  roles?: string[];
} = {}): FrameworkMessage {
  return {
    framework_info: { user: 'root', name, id: { value: id }, roles },
    active: true,
    connected: true,
    recovered: false,
    ...rest,
  };
}

export const framework = (of: Parameters<typeof frameworkMessage>[0] = {}): FrameworkRow =>
  frameworkRow(frameworkMessage(of), false);

export const taskUpdated = (of: {
  id?: string;
  state: TaskState;
  status?: TaskState;
  atMs?: number;
}): master.Event => ({
  type: 'TASK_UPDATED',
  task_updated: {
    framework_id: { value: 'f1' },
    status: status(of.status ?? of.state, { id: of.id ?? 'task', ...(of.atMs === undefined ? {} : { atMs: of.atMs }) }),
    state: of.state,
  },
});

export const taskAdded = (message: Task): master.Event => ({ type: 'TASK_ADDED', task_added: { task: message } });

export const subscribed = (state: master.Response.GetState): master.Event => ({
  type: 'SUBSCRIBED',
  subscribed: { get_state: state, heartbeat_interval_seconds: 15 },
});
