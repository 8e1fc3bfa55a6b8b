// What became of the tasks of `execute`: which have ended, and which status the command ends with. Pure.
import type { TaskState, TaskStatus } from '@mini-mesos/proto';
import { isTerminalState } from '../cluster/tasks.js';
import { printable } from '../text/printable.js';

const SUCCESS = 0;
const FAILURE = 1;

export class Outcomes {
  readonly #ids: readonly string[];
  readonly #last = new Map<string, TaskStatus>();

  constructor(taskIds: readonly string[]) {
    this.#ids = taskIds;
  }

  /** True where this is the first terminal status of the task. */
  update(status: TaskStatus): boolean {
    const { value: id } = status.task_id;
    const wasOver = this.isOver(id);
    if (!wasOver) this.#last.set(id, status);
    return !wasOver && this.isOver(id);
  }

  isOver(taskId: string): boolean {
    const last = this.#last.get(taskId);
    return last !== undefined && isTerminalState(last.state);
  }

  stateOf(taskId: string): TaskState | undefined {
    return this.#last.get(taskId)?.state;
  }

  get unfinished(): readonly string[] {
    return this.#ids.filter((id) => !this.isOver(id));
  }

  /**
   * 0 where every task finished; else the status of the first command that ended with one of its own, else 1. In the
   * order in which the tasks were given.
   */
  get exitCode(): number {
    const failed = this.#ids.map((id) => this.#last.get(id)).filter((status) => status?.state !== 'TASK_FINISHED');
    if (failed.length === 0) return SUCCESS;
    return failed.map(exitStatus).find((code) => code !== undefined) ?? FAILURE;
  }
}

/** The executor's words (src/launcher/executor.cpp, WSTRINGIFY in stout): `Command exited with status 3`. */
function exitStatus(status: TaskStatus | undefined): number | undefined {
  if (status?.state !== 'TASK_FAILED') return undefined;
  const code = Number(/\bexited with status (\d+)/.exec(status.message ?? '')?.[1] ?? NaN);
  return code > 0 && code < 256 ? code : undefined;
}

/** As mesos-execute prints it. */
export function statusLines(status: TaskStatus): string[] {
  const { state, task_id: id, message, source, reason, healthy, limitation } = status;
  return [
    `Received status update ${state} for task '${printable(id.value)}'`,
    ...(message === undefined || message === '' ? [] : [`  message: '${printable(message)}'`]),
    ...(source === undefined ? [] : [`  source: ${source}`]),
    ...(reason === undefined ? [] : [`  reason: ${reason}`]),
    ...(healthy === undefined ? [] : [`  healthy?: ${healthy}`]),
    ...(limitation?.resources?.length
      ? [`  resource limit violation: ${limitation.resources.map(({ name }) => name).join(', ')}`]
      : []),
  ];
}
