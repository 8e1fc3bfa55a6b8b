// The addresses of pages.
import { routeTo } from './route.js';
import type { TaskRow } from './rows.js';

export const agentHref = (id: string): string => routeTo(['agents', id]);
export const frameworkHref = (id: string): string => routeTo(['frameworks', id]);
export const roleHref = (name: string): string => routeTo(['roles'], { role: name });

/** Of the newest task of an id, or of an earlier one: see taskKey. */
export function taskHref({ key }: Pick<TaskRow, 'key'>): string {
  const [frameworkId = '', taskId = '', run] = key.split('/');
  return routeTo(['tasks', frameworkId, taskId], { run });
}

/** `directory` and `file` are relative to the task's sandbox. */
export function sandboxHref(
  { key }: Pick<TaskRow, 'key'>,
  { directory, file }: { directory?: string; file?: string } = {},
): string {
  const [frameworkId = '', taskId = '', run] = key.split('/');
  return routeTo(['tasks', frameworkId, taskId, 'sandbox'], { run, dir: directory, file });
}

/** Files of an agent beneath `root`, an absolute path on the agent. */
export function filesHref(
  agentId: string,
  { root, directory, file }: { root: string; directory?: string; file?: string },
): string {
  return routeTo(['agents', agentId, 'files'], { root, dir: directory, file });
}

export interface TasksQuery {
  readonly group?: string;
  readonly state?: string;
  readonly framework?: string;
  readonly agent?: string;
  readonly q?: string;
}

export const tasksHref = (query: TasksQuery = {}): string => routeTo(['tasks'], { ...query });

/** A framework names its own page; only addresses that are pages are linked to. */
export function safeUrl(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:\/\//i.test(url) ? url : undefined;
}
