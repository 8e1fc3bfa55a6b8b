// The cluster as the master's event stream tells it: a snapshot, then one change after another. What events do not carry
// (offers, allocation, whether an agent is connected) is laid over it from answers to polls; those never add or remove
// anything, because an answer may be older than the last event.
import type { master, Task } from '@mini-mesos/proto';
import { Feed } from './feed.js';
import { agentRow, frameworkRow, hasEnded, taskKey, taskRow, updatedTaskRow } from './rows.js';
import type { AgentMessage, AgentRow, FrameworkMessage, FrameworkRow, TaskRow } from './rows.js';

/** Completed tasks that are kept; beyond it the ones that ended first go. Ten times what Mesos shows of a framework. */
export const COMPLETED_TASKS_MAX = 20_000;
/** Completed frameworks that are kept. A master remembers 50 (--max_completed_frameworks). */
export const COMPLETED_FRAMEWORKS_MAX = 500;

export class Cluster {
  readonly agents = new Map<string, AgentRow>();
  readonly frameworks = new Map<string, FrameworkRow>();
  readonly tasks = new Map<string, TaskRow>();
  readonly feed = new Feed();
  /** Agents that the last master knew and that have not come back. */
  recoveredAgents: readonly { readonly id: string; readonly hostname: string }[] = [];
  /** How often tasks began and ended since the page was opened. */
  launches = 0;
  endings = 0;
  /** Keys of completed tasks, the first that ended first. */
  #completed: string[] = [];

  handle(event: master.Event, nowMs: number): void {
    switch (event.type) {
      case 'SUBSCRIBED':
        this.#restart(event.subscribed?.get_state ?? {}, nowMs);
        return;
      case 'TASK_ADDED':
        if (event.task_added) this.#addTask(event.task_added.task, nowMs);
        return;
      case 'TASK_UPDATED':
        if (event.task_updated) this.#updateTask(event.task_updated, nowMs);
        return;
      case 'AGENT_ADDED':
        if (event.agent_added) this.#addAgent(event.agent_added.agent);
        return;
      case 'AGENT_REMOVED':
        this.agents.delete(event.agent_removed?.agent_id.value ?? '');
        return;
      case 'FRAMEWORK_ADDED':
        if (event.framework_added) this.#putFramework(event.framework_added.framework);
        return;
      case 'FRAMEWORK_UPDATED':
        if (event.framework_updated) this.#putFramework(event.framework_updated.framework);
        return;
      case 'FRAMEWORK_REMOVED':
        this.#completeFramework(event.framework_removed?.framework_info.id?.value ?? '', nowMs);
        return;
      case 'HEARTBEAT':
      case 'UNKNOWN':
      case undefined:
      default:
        return;
    }
  }

  /** Of GET_AGENTS. */
  refreshAgents({ agents = [], recovered_agents: recovered = [] }: master.Response.GetAgents): void {
    for (const agent of agents) {
      const id = agent.agent_info.id?.value ?? '';
      if (this.agents.has(id)) this.agents.set(id, agentRow(agent));
    }
    this.#setRecovered(recovered);
  }

  /** Of GET_FRAMEWORKS. */
  refreshFrameworks({ frameworks = [] }: master.Response.GetFrameworks): void {
    for (const framework of frameworks) {
      const id = framework.framework_info.id?.value ?? '';
      const known = this.frameworks.get(id);
      if (known && known.state !== 'completed') this.frameworks.set(id, frameworkRow(framework, false));
    }
  }

  #restart(state: master.Response.GetState, nowMs: number): void {
    this.agents.clear();
    this.frameworks.clear();
    this.tasks.clear();
    this.#completed = [];
    for (const agent of state.get_agents?.agents ?? []) this.#addAgent(agent);
    this.#setRecovered(state.get_agents?.recovered_agents ?? []);
    for (const framework of state.get_frameworks?.completed_frameworks ?? []) {
      this.#keepCompleted(frameworkRow(framework, true));
    }
    for (const framework of state.get_frameworks?.frameworks ?? []) this.#putFramework(framework);
    const { completed_tasks: completed = [], unreachable_tasks: unreachable = [], tasks = [] } = state.get_tasks ?? {};
    for (const task of completed) this.#putTask(taskRow(task, { nowMs }));
    for (const task of unreachable) this.#putTask(taskRow(task, { nowMs, isUnreachable: true }));
    for (const task of tasks) this.#putTask(taskRow(task, { nowMs }));
    this.feed.restart(this.tasks.values());
  }

  #addAgent(agent: AgentMessage): void {
    const row = agentRow(agent);
    this.agents.set(row.id, row);
    this.recoveredAgents = this.recoveredAgents.filter(({ id }) => id !== row.id);
  }

  #setRecovered(infos: readonly { id?: { value: string } | undefined; hostname: string }[]): void {
    this.recoveredAgents = infos
      .map(({ id, hostname }) => ({ id: id?.value ?? '', hostname }))
      .filter(({ id }) => !this.agents.has(id));
  }

  /** Events do not carry offers and allocation: what the last poll said of them is kept. */
  #putFramework(message: FrameworkMessage): void {
    const row = frameworkRow(message, false);
    const known = this.frameworks.get(row.id);
    const hasFigures = message.allocated_resources !== undefined || message.offers !== undefined;
    if (!known || known.state === 'completed' || hasFigures) {
      this.frameworks.delete(row.id);
      this.frameworks.set(row.id, row);
      return;
    }
    const { allocated, offered, offers } = known;
    this.frameworks.set(row.id, { ...row, allocated, offered, offers });
  }

  #completeFramework(id: string, nowMs: number): void {
    const row = this.frameworks.get(id);
    if (!row) return;
    this.frameworks.delete(id);
    this.#keepCompleted({
      ...row,
      state: 'completed',
      unregisteredMs: nowMs,
      allocated: {},
      offered: {},
      offers: [],
    });
  }

  #keepCompleted(row: FrameworkRow): void {
    this.frameworks.set(row.id, row);
    const completed = [...this.frameworks.values()].filter(({ state }) => state === 'completed');
    for (const { id } of completed.slice(0, Math.max(0, completed.length - COMPLETED_FRAMEWORKS_MAX))) {
      this.frameworks.delete(id);
    }
  }

  #addTask(task: Task, nowMs: number): void {
    const row = taskRow(task, { nowMs });
    const known = this.tasks.get(row.key);
    if (known && known.group !== 'completed') {
      // It came back from being unreachable, or this is said twice: it began when it began.
      this.#replaceTask({ ...row, launchedMs: Math.min(known.launchedMs, row.launchedMs) });
      return;
    }
    this.launches += 1;
    this.#putTask(row);
    this.feed.add({ atMs: row.updatedMs, task: row, state: row.state });
  }

  #updateTask({ framework_id: framework, status, state }: master.Event.TaskUpdated, nowMs: number): void {
    const known = this.tasks.get(taskKey(framework.value, status.task_id.value));
    if (!known) return;
    const row = updatedTaskRow(known, status, { state, nowMs });
    this.#replaceTask(row);
    if (row.group === 'completed' && known.group !== 'completed') this.endings += 1;
    if (hasEnded(known) || known.statuses.at(-1)?.state === status.state) return;
    this.feed.add({ atMs: row.updatedMs, task: row, state: status.state, message: status.message });
  }

  /** An id can be used again once its task is over: the earlier one moves to a numbered key. */
  #putTask(row: TaskRow): void {
    const earlier = this.tasks.get(row.key);
    if (earlier) {
      let run = 1;
      while (this.tasks.has(taskKey(row.frameworkId, row.id, run))) run += 1;
      const key = taskKey(row.frameworkId, row.id, run);
      this.tasks.set(key, { ...earlier, key });
      this.tasks.delete(row.key);
      this.#completed = this.#completed.map((completed) => (completed === row.key ? key : completed));
    }
    this.#replaceTask(row);
  }

  #replaceTask(row: TaskRow): void {
    const wasCompleted = this.tasks.get(row.key)?.group === 'completed';
    this.tasks.set(row.key, row);
    if (row.group !== 'completed' || wasCompleted) return;
    this.#completed.push(row.key);
    if (this.#completed.length <= COMPLETED_TASKS_MAX) return;
    const oldest = this.#completed.shift();
    if (oldest !== undefined) this.tasks.delete(oldest);
  }
}
