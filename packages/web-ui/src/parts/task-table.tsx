// Tasks as a table: on the page of all tasks, and on those of a framework and of an agent.
import { useMemo } from 'preact/hooks';
import { stateMessage } from '../core/rows.js';
import type { TaskRow } from '../core/rows.js';
import { formatMiB, formatNumber, shortId } from '../core/format.js';
import { frameworkHref, sandboxHref, taskHref } from '../core/links.js';
import { sortTasks } from '../core/task-filter.js';
import type { TaskSort } from '../core/task-filter.js';
import { formatSort, parseSort } from '../core/table-sort.js';
import { route, setQuery } from '../data/router.js';
import { isNarrow } from '../data/media.js';
import { DataTable } from './data-table.js';
import type { Column } from './data-table.js';
import { Icon } from './icons.js';
import { AgentLink, agentLabel, names } from './names.js';
import { TaskStateMark } from './state-mark.js';
import { Ago } from './time.js';

const SORTS: readonly TaskSort[] = [
  'state',
  'name',
  'framework',
  'agent',
  'role',
  'cpus',
  'mem',
  'launched',
  'updated',
];
/** The newest first, and a task keeps its place while its state changes. */
const FIRST = { key: 'launched', isDescending: true } as const;

type TaskColumn = Column<TaskRow, TaskSort>;

const COLUMNS: { readonly [name: string]: TaskColumn } = {
  state: { label: 'State', width: '112px', sort: 'state', cell: ({ state }) => <TaskStateMark state={state} /> },
  name: { label: 'Task', sort: 'name', cell: (task) => <NameCell task={task} hasMessage /> },
  nameOnly: { label: 'Task', sort: 'name', cell: (task) => <NameCell task={task} /> },
  framework: {
    label: 'Framework',
    width: '16%',
    sort: 'framework',
    shown: 'medium',
    cell: ({ frameworkId: id }) => <a href={frameworkHref(id)}>{names.framework(id)}</a>,
  },
  agent: {
    label: 'Agent',
    width: '13%',
    sort: 'agent',
    shown: 'medium',
    cell: ({ agentId: id }) => <AgentLink id={id} />,
  },
  role: { label: 'Role', width: '12%', sort: 'role', shown: 'huge', cell: ({ role }) => role },
  message: {
    label: 'How it ended',
    width: '24%',
    shown: 'wide',
    cell: (task) => {
      const message = stateMessage(task);
      return (
        <span class="faint" title={message}>
          {message}
        </span>
      );
    },
  },
  cpus: {
    label: 'CPUs',
    width: '64px',
    isNumber: true,
    sort: 'cpus',
    isDescendingFirst: true,
    shown: 'wide',
    cell: ({ resources }) => formatNumber(resources['cpus'] ?? 0, 2),
  },
  mem: {
    label: 'Memory',
    width: '86px',
    isNumber: true,
    sort: 'mem',
    isDescendingFirst: true,
    shown: 'wide',
    cell: ({ resources }) => formatMiB(resources['mem'] ?? 0),
  },
  launched: {
    label: 'Launched',
    width: '92px',
    isNumber: true,
    sort: 'launched',
    isDescendingFirst: true,
    cell: ({ launchedMs }) => <Ago at={launchedMs} />,
  },
  updated: {
    label: 'Updated',
    width: '92px',
    isNumber: true,
    sort: 'updated',
    isDescendingFirst: true,
    shown: 'medium',
    cell: ({ updatedMs }) => <Ago at={updatedMs} />,
  },
  sandbox: {
    label: 'Files',
    width: '58px',
    shown: 'medium',
    cell: (task) => (
      <a class="icon-button" href={sandboxHref(task)} title="sandbox" aria-label={`sandbox of ${task.name || task.id}`}>
        <Icon name="folder" size={15} />
      </a>
    ),
  },
};

/** On phones the state's word would take the room of the name: there it is in the second line. */
const ORDER = ['name', 'state', 'framework', 'agent', 'role', 'cpus', 'mem', 'launched', 'updated', 'sandbox'];
/** Of tasks that are over one wants to know why, not what they held. */
const ORDER_OVER = ['nameOnly', 'state', 'message', 'framework', 'agent', 'launched', 'updated', 'sandbox'];

export function TaskTable(props: {
  tasks: readonly TaskRow[];
  caption: string;
  /** Columns that say the same in every row here. */
  without?: readonly string[];
  /** Whether all of them are completed. */
  areOver?: boolean;
}) {
  const { tasks, caption, without = [], areOver = false } = props;
  const sort = parseSort(route.value.query.get('sort'), SORTS, FIRST);
  const rows = useMemo(() => sortTasks([...tasks], sort, names), [tasks, sort.key, sort.isDescending]);
  const left = isNarrow.value ? [...without, 'state'] : without;
  const columns = (areOver ? ORDER_OVER : ORDER)
    .filter((name) => !left.includes(name))
    .flatMap((name) => COLUMNS[name] ?? []);
  return (
    <DataTable
      caption={caption}
      rows={rows}
      columns={columns}
      rowKey={({ key }) => key}
      sort={sort}
      onSort={(next) => setQuery({ sort: formatSort(next) })}
      href={taskHref}
    />
  );
}

function NameCell({ task, hasMessage = false }: { task: TaskRow; hasMessage?: boolean }) {
  const message = task.group === 'active' || !hasMessage ? undefined : stateMessage(task);
  return (
    <span class="two-lines">
      <span class="line-one">
        <a href={taskHref(task)} title={task.id}>
          {task.name === '' ? task.id : task.name}
        </a>
        {task.name !== '' && !task.id.startsWith(task.name) && (
          <span class="faint mono sub-id">{shortId(task.id)}</span>
        )}
        {message !== undefined && <span class="faint row-message">{message}</span>}
      </span>
      <span class="line-two">
        <TaskStateMark state={task.state} /> · {agentLabel(task.agentId)}
      </span>
    </span>
  );
}
