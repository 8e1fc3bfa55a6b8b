// All tasks, narrowed by group, state, framework, agent and words. Every filter is in the address.
import { useMemo } from 'preact/hooks';
import { formatCount, formatNumber } from '../core/format.js';
import { filterTasks } from '../core/task-filter.js';
import { stateGroup, stateLabel, stateRank, stateTone, TASK_GROUPS } from '../core/task-states.js';
import type { TaskGroup } from '../core/task-states.js';
import { cluster, revision, taskIndex } from '../data/live.js';
import { route, setQuery } from '../data/router.js';
import { FilterBox } from '../parts/filter-box.js';
import { StartTaskHint } from '../parts/hints.js';
import { agentLabel, names } from '../parts/names.js';
import { PageHead } from '../parts/page-head.js';
import { Empty, Panel } from '../parts/panel.js';
import { Shape } from '../parts/state-mark.js';
import { TaskTable } from '../parts/task-table.js';

export function TasksPage() {
  void revision.value;
  const { query } = route.value;
  const group = TASK_GROUPS.find((name) => name === query.get('group'));
  const state = query.get('state');
  const frameworkId = query.get('framework');
  const agentId = query.get('agent');
  const text = query.get('q') ?? '';
  const tasks = useMemo(
    () => filterTasks(cluster.tasks.values(), { group, state, frameworkId, agentId, text }, names),
    [revision.value, group, state, frameworkId, agentId, text],
  );
  const areOver = state === undefined ? group === 'completed' : stateGroup(state) === 'completed';
  const isFiltered = [group, state, frameworkId, agentId].some((value) => value !== undefined) || text !== '';
  return (
    <div class="page">
      <PageHead
        title="Tasks"
        badge={
          <span class="count" role="status">
            {isFiltered
              ? `${formatNumber(tasks.length, 0)} of ${formatNumber(taskIndex.value.all.total, 0)}`
              : formatNumber(tasks.length, 0)}
          </span>
        }
      />
      <div class="toolbar">
        <GroupTabs isChosen={(name) => state === undefined && group === name} />
        <FilterBox
          label="filter tasks"
          placeholder="name, id, message… or role:dev label:app=web"
          value={text}
          onInput={(q) => setQuery({ q })}
        />
        <Choice
          label="framework"
          value={frameworkId}
          options={[...taskIndex.value.byFramework.keys()].map((id) => [id, names.framework(id)] as const)}
          onChange={(framework) => setQuery({ framework })}
        />
        <Choice
          label="agent"
          value={agentId}
          options={[...taskIndex.value.byAgent.keys()].map((id) => [id, agentLabel(id)] as const)}
          onChange={(agent) => setQuery({ agent })}
        />
      </div>
      <div class="state-row">
        <StateChips state={state} />
        {isFiltered && (
          <button
            type="button"
            class="link"
            onClick={() =>
              setQuery({ group: undefined, state: undefined, framework: undefined, agent: undefined, q: undefined })
            }
          >
            clear all
          </button>
        )}
      </div>
      <Panel isFlush>
        {tasks.length > 0 && <TaskTable tasks={tasks} caption="tasks" areOver={areOver} />}
        {tasks.length === 0 && (isFiltered ? <Empty title="No task matches the filters" /> : <StartTaskHint />)}
      </Panel>
    </div>
  );
}

const TABS: readonly (TaskGroup | undefined)[] = [undefined, ...TASK_GROUPS];

function GroupTabs({ isChosen }: { isChosen: (group: TaskGroup | undefined) => boolean }) {
  const { all } = taskIndex.value;
  return (
    <div class="segments groups" role="group" aria-label="tasks by group">
      {TABS.map((name) => (
        <button
          key={name ?? 'all'}
          type="button"
          aria-pressed={isChosen(name)}
          onClick={() => setQuery({ group: name, state: undefined })}
        >
          {name ?? 'all'} <span class="faint">{formatCount(name === undefined ? all.total : all.groups[name])}</span>
        </button>
      ))}
    </div>
  );
}

/** One for each state that there is. */
function StateChips({ state: chosen }: { state: string | undefined }) {
  const states = [...taskIndex.value.all.states].sort(([a], [b]) => stateRank(a) - stateRank(b));
  return (
    <ul class="state-counts state-filter" aria-label="tasks by state">
      {states.map(([state, count]) => (
        <li key={state}>
          <button
            type="button"
            class={`state state-${stateTone(state)}`}
            aria-pressed={state === chosen}
            onClick={() => setQuery({ state: state === chosen ? undefined : state, group: undefined })}
          >
            <Shape tone={stateTone(state)} />
            <span>{stateLabel(state)}</span>
            <b>{formatNumber(count, 0)}</b>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Choice(props: {
  label: string;
  value: string | undefined;
  options: readonly (readonly [string, string])[];
  onChange: (value: string | undefined) => void;
}) {
  const { label, value, onChange } = props;
  const options = props.options.toSorted(([idA, a], [idB, b]) => (a === b ? (idA < idB ? -1 : 1) : a < b ? -1 : 1));
  const isKnown = value === undefined || options.some(([id]) => id === value);
  return (
    <select
      aria-label={label}
      class={value === undefined ? undefined : 'is-set'}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    >
      <option value="">any {label}</option>
      {!isKnown && <option value={value}>{value}</option>}
      {options.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
