// Waits until a task has ended.
import type { TaskMessage } from '../core/cluster/messages.js';
import { isTerminalState } from '../core/cluster/tasks.js';
import type { MasterClient } from './master-client.js';
import { pause } from './pause.js';
import type { PauseOptions } from './pause.js';

/** Between two looks: at first, and at most. */
const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 1000;

/** Its last state; TASK_UNKNOWN where the master has forgotten the task. Rejects when it is interrupted. */
export async function untilTaskEnds(
  client: MasterClient,
  { id, framework_id: frameworkId }: Pick<TaskMessage, 'framework_id' | 'id'>,
  { interrupted, timers }: PauseOptions,
): Promise<string> {
  const query = new URLSearchParams({ framework_id: frameworkId, task_id: id, limit: '1' });
  for (let pauseMs = PAUSE_MIN_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 1.5)) {
    const { tasks = [] } = await client.read<{ tasks?: TaskMessage[] }>(`/tasks?${query.toString()}`);
    const state = tasks[0]?.state ?? 'TASK_UNKNOWN';
    if (isTerminalState(state) || tasks.length === 0) return state;
    await pause(pauseMs, { interrupted, timers });
  }
}
