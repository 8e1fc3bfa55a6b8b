// Calls to /api/v1/executor, once they were read (src/slave/http.cpp executor, src/slave/validation.cpp): which are
// answered with what, and what they do. Texts of refusals are Mesos' own.
import type { executor as api } from '@mini-mesos/proto';
import { log, type Context } from './context.js';
import type { ExecutorRequest } from './events.js';
import { CustomExecutor } from './executors/custom.js';
import type { Lifecycle } from './lifecycle.js';
import { lostStateFor, type Executor, type Framework } from './model.js';
import { newUuid } from './random.js';
import type { StatusIntake, Taken } from './status-intake.js';
import { containerStatus, statusOf } from './statuses.js';

const UUID_LENGTH = 16;

/** Why a call is refused with 400, in the order of Mesos' checks; undefined where it is valid. */
function invalidExecutorCall(call: api.Call): string | undefined {
  if (call.type === undefined) return "Expecting 'type' to be present";
  switch (call.type) {
    case 'SUBSCRIBE':
      return call.subscribe ? undefined : "Expecting 'subscribe' to be present";
    case 'UPDATE':
      return call.update ? invalidUpdate(call, call.update) : "Expecting 'update' to be present";
    case 'MESSAGE':
      return call.message ? undefined : "Expecting 'message' to be present";
    case 'HEARTBEAT':
    case 'UNKNOWN':
      return undefined;
  }
}

function invalidUpdate(call: api.Call, { status }: api.Call.Update): string | undefined {
  const executorId = call.executor_id.value;
  const origin = `from executor ${executorId} of framework ${call.framework_id.value}`;
  if (!status.uuid) return "Expecting 'uuid' to be present";
  if (!isUuid(status.uuid)) return 'Not a valid UUID';
  if (status.executor_id && status.executor_id.value !== executorId) {
    return `ExecutorID in Call: ${executorId} does not match ExecutorID in TaskStatus: ${status.executor_id.value}`;
  }
  if (status.source !== 'SOURCE_EXECUTOR') {
    return `Received Call ${origin} with invalid source, expecting 'SOURCE_EXECUTOR'`;
  }
  return status.state === 'TASK_STAGING' ? `Received TASK_STAGING ${origin} which is not allowed` : undefined;
}

/** 16 bytes that name one of the versions 1 to 5. */
function isUuid(bytes: Uint8Array): boolean {
  const version = (bytes[6] ?? 0) >> 4;
  return bytes.length === UUID_LENGTH && version >= 1 && version <= 5;
}

const REFUSED_UPDATE: { readonly [taken in Taken]?: string } = {
  'unknown-task': 'is not a task of this executor',
  'not-launched': 'was not launched yet',
  'already-terminal': 'is in a terminal state already',
};

export interface ExecutorCallsParts {
  intake: StatusIntake;
  lifecycle: Lifecycle;
  sendMessage: (framework: Framework, executor: Executor, data: Uint8Array) => void;
}

export class ExecutorCalls {
  readonly #context: Context;
  readonly #parts: ExecutorCallsParts;

  constructor(context: Context, parts: ExecutorCallsParts) {
    this.#context = context;
    this.#parts = parts;
  }

  handle({ request, call }: ExecutorRequest): void {
    const invalid = invalidExecutorCall(call);
    if (invalid !== undefined) this.#answer(request, 400, `Failed to validate Executor::Call: ${invalid}`);
    else if (call.type === 'HEARTBEAT') this.#answer(request, 202);
    else if (call.type === 'UNKNOWN') this.#answer(request, 501, "Received 'UNKNOWN' call");
    else this.#fromExecutor(request, call);
  }

  onDisconnected(connection: number): void {
    for (const { executor } of this.#parts.lifecycle.executors) {
      const { driver } = executor;
      if (driver instanceof CustomExecutor && driver.connection === connection) {
        log(this.#context, 'info', `executor '${executor.id}' disconnected`);
        driver.disconnect();
      }
    }
  }

  #fromExecutor(request: number, call: api.Call): void {
    const framework = this.#context.state.frameworks.get(call.framework_id.value);
    const executor = framework?.executors.get(call.executor_id.value);
    if (!framework) return this.#answer(request, 400, 'Framework cannot be found');
    if (!executor) return this.#answer(request, 400, 'Executor cannot be found');
    const { driver } = executor;
    // The agent's own executors have no process: whoever calls in their name is somebody else.
    if (!(driver instanceof CustomExecutor)) return this.#answer(request, 403, 'Executor is not subscribed');
    if (call.subscribe && call.type === 'SUBSCRIBE') {
      this.#subscribe(request, call.subscribe, { framework, executor, driver });
      return;
    }
    if (executor.state === 'REGISTERING') return this.#answer(request, 403, 'Executor is not subscribed');
    if (call.update && call.type === 'UPDATE') this.#update(request, call.update, { framework, executor });
    else if (call.message) {
      this.#parts.sendMessage(framework, executor, call.message.data);
      this.#answer(request, 202);
    }
  }

  #update(
    request: number,
    update: api.Call.Update,
    { framework, executor }: { framework: Framework; executor: Executor },
  ) {
    const taken = this.#take(framework, executor, update);
    const refused = REFUSED_UPDATE[taken];
    if (refused === undefined) this.#answer(request, 202);
    else this.#answer(request, 400, `Task '${update.status.task_id.value}' ${refused}`);
  }

  #take(framework: Framework, executor: Executor, { status }: api.Call.Update): Taken {
    const { ip } = this.#context.config;
    const own = containerStatus({ value: executor.containerId }, ip, executor.launched);
    const timestamp = status.timestamp ?? this.#context.nowMs() / 1000;
    const filled = { ...own, ...status.container_status };
    const taken = this.#parts.intake.take(framework, executor, { ...status, timestamp, container_status: filled });
    if (taken === 'taken' || taken === 'duplicate') executor.driver.statusAccepted(status);
    return taken;
  }

  #subscribe(
    request: number,
    { unacknowledged_tasks, unacknowledged_updates }: api.Call.Subscribe,
    { framework, executor, driver }: { framework: Framework; executor: Executor; driver: CustomExecutor },
  ): void {
    const context = this.#context;
    const isEnding = executor.state === 'TERMINATING' || executor.state === 'TERMINATED';
    if (context.state.phase === 'TERMINATING' || framework.state === 'TERMINATING' || isEnding) {
      context.emit({ type: 'open-executor-stream', request });
      context.emit({ type: 'executor-event', connection: request, event: { type: 'SHUTDOWN' } });
      context.emit({ type: 'close-executor-stream', connection: request });
      return;
    }
    log(context, 'info', `executor '${executor.id}' of framework ${framework.id} subscribed`);
    driver.connect(request);
    for (const update of unacknowledged_updates ?? []) this.#take(framework, executor, update);
    this.#dropUnknown(framework, executor, new Set((unacknowledged_tasks ?? []).map((task) => task.task_id.value)));
    const hasQueued = [...executor.tasks.values()].some((entry) => entry.phase === 'queued');
    if (!executor.everSentTask && !hasQueued) this.#parts.lifecycle.shutdownExecutor(executor);
    else driver.welcome();
  }

  /** Launched, never reported, and not known to the executor: the launch was lost on its way. */
  #dropUnknown(framework: Framework, executor: Executor, known: ReadonlySet<string>): void {
    for (const { info, task, phase } of [...executor.tasks.values()]) {
      const taskId = info.task_id.value;
      if (phase !== 'launched' || task.state !== 'TASK_STAGING' || known.has(taskId)) continue;
      const status = statusOf(
        {
          taskId,
          state: lostStateFor(framework.info, 'TASK_DROPPED'),
          source: 'SOURCE_AGENT',
          reason: 'REASON_AGENT_RESTARTED',
          message: 'Task launched during agent restart',
        },
        { uuid: newUuid(this.#context.random), nowMs: this.#context.nowMs() },
      );
      this.#parts.intake.take(framework, executor, status);
    }
  }

  #answer(request: number, status: number, text = ''): void {
    this.#context.emit({ type: 'answer-executor', request, status, text });
  }
}
