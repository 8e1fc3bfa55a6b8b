// Takes up what an earlier run of the agent wrote down (src/slave/slave.cpp recover and reregisterExecutorTimeout).
//
//   start ──▶ frameworks, executors, tasks, updates made anew; containers looked for ──▶ custom executors awaited ──▶ over
//                                          reconnected, ended, or out of time (then destroyed) ───┘    └▶ registration
import { log, type Context } from './context.js';
import type { BookExecutor, BookFramework, BookTask, CheckpointBook } from './checkpoint/book.js';
import type { TaskProcessState } from './checkpoint/records.js';
import { CustomExecutor } from './executors/custom.js';
import type { Lifecycle } from './lifecycle.js';
import type { Framework, TaskEntry } from './model.js';
import { isTerminal } from '@mini-mesos/wire';
import type { AgentInfo } from '@mini-mesos/proto';
import type { Operations } from './operations.js';
import type { Registration } from './registration.js';
import type { StatusUpdateStreams } from './status-updates.js';

const TIMER = 'recovery/executors';

/** What an earlier run of the agent left. */
export interface RememberedAgent {
  /** With its id. */
  info: AgentInfo;
  book: CheckpointBook;
}

export interface RecoveryParts {
  lifecycle: Lifecycle;
  streams: StatusUpdateStreams;
  operations: Operations;
  registration: Registration;
}

export class Recovery {
  readonly #context: Context;
  readonly #parts: RecoveryParts;
  #isOver = true;

  constructor(context: Context, parts: RecoveryParts) {
    this.#context = context;
    this.#parts = parts;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  start({ info, book }: RememberedAgent): void {
    const { streams, operations, registration } = this.#parts;
    const { state, config } = this.#context;
    // The copies are ours: the book goes on changing with what is written.
    state.drain = book.drain && { ...book.drain };
    for (const stream of book.streams.values()) streams.restore(stream);
    for (const [id, framework] of book.frameworks)
      if (framework.executors.size > 0) this.#framework(id, framework, book);
    operations.restore(book);
    const awaited = this.#awaited().length;
    log(this.#context, 'info', `agent ${info.id?.value ?? ''} is back`, {
      frameworks: state.frameworks.size,
      executors: [...state.frameworks.values()].reduce((sum, { executors }) => sum + executors.size, 0),
      updates: [...book.streams.values()].reduce((sum, { pending }) => sum + pending.length, 0),
      awaited,
    });
    if (awaited === 0) return;
    this.#isOver = false;
    registration.hold();
    this.#context.emit({ type: 'set-timer', key: TIMER, delayMs: config.executorReregistrationTimeoutMs });
  }

  onTimer(key: string): boolean {
    if (key !== TIMER) return false;
    for (const driver of this.#awaited()) driver.reregistrationTimedOut();
    this.#end();
    return true;
  }

  /** Something happened: perhaps nobody is waited for any more. */
  check(): void {
    if (this.#isOver || this.#awaited().length > 0) return;
    this.#context.emit({ type: 'cancel-timer', key: TIMER });
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    log(this.#context, 'info', 'recovery is over');
    this.#parts.registration.release();
  }

  #awaited(): CustomExecutor[] {
    return [...this.#parts.lifecycle.executors].flatMap(({ executor: { driver } }) =>
      driver instanceof CustomExecutor && driver.isAwaited ? [driver] : [],
    );
  }

  #framework(id: string, { info, isEnding, executors }: BookFramework, book: CheckpointBook): void {
    const framework: Framework = {
      id,
      info,
      state: isEnding ? 'TERMINATING' : 'RUNNING',
      executors: new Map(),
      completedExecutors: [],
      recorded: JSON.stringify(info),
    };
    this.#context.state.frameworks.set(id, framework);
    for (const executor of executors.values()) this.#executor(framework, executor, book);
    this.#parts.lifecycle.removeIfIdle(framework);
  }

  #executor(framework: Framework, saved: BookExecutor, book: CheckpointBook): void {
    const { lifecycle } = this.#parts;
    const { info, kind, containerId, stage, everSentTask } = saved;
    const executor = lifecycle.makeExecutor(framework, info, { kind, containerId, isThere: true });
    executor.everSentTask = everSentTask;
    for (const [taskId, task] of saved.tasks) executor.tasks.set(taskId, entryOf(task, saved));
    for (const { task } of executor.tasks.values()) noteForwarded(book, framework.id, task);
    if (stage === 'ended') {
      lifecycle.closeRestored(framework, executor);
      return;
    }
    if (stage === 'ending' || framework.state === 'TERMINATING') executor.state = 'TERMINATING';
    else executor.state = everSentTask && kind !== 'custom' ? 'RUNNING' : 'REGISTERING';
    executor.driver.restore(processesOf(saved));
  }
}

function entryOf(saved: BookTask, executor: BookExecutor): TaskEntry {
  const { info, task, group, delivered } = saved;
  const phase = isTerminal(task.state) ? 'terminated' : delivered ? 'launched' : 'queued';
  const members = group?.flatMap((id) => executor.tasks.get(id)?.info ?? []);
  return { info, task: { ...task, statuses: [...(task.statuses ?? [])] }, phase, group: members };
}

/** How far the framework knows, as the master is told with the task. */
function noteForwarded(book: CheckpointBook, frameworkId: string, task: TaskEntry['task']): void {
  const stream = book.streamOf(frameworkId, task.task_id.value);
  const status = stream?.pending[0]?.status;
  if (status) Object.assign(task, { status_update_state: status.state, status_update_uuid: status.uuid });
  else if (stream?.acknowledged) {
    const { state, uuid } = stream.acknowledged;
    Object.assign(task, { status_update_state: state, status_update_uuid: Buffer.from(uuid, 'hex') });
  }
}

function processesOf({ tasks }: BookExecutor): Map<string, TaskProcessState> {
  return new Map([...tasks].flatMap(([id, { process }]) => (process ? [[id, process] as const] : [])));
}
