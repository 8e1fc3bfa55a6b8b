// Takes a task's status, from an executor or from the agent itself: completes it, moves the task to its new state, and
// puts it into the task's stream of updates. The task's state is the newest known, even while older updates still wait.
import { isTerminal } from '@mini-mesos/wire';
import type { link, TaskStatus } from '@mini-mesos/proto';
import { agentIdOf, log, type Context } from './context.js';
import {
  allocatedResources,
  executorOfTask,
  hasCapability,
  type Executor,
  type Framework,
  type TaskEntry,
} from './model.js';
import type { StatusUpdateStreams } from './status-updates.js';
import { keepStatus } from './statuses.js';

export type Taken =
  'taken' | 'duplicate' | 'unknown-task' | 'not-launched' | 'already-terminal' | 'framework-terminating';

export class StatusIntake {
  readonly #context: Context;
  readonly #streams: StatusUpdateStreams;

  constructor(context: Context, streams: StatusUpdateStreams) {
    this.#context = context;
    this.#streams = streams;
  }

  /** `status` has its uuid. Without an executor it is passed on without changing anything here: nobody holds the task. */
  take(framework: Framework, executor: Executor | undefined, status: TaskStatus): Taken {
    const { counters } = this.#context.state;
    const complete = this.#completed(framework, executor, status);
    const entry = executor?.tasks.get(status.task_id.value);
    if (framework.state === 'TERMINATING') {
      if (executor && entry && entry.phase !== 'terminated') this.#move(executor, entry, complete);
      counters.invalidStatusUpdates += 1;
      return 'framework-terminating';
    }
    const refusal = executor && refusalOf(entry, complete);
    if (refusal) {
      if (refusal === 'already-terminal' && isKnown(entry, complete)) return 'duplicate';
      counters.invalidStatusUpdates += 1;
      return refusal;
    }
    counters.validStatusUpdates += 1;
    const update = {
      framework_id: { value: framework.id },
      ...(complete.executor_id ? { executor_id: complete.executor_id } : {}),
      status: complete,
      latest_state: complete.state,
    };
    if (executor && entry) {
      if (isKnown(entry, complete)) return 'duplicate';
      this.#move(executor, entry, complete);
    }
    return this.#streams.update(update) ? 'taken' : 'duplicate';
  }

  #completed(framework: Framework, executor: Executor | undefined, status: TaskStatus): TaskStatus {
    const complete: TaskStatus = { ...status, agent_id: agentIdOf(this.#context) };
    if (executor) complete.executor_id = { value: executor.id };
    const { drain } = this.#context.state;
    if (!drain || (status.state !== 'TASK_KILLING' && status.state !== 'TASK_KILLED')) return complete;
    complete.reason = 'REASON_AGENT_DRAINING';
    // Only the end becomes GONE_BY_OPERATOR. Mesos turns TASK_KILLING into it too, and so frees resources still in use.
    const gone = drain.config.mark_gone && hasCapability(framework.info, 'PARTITION_AWARE');
    if (gone && status.state === 'TASK_KILLED') complete.state = 'TASK_GONE_BY_OPERATOR';
    return complete;
  }

  #move(executor: Executor, entry: TaskEntry, status: TaskStatus): void {
    entry.task.state = status.state;
    keepStatus(entry.task, status);
    if (!isTerminal(status.state)) return;
    entry.phase = 'terminated';
    countEnd(this.#context, status);
    if (executor.kind !== 'command' && executor.state !== 'TERMINATED') {
      const resources = allocatedResources(executor);
      this.#context.emit({ type: 'update-container', container: executor.containerId, resources });
    }
  }
}

function refusalOf(entry: TaskEntry | undefined, status: TaskStatus): Taken | undefined {
  if (!entry) return 'unknown-task';
  if (entry.phase === 'terminated') return 'already-terminal';
  return entry.phase === 'queued' && !isTerminal(status.state) ? 'not-launched' : undefined;
}

function isKnown(entry: TaskEntry | undefined, status: TaskStatus): boolean {
  const uuid = status.uuid && Buffer.from(status.uuid);
  return !!uuid && !!entry?.task.statuses?.some((kept) => kept.uuid && uuid.equals(kept.uuid));
}

function countEnd({ state: { counters } }: Context, status: TaskStatus): void {
  if (status.state === 'TASK_FINISHED') counters.tasksFinished += 1;
  else if (status.state === 'TASK_FAILED') counters.tasksFailed += 1;
  else if (status.state === 'TASK_KILLED') counters.tasksKilled += 1;
  else if (status.state === 'TASK_LOST') counters.tasksLost += 1;
  else if (status.state === 'TASK_GONE') counters.tasksGone += 1;
}

/** Sends an update of a stream: with the task's latest state, and noting with the task how far the framework knows. */
export function forwarder(context: Context, send: (call: link.Call) => void) {
  return (update: link.StatusUpdate): void => {
    const framework = context.state.frameworks.get(update.framework_id.value);
    const taskId = update.status.task_id.value;
    const task = framework && executorOfTask(framework, taskId)?.tasks.get(taskId)?.task;
    if (task) {
      task.status_update_state = update.status.state;
      task.status_update_uuid = update.status.uuid;
    }
    log(context, 'debug', 'forwarding a status update', { task: taskId, state: update.status.state });
    send({ type: 'UPDATE_STATUS', update_status: { ...update, latest_state: task?.state ?? update.latest_state } });
  };
}
