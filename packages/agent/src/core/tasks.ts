// What the master asks about tasks: run them, kill them, take the framework's acknowledgements and messages
// (src/slave/slave.cpp run, killTask, statusUpdateAcknowledgement, schedulerMessage).
import type { ExecutorInfo, FrameworkInfo, KillPolicy, link, TaskInfo, TaskStatus } from '@mini-mesos/proto';
import { invalidId, isTerminal } from '@mini-mesos/wire';
import { log, type Context } from './context.js';
import { durationMs } from './duration.js';
import { allocated, commandExecutorInfo, executorKind } from './executor-info.js';
import type { Lifecycle } from './lifecycle.js';
import {
  executorOfTask,
  hasCompleted,
  KILLED_DURING_LAUNCH,
  lostStateFor,
  type Executor,
  type ExecutorKind,
  type Framework,
} from './model.js';
import { newUuid } from './random.js';
import type { StatusIntake } from './status-intake.js';
import type { StatusUpdateStreams } from './status-updates.js';
import { statusOf, type StatusDraft } from './statuses.js';

interface Launch {
  framework: FrameworkInfo;
  executor: ExecutorInfo;
  kind: ExecutorKind;
  tasks: TaskInfo[];
  isGroup: boolean;
  launchExecutor: boolean;
}

export interface TasksParts {
  intake: StatusIntake;
  streams: StatusUpdateStreams;
  lifecycle: Lifecycle;
  send: (call: link.Call) => void;
  /** Directories of this framework and executor must stay: they are in use again. */
  spare: (frameworkId: string, executorId: string) => void;
}

export class Tasks {
  readonly #context: Context;
  readonly #parts: TasksParts;

  constructor(context: Context, parts: TasksParts) {
    this.#context = context;
    this.#parts = parts;
  }

  run({ framework, task: given, launch_executor }: link.Event.RunTask): void {
    const role = onlyRole(framework);
    const task: TaskInfo = { ...given, resources: allocated(given.resources, role) };
    const frameworkId = framework.id?.value ?? '';
    const { launcherDir } = this.#context.config;
    const custom = given.executor && { ...given.executor, resources: allocated(given.executor.resources, role) };
    if (custom) task.executor = custom;
    this.#launch({
      framework,
      executor: custom ?? commandExecutorInfo(task, { frameworkId, launcherDir }),
      kind: custom ? executorKind(custom) : 'command',
      tasks: [task],
      isGroup: false,
      launchExecutor: launch_executor,
    });
  }

  runGroup({ framework, executor, task_group, launch_executor }: link.Event.RunTaskGroup): void {
    const role = onlyRole(framework);
    const info = { ...executor, resources: allocated(executor.resources, role) };
    const tasks = (task_group.tasks ?? []).map((task) => ({
      ...task,
      resources: allocated(task.resources, role),
      executor: task.executor ?? info,
    }));
    this.#launch({
      framework,
      executor: info,
      kind: executorKind(info),
      tasks,
      isGroup: true,
      launchExecutor: launch_executor,
    });
  }

  kill({ framework_id, task_id, kill_policy }: link.Event.KillTask): void {
    const framework = this.#context.state.frameworks.get(framework_id.value);
    if (!framework || framework.state === 'TERMINATING') {
      log(this.#context, 'warn', `ignoring the kill of task '${task_id.value}': its framework is not running here`);
      return;
    }
    const executor = executorOfTask(framework, task_id.value);
    if (executor) {
      this.#killIn(framework, executor, { taskId: task_id.value, policy: kill_policy });
      return;
    }
    // The kill crossed the acknowledgement of the task's end. Mesos tells a second end here, TASK_DROPPED or TASK_LOST.
    if (hasCompleted(framework, task_id.value)) return;
    this.#report(framework, undefined, {
      taskId: task_id.value,
      state: lostStateFor(framework.info, 'TASK_DROPPED'),
      source: 'SOURCE_AGENT',
      reason: 'REASON_EXECUTOR_TERMINATED',
      message: 'Cannot find executor',
    });
  }

  /** Kills everything, with at most this grace period where one is given: the agent is being drained. */
  killAll(maxGraceMs: number | undefined): void {
    for (const framework of [...this.#context.state.frameworks.values()]) {
      for (const executor of [...framework.executors.values()]) {
        for (const { info, phase } of [...executor.tasks.values()]) {
          if (phase === 'terminated') continue;
          const policy = cappedPolicy(info.kill_policy, maxGraceMs);
          this.#killIn(framework, executor, { taskId: info.task_id.value, policy });
        }
      }
    }
  }

  acknowledge({ framework_id, task_id, uuid }: link.Event.AcknowledgeStatus): void {
    const ids = { frameworkId: framework_id.value, taskId: task_id.value, uuid };
    const update = this.#parts.streams.acknowledge(ids);
    if (!update) {
      log(this.#context, 'debug', `no status update of task '${ids.taskId}' waits for this acknowledgement`);
      return;
    }
    const framework = this.#context.state.frameworks.get(ids.frameworkId);
    if (framework && isTerminal(update.status.state)) this.#parts.lifecycle.completeTask(framework, ids.taskId);
  }

  message({ framework_id, executor_id, data }: link.Event.FrameworkMessage): void {
    const { frameworks, counters } = this.#context.state;
    const executor = frameworks.get(framework_id.value)?.executors.get(executor_id.value);
    if (executor?.state !== 'RUNNING') {
      counters.invalidFrameworkMessages += 1;
      log(this.#context, 'warn', `dropping a message for executor '${executor_id.value}', which is not running`);
      return;
    }
    counters.validFrameworkMessages += 1;
    executor.driver.message(data);
  }

  /** Tasks that the master holds for this agent and the agent never saw, or forgot: they are lost. */
  reconcile(reconciliations: readonly link.TaskReconciliation[]): void {
    for (const { framework_id, task_id, partition_aware } of reconciliations) {
      const framework = this.#context.state.frameworks.get(framework_id.value);
      if (framework && executorOfTask(framework, task_id.value)) continue;
      // Nobody holds it here any more, but what became of it is on its way.
      if (this.#parts.streams.hasPending(framework_id.value, task_id.value)) continue;
      const state = partition_aware ? 'TASK_DROPPED' : 'TASK_LOST';
      const status = this.#status({
        taskId: task_id.value,
        state,
        source: 'SOURCE_AGENT',
        reason: 'REASON_RECONCILIATION',
        message: 'Reconciliation: task unknown to the agent',
      });
      const agent = this.#context.state.info.id;
      this.#parts.streams.update({
        framework_id,
        status: agent ? { ...status, agent_id: agent } : status,
        latest_state: state,
      });
    }
  }

  #launch(launch: Launch): void {
    const { state } = this.#context;
    const ids = launch.tasks.map((task) => `'${task.task_id.value}'`).join(', ');
    const bad = badIds(launch) ?? this.#wrongAgent(launch);
    if (state.phase === 'TERMINATING' || state.isStopping || bad) {
      log(this.#context, 'warn', `ignoring task ${ids}: ${bad ?? 'the agent is shutting down'}`);
      return;
    }
    const framework = this.#parts.lifecycle.frameworkFor(launch.framework);
    if (framework.state === 'TERMINATING') {
      log(this.#context, 'warn', `ignoring task ${ids}: framework ${framework.id} is being shut down`);
      this.#executorNotLaunched(launch);
      return;
    }
    framework.info = launch.framework;
    log(this.#context, 'info', `got task ${ids} of framework ${framework.id}`);
    const isChecked = launch.kind !== 'custom' && launch.tasks.some((task) => task.health_check ?? task.check);
    if (isChecked) log(this.#context, 'warn', `the checks of task ${ids} are not run: this agent has none yet`);
    const refusal = this.#refusal(framework, launch);
    if (refusal) {
      this.#drop(framework, launch, refusal);
      return;
    }
    this.#parts.spare(framework.id, launch.executor.executor_id.value);
    this.#enqueue(framework, launch);
  }

  #wrongAgent({ tasks }: Launch): string | undefined {
    const own = this.#context.state.info.id?.value;
    const other = tasks.find((task) => task.agent_id.value !== own);
    return other && `it is meant for agent ${other.agent_id.value}`;
  }

  #enqueue(framework: Framework, { executor: info, kind, tasks, isGroup }: Launch): void {
    const { lifecycle } = this.#parts;
    const existing = framework.executors.get(info.executor_id.value);
    const executor = existing ?? lifecycle.startExecutor(framework, info, { kind, tasks });
    lifecycle.enqueue(framework, executor, { tasks, isGroup });
    if (!existing) executor.driver.start();
    else if (executor.state === 'RUNNING') lifecycle.deliver(executor);
  }

  /** Why these tasks cannot be launched; undefined where they can. */
  #refusal(framework: Framework, { executor: info, kind, tasks, launchExecutor }: Launch): Refusal | undefined {
    const { drain } = this.#context.state;
    if (drain) {
      return {
        reason: 'REASON_AGENT_DRAINING',
        message: 'Task was received while agent was already draining',
        notLaunched: launchExecutor,
      };
    }
    const executor = framework.executors.get(info.executor_id.value);
    const twice = tasks.find((task) => executorOfTask(framework, task.task_id.value));
    if (twice) return { duplicate: twice.task_id.value };
    const reason = 'REASON_EXECUTOR_TERMINATED';
    if (executor && (executor.state === 'TERMINATING' || executor.state === 'TERMINATED')) {
      return { reason, message: `Executor ${executor.state.toLowerCase()}`, notLaunched: false };
    }
    if (!executor && !launchExecutor && kind !== 'command') {
      const message = 'No executor is expected to launch and there is none running';
      return { reason, message, notLaunched: false };
    }
    return undefined;
  }

  #drop(framework: Framework, launch: Launch, refusal: Refusal): void {
    if ('duplicate' in refusal) {
      log(this.#context, 'warn', `ignoring task '${refusal.duplicate}': it is already here`);
      return;
    }
    for (const task of launch.tasks) {
      this.#report(framework, undefined, {
        taskId: task.task_id.value,
        state: lostStateFor(framework.info, 'TASK_DROPPED'),
        source: 'SOURCE_AGENT',
        reason: refusal.reason,
        message: refusal.message,
      });
    }
    if (refusal.notLaunched) this.#executorNotLaunched(launch);
    this.#parts.lifecycle.removeIfIdle(framework);
  }

  /** The master has charged the executor's resources and has to hear that there is none. */
  #executorNotLaunched({ framework, executor, kind, launchExecutor }: Launch): void {
    if (!launchExecutor || kind === 'command' || !framework.id) return;
    const exited = { framework_id: framework.id, executor_id: executor.executor_id, status: -1 };
    this.#parts.send({ type: 'EXITED_EXECUTOR', exited_executor: exited });
  }

  #killIn(framework: Framework, executor: Executor, kill: { taskId: string; policy: KillPolicy | undefined }): void {
    const entry = executor.tasks.get(kill.taskId);
    if (!entry || executor.state === 'TERMINATING' || executor.state === 'TERMINATED') {
      log(this.#context, 'info', `ignoring the kill of task '${kill.taskId}': its executor is ending`);
      return;
    }
    if (entry.phase === 'terminated') return;
    // The container of a command is the task itself, and may be starting: only its driver knows when that is over.
    const isWithDriver = entry.phase === 'launched' || executor.kind === 'command';
    if (isWithDriver) executor.driver.kill(kill.taskId, kill.policy);
    else this.#killQueued(framework, executor, kill.taskId);
  }

  /** It never reached the executor, and nothing of it was launched: the agent ends it, and its whole group with it. */
  #killQueued(framework: Framework, executor: Executor, taskId: string): void {
    const group = executor.tasks.get(taskId)?.group;
    for (const id of group?.map((task) => task.task_id.value) ?? [taskId]) {
      this.#report(framework, executor, {
        taskId: id,
        ...KILLED_DURING_LAUNCH,
        source: 'SOURCE_AGENT',
        message: group
          ? 'A task within the task group was killed before delivery to the executor'
          : KILLED_DURING_LAUNCH.message,
      });
    }
  }

  #report(framework: Framework, executor: Executor | undefined, draft: StatusDraft): void {
    this.#parts.intake.take(framework, executor, this.#status(draft));
  }

  #status(draft: StatusDraft): TaskStatus {
    return statusOf(draft, { uuid: newUuid(this.#context.random), nowMs: this.#context.nowMs() });
  }
}

type Refusal = { duplicate: string } | { reason: TaskStatus.Reason; message: string; notLaunched: boolean };

/** The role of a framework that has one; resources without allocation are its. */
function onlyRole({ roles, role }: FrameworkInfo): string | undefined {
  if (roles && roles.length > 0) return roles.length === 1 ? roles[0] : undefined;
  return role ?? '*';
}

function badIds({ framework, executor, tasks }: Launch): string | undefined {
  const ids = [framework.id?.value ?? '', executor.executor_id.value, ...tasks.map((task) => task.task_id.value)];
  return ids.map(invalidId).find((problem) => problem !== undefined);
}

function cappedPolicy(policy: KillPolicy | undefined, maxGraceMs: number | undefined): KillPolicy | undefined {
  if (maxGraceMs === undefined) return policy;
  const own = policy?.grace_period;
  return own && durationMs(own) <= maxGraceMs ? policy : { grace_period: { nanoseconds: maxGraceMs * 1e6 } };
}
