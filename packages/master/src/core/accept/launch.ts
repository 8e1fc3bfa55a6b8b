// LAUNCH inside an ACCEPT: tasks one by one, each on its own merits.
import type { TaskInfo } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { addExecutor, findExecutor } from '../agents/executors.js';
import { countOperation } from '../state/framework.js';
import { addTask } from '../tasks/add.js';
import { invalidTask } from '../tasks/validate-task.js';
import { rejectTasks } from './workbench.js';
import type { Workbench } from './workbench.js';

export function launchTasks(bench: Workbench, tasks: readonly TaskInfo[]): void {
  for (const task of tasks) launchTask(bench, completed(bench, task));
}

/** Fills in what a framework may leave out. */
function completed({ framework }: Workbench, task: TaskInfo): TaskInfo {
  const check = task.health_check;
  const checkType = check?.command && !check.http ? 'COMMAND' : check?.http && !check.command ? 'HTTP' : undefined;
  return {
    ...task,
    ...(task.executor && {
      executor: { ...task.executor, framework_id: task.executor.framework_id ?? { value: framework.id } },
    }),
    ...(check && check.type === undefined && checkType && { health_check: { ...check, type: checkType } }),
  };
}

function launchTask(bench: Workbench, task: TaskInfo): void {
  const { ctx, framework, agent } = bench;
  const available = bench.remaining.nonShared().plus(bench.remainingShared);
  const error = invalidTask(task, { framework, agent, available });
  if (error !== undefined) return rejectTasks(bench, [task], { reason: 'REASON_TASK_INVALID', message: error });
  let consumed = Resources.fromProto(task.resources ?? []);
  const { executor } = task;
  const isNewExecutor = executor ? !findExecutor(agent, framework.id, executor.executor_id.value) : true;
  if (executor && isNewExecutor) {
    addExecutor(ctx, agent, executor);
    consumed = consumed.plus(Resources.fromProto(executor.resources ?? []));
  }
  addTask(ctx, { framework, agent, task });
  consume(bench, consumed);
  countOperation(framework, 'LAUNCH');
  ctx.tell(agent, {
    type: 'RUN_TASK',
    run_task: { framework: framework.info, task, launch_executor: isNewExecutor },
  });
}

/** A further copy of a shared volume is more than was offered, so the allocator hears of it. */
export function consume(bench: Workbench, consumed: Resources): void {
  const additional = consumed.shared().minus(bench.remaining.shared());
  if (!additional.isEmpty) {
    bench.conversions.push({ consumed: Resources.EMPTY, converted: additional });
    bench.remaining = bench.remaining.plus(additional);
  }
  bench.remaining = bench.remaining.minus(consumed);
}
