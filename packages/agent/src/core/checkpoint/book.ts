// What the records come to. Applying them one after the other gives what the agent has to take up again after a restart;
// `snapshot` says the same with the fewest records.
//
// B1: records that do not fit (after a hole in the journal, or twice) change nothing, and never throw.
// B2: applying a snapshot to an empty book gives the same book.
import type { DrainConfig, ExecutorInfo, FrameworkInfo, Operation, Resource, Task, TaskInfo } from '@mini-mesos/proto';
import type { link } from '@mini-mesos/proto';
import { isTerminal } from '@mini-mesos/wire';
import { PENDING_UPDATES_PER_TASK_MAX } from '../constants.js';
import type { ExecutorKind } from '../model.js';
import { keepStatus, taskOf } from '../statuses.js';
import type { CheckpointRecord, TaskProcessState } from './records.js';

export interface BookTask {
  readonly info: TaskInfo;
  /** Its state and statuses, as far as they were written down. */
  readonly task: Task;
  /** Ids of the tasks that were launched together with it, itself included. */
  readonly group: readonly string[] | undefined;
  delivered: boolean;
  process: TaskProcessState | undefined;
}

export interface BookExecutor {
  readonly info: ExecutorInfo;
  readonly kind: ExecutorKind;
  readonly containerId: string;
  stage: 'living' | 'ending' | 'ended';
  everSentTask: boolean;
  /** By task id, in order of arrival. */
  readonly tasks: Map<string, BookTask>;
}

export interface BookFramework {
  info: FrameworkInfo;
  isEnding: boolean;
  readonly executors: Map<string, BookExecutor>;
}

export interface BookStream {
  readonly frameworkId: string;
  readonly taskId: string;
  /** Oldest first. */
  readonly pending: link.StatusUpdate[];
  acknowledged: { uuid: string; state: Task['state'] } | undefined;
}

type Of<T extends CheckpointRecord['type']> = Extract<CheckpointRecord, { type: T }>;

export class CheckpointBook {
  readonly frameworks = new Map<string, BookFramework>();
  /** In the order in which the tasks got their first update. */
  readonly streams = new Map<string, BookStream>();
  drain: { config: DrainConfig; startedMs: number } | undefined;
  /** Waiting for an acknowledgement, by the hexadecimal text of their uuid. */
  readonly operations = new Map<string, Operation>();
  readonly applying = new Map<string, { operation: Operation; resources: Resource[] }>();
  /** Who holds each task, by the task's key: an agent may have ten thousand executors. */
  readonly #holders = new Map<string, BookExecutor>();

  apply(record: CheckpointRecord): void {
    switch (record.type) {
      case 'framework':
        this.#framework(record.info);
        break;
      case 'framework-ending':
        this.#frameworkEnding(record.frameworkId);
        break;
      case 'executor':
        this.#executor(record);
        break;
      case 'executor-removed':
        this.#executorRemoved(record);
        break;
      case 'update':
        this.#update(record.update);
        break;
      case 'acknowledged':
        this.#acknowledged(record);
        break;
      case 'stream': {
        const { frameworkId, taskId, pending, acknowledged } = record;
        this.streams.set(streamKey(frameworkId, taskId), { frameworkId, taskId, pending: [...pending], acknowledged });
        break;
      }
      case 'drain':
        this.drain = { config: record.config, startedMs: record.startedMs };
        break;
      case 'drained':
        this.drain = undefined;
        break;
      case 'operation-applying':
        this.applying.set(uuidOf(record.operation), { operation: record.operation, resources: record.resources });
        break;
      case 'operation':
        this.applying.delete(uuidOf(record.operation));
        this.operations.set(uuidOf(record.operation), record.operation);
        break;
      case 'operation-over':
        this.applying.delete(record.uuid);
        this.operations.delete(record.uuid);
        break;
      default:
        this.#ofExecutor(record);
    }
  }

  snapshot(): CheckpointRecord[] {
    const out: CheckpointRecord[] = [];
    for (const [frameworkId, framework] of this.frameworks) {
      out.push({ type: 'framework', info: framework.info });
      for (const [executorId, executor] of framework.executors) {
        out.push(...snapshotOf({ frameworkId, executorId }, executor));
      }
      if (framework.isEnding) out.push({ type: 'framework-ending', frameworkId });
    }
    for (const stream of this.streams.values()) {
      out.push({ type: 'stream', ...stream, pending: [...stream.pending] });
    }
    if (this.drain) out.push({ type: 'drain', ...this.drain });
    for (const applying of this.applying.values()) out.push({ type: 'operation-applying', ...applying });
    for (const operation of this.operations.values()) out.push({ type: 'operation', operation });
    return out;
  }

  streamOf(frameworkId: string, taskId: string): BookStream | undefined {
    return this.streams.get(streamKey(frameworkId, taskId));
  }

  #framework(info: FrameworkInfo): void {
    const id = info.id?.value ?? '';
    const known = this.frameworks.get(id);
    if (known) known.info = info;
    else this.frameworks.set(id, { info, isEnding: false, executors: new Map() });
  }

  #frameworkEnding(frameworkId: string): void {
    const framework = this.frameworks.get(frameworkId);
    for (const [key, stream] of this.streams) if (stream.frameworkId === frameworkId) this.streams.delete(key);
    if (framework?.executors.size === 0) this.frameworks.delete(frameworkId);
    else if (framework) framework.isEnding = true;
  }

  #executor({ frameworkId, info, kind, containerId }: Of<'executor'>): void {
    this.#release(frameworkId, info.executor_id.value);
    this.frameworks.get(frameworkId)?.executors.set(info.executor_id.value, {
      info,
      kind,
      containerId,
      stage: 'living',
      everSentTask: false,
      tasks: new Map(),
    });
  }

  #executorRemoved({ frameworkId, executorId }: Of<'executor-removed'>): void {
    const framework = this.frameworks.get(frameworkId);
    this.#release(frameworkId, executorId);
    framework?.executors.delete(executorId);
    if (framework?.executors.size === 0) this.frameworks.delete(frameworkId);
  }

  #ofExecutor(record: Of<'executor-ending' | 'executor-ended' | 'tasks' | 'delivered' | 'process' | 'task'>): void {
    const executor = this.frameworks.get(record.frameworkId)?.executors.get(record.executorId);
    if (!executor) return;
    switch (record.type) {
      case 'executor-ending':
        if (executor.stage === 'living') executor.stage = 'ending';
        break;
      case 'executor-ended':
        executor.stage = 'ended';
        break;
      case 'tasks':
        addTasks(executor, record);
        for (const { task_id: id } of record.tasks)
          this.#holders.set(streamKey(record.frameworkId, id.value), executor);
        break;
      case 'delivered':
        executor.everSentTask = true;
        for (const id of record.taskIds) {
          const task = executor.tasks.get(id);
          if (task) task.delivered = true;
        }
        break;
      case 'process': {
        const task = executor.tasks.get(record.process.taskId);
        if (task) task.process = record.process;
        break;
      }
      case 'task': {
        const { info, task, group, delivered } = record;
        executor.tasks.set(info.task_id.value, { info, task, group, delivered, process: undefined });
        this.#holders.set(streamKey(record.frameworkId, info.task_id.value), executor);
        break;
      }
    }
  }

  #update(update: link.StatusUpdate): void {
    const frameworkId = update.framework_id.value;
    const { status } = update;
    const taskId = status.task_id.value;
    const key = streamKey(frameworkId, taskId);
    let stream = this.streams.get(key);
    if (!stream) this.streams.set(key, (stream = { frameworkId, taskId, pending: [], acknowledged: undefined }));
    const uuid = hex(status.uuid);
    if (stream.pending.some((known) => hex(known.status.uuid) === uuid)) return;
    // The same bound, and the same choice, as that of the streams themselves.
    const last = stream.pending.length - 1;
    if (stream.pending.length >= PENDING_UPDATES_PER_TASK_MAX && last > 0) stream.pending[last] = update;
    else stream.pending.push(update);
    const task = this.#holders.get(key)?.tasks.get(taskId)?.task;
    if (!task || isTerminal(task.state)) return;
    task.state = status.state;
    keepStatus(task, status);
  }

  #acknowledged({ frameworkId, taskId, uuid }: Of<'acknowledged'>): void {
    const key = streamKey(frameworkId, taskId);
    const stream = this.streams.get(key);
    const at = stream?.pending.findIndex(({ status }) => hex(status.uuid) === uuid) ?? -1;
    const update = stream?.pending[at];
    if (!stream || !update) return;
    // Those before it were replaced while they waited.
    stream.pending.splice(0, at + 1);
    stream.acknowledged = { uuid, state: update.status.state };
    if (!isTerminal(update.status.state)) return;
    this.streams.delete(key);
    this.#holders.get(key)?.tasks.delete(taskId);
    this.#holders.delete(key);
  }

  /** The executor holds nothing any more. */
  #release(frameworkId: string, executorId: string): void {
    const executor = this.frameworks.get(frameworkId)?.executors.get(executorId);
    for (const taskId of executor?.tasks.keys() ?? []) {
      const key = streamKey(frameworkId, taskId);
      if (this.#holders.get(key) === executor) this.#holders.delete(key);
    }
  }
}

function addTasks(executor: BookExecutor, { frameworkId, tasks, isGroup }: Of<'tasks'>): void {
  const group = isGroup ? tasks.map((info) => info.task_id.value) : undefined;
  for (const info of tasks) {
    const task = taskOf(info, frameworkId, executor.kind === 'command' ? undefined : executor.info);
    executor.tasks.set(info.task_id.value, { info, task, group, delivered: false, process: undefined });
  }
}

function snapshotOf(ids: { frameworkId: string; executorId: string }, executor: BookExecutor): CheckpointRecord[] {
  const { info, kind, containerId, stage } = executor;
  const { frameworkId } = ids;
  const out: CheckpointRecord[] = [{ type: 'executor', frameworkId, info, kind, containerId }];
  if (executor.everSentTask) out.push({ type: 'delivered', ...ids, taskIds: [] });
  for (const { info: task, task: state, group, delivered, process } of executor.tasks.values()) {
    const copy = { ...state, statuses: [...(state.statuses ?? [])] };
    out.push({ type: 'task', ...ids, info: task, task: copy, ...(group ? { group: [...group] } : {}), delivered });
    if (process) out.push({ type: 'process', ...ids, process });
  }
  if (stage !== 'living') out.push({ type: 'executor-ending', ...ids });
  if (stage === 'ended') out.push({ type: 'executor-ended', ...ids });
  return out;
}

function streamKey(frameworkId: string, taskId: string): string {
  return `${frameworkId}/${taskId}`;
}

function uuidOf(operation: Operation): string {
  return hex(operation.uuid.value);
}

function hex(uuid: Uint8Array | undefined): string {
  return Buffer.from(uuid ?? []).toString('hex');
}
