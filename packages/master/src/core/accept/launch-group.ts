// LAUNCH_GROUP inside an ACCEPT: all tasks of a pod or none.
import type { Offer, TaskInfo } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { addExecutor, findExecutor } from '../agents/executors.js';
import { countOperation } from '../state/framework.js';
import { addTask } from '../tasks/add.js';
import { invalidGroup } from '../tasks/validate-group.js';
import { rejectTasks } from './workbench.js';
import type { Workbench } from './workbench.js';
import { consume } from './launch.js';

export function launchGroup(bench: Workbench, operation: Offer.Operation.LaunchGroup): void {
  const { ctx, framework, agent } = bench;
  const { executor } = operation;
  const tasks: TaskInfo[] = (operation.task_group.tasks ?? []).map((task) => ({
    ...task,
    executor: task.executor ?? executor,
  }));
  const error = invalidGroup({ executor, tasks }, { framework, agent, available: bench.remaining });
  if (error !== undefined) return rejectTasks(bench, tasks, { reason: 'REASON_TASK_GROUP_INVALID', message: error });
  const isNewExecutor = !findExecutor(agent, framework.id, executor.executor_id.value);
  let consumed = Resources.EMPTY;
  if (isNewExecutor) {
    addExecutor(ctx, agent, executor);
    consumed = Resources.fromProto(executor.resources ?? []);
  }
  for (const task of tasks) {
    consumed = consumed.plus(Resources.fromProto(task.resources ?? []));
    addTask(ctx, { framework, agent, task });
  }
  consume(bench, consumed);
  countOperation(framework, 'LAUNCH_GROUP');
  ctx.tell(agent, {
    type: 'RUN_TASK_GROUP',
    run_task_group: { framework: framework.info, executor, task_group: { tasks }, launch_executor: isNewExecutor },
  });
}
