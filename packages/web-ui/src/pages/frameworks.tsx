// All frameworks: those at work first, then those that are over.
import { useMemo } from 'preact/hooks';
import { formatAmount, plural } from '../core/format.js';
import { frameworkHref } from '../core/links.js';
import type { FrameworkRow } from '../core/rows.js';
import { compareBy, formatSort, parseSort } from '../core/table-sort.js';
import { NO_TASKS } from '../core/task-index.js';
import { parseFilter, passes } from '../core/text-filter.js';
import { cluster, revision, taskIndex } from '../data/live.js';
import { usePoll } from '../data/poll.js';
import { frameworksPoll } from '../data/polls.js';
import { route, setQuery } from '../data/router.js';
import { CopyId } from '../parts/copy-id.js';
import { DataTable } from '../parts/data-table.js';
import type { Column } from '../parts/data-table.js';
import { FilterBox } from '../parts/filter-box.js';
import { StartFrameworkHint } from '../parts/hints.js';
import { PageHead } from '../parts/page-head.js';
import { Empty, ErrorNote, Panel } from '../parts/panel.js';
import { FrameworkStateMark } from '../parts/state-mark.js';
import { Ago } from '../parts/time.js';

const FIELDS = ['state', 'role', 'user', 'id'];
type FrameworkSort = 'name' | 'state' | 'roles' | 'tasks' | 'cpus' | 'mem' | 'offers' | 'since';
const SORTS: readonly FrameworkSort[] = ['name', 'state', 'roles', 'tasks', 'cpus', 'mem', 'offers', 'since'];

const tasksOf = (id: string) => taskIndex.value.byFramework.get(id) ?? NO_TASKS;
const amount = ({ allocated }: FrameworkRow, name: string) => formatAmount(name, allocated[name] ?? 0);

type FrameworkColumn = Column<FrameworkRow, FrameworkSort>;
const NAME: FrameworkColumn = {
  label: 'Framework',
  sort: 'name',
  cell: (framework) => <NameCell framework={framework} />,
};
const ID: FrameworkColumn = { label: 'Id', width: '160px', shown: 'wide', cell: ({ id }) => <CopyId id={id} /> };
const ROLES: FrameworkColumn = {
  label: 'Roles',
  width: '16%',
  sort: 'roles',
  shown: 'medium',
  cell: ({ roles }) => roles.join(', '),
};

const CURRENT: readonly FrameworkColumn[] = [
  NAME,
  {
    label: 'State',
    width: '124px',
    sort: 'state',
    shown: 'medium',
    cell: ({ state }) => <FrameworkStateMark state={state} />,
  },
  ID,
  ROLES,
  {
    label: 'Tasks',
    width: '76px',
    isNumber: true,
    sort: 'tasks',
    isDescendingFirst: true,
    cell: ({ id }) => tasksOf(id).groups.active,
  },
  {
    label: 'CPUs',
    width: '72px',
    isNumber: true,
    sort: 'cpus',
    isDescendingFirst: true,
    cell: (framework) => amount(framework, 'cpus'),
  },
  {
    label: 'Memory',
    width: '92px',
    isNumber: true,
    sort: 'mem',
    isDescendingFirst: true,
    shown: 'medium',
    cell: (framework) => amount(framework, 'mem'),
  },
  {
    label: 'Offers',
    width: '72px',
    isNumber: true,
    sort: 'offers',
    isDescendingFirst: true,
    shown: 'medium',
    cell: ({ offers }) => offers.length,
  },
  {
    label: 'Registered',
    width: '100px',
    isNumber: true,
    sort: 'since',
    isDescendingFirst: true,
    shown: 'medium',
    cell: ({ registeredMs }) => <Ago at={registeredMs} />,
  },
];

const COMPLETED: readonly FrameworkColumn[] = [
  NAME,
  ID,
  ROLES,
  { label: 'User', width: '12%', shown: 'medium', cell: ({ message }) => message.framework_info.user },
  { label: 'Tasks', width: '76px', isNumber: true, cell: ({ id }) => tasksOf(id).total },
  { label: 'Ended', width: '100px', isNumber: true, cell: ({ unregisteredMs }) => <Ago at={unregisteredMs} /> },
];

const VALUES: { readonly [sort in FrameworkSort]: (framework: FrameworkRow) => string | number } = {
  name: ({ name }) => name,
  state: ({ state }) => state,
  roles: ({ roles }) => roles.join(','),
  tasks: ({ id }) => tasksOf(id).groups.active,
  cpus: ({ allocated }) => allocated['cpus'] ?? 0,
  mem: ({ allocated }) => allocated['mem'] ?? 0,
  offers: ({ offers }) => offers.length,
  since: ({ registeredMs }) => registeredMs ?? 0,
};

export function FrameworksPage() {
  const poll = usePoll(frameworksPoll);
  const { query } = route.value;
  const text = query.get('q') ?? '';
  const sort = parseSort(query.get('sort'), SORTS, { key: 'name', isDescending: false });
  const { current, completed } = useMemo(() => {
    const filter = parseFilter(text, FIELDS);
    const found = [...cluster.frameworks.values()].filter((framework) =>
      passes(filter, textsOf(framework), (field) => fieldOf(framework, field)),
    );
    return {
      current: found
        .filter(({ state }) => state !== 'completed')
        .sort(compareBy(VALUES[sort.key], { isDescending: sort.isDescending, id: ({ id }) => id })),
      completed: found
        .filter(({ state }) => state === 'completed')
        .sort(compareBy(({ unregisteredMs }) => unregisteredMs ?? 0, { isDescending: true, id: ({ id }) => id })),
    };
  }, [revision.value, text, sort.key, sort.isDescending]);
  const error = poll.error.value;
  return (
    <div class="page">
      <PageHead title="Frameworks" badge={<span class="count">{plural(current.length, 'framework')}</span>} />
      {error !== undefined && <ErrorNote>offers and allocation: {error}</ErrorNote>}
      <div class="toolbar">
        <FilterBox
          label="filter frameworks"
          placeholder="name, id, role… or state:inactive"
          value={text}
          onInput={(q) => setQuery({ q })}
        />
      </div>
      <Panel isFlush>
        {current.length > 0 && (
          <DataTable
            caption="frameworks"
            rows={current}
            columns={CURRENT}
            rowKey={({ id }) => id}
            sort={sort}
            onSort={(next) => setQuery({ sort: formatSort(next) })}
            href={({ id }) => frameworkHref(id)}
          />
        )}
        {current.length === 0 &&
          (text === '' ? <StartFrameworkHint /> : <Empty title="No framework matches the filter" />)}
      </Panel>
      {completed.length > 0 && (
        <Panel title="Completed" aside={completed.length} isFlush>
          <DataTable
            caption="completed frameworks"
            rows={completed}
            columns={COMPLETED}
            rowKey={({ id }) => id}
            href={({ id }) => frameworkHref(id)}
          />
        </Panel>
      )}
    </div>
  );
}

function textsOf({ name, id, roles, message, state }: FrameworkRow): string[] {
  const { user, hostname = '', principal = '' } = message.framework_info;
  return [name, id, state, user, hostname, principal, ...roles];
}

function fieldOf({ state, roles, id, message }: FrameworkRow, field: string): readonly string[] {
  if (field === 'role') return roles;
  if (field === 'state') return [state];
  return field === 'user' ? [message.framework_info.user] : [id];
}

function NameCell({ framework }: { framework: FrameworkRow }) {
  return (
    <span class="two-lines">
      <span class="line-one">
        <a href={frameworkHref(framework.id)} title={framework.id}>
          {framework.name === '' ? framework.id : framework.name}
        </a>
      </span>
      <span class="line-two">
        <FrameworkStateMark state={framework.state} /> · {framework.roles.join(', ')}
      </span>
    </span>
  );
}
