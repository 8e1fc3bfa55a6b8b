// How many tasks are in which state: one bar, and a word with a number for each part of it.
import type { TaskCounts } from '../core/task-index.js';
import { formatNumber } from '../core/format.js';
import { tasksHref } from '../core/links.js';
import type { TasksQuery } from '../core/links.js';
import { stateLabel, stateRank, stateTone } from '../core/task-states.js';
import { Shape } from './state-mark.js';

export function TaskSummary({ counts, query = {} }: { counts: TaskCounts; query?: TasksQuery }) {
  const states = [...counts.states].sort(([a], [b]) => stateRank(a) - stateRank(b));
  return (
    <div class="task-summary">
      <span class="stack-bar" role="img" aria-label="tasks by state">
        {states.map(([state, count]) => (
          <span
            key={state}
            class={`stack-part tone-${stateTone(state)}`}
            style={{ flexGrow: count }}
            title={`${stateLabel(state)}: ${formatNumber(count, 0)}`}
          />
        ))}
      </span>
      <ul class="state-counts">
        {states.map(([state, count]) => (
          <li key={state}>
            <a href={tasksHref({ ...query, state })} class={`state state-${stateTone(state)}`}>
              <Shape tone={stateTone(state)} />
              <span>{stateLabel(state)}</span>
              <b>{formatNumber(count, 0)}</b>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
