// The agent as a machine: events in, effects out. This file puts the parts together and sends each event to the one that
// decides about it.
import type { link } from '@mini-mesos/proto';
import type { AgentConfig } from './config.js';
import { log, recordFramework, type Context } from './context.js';
import { durationMs } from './duration.js';
import type { Effect } from './effects.js';
import type { AgentEvent } from './events.js';
import { ExecutorCalls } from './executor-calls.js';
import { firstCall } from './first-call.js';
import { initialState } from './initial-state.js';
import { Lifecycle } from './lifecycle.js';
import type { AgentState, Framework } from './model.js';
import { Operations } from './operations.js';
import type { Random } from './random.js';
import { Recovery, type RememberedAgent } from './recovery.js';
import { Registration } from './registration.js';
import { Sandboxes } from './sandboxes.js';
import { forwarder, StatusIntake } from './status-intake.js';
import { StatusUpdateStreams } from './status-updates.js';
import { Tasks } from './tasks.js';

export class AgentMachine {
  readonly state: AgentState;
  readonly config: AgentConfig;
  readonly #context: Context;
  #effects: Effect[] = [];
  #nowMs = 0;
  readonly #registration: Registration;
  readonly #streams: StatusUpdateStreams;
  readonly #lifecycle: Lifecycle;
  readonly #tasks: Tasks;
  readonly #executorCalls: ExecutorCalls;
  readonly #operations: Operations;
  readonly #sandboxes: Sandboxes;
  readonly #recovery: Recovery;
  readonly #remembered: RememberedAgent | undefined;
  /** Link events that wait until an operation before them is durable. */
  readonly #held: link.Event[] = [];

  /**
   * `remembered` is what an earlier run left: the agent goes on where that ended. Throws where the remembered reservations
   * do not fit the configured resources.
   */
  constructor(config: AgentConfig, random: Random, remembered?: RememberedAgent) {
    this.config = config;
    this.state = initialState(config, remembered?.info.id);
    this.#remembered = remembered;
    const context: Context = {
      config,
      state: this.state,
      random,
      nowMs: () => this.#nowMs,
      emit: (effect) => this.#effects.push(effect),
    };
    this.#context = context;
    const send = (call: link.Call) => this.#registration.send(call);
    this.#registration = new Registration(context, {
      firstCall: () => firstCall(context, (frameworkId, taskId) => this.#streams.next(frameworkId, taskId)),
      onConnected: () => this.#onConnected(),
      onDisconnected: () => this.#onDisconnected(),
    });
    this.#sandboxes = new Sandboxes(context);
    this.#operations = new Operations(context, send);
    this.#streams = new StatusUpdateStreams(context, forwarder(context, send));
    const intake = new StatusIntake(context, this.#streams);
    const lifecycle = new Lifecycle(context, {
      send,
      take: (framework, executor, status) => void intake.take(framework, executor, status),
      onExecutorRemoved: (framework, executor) => this.#sandboxes.executorRemoved(framework, executor),
      onFrameworkRemoved: (framework) => this.#sandboxes.frameworkRemoved(framework),
    });
    this.#lifecycle = lifecycle;
    this.#tasks = new Tasks(context, {
      intake,
      lifecycle,
      send,
      streams: this.#streams,
      spare: (frameworkId, executorId) => this.#sandboxes.spare(frameworkId, executorId),
    });
    this.#executorCalls = new ExecutorCalls(context, {
      intake,
      lifecycle,
      sendMessage: (framework, executor, data) => {
        const ids = { framework_id: { value: framework.id }, executor_id: { value: executor.id } };
        send({ type: 'EXECUTOR_MESSAGE', executor_message: { ...ids, data } });
      },
    });
    this.#recovery = new Recovery(context, {
      lifecycle,
      streams: this.#streams,
      operations: this.#operations,
      registration: this.#registration,
    });
  }

  /** Once, before the first event. */
  start(nowMs: number): Effect[] {
    return this.#collect(nowMs, () => {
      this.#sandboxes.start();
      if (this.#remembered) this.#recovery.start(this.#remembered);
    });
  }

  handle(event: AgentEvent, nowMs: number): Effect[] {
    return this.#collect(nowMs, () => {
      this.#dispatch(event);
      this.#recovery.check();
      this.#checkDrained();
      this.#checkTerminated();
    });
  }

  get isRegistered(): boolean {
    return this.#registration.isRegistered;
  }

  /** For people; undefined while nobody leads. */
  get masterHostname(): string | undefined {
    return this.#registration.leader?.hostname;
  }

  get sandboxes(): { pendingCount: number; ageMs: number } {
    return this.#sandboxes;
  }

  get unacknowledgedTasks(): number {
    return this.#streams.streamCount;
  }

  #collect(nowMs: number, work: () => void): Effect[] {
    this.#nowMs = nowMs;
    this.#effects = [];
    work();
    return this.#effects;
  }

  #dispatch(event: AgentEvent): void {
    switch (event.type) {
      case 'leader-detected':
        this.#registration.onLeader(event.leader);
        break;
      case 'link-event':
        if (this.#registration.isCurrent(event.generation)) this.#onLinkEvent(event.event);
        break;
      case 'link-closed':
        if (this.#registration.isCurrent(event.generation)) this.#registration.onClosed(event.reason, event.redirect);
        break;
      case 'timer':
        this.#onTimer(event.key);
        break;
      case 'container-launched':
        this.#lifecycle.onContainerLaunched(event.container, event.status);
        break;
      case 'container-launch-failed':
        this.#lifecycle.onContainerLaunchFailed(event.container, event.message);
        this.#context.emit({ type: 'forget-container', container: event.container });
        break;
      case 'container-exited':
        this.#lifecycle.onContainerExited(event.container, event.exit);
        this.#context.emit({ type: 'forget-container', container: event.container });
        break;
      case 'executor-call':
        this.#executorCalls.handle(event.request);
        break;
      case 'executor-disconnected':
        this.#executorCalls.onDisconnected(event.connection);
        break;
      case 'resources-persisted':
        this.#operations.onPersisted(event.token, event.error);
        this.#releaseHeld();
        break;
      case 'directories-found':
        this.#sandboxes.onFound(event.directories);
        break;
      case 'disk-usage':
        this.#sandboxes.onDiskUsage(event.usage);
        break;
      case 'paths-removed':
        this.#sandboxes.onPathsRemoved(event.removed, event.failed);
        break;
      case 'tunnel-answered':
        if (this.#registration.isCurrent(event.generation)) {
          this.#registration.send({ type: 'TUNNEL_RESPONSE', tunnel_response: event.response });
        }
        break;
      case 'shutdown':
        this.#registration.send({ type: 'UNREGISTER' });
        this.#shutDown(event.message, 'info');
        break;
      case 'stop':
        this.#stop(event.message);
        break;
    }
  }

  #onTimer(key: string): void {
    const parts = [
      this.#registration,
      this.#streams,
      this.#lifecycle,
      this.#operations,
      this.#sandboxes,
      this.#recovery,
    ];
    for (const part of parts) if (part.onTimer(key)) return;
  }

  #onLinkEvent(event: link.Event): void {
    // A task may use what an operation before it made: order counts, except for what only keeps the link alive.
    const isLinkOnly = event.type === 'PING' || event.type === 'TUNNEL_REQUEST';
    if (this.#operations.isBusy && !isLinkOnly) this.#held.push(event);
    else this.#applyLinkEvent(event);
  }

  #releaseHeld(): void {
    while (!this.#operations.isBusy) {
      const event = this.#held.shift();
      if (!event) return;
      this.#applyLinkEvent(event);
    }
  }

  #applyLinkEvent(event: link.Event): void {
    if (event.registered) this.#onRegistered(event.registered, []);
    else if (event.reregistered) this.#onRegistered(event.reregistered, event.reregistered.reconciliations ?? []);
    else if (event.ping) this.#registration.onPing(event.ping);
    else if (event.run_task) this.#tasks.run(event.run_task);
    else if (event.run_task_group) this.#tasks.runGroup(event.run_task_group);
    else if (event.kill_task) this.#tasks.kill(event.kill_task);
    else if (event.shutdown_executor) this.#shutdownExecutor(event.shutdown_executor);
    else if (event.shutdown_framework) this.#shutdownFramework(event.shutdown_framework.framework_id.value);
    else if (event.acknowledge_status) this.#tasks.acknowledge(event.acknowledge_status);
    else if (event.framework_message) this.#tasks.message(event.framework_message);
    else if (event.update_framework) this.#updateFramework(event.update_framework);
    else if (event.apply_operation) this.#operations.apply(event.apply_operation);
    else if (event.acknowledge_operation_status) this.#operations.acknowledge(event.acknowledge_operation_status);
    else if (event.drain) this.#drain(event.drain);
    else if (event.tunnel_request) {
      const { generation } = this.#registration;
      this.#context.emit({ type: 'tunnel', generation, request: event.tunnel_request });
    } else if (event.type === 'SHUTDOWN') this.#onShutdown(event.shutdown?.message);
    else
      log(this.#context, 'warn', `the master sent a link event of type ${event.type ?? 'UNKNOWN'}, which is not known`);
  }

  #onRegistered(
    registered: { agent_id: { value: string }; total_ping_timeout_seconds: number },
    reconciliations: readonly link.TaskReconciliation[],
  ): void {
    const { state } = this;
    const id = registered.agent_id.value;
    if (state.info.id && state.info.id.value !== id) {
      const message = `the master calls this agent ${id}, but it is ${state.info.id.value}`;
      this.#shutDown(message, 'error');
      return;
    }
    if (!state.info.id) {
      state.info.id = registered.agent_id;
      this.#context.emit({ type: 'adopt-agent-id', agentId: id, info: { ...state.info } });
    }
    log(this.#context, 'info', `registered with the master as agent ${id}`);
    this.#registration.onRegistered(registered.total_ping_timeout_seconds);
    this.#tasks.reconcile(reconciliations);
  }

  #onConnected(): void {
    if (this.state.phase === 'DISCONNECTED') this.state.phase = 'RUNNING';
    this.#streams.resume();
    this.#operations.resume();
  }

  #onDisconnected(): void {
    if (this.state.phase === 'RUNNING') this.state.phase = 'DISCONNECTED';
    this.#streams.pause();
  }

  #shutdownExecutor({ framework_id, executor_id }: link.Event.ShutdownExecutor): void {
    const executor = this.state.frameworks.get(framework_id.value)?.executors.get(executor_id.value);
    if (executor) this.#lifecycle.shutdownExecutor(executor);
    else log(this.#context, 'warn', `ignoring the shutdown of executor '${executor_id.value}', which is not here`);
  }

  /** The framework is gone and acknowledges nothing any more: its updates are dropped, its executors end. */
  #shutdownFramework(frameworkId: string): void {
    const framework = this.state.frameworks.get(frameworkId);
    const wasCheckpointed = this.#streams.removeFramework(frameworkId);
    if (wasCheckpointed || framework?.info.checkpoint) {
      this.#context.emit({ type: 'checkpoint', record: { type: 'framework-ending', frameworkId } });
    }
    if (framework && framework.state === 'RUNNING') this.#lifecycle.shutdownFramework(framework);
  }

  #updateFramework({ framework: info }: link.Event.UpdateFramework): void {
    const framework = this.state.frameworks.get(info.id?.value ?? '');
    if (!framework) return;
    framework.info = info;
    recordFramework(this.#context, framework);
  }

  #drain({ config }: link.Event.Drain): void {
    const { state } = this;
    if (state.frameworks.size === 0 && state.operations.size === 0) return;
    log(this.#context, 'info', 'draining: all tasks are killed');
    state.drain = { config, startedMs: this.#nowMs };
    this.#context.emit({ type: 'checkpoint', record: { type: 'drain', ...state.drain } });
    this.#tasks.killAll(config.max_grace_period ? durationMs(config.max_grace_period) : undefined);
  }

  #checkDrained(): void {
    const { state } = this;
    if (!state.drain || state.frameworks.size > 0 || state.operations.size > 0) return;
    state.drain = undefined;
    this.#context.emit({ type: 'checkpoint', record: { type: 'drained' } });
    log(this.#context, 'info', 'drained: no task and no operation is left');
  }

  #onShutdown(message: string | undefined): void {
    this.#shutDown(`the master asked this agent to shut down${message ? `: ${message}` : ''}`, 'warn');
  }

  #shutDown(message: string, level: 'info' | 'warn' | 'error'): void {
    const { state } = this;
    if (state.phase === 'TERMINATING') return;
    log(this.#context, level, `shutting down: ${message}`);
    state.phase = 'TERMINATING';
    this.#shutdownMessage = message;
    this.#registration.stop();
    for (const framework of [...state.frameworks.values()] as Framework[]) this.#shutdownFramework(framework.id);
  }

  /** What a master may not find again after this agent's end ends with it; the rest waits under its supervisors. */
  #stop(message: string): void {
    const { state } = this;
    if (state.phase === 'TERMINATING' || state.isStopping) return;
    state.isStopping = true;
    this.#shutdownMessage = message;
    const frameworks = [...state.frameworks.values()];
    const ending = frameworks.filter(({ info }) => !info.checkpoint);
    const count = (list: readonly Framework[]) => list.reduce((sum, { executors }) => sum + executors.size, 0);
    const left = count(frameworks) - count(ending);
    const what = `${count(ending)} executors of frameworks without checkpointing end, ${left} others go on running`;
    log(this.#context, 'info', `stopping: ${message}; ${what}`);
    for (const framework of ending) this.#shutdownFramework(framework.id);
  }

  #shutdownMessage = '';
  #terminated = false;

  #checkTerminated(): void {
    const { phase, isStopping, frameworks } = this.state;
    if (this.#terminated || (phase !== 'TERMINATING' && !isStopping)) return;
    const awaited = [...frameworks.values()].filter(({ info }) => phase === 'TERMINATING' || !info.checkpoint);
    if (awaited.length > 0) return;
    this.#terminated = true;
    if (phase === 'TERMINATING') this.#context.emit({ type: 'forget-agent' });
    this.#context.emit({ type: 'terminate', message: this.#shutdownMessage });
  }
}
