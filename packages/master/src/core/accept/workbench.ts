// What the operations of one ACCEPT share: the offered resources that are still there, and how tasks are turned down.
import type { TaskInfo, TaskStatus } from '@mini-mesos/proto';
import type { Resources } from '@mini-mesos/resources';
import type { Context } from '../context.js';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';
import { reject } from '../tasks/status.js';

/** What the operations of one call work on. */
export interface Workbench {
  readonly ctx: Context;
  readonly framework: FrameworkRecord;
  readonly agent: AgentRecord;
  /** Offered and not used yet, in the form that the operations so far have given it. */
  remaining: Resources;
  /** Shared volumes of the offers: any number of tasks may use a copy. */
  remainingShared: Resources;
  /** Results of volume resizing, which later operations of the call may not use. */
  resized: Resources;
  /** Conversions to tell the allocator. */
  readonly conversions: { consumed: Resources; converted: Resources }[];
}

export function rejectTasks(
  { ctx, framework }: Workbench,
  tasks: readonly TaskInfo[],
  { reason, message }: { reason: TaskStatus.Reason; message: string },
): void {
  for (const task of tasks) {
    reject(ctx, framework, {
      taskId: task.task_id.value,
      agentId: task.agent_id.value,
      state: 'TASK_ERROR',
      reason,
      message,
    });
  }
}
