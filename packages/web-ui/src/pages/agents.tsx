// All agents.
import { useMemo } from 'preact/hooks';
import { capacities } from '../core/capacity.js';
import { plural, shortId } from '../core/format.js';
import { agentHref } from '../core/links.js';
import type { AgentRow } from '../core/rows.js';
import { compareBy, formatSort, parseSort } from '../core/table-sort.js';
import { NO_TASKS } from '../core/task-index.js';
import { parseFilter, passes } from '../core/text-filter.js';
import { cluster, revision, taskIndex } from '../data/live.js';
import { usePoll } from '../data/poll.js';
import { agentsPoll } from '../data/polls.js';
import { isNarrow } from '../data/media.js';
import { route, setQuery } from '../data/router.js';
import { SmallBar } from '../parts/bars.js';
import { CopyId } from '../parts/copy-id.js';
import { DataTable } from '../parts/data-table.js';
import type { Column } from '../parts/data-table.js';
import { agentLabel } from '../parts/names.js';
import { FilterBox } from '../parts/filter-box.js';
import { StartAgentHint } from '../parts/hints.js';
import { PageHead } from '../parts/page-head.js';
import { Chips, Empty, ErrorNote, Panel } from '../parts/panel.js';
import { AgentStateMark } from '../parts/state-mark.js';

const FIELDS = ['state', 'version', 'attribute', 'id'];
type AgentSort = 'host' | 'cpus' | 'mem' | 'disk' | 'tasks' | 'state' | 'version';
const SORTS: readonly AgentSort[] = ['host', 'cpus', 'mem', 'disk', 'tasks', 'state', 'version'];

const activeTasks = (id: string): number => (taskIndex.value.byAgent.get(id) ?? NO_TASKS).groups.active;

const bar = (name: 'cpus' | 'mem' | 'disk') => (agent: AgentRow) => {
  const { total, allocated, offered } = agent;
  const found = capacities({ total, used: allocated, offered }).find((capacity) => capacity.name === name);
  return found && <SmallBar capacity={found} />;
};

const COLUMNS: readonly Column<AgentRow, AgentSort>[] = [
  { label: 'Agent', sort: 'host', cell: (agent) => <HostCell agent={agent} /> },
  {
    label: 'State',
    width: '116px',
    sort: 'state',
    shown: 'medium',
    cell: ({ state }) => <AgentStateMark state={state} />,
  },
  { label: 'CPUs', width: '132px', sort: 'cpus', isDescendingFirst: true, cell: bar('cpus') },
  { label: 'Memory', width: '144px', sort: 'mem', isDescendingFirst: true, shown: 'medium', cell: bar('mem') },
  { label: 'Disk', width: '132px', sort: 'disk', isDescendingFirst: true, shown: 'wide', cell: bar('disk') },
  {
    label: 'Tasks',
    width: '62px',
    isNumber: true,
    sort: 'tasks',
    isDescendingFirst: true,
    cell: ({ id }) => activeTasks(id),
  },
  {
    label: 'Attributes',
    width: '172px',
    shown: 'wide',
    cell: ({ attributes }) => <Attributes of={attributes} />,
  },
  { label: 'Version', width: '76px', sort: 'version', shown: 'wide', cell: ({ version }) => version },
];

const usedPart = ({ allocated, total }: AgentRow, name: string): number =>
  (total[name] ?? 0) > 0 ? (allocated[name] ?? 0) / (total[name] ?? 1) : 0;

const VALUES: { readonly [sort in AgentSort]: (agent: AgentRow) => string | number } = {
  host: ({ hostname }) => hostname,
  cpus: (agent) => usedPart(agent, 'cpus'),
  mem: (agent) => usedPart(agent, 'mem'),
  disk: (agent) => usedPart(agent, 'disk'),
  tasks: ({ id }) => activeTasks(id),
  state: ({ state }) => state,
  version: ({ version }) => version,
};

export function AgentsPage() {
  const poll = usePoll(agentsPoll);
  const { query } = route.value;
  const text = query.get('q') ?? '';
  const sort = parseSort(query.get('sort'), SORTS, { key: 'host', isDescending: false });
  const rows = useMemo(() => {
    const filter = parseFilter(text, FIELDS);
    return [...cluster.agents.values()]
      .filter((agent) => passes(filter, textsOf(agent), (field) => fieldOf(agent, field)))
      .sort(compareBy(VALUES[sort.key], { isDescending: sort.isDescending, id: ({ id }) => id }));
  }, [revision.value, text, sort.key, sort.isDescending]);
  const error = poll.error.value;
  if (cluster.agents.size === 0) {
    return (
      <div class="page">
        <PageHead title="Agents" />
        <StartAgentHint />
      </div>
    );
  }
  return (
    <div class="page">
      <PageHead title="Agents" badge={<span class="count">{plural(cluster.agents.size, 'agent')}</span>} />
      {error !== undefined && <ErrorNote>allocation of agents: {error}</ErrorNote>}
      <div class="toolbar">
        <FilterBox
          label="filter agents"
          placeholder="host, id, attribute… or state:draining"
          value={text}
          onInput={(q) => setQuery({ q })}
        />
        {text !== '' && <span class="faint">{plural(rows.length, 'match').replace('matchs', 'matches')}</span>}
      </div>
      <Panel isFlush>
        {rows.length === 0 ? (
          <Empty title="No agent matches the filter" />
        ) : (
          <DataTable
            caption="agents"
            rowHeight={52}
            rows={rows}
            columns={COLUMNS}
            rowKey={({ id }) => id}
            sort={sort}
            onSort={(next) => setQuery({ sort: formatSort(next) })}
            href={({ id }) => agentHref(id)}
          />
        )}
      </Panel>
      {cluster.recoveredAgents.length > 0 && (
        <Panel title="Not back yet">
          <p>
            The last master knew {plural(cluster.recoveredAgents.length, 'more agent')}. Until they come back, or are
            given up, their tasks are neither running nor lost.
          </p>
          <Chips items={cluster.recoveredAgents.map(({ hostname, id }) => `${hostname} ${shortId(id)}`)} />
        </Panel>
      )}
    </div>
  );
}

function textsOf({ hostname, id, attributes, version, state }: AgentRow): string[] {
  return [hostname, id, version, state, ...attributes.map(({ name, text }) => `${name}:${text}`)];
}

function fieldOf(agent: AgentRow, field: string): string[] {
  if (field === 'attribute') return agent.attributes.map(({ name, text }) => `${name}:${text}`);
  if (field === 'state') return [agent.state];
  return field === 'version' ? [agent.version] : [agent.id];
}

function Attributes({ of }: { of: AgentRow['attributes'] }) {
  const text = of.map(({ name, text }) => `${name}:${text}`).join(', ');
  return (
    <span class="attributes" title={text}>
      {text}
    </span>
  );
}

function HostCell({ agent }: { agent: AgentRow }) {
  return (
    <span class="two-lines">
      <span class="line-one">
        <a href={agentHref(agent.id)} title={`${agent.hostname}:${agent.port}`}>
          {agentLabel(agent.id)}
        </a>
      </span>
      <span class="line-two is-always">
        {isNarrow.value ? <AgentStateMark state={agent.state} /> : <CopyId id={agent.id} />}
      </span>
    </span>
  );
}
