// The cluster at one glance: who leads it, how full it is, what its tasks do.
import { capacities, clusterCapacity } from '../core/capacity.js';
import type { Metrics } from '../core/capacity.js';
import { formatCount, formatDuration, formatNumber, plural } from '../core/format.js';
import { rateSeries, utilisationSeries } from '../core/history.js';
import { taskHref, tasksHref } from '../core/links.js';
import { routeTo } from '../core/route.js';
import type { FeedEntry } from '../core/feed.js';
import { cluster, revision, taskIndex } from '../data/live.js';
import { flagsPoll, masterPoll, metricsPoll, offerCount, samples, versionPoll } from '../data/polls.js';
import { CapacityBar, CapacityLegend } from '../parts/bars.js';
import { Chart } from '../parts/chart.js';
import { CopyId } from '../parts/copy-id.js';
import { agentLabel } from '../parts/names.js';
import { StartAgentHint, StartTaskHint } from '../parts/hints.js';
import { PageHead } from '../parts/page-head.js';
import { Empty, ErrorNote, Panel } from '../parts/panel.js';
import { TaskStateMark } from '../parts/state-mark.js';
import { TaskSummary } from '../parts/task-summary.js';
import { Ago, Clock } from '../parts/time.js';

/** Rows of the list of events: as many as fit beside the tasks. */
const EVENTS_SHOWN = 14;
const UTILISATION = [
  { label: 'CPUs', colour: '--chart-1' },
  { label: 'memory', colour: '--chart-2', isDashed: true },
];
const RATES = [
  { label: 'launched', colour: '--chart-1' },
  { label: 'ended', colour: '--chart-3', isDashed: true },
];

export function OverviewPage() {
  void revision.value;
  const metrics = metricsPoll.value.value;
  const error = metricsPoll.error.value;
  return (
    <div class="page">
      <PageHead title={flagsPoll.value.value?.flags['cluster'] ?? 'Cluster'} sub={<LeaderLine />} />
      {error !== undefined && <ErrorNote>metrics: {error}</ErrorNote>}
      <Tiles metrics={metrics} />
      {cluster.agents.size === 0 ? <StartAgentHint /> : <CapacityPanel metrics={metrics} />}
      <div class="columns">
        <Panel title="Last minutes">
          <Chart title="Use" series={utilisationSeries(samples.value)} lines={UTILISATION} format={percent} max={100} />
          <Chart title="Tasks per second" series={rateSeries(samples.value)} lines={RATES} format={rate} />
        </Panel>
        <div class="stack">
          <TasksPanel />
          <EventsPanel />
        </div>
      </div>
    </div>
  );
}

const percent = (value: number): string => `${formatNumber(value, 0)} %`;
const rate = (value: number): string => formatNumber(value, value < 10 ? 1 : 0);

function LeaderLine() {
  const answer = masterPoll.value.value?.get_master;
  const info = answer?.master_info;
  if (!info) return <span class="faint">asking the master…</span>;
  const host = info.address?.hostname ?? info.hostname ?? '';
  const electedMs = answer.elected_time === undefined ? undefined : answer.elected_time * 1000;
  return (
    <>
      <span>
        led by <b class="mono">{`${host}:${info.address?.port ?? info.port}`}</b>
      </span>
      <CopyId id={info.id} />
      {electedMs !== undefined && (
        <span>
          elected <Ago at={electedMs} />
        </span>
      )}
      <span>version {versionPoll.value.value?.version ?? info.version ?? 'unknown'}</span>
    </>
  );
}

function Tiles({ metrics }: { metrics: Metrics | undefined }) {
  const agents = [...cluster.agents.values()];
  const active = agents.filter(({ state }) => state === 'active').length;
  const frameworks = [...cluster.frameworks.values()].filter(({ state }) => state !== 'completed');
  const connected = frameworks.filter(({ state }) => state === 'active').length;
  const { all } = taskIndex.value;
  const cycle = metrics?.['allocator/mesos/allocation_run_ms/p50'] ?? metrics?.['allocator/mesos/allocation_run_ms'];
  const worst = metrics?.['allocator/mesos/allocation_run_ms/p99'];
  return (
    <ul class="tiles">
      <Tile
        href={routeTo(['agents'])}
        label="Agents"
        value={formatCount(agents.length)}
        note={active === agents.length ? 'all active' : `${active} active`}
      />
      <Tile
        href={routeTo(['frameworks'])}
        label="Frameworks"
        value={formatCount(frameworks.length)}
        note={connected === frameworks.length ? 'all active' : `${connected} active`}
      />
      <Tile
        href={tasksHref({ group: 'active' })}
        label="Active tasks"
        value={formatCount(all.groups.active)}
        note={
          all.groups.unreachable > 0
            ? `${all.groups.unreachable} unreachable`
            : `${formatCount(all.groups.completed)} completed`
        }
      />
      <Tile href={routeTo(['offers'])} label="Offers" value={formatCount(offerCount.value ?? 0)} note="outstanding" />
      <Tile
        label="Allocator cycle"
        value={cycle === undefined ? '–' : formatDuration(cycle)}
        note={worst === undefined ? 'not measured yet' : `p99 ${formatDuration(worst)}`}
      />
    </ul>
  );
}

function Tile({ label, value, note, href }: { label: string; value: string; note: string; href?: string }) {
  const content = (
    <>
      <span class="tile-label">{label}</span>
      <span class="tile-value">{value}</span>
      <span class="tile-note">{note}</span>
    </>
  );
  return <li class="tile">{href === undefined ? <div>{content}</div> : <a href={href}>{content}</a>}</li>;
}

function CapacityPanel({ metrics }: { metrics: Metrics | undefined }) {
  const known = clusterCapacity(metrics, cluster.agents.values());
  const bars = known.length > 0 ? known : capacities({ total: {}, used: {}, offered: {} });
  return (
    <Panel title="Capacity" class="capacity-panel" aside={<CapacityLegend />}>
      <div class="capacities">
        {bars.map((capacity) => (
          <CapacityBar key={capacity.name} capacity={capacity} />
        ))}
      </div>
    </Panel>
  );
}

function TasksPanel() {
  const { all } = taskIndex.value;
  return (
    <Panel title="Tasks" aside={<a href={tasksHref()}>{plural(all.total, 'task')}</a>}>
      {all.total === 0 ? <StartTaskHint /> : <TaskSummary counts={all} />}
    </Panel>
  );
}

function EventsPanel() {
  const entries = cluster.feed.entries.slice(0, EVENTS_SHOWN);
  return (
    <Panel title="Recent events" isFlush>
      {entries.length === 0 ? (
        <Empty title="Nothing happened yet" />
      ) : (
        <ol class="feed" aria-label="recent task events">
          {entries.map((entry) => (
            <FeedLine key={entry.number} entry={entry} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function FeedLine({ entry }: { entry: FeedEntry }) {
  const { task, state, message, atMs } = entry;
  return (
    <li>
      <Clock at={atMs} />
      <TaskStateMark state={state} />
      <a href={taskHref(task)} title={task.id}>
        {task.name === '' ? task.id : task.name}
      </a>
      <span class="faint feed-message" title={message}>
        {message ?? agentLabel(task.agentId)}
      </span>
    </li>
  );
}
