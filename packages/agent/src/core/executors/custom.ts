// An executor that is a program of the framework's: it subscribes at /api/v1/executor, gets its tasks as events on that
// stream, and reports by calls. This is the agent's side of it.
//
//   start ──▶ container launched ──(subscribes in time)──▶ connected ◀──▶ disconnected ──▶ container exits
//                    └──(does not)──▶ destroyed, its tasks fail
import { printDuration } from '@mini-mesos/daemon';
import type { executor as api, KillPolicy, TaskStatus } from '@mini-mesos/proto';
import { EXECUTOR_HEARTBEAT_MS } from '../constants.js';
import { log } from '../context.js';
import { allocatedResources, lostStateFor, type TaskEntry, type Termination } from '../model.js';
import type { ContainerExit } from '../signals.js';
import type { DriverHost, ExecutorDriver } from './driver.js';
import { executorContainer } from './launch.js';

const REGISTRATION_TIMER = 'registration';
const HEARTBEAT_TIMER = 'heartbeat';

export class CustomExecutor implements ExecutorDriver {
  readonly #host: DriverHost;
  /** The request that opened its event stream; undefined while it has none. */
  #connection: number | undefined;
  /** Kills that came while it was disconnected, by task; it gets them when it is back. */
  readonly #missedKills = new Map<string, KillPolicy | undefined>();
  #termination: Termination | undefined;
  #isRestored = false;

  constructor(host: DriverHost) {
    this.#host = host;
  }

  get connection(): number | undefined {
    return this.#connection;
  }

  start(): void {
    const { context, executor } = this.#host;
    const config = executorContainer(this.#host, {
      command: executor.info.command,
      resources: allocatedResources(executor),
      container: executor.info.container,
    });
    if (config.process) context.emit({ type: 'launch-container', config });
    else this.containerLaunchFailed('', `the command of executor '${executor.id}' has no value to run`);
  }

  restore(): void {
    const { context, executor } = this.#host;
    this.#isRestored = true;
    const config = executorContainer(this.#host, {
      command: executor.info.command,
      resources: allocatedResources(executor),
      container: executor.info.container,
    });
    context.emit({ type: 'recover-container', config });
  }

  /** Its minute starts here, when everything is fetched; in Mesos a slow download counts against it. */
  containerLaunched(): void {
    const { context, executor } = this.#host;
    if (executor.state === 'REGISTERING' && !this.#isRestored) {
      this.#host.setTimer(REGISTRATION_TIMER, context.config.executorRegistrationTimeoutMs);
    }
  }

  /** The caller has decided that it may subscribe. An earlier stream of it is closed. */
  connect(connection: number): void {
    const { context, executor } = this.#host;
    this.disconnect();
    this.#connection = connection;
    context.emit({ type: 'open-executor-stream', request: connection });
    this.#host.cancelTimer(REGISTRATION_TIMER);
    this.#host.setTimer(HEARTBEAT_TIMER, EXECUTOR_HEARTBEAT_MS);
    if (executor.state === 'REGISTERING') executor.state = 'RUNNING';
  }

  /** Tells it who it is; then it gets the tasks that wait, and the kills that it missed. */
  welcome(): void {
    const { context, executor, framework } = this.#host;
    this.#send({
      type: 'SUBSCRIBED',
      subscribed: {
        executor_info: executor.info,
        framework_info: framework.info,
        agent_info: context.state.info,
        container_id: { value: executor.containerId },
      },
    });
    for (const [taskId, policy] of this.#missedKills) this.kill(taskId, policy);
    this.#missedKills.clear();
    this.#host.registered();
  }

  /** The stream is gone, or has to go. */
  disconnect(): void {
    if (this.#connection === undefined) return;
    this.#host.context.emit({ type: 'close-executor-stream', connection: this.#connection });
    this.#connection = undefined;
    this.#host.cancelTimer(HEARTBEAT_TIMER);
  }

  launch(tasks: readonly TaskEntry[]): void {
    const first = tasks[0];
    if (first?.group) {
      this.#send({ type: 'LAUNCH_GROUP', launch_group: { task_group: { tasks: tasks.map(({ info }) => info) } } });
      return;
    }
    for (const { info } of tasks) this.#send({ type: 'LAUNCH', launch: { task: info } });
  }

  kill(taskId: string, policy: KillPolicy | undefined): void {
    if (this.#connection === undefined) {
      this.#missedKills.set(taskId, policy);
      return;
    }
    const kill: api.Event.Kill = { task_id: { value: taskId }, ...(policy ? { kill_policy: policy } : {}) };
    this.#send({ type: 'KILL', kill });
  }

  shutdown(): void {
    this.#send({ type: 'SHUTDOWN' });
  }

  message(data: Uint8Array): void {
    this.#send({ type: 'MESSAGE', message: { data } });
  }

  statusAccepted(status: TaskStatus): void {
    if (!status.uuid) return;
    this.#send({ type: 'ACKNOWLEDGED', acknowledged: { task_id: status.task_id, uuid: status.uuid } });
  }

  containerLaunchFailed(_container: string, message: string): void {
    const text = `Failed to launch container: ${message}`;
    this.#host.ended(
      { kind: 'unknown', message: text },
      { state: 'TASK_FAILED', reason: 'REASON_CONTAINER_LAUNCH_FAILED', message: text },
    );
  }

  containerExited(_container: string, exit: ContainerExit): void {
    this.#host.ended(exit, this.#termination);
  }

  onTimer(name: string): void {
    if (name === REGISTRATION_TIMER) this.#registrationTimedOut();
    if (name !== HEARTBEAT_TIMER || this.#connection === undefined) return;
    this.#send({ type: 'HEARTBEAT' });
    this.#host.setTimer(HEARTBEAT_TIMER, EXECUTOR_HEARTBEAT_MS);
  }

  taskCompleted(): void {}

  close(): void {
    this.disconnect();
  }

  /** The agent was started again, and this executor has not come back in time. */
  reregistrationTimedOut(): void {
    const { context, framework } = this.#host;
    const timeout = printDuration(context.config.executorReregistrationTimeoutMs);
    this.#giveUp({
      state: lostStateFor(framework.info, 'TASK_GONE'),
      reason: 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT',
      message: `Executor did not re-register within ${timeout}`,
    });
  }

  /** Started by an earlier run of the agent, and not subscribed since. */
  get isAwaited(): boolean {
    return this.#isRestored && this.#host.executor.state === 'REGISTERING';
  }

  #registrationTimedOut(): void {
    const timeout = printDuration(this.#host.context.config.executorRegistrationTimeoutMs);
    this.#giveUp({
      state: 'TASK_FAILED',
      reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT',
      message: `Executor did not register within ${timeout}`,
    });
  }

  #giveUp(termination: Termination): void {
    const { context, executor } = this.#host;
    if (executor.state !== 'REGISTERING') return;
    log(context, 'warn', termination.message, { executor: executor.id, container: executor.containerId });
    this.#termination = termination;
    executor.state = 'TERMINATING';
    context.emit({ type: 'destroy-container', container: executor.containerId });
  }

  #send(event: api.Event): void {
    if (this.#connection === undefined) return;
    this.#host.context.emit({ type: 'executor-event', connection: this.#connection, event });
  }
}
