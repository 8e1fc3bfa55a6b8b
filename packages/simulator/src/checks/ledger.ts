// What is true, as opposed to what anybody believes: which task was asked for, ran where, and what its framework was told.
// The checks of single tasks are made here, at the moment in which something happens to one.
import type { TaskState, TaskStatus } from '@mini-mesos/proto';
import { Quantities, Resources } from '@mini-mesos/resources';
import { isTerminal, uuidText } from '@mini-mesos/wire';
import { Violation } from './violation.js';

/** States that do not say that the process has ended, although they are terminal: nobody knows, or somebody decided. */
const UNSURE: ReadonlySet<TaskState> = new Set<TaskState>(['TASK_LOST', 'TASK_GONE_BY_OPERATOR']);

export interface TaskTruth {
  readonly id: string;
  readonly framework: string;
  readonly agentId: string;
  readonly resources: Quantities;
  readonly isCheckpointed: boolean;
  /** The host on which its container is. */
  runsOn: string | undefined;
  hasRun: boolean;
  /** Updates with a uuid, in the order in which the agent first sent them. */
  readonly updates: { uuid: string; state: TaskState; isSeen: boolean }[];
  /** The terminal state that its framework was told. */
  told: TaskState | undefined;
  /** The agent that ran it has lost its memory of it. */
  isForgotten: boolean;
}

export class Ledger {
  readonly tasks = new Map<string, TaskTruth>();
  /** Ids that reached their schedulers. */
  readonly knownFrameworks = new Set<string>();
  /** Torn down, or given up by the master: their tasks count for nothing any more. */
  readonly removedFrameworks = new Set<string>();
  readonly #totals: ReadonlyMap<string, Quantities>;
  readonly #agentIds = new Map<string, string>();
  /** By agent and start of its process, so that an agent that lost its memory may send again. */
  readonly #acknowledged = new Map<string, Set<string>>();

  /** `totals`: what each host has. */
  constructor(totals: ReadonlyMap<string, Resources>) {
    this.#totals = new Map([...totals].map(([name, resources]) => [name, resources.quantities()]));
  }

  /** A framework is about to ask for it. */
  launchAsked(
    task: Pick<TaskTruth, 'id' | 'framework' | 'agentId' | 'isCheckpointed'> & { resources: Resources },
  ): void {
    this.tasks.set(task.id, {
      ...task,
      resources: task.resources.quantities(),
      runsOn: undefined,
      hasRun: false,
      updates: [],
      told: undefined,
      isForgotten: false,
    });
  }

  /** The call did not get through: nothing may come of it. */
  neverLaunched(taskId: string): void {
    const task = this.tasks.get(taskId);
    if (!task) return;
    if (task.hasRun) throw new Violation('ended-means-ended', `task ${taskId} ran, although its call was refused`);
    task.told = 'TASK_ERROR';
  }

  /** A process of an agent begins. Without the id of before it has lost its memory; with it, that of some frameworks. */
  agentStarted(host: string, rememberedId: string | undefined): void {
    const before = this.#agentIds.get(host);
    for (const task of this.tasks.values()) {
      if (task.agentId === before && (rememberedId !== before || !task.isCheckpointed)) task.isForgotten = true;
    }
  }

  agentRegistered(host: string, id: string): void {
    this.#agentIds.set(host, id);
  }

  /** Its container was made. */
  started(taskId: string, host: string): void {
    const task = this.tasks.get(taskId);
    if (!task) return;
    if (task.runsOn !== undefined)
      throw new Violation('used-once', `task ${taskId} runs twice: on ${task.runsOn} and ${host}`);
    if (task.told && !UNSURE.has(task.told)) {
      throw new Violation(
        'ended-means-ended',
        `task ${taskId} starts on ${host} after its framework heard ${task.told}`,
      );
    }
    task.runsOn = host;
    task.hasRun = true;
    this.#checkHost(host);
  }

  ended(taskId: string): void {
    const task = this.tasks.get(taskId);
    if (task) task.runsOn = undefined;
  }

  /** An agent decides to send an update. `process` names this start of it. */
  willSend(process: string, status: TaskStatus): void {
    if (!status.uuid || !this.#acknowledged.get(process)?.has(uuidText(status.uuid))) return;
    const text = `${process} sends ${status.state} of task ${status.task_id.value} again, which was acknowledged`;
    throw new Violation('acknowledged-is-over', text);
  }

  /** An update of an agent is on its way. */
  sent(status: TaskStatus): void {
    if (!status.uuid) return;
    const uuid = uuidText(status.uuid);
    const task = this.tasks.get(status.task_id.value);
    if (task && !task.updates.some((update) => update.uuid === uuid)) {
      task.updates.push({ uuid, state: status.state, isSeen: false });
    }
  }

  acknowledged(process: string, uuid: Uint8Array): void {
    let uuids = this.#acknowledged.get(process);
    if (!uuids) this.#acknowledged.set(process, (uuids = new Set()));
    uuids.add(uuidText(uuid));
  }

  /** A framework is shown a status. */
  told({ task_id: id, state, uuid }: TaskStatus): void {
    const task = this.tasks.get(id.value);
    if (!task) return;
    if (uuid) this.#seen(task, uuidText(uuid));
    if (!isTerminal(state)) return;
    if (task.runsOn !== undefined && !UNSURE.has(state)) {
      throw new Violation(
        'ended-means-ended',
        `the framework of task ${id.value} hears ${state} while it runs on ${task.runsOn}`,
      );
    }
    const isChanged = task.told !== undefined && task.told !== state && !UNSURE.has(task.told);
    if (isChanged && uuid) {
      throw new Violation('ended-means-ended', `task ${id.value} ended twice: as ${task.told} and as ${state}`);
    }
    task.told ??= state;
    if (UNSURE.has(task.told)) task.told = state;
  }

  /** Tasks on the host that are still somebody's. */
  running(host: string): TaskTruth[] {
    return [...this.tasks.values()].filter(
      (task) => task.runsOn === host && task.told === undefined && !this.removedFrameworks.has(task.framework),
    );
  }

  #seen(task: TaskTruth, uuid: string): void {
    const index = task.updates.findIndex((update) => update.uuid === uuid);
    const update = task.updates[index];
    if (!update) return;
    const skipped = task.updates.slice(0, index).find(({ isSeen }) => !isSeen);
    if (skipped) {
      throw new Violation('updates-in-order', `task ${task.id}: ${update.state} was shown before ${skipped.state}`);
    }
    update.isSeen = true;
  }

  #checkHost(host: string): void {
    const total = this.#totals.get(host);
    const running = this.running(host);
    const sum = Quantities.sum(running.map(({ resources }) => resources));
    if (total && !total.contains(sum)) {
      const names = running.map(({ id }) => id).join(', ');
      throw new Violation(
        'used-once',
        `${host} has ${total.toString()}, but the tasks ${names} hold ${sum.toString()}`,
      );
    }
  }
}
