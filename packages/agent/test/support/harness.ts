// Goal: drive the agent's machine on virtual time. Method: effects are applied to a make-believe world (a link, timers,
// containers that do what the test says), and everything that left is kept for the test to look at.
import { SeededRandom } from '@mini-mesos/daemon';
import type { executor, FrameworkInfo, link, Resource, TaskInfo, TaskStatus } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import type { AgentConfig } from '../../src/core/config.js';
import type { ContainerConfig, Effect } from '../../src/core/effects.js';
import type { AgentEvent } from '../../src/core/events.js';
import { AgentMachine } from '../../src/core/machine.js';
import { containerPath } from '../../src/core/paths.js';
import type { RememberedAgent } from '../../src/core/recovery.js';
import type { ContainerExit } from '../../src/core/signals.js';

export const AGENT_ID = 'master-S0';
export const FRAMEWORK_ID = 'framework-0000';

export function parsed(text: string): Resources {
  const resources = Resources.parse(text);
  if (!resources.ok) throw new Error(resources.error);
  return resources.value;
}

export function testConfig(overrides: Partial<AgentConfig> = {}): AgentConfig {
  return {
    version: '1.12.0',
    hostname: 'agent.test',
    ip: '10.0.0.7',
    port: 5051,
    resources: parsed('cpus:4;mem:4096;disk:8192;ports:[31000-32000]'),
    checkpointedResources: Resources.EMPTY,
    attributes: [],
    workDir: '/work',
    launcherDir: '/usr/libexec/mesos',
    switchUser: true,
    executorEnvironment: undefined,
    registrationBackoffFactorMs: 1_000,
    executorRegistrationTimeoutMs: 60_000,
    executorReregistrationTimeoutMs: 2_000,
    executorShutdownGracePeriodMs: 5_000,
    recoveryTimeoutMs: 900_000,
    gcDelayMs: 604_800_000,
    gcDiskHeadroom: 0.1,
    diskWatchIntervalMs: 60_000,
    maxCompletedExecutorsPerFramework: 150,
    ...overrides,
  };
}

export function scalar(name: string, value: number): Resource {
  return { name, type: 'SCALAR', scalar: { value }, allocation_info: { role: 'dev' } };
}

export function frameworkInfo(overrides: Partial<FrameworkInfo> = {}): FrameworkInfo {
  return {
    user: 'nobody',
    name: 'test',
    id: { value: FRAMEWORK_ID },
    roles: ['dev'],
    capabilities: [{ type: 'MULTI_ROLE' }, { type: 'PARTITION_AWARE' }, { type: 'TASK_KILLING_STATE' }],
    ...overrides,
  };
}

export function taskInfo(id: string, overrides: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: AGENT_ID },
    resources: [scalar('cpus', 0.1), scalar('mem', 32)],
    command: { value: 'true' },
    ...overrides,
  };
}

export const customExecutor = {
  type: 'CUSTOM' as const,
  executor_id: { value: 'custom' },
  framework_id: { value: FRAMEWORK_ID },
  command: { value: 'run-me' },
  resources: [scalar('cpus', 0.2), scalar('mem', 64)],
};

const podExecutor = {
  type: 'DEFAULT' as const,
  executor_id: { value: 'pod' },
  framework_id: { value: FRAMEWORK_ID },
  resources: [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 32)],
};

/** Containers by their path, in the order of their launch. */
export interface TestContainer {
  config: ContainerConfig;
  path: string;
  signals: string[];
  destroyed: boolean;
  ended: boolean;
}

export class Harness {
  readonly machine: AgentMachine;
  nowMs = 1_700_000_000_000;
  readonly timers = new Map<string, number>();
  readonly containers = new Map<string, TestContainer>();
  link: { generation: number; address: string } | undefined;
  /** Every first call and every later call, in order. */
  readonly calls: link.Call[] = [];
  readonly effects: Effect[] = [];
  readonly answers = new Map<number, { status: number; text: string }>();
  readonly executorEvents: { connection: number; event: executor.Event }[] = [];
  readonly closedConnections: number[] = [];
  terminated: string | undefined;
  #request = 0;

  constructor(
    config: Partial<AgentConfig> = {},
    seed: number | string = 1,
    { nowMs, remembered }: { nowMs?: number; remembered?: RememberedAgent } = {},
  ) {
    this.nowMs = nowMs ?? this.nowMs;
    this.machine = new AgentMachine(testConfig(config), new SeededRandom(seed), remembered);
    this.#apply(this.machine.start(this.nowMs));
  }

  /** Registered, with the calls so far forgotten. */
  static registered(config: Partial<AgentConfig> = {}, seed: number | string = 1): Harness {
    const harness = new Harness(config, seed);
    harness.detect('10.0.0.1:5050');
    harness.advance(1_000);
    harness.master({
      type: 'REGISTERED',
      registered: { agent_id: { value: AGENT_ID }, total_ping_timeout_seconds: 75 },
    });
    harness.calls.length = 0;
    return harness;
  }

  event(event: AgentEvent): void {
    this.#apply(this.machine.handle(event, this.nowMs));
  }

  detect(address: string | undefined): void {
    const leader = address === undefined ? undefined : { address, hostname: address.split(':')[0] ?? '' };
    this.event({ type: 'leader-detected', leader });
  }

  /** From the master, over the open link. */
  master(event: link.Event): void {
    if (!this.link) throw new Error('no link is open');
    this.event({ type: 'link-event', generation: this.link.generation, event });
  }

  breakLink(reason = 'reset'): void {
    const generation = this.link?.generation ?? 0;
    this.link = undefined;
    this.event({ type: 'link-closed', generation, reason });
  }

  reregister(reconciliations: link.TaskReconciliation[] = []): void {
    this.master({
      type: 'REREGISTERED',
      reregistered: { agent_id: { value: AGENT_ID }, total_ping_timeout_seconds: 75, reconciliations },
    });
  }

  /** Fires what falls due on the way, in order of time, then of key. */
  advance(byMs: number): void {
    const untilMs = this.nowMs + byMs;
    for (;;) {
      const next = [...this.timers].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))[0];
      if (!next || next[1] > untilMs) break;
      this.timers.delete(next[0]);
      this.nowMs = Math.max(this.nowMs, next[1]);
      this.event({ type: 'timer', key: next[0] });
    }
    this.nowMs = untilMs;
  }

  run(task: TaskInfo, { framework = frameworkInfo(), launchExecutor = true } = {}): void {
    this.master({ type: 'RUN_TASK', run_task: { framework, task, launch_executor: launchExecutor } });
  }

  runGroup(tasks: TaskInfo[], { framework = frameworkInfo(), launchExecutor = true } = {}): void {
    this.master({
      type: 'RUN_TASK_GROUP',
      run_task_group: { framework, executor: podExecutor, task_group: { tasks }, launch_executor: launchExecutor },
    });
  }

  kill(taskId: string, graceSeconds?: number): void {
    const policy =
      graceSeconds === undefined ? {} : { kill_policy: { grace_period: { nanoseconds: graceSeconds * 1e9 } } };
    this.master({
      type: 'KILL_TASK',
      kill_task: { framework_id: { value: FRAMEWORK_ID }, task_id: { value: taskId }, ...policy },
    });
  }

  launched(path: string, pid = 100): void {
    this.event({ type: 'container-launched', container: path, status: { executor_pid: pid } });
  }

  exited(path: string, exit: ContainerExit = { kind: 'exited', status: 0 }): void {
    const container = this.containers.get(path);
    if (container) container.ended = true;
    this.event({ type: 'container-exited', container: path, exit });
  }

  /** The container of this executor or, for pods, of this task. */
  container(name: string): TestContainer {
    const found = [...this.containers.values()].find(
      ({ config }) =>
        config.sandboxLink.endsWith(`/tasks/${name}`) || (!config.id.parent && config.executorId === name),
    );
    if (!found) throw new Error(`no container of '${name}' was launched`);
    return found;
  }

  /** Statuses sent for a task, repeated ones included. */
  sent(taskId: string): TaskStatus[] {
    return this.calls.flatMap(({ update_status: update }) =>
      update?.status.task_id.value === taskId ? [update.status] : [],
    );
  }

  states(taskId: string): string[] {
    return this.sent(taskId).map((status) => status.state.replace('TASK_', ''));
  }

  /** Acknowledges what was sent last for this task; returns it. */
  acknowledge(taskId: string): TaskStatus {
    const status = this.sent(taskId).at(-1);
    if (!status?.uuid) throw new Error(`nothing was sent for task '${taskId}'`);
    this.master({
      type: 'ACKNOWLEDGE_STATUS',
      acknowledge_status: { framework_id: { value: FRAMEWORK_ID }, task_id: status.task_id, uuid: status.uuid },
    });
    return status;
  }

  /** Acknowledges until nothing new comes; returns the states in order. */
  acknowledgeAll(taskId: string): string[] {
    for (let count = 0; ; count += 1) {
      if (this.sent(taskId).length === count) return this.states(taskId);
      this.acknowledge(taskId);
    }
  }

  /** A call of a custom executor; returns its request's number. */
  executorCall(call: Omit<executor.Call, 'executor_id' | 'framework_id'> & Partial<executor.Call>): number {
    this.#request += 1;
    const ids = { executor_id: { value: 'custom' }, framework_id: { value: FRAMEWORK_ID } };
    this.event({ type: 'executor-call', request: { request: this.#request, call: { ...ids, ...call } } });
    return this.#request;
  }

  eventsOf(connection: number): executor.Event[] {
    return this.executorEvents.filter((sent) => sent.connection === connection).map((sent) => sent.event);
  }

  #apply(effects: Effect[]): void {
    for (const effect of effects) {
      this.effects.push(effect);
      this.#perform(effect);
    }
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'set-timer':
        this.timers.set(effect.key, this.nowMs + effect.delayMs);
        break;
      case 'cancel-timer':
        this.timers.delete(effect.key);
        break;
      case 'open-link':
        if (this.link) throw new Error('a second link was opened');
        this.link = { generation: effect.generation, address: effect.leader.address };
        this.calls.push(effect.call);
        break;
      case 'close-link':
        if (this.link?.generation === effect.generation) this.link = undefined;
        break;
      case 'send':
        if (this.link?.generation !== effect.generation) throw new Error('a call was sent without a link');
        this.calls.push(effect.call);
        break;
      case 'launch-container': {
        const path = containerPath(effect.config.id);
        if (this.containers.has(path)) throw new Error(`container ${path} was launched twice`);
        this.containers.set(path, { config: effect.config, path, signals: [], destroyed: false, ended: false });
        break;
      }
      case 'signal-container':
        this.containers.get(effect.container)?.signals.push(effect.signal);
        break;
      case 'destroy-container': {
        const container = this.containers.get(effect.container);
        if (container) container.destroyed = true;
        break;
      }
      case 'answer-executor':
        this.answers.set(effect.request, { status: effect.status, text: effect.text });
        break;
      case 'executor-event':
        this.executorEvents.push({ connection: effect.connection, event: effect.event });
        break;
      case 'close-executor-stream':
        this.closedConnections.push(effect.connection);
        break;
      case 'terminate':
        this.terminated = effect.message;
        break;
      default:
        break;
    }
  }
}

/** A status uuid that agents take. */
export function uuid(fill: number): Uint8Array {
  const bytes = new Uint8Array(16).fill(fill);
  bytes[6] = 0x40;
  return bytes;
}
