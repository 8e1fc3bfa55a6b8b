// Goal: an agent that crashes between any two of the things it does. Method: a make-believe world on virtual time: a disk
// of real journal bytes, containers and executors that live on without the agent, a master that launches, acknowledges
// and reconciles. Every effect that leaves the machine is a step, and the world can end the agent before any of them.
import { SeededRandom } from '@mini-mesos/daemon';
import type { executor, FrameworkInfo, link, TaskInfo, TaskStatus } from '@mini-mesos/proto';
import { isTerminal } from '@mini-mesos/wire';
import { CheckpointBook } from '../../src/core/checkpoint/book.js';
import { isPromise, type CheckpointRecord } from '../../src/core/checkpoint/records.js';
import { readRecord, recordText } from '../../src/core/checkpoint/text.js';
import type { Effect } from '../../src/core/effects.js';
import type { AgentEvent } from '../../src/core/events.js';
import { AgentMachine } from '../../src/core/machine.js';
import { containerPath } from '../../src/core/paths.js';
import type { ContainerExit } from '../../src/core/signals.js';
import { journalLine, parseJournal } from '../../src/shell/meta/journal-format.js';
import { AGENT_ID, customExecutor, FRAMEWORK_ID, frameworkInfo, taskInfo, testConfig, uuid } from './harness.js';

/** `torn`: the last record is cut. `power`: all processes are gone too, and what was not synced is lost. */
export type CrashKind = 'clean' | 'torn' | 'power';

interface Process {
  readonly path: string;
  readonly taskId: string | undefined;
  state: 'running' | 'ended';
  exit: ContainerExit | undefined;
}

class Crash extends Error {}

export const framework: FrameworkInfo = frameworkInfo({ checkpoint: true });

/** The program behind the custom executor: it reports three states of each task, and keeps what nobody has taken. */
class ExecutorProgram {
  readonly tasks = new Map<string, { acknowledged: boolean; next: number }>();
  readonly unacknowledged: TaskStatus[] = [];
  connection: number | undefined;
}

const EXECUTOR_STATES = ['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED'] as const;

export class CrashWorld {
  machine: AgentMachine | undefined;
  nowMs = 1_700_000_000_000;
  /** Steps so far; the agent ends before the step of this number. */
  steps = 0;
  readonly crashes: { at: number; kind: CrashKind }[];
  /** What was written, one piece after the other, and how many of them survive the power. */
  #disk: Buffer[] = [];
  #synced = 0;
  readonly #timers = new Map<string, number>();
  readonly processes = new Map<string, Process>();
  #program: ExecutorProgram | undefined;
  #link: number | undefined;
  readonly #events: AgentEvent[] = [];
  /** What the framework saw of each task, repeated ones included. */
  readonly seen = new Map<string, TaskStatus[]>();
  readonly launched = new Map<string, TaskInfo>();
  readonly #ended = new Set<string>();
  /** Tasks whose end the framework heard although their process ran, or was started afterwards. */
  readonly toldTooEarly: string[] = [];
  readonly exitOf: (taskId: string) => number;
  /** Statuses that an executor was told are taken. */
  readonly takenFromExecutor: TaskStatus[] = [];
  #request = 0;
  #uuid = 0;
  #lives = 0;
  /** The agent's id is on the disk. */
  #isAdopted = false;

  readonly #forgets: CheckpointRecord['type'] | undefined;

  /** `forgets`: records of this type are never written, to see what would come of it. */
  constructor(options: {
    crashes: { at: number; kind: CrashKind }[];
    exitOf?: (taskId: string) => number;
    forgets?: CheckpointRecord['type'] | undefined;
  }) {
    this.crashes = [...options.crashes].sort((a, b) => a.at - b.at);
    this.exitOf = options.exitOf ?? (() => 0);
    this.#forgets = options.forgets;
    this.#begin();
  }

  // The master's side.

  run(task: TaskInfo): void {
    this.#launched([task]);
    const launch_executor = this.#program === undefined || task.executor === undefined;
    this.#say({ type: 'RUN_TASK', run_task: { framework, task, launch_executor } });
  }

  runGroup(tasks: TaskInfo[]): void {
    this.#launched(tasks);
    const pod = { ...customExecutor, type: 'DEFAULT' as const, executor_id: { value: 'pod' } };
    const { command: _, ...executor } = pod;
    this.#say({
      type: 'RUN_TASK_GROUP',
      run_task_group: { framework, executor, task_group: { tasks }, launch_executor: true },
    });
  }

  /** Masters do not pass on kills of tasks whose end they know. */
  kill(taskId: string): void {
    if (this.#ended.has(taskId)) return;
    this.#say({ type: 'KILL_TASK', kill_task: { framework_id: { value: FRAMEWORK_ID }, task_id: { value: taskId } } });
  }

  /** Lets everything happen that can; processes end by themselves where they are told to. */
  settle(processesEnd = true): void {
    for (let round = 0; round < 400; round += 1) {
      this.#drain();
      if (this.#isQuiet(processesEnd)) return;
      if (processesEnd && this.#endOne()) continue;
      this.#fireNext();
    }
    throw new Error(`does not come to rest: ${JSON.stringify([...this.#timers])}`);
  }

  /** Everything that is left on the disk. */
  book(): CheckpointBook {
    const book = new CheckpointBook();
    for (const text of parseJournal(Buffer.concat(this.#disk)).texts) book.apply(readRecord(text));
    return book;
  }

  get isAllTold(): boolean {
    return [...this.launched.keys()].every((id) => this.#ended.has(id));
  }

  #launched(tasks: TaskInfo[]): void {
    for (const task of tasks) this.launched.set(task.task_id.value, task);
  }

  #say(event: link.Event): void {
    if (this.#link !== undefined) this.#events.push({ type: 'link-event', generation: this.#link, event });
  }

  #heard(call: link.Call): void {
    if (call.register) {
      const registered = { agent_id: { value: AGENT_ID }, total_ping_timeout_seconds: 1e6 };
      this.#say({ type: 'REGISTERED', registered });
    }
    if (call.reregister) this.#reregistered(call.reregister);
    const status = call.update_status?.status;
    if (!status?.uuid) return;
    const id = status.task_id.value;
    this.seen.set(id, [...(this.seen.get(id) ?? []), status]);
    if (isTerminal(status.state)) {
      this.#ended.add(id);
      const runs = [...this.processes.values()].some(({ taskId, state }) => taskId === id && state === 'running');
      if (runs) this.toldTooEarly.push(id);
    }
    const ids = { framework_id: { value: FRAMEWORK_ID }, task_id: status.task_id };
    this.#say({ type: 'ACKNOWLEDGE_STATUS', acknowledge_status: { ...ids, uuid: status.uuid } });
  }

  #reregistered({ tasks = [] }: link.Call.Reregister): void {
    const named = new Set(tasks.map((task) => task.task_id.value));
    const missing = [...this.launched.keys()].filter((id) => !named.has(id) && !this.#ended.has(id));
    const reconciliations = missing.map((id) => ({
      framework_id: { value: FRAMEWORK_ID },
      task_id: { value: id },
      partition_aware: true,
    }));
    const reregistered = { agent_id: { value: AGENT_ID }, total_ping_timeout_seconds: 1e6, reconciliations };
    this.#say({ type: 'REREGISTERED', reregistered });
  }

  // The machine and its effects.

  #begin(): void {
    this.#lives += 1;
    const bytes = Buffer.concat(this.#disk);
    this.#disk = [bytes.subarray(0, parseJournal(bytes).goodBytes)];
    this.#synced = 1;
    const book = this.book();
    const info = { hostname: 'agent.test', id: { value: AGENT_ID } };
    const remembered = this.#isAdopted ? { info, book } : undefined;
    const machine = new AgentMachine(testConfig(), new SeededRandom(this.#lives), remembered);
    this.machine = machine;
    try {
      for (const effect of machine.start(this.nowMs)) this.#step(effect);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      return;
    }
    this.#events.push({ type: 'leader-detected', leader: { address: 'm:1', hostname: 'm' } });
    this.#reconnectExecutor();
  }

  #drain(): void {
    for (let event = this.#events.shift(); event && this.machine; event = this.#events.shift()) this.#handle(event);
    if (!this.machine) this.#begin();
    if (this.#events.length > 0) this.#drain();
  }

  #handle(event: AgentEvent): void {
    try {
      for (const effect of this.machine?.handle(event, this.nowMs) ?? []) this.#step(effect);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }

  #step(effect: Effect): void {
    if (effect.type === 'log') return;
    this.steps += 1;
    const next = this.crashes[0];
    if (next && this.steps >= next.at) {
      this.crashes.shift();
      this.#crash(next.kind, effect);
      throw new Crash();
    }
    this.#perform(effect);
  }

  #crash(kind: CrashKind, effect: Effect): void {
    // A record that was being written is there in part.
    if (kind === 'torn' && effect.type === 'checkpoint') {
      const line = journalLine(recordText(effect.record));
      this.#disk.push(line.subarray(0, Math.floor(line.length / 2)));
    }
    this.machine = undefined;
    this.#link = undefined;
    this.#events.length = 0;
    this.#timers.clear();
    if (kind === 'power') {
      this.#disk.length = this.#synced;
      for (const process of this.processes.values()) {
        if (process.state !== 'ended') process.exit = { kind: 'unknown', message: 'gone' };
        process.state = 'ended';
      }
      this.#program = undefined;
    } else {
      if (this.#program) this.#program.connection = undefined;
    }
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'checkpoint':
        if (effect.record.type === this.#forgets) break;
        this.#disk.push(journalLine(recordText(effect.record)));
        if (isPromise(effect.record)) this.#synced = this.#disk.length;
        break;
      case 'adopt-agent-id':
        this.#isAdopted = true;
        break;
      case 'set-timer':
        this.#timers.set(effect.key, this.nowMs + effect.delayMs);
        break;
      case 'cancel-timer':
        this.#timers.delete(effect.key);
        break;
      case 'open-link':
        this.#link = effect.generation;
        this.#heard(effect.call);
        break;
      case 'close-link':
        this.#link = undefined;
        break;
      case 'send':
        this.#heard(effect.call);
        break;
      case 'executor-event':
        this.#executorEvent(effect.event);
        break;
      default:
        this.#performOnContainer(effect);
    }
  }

  #performOnContainer(effect: Effect): void {
    switch (effect.type) {
      case 'launch-container':
        this.#launch(effect.config);
        break;
      case 'recover-container':
        this.#recover(effect.config);
        break;
      case 'signal-container': {
        const process = this.processes.get(effect.container);
        if (process?.state === 'running') this.#exit(process, { kind: 'signaled', signal: 15 });
        break;
      }
      case 'destroy-container':
        this.#destroy(effect.container);
        break;
      case 'forget-container':
        this.processes.delete(effect.container);
        break;
      default:
        break;
    }
  }

  // Containers.

  #launch(config: Extract<Effect, { type: 'launch-container' }>['config']): void {
    const path = containerPath(config.id);
    if (this.processes.has(path)) throw new Error(`container ${path} was launched twice`);
    const taskId = /\/tasks\/([^/]+)$/.exec(config.sandboxLink)?.[1] ?? config.executorId;
    const isTask = config.process !== undefined && config.executorId !== 'custom';
    if (isTask && this.#ended.has(taskId)) this.toldTooEarly.push(taskId);
    if (isTask) this.starts.set(taskId, (this.starts.get(taskId) ?? 0) + 1);
    this.processes.set(path, { path, taskId: isTask ? taskId : undefined, state: 'running', exit: undefined });
    this.#events.push({ type: 'container-launched', container: path, status: {} });
    if (config.executorId === 'custom') {
      this.#program = new ExecutorProgram();
      this.#reconnectExecutor();
    }
  }

  /** How often a process was started for each task. */
  readonly starts = new Map<string, number>();

  #recover(config: Extract<Effect, { type: 'recover-container' }>['config']): void {
    const container = containerPath(config.id);
    const process = this.processes.get(container);
    if (!config.process) {
      // A sandbox and nothing else: there whenever it is asked for.
      this.processes.set(container, { path: container, taskId: undefined, state: 'running', exit: undefined });
      this.#events.push({ type: 'container-launched', container, status: {} });
    } else if (!process) {
      const message = 'the agent ended before it was started';
      this.#events.push({ type: 'container-launch-failed', container, message });
    } else {
      this.#events.push({ type: 'container-launched', container, status: {} });
      if (process.exit) this.#events.push({ type: 'container-exited', container, exit: process.exit });
    }
  }

  #exit(process: Process, exit: ContainerExit): void {
    process.state = 'ended';
    process.exit = exit;
    if (this.machine) this.#events.push({ type: 'container-exited', container: process.path, exit });
  }

  #destroy(path: string): void {
    for (const process of this.processes.values()) {
      const isIn = process.path === path || process.path.startsWith(`${path}.`);
      if (isIn && process.state !== 'ended') this.#exit(process, { kind: 'signaled', signal: 9 });
    }
    if (!path.includes('.') && this.#program && this.#customPath() === undefined) this.#program = undefined;
  }

  #customPath(): string | undefined {
    const executors = this.machine?.state.frameworks.get(FRAMEWORK_ID)?.executors;
    const path = executors?.get('custom')?.containerId;
    return path !== undefined && this.processes.get(path)?.state === 'running' ? path : undefined;
  }

  #endOne(): boolean {
    for (const process of this.processes.values()) {
      if (process.state !== 'running' || process.taskId === undefined) continue;
      this.#exit(process, { kind: 'exited', status: this.exitOf(process.taskId) });
      return true;
    }
    return false;
  }

  // The custom executor.

  #reconnectExecutor(): void {
    const program = this.#program;
    if (!program || !this.machine) return;
    const tasks = [...program.tasks].flatMap(([id, { acknowledged }]) => (acknowledged ? [] : [taskInfo(id)]));
    program.connection = this.#call({
      type: 'SUBSCRIBE',
      subscribe: {
        unacknowledged_tasks: tasks,
        unacknowledged_updates: program.unacknowledged.map((status) => ({ status })),
      },
    });
  }

  #call(call: Omit<executor.Call, 'executor_id' | 'framework_id'>): number {
    this.#request += 1;
    const ids = { executor_id: { value: 'custom' }, framework_id: { value: FRAMEWORK_ID } };
    this.#events.push({ type: 'executor-call', request: { request: this.#request, call: { ...ids, ...call } } });
    return this.#request;
  }

  #executorEvent(event: executor.Event): void {
    const program = this.#program;
    if (!program) return;
    const launched = event.launch?.task.task_id.value;
    if (launched !== undefined) {
      program.tasks.set(launched, { acknowledged: false, next: 0 });
      this.#report(launched);
    }
    const taken = event.acknowledged;
    if (taken) {
      const key = Buffer.from(taken.uuid);
      const at = program.unacknowledged.findIndex((status) => key.equals(status.uuid ?? new Uint8Array()));
      const [status] = at < 0 ? [] : program.unacknowledged.splice(at, 1);
      const task = program.tasks.get(taken.task_id.value);
      if (status) this.takenFromExecutor.push(status);
      if (task && status) {
        task.acknowledged = true;
        this.#report(taken.task_id.value);
      }
    }
  }

  #report(taskId: string): void {
    const task = this.#program?.tasks.get(taskId);
    const state = EXECUTOR_STATES[task?.next ?? 0];
    if (!task || !state) return;
    task.next += 1;
    const bytes = uuid((this.#uuid += 1) % 256);
    bytes[0] = this.#uuid >> 8;
    const status: TaskStatus = { task_id: { value: taskId }, state, source: 'SOURCE_EXECUTOR', uuid: bytes };
    this.#program?.unacknowledged.push(status);
    this.#call({ type: 'UPDATE', update: { status } });
  }

  // Time.

  #isQuiet(processesEnd: boolean): boolean {
    if (!this.machine || this.#events.length > 0) return false;
    if (!this.machine.isRegistered) return false;
    if (processesEnd && [...this.processes.values()].some(({ state, taskId }) => state === 'running' && taskId))
      return false;
    return ![...this.#timers.keys()].some(
      (key) => key.startsWith('status-update/') || (key.startsWith('executor/') && !key.endsWith('/heartbeat')),
    );
  }

  #fireNext(): void {
    const next = [...this.#timers]
      .filter(([key]) => key !== 'disk-watch' && !key.endsWith('/heartbeat') && key !== 'registration/ping')
      .sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))[0];
    if (!next) return;
    this.#timers.delete(next[0]);
    this.nowMs = Math.max(this.nowMs, next[1]);
    this.#events.push({ type: 'timer', key: next[0] });
  }
}
