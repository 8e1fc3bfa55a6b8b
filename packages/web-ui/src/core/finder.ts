// What the finder lists for a few letters: pages, agents, frameworks and tasks, the best match first.
import { agentHref, frameworkHref, taskHref } from './links.js';
import type { AgentRow, FrameworkRow, TaskRow } from './rows.js';
import { SECTIONS } from './sections.js';
import { routeTo } from './route.js';
import { stateLabel } from './task-states.js';

/** Rows that fit on a screen. */
export const FOUND_MAX = 12;

export interface Found {
  readonly kind: 'page' | 'agent' | 'framework' | 'task';
  readonly label: string;
  readonly note: string;
  readonly href: string;
}

interface Candidate extends Found {
  readonly rank: number;
}

export function find(
  text: string,
  among: {
    agents: Iterable<AgentRow>;
    frameworks: Iterable<FrameworkRow>;
    tasks: Iterable<TaskRow>;
  },
): Found[] {
  const wanted = text.trim().toLowerCase();
  const found: Candidate[] = [];
  const consider = (result: Found, texts: readonly string[]) => {
    const rank = rankOf(wanted, texts);
    if (rank !== undefined) found.push({ ...result, rank });
  };
  for (const { label, path, name } of SECTIONS)
    consider({ kind: 'page', label, note: '', href: routeTo(path) }, [name]);
  if (wanted !== '') {
    for (const { id, hostname, state } of among.agents) {
      consider({ kind: 'agent', label: hostname, note: state, href: agentHref(id) }, [hostname, id]);
    }
    for (const { id, name, state } of among.frameworks) {
      consider({ kind: 'framework', label: name, note: state, href: frameworkHref(id) }, [name, id]);
    }
    for (const task of among.tasks) {
      const { id, name, state } = task;
      consider({ kind: 'task', label: name === '' ? id : name, note: stateLabel(state), href: taskHref(task) }, [
        name,
        id,
      ]);
    }
  }
  // A stable sort: what ranks alike stays in the order above.
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, FOUND_MAX)
    .map(({ kind, label, note, href }) => ({ kind, label, note, href }));
}

/** The same, its beginning, or somewhere in it; undefined where it is none of them. */
function rankOf(wanted: string, texts: readonly string[]): number | undefined {
  const ranks = texts.map((text) => {
    const at = text.toLowerCase().indexOf(wanted);
    if (at < 0) return 3;
    if (at > 0) return 2;
    return text.length === wanted.length ? 0 : 1;
  });
  const best = Math.min(...ranks);
  return best === 3 ? undefined : best;
}
