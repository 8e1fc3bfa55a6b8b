// A task that passed all checks: on the books of its agent and its framework, in TASK_STAGING.
import type { TaskInfo } from '@mini-mesos/proto';
import { taskId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { charge } from '../state/agent.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';
import { newTask } from '../state/task.js';

export function addTask(
  ctx: Context,
  { framework, agent, task }: { framework: FrameworkRecord; agent: AgentRecord; task: TaskInfo },
): void {
  const id = taskId(task.task_id);
  const record = newTask(task, {
    frameworkId: { value: framework.id },
    executorId: task.executor?.executor_id.value,
    user: task.command?.user ?? task.executor?.command?.user,
  });
  let tasks = agent.tasks.get(framework.id);
  if (!tasks) agent.tasks.set(framework.id, (tasks = new Map()));
  tasks.set(id, record);
  framework.tasks.set(id, record);
  charge(agent, framework.id, record.resources);
  ctx.publish({ type: 'TASK_ADDED', task_added: { task: record.task } });
}
