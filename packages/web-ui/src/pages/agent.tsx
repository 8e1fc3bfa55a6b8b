// One agent: what it has, who holds it, what runs on it.
import { useMemo } from 'preact/hooks';
import { capacities, namesIn, reservationsOf } from '../core/capacity.js';
import { formatAmount, formatDuration, formatPercent, plural } from '../core/format.js';
import { tasksHref } from '../core/links.js';
import { quantitiesOf } from '../core/quantities.js';
import { routeTo } from '../core/route.js';
import type { AgentRow } from '../core/rows.js';
import { NO_TASKS } from '../core/task-index.js';
import { cluster, revision, taskIndex } from '../data/live.js';
import { usePoll } from '../data/poll.js';
import { agentsPoll, frameworksPoll } from '../data/polls.js';
import { CapacityBar, CapacityLegend } from '../parts/bars.js';
import { CopyId } from '../parts/copy-id.js';
import { agentTitle, FrameworkLink } from '../parts/names.js';
import { OfferTable } from '../parts/offer-table.js';
import { PageHead } from '../parts/page-head.js';
import { Chips, Empty, Facts, Panel } from '../parts/panel.js';
import { AgentStateMark } from '../parts/state-mark.js';
import { TaskTable } from '../parts/task-table.js';
import { Ago } from '../parts/time.js';
import { ContainersPanel } from './agent-containers.js';
import { AgentExplanationPanel } from './agent-explanation.js';

const CRUMBS = [{ label: 'Agents', href: routeTo(['agents']) }];

export function AgentPage({ id }: { id: string }) {
  void revision.value;
  usePoll(agentsPoll);
  usePoll(frameworksPoll);
  const agent = cluster.agents.get(id);
  const tasks = useMemo(
    () => [...cluster.tasks.values()].filter(({ agentId }) => agentId === id),
    [revision.value, id],
  );
  if (!agent) return <MissingAgent id={id} tasks={tasks.length} />;
  const offers = [...cluster.frameworks.values()]
    .flatMap(({ offers: all }) => all)
    .filter(({ agent_id: of }) => of.value === id);
  const active = tasks.filter(({ group }) => group !== 'completed');
  const completed = tasks.length - active.length;
  return (
    <div class="page">
      <PageHead
        title={agentTitle(id)}
        crumbs={CRUMBS}
        badge={<AgentStateMark state={agent.state} />}
        sub={<CopyId id={id} isWhole />}
      />
      <AgentFacts agent={agent} />
      <ResourcesPanel agent={agent} />
      <Panel
        title="Tasks"
        isFlush
        aside={completed > 0 && <a href={tasksHref({ agent: id, group: 'completed' })}>{completed} completed</a>}
      >
        {active.length === 0 ? (
          <Empty title="No tasks at the moment" />
        ) : (
          <TaskTable tasks={active} caption={`tasks on ${agent.hostname}`} without={['agent']} />
        )}
      </Panel>
      <div class="columns columns-even">
        <FrameworksPanel agentId={id} />
        <Panel title="Offers" isFlush>
          {offers.length === 0 ? (
            <Empty title="Nothing of it is on offer" />
          ) : (
            <OfferTable offers={offers} without="agent" />
          )}
        </Panel>
      </div>
      <AgentExplanationPanel key={`why ${id}`} agentId={id} />
      <ContainersPanel key={id} agentId={id} />
    </div>
  );
}

function MissingAgent({ id, tasks }: { id: string; tasks: number }) {
  return (
    <div class="page">
      <PageHead title="Agent" crumbs={CRUMBS} sub={<CopyId id={id} isWhole />} />
      <Panel>
        <Empty title="No agent with this id is registered">
          <p>
            It may have been removed, or not have come back yet.{' '}
            {tasks > 0 && <a href={tasksHref({ agent: id })}>What is known of its {plural(tasks, 'task')}</a>}
          </p>
        </Empty>
      </Panel>
    </div>
  );
}

function AgentFacts({ agent }: { agent: AgentRow }) {
  const { message } = agent;
  const drain = message.drain_info;
  const domain = message.agent_info.domain?.fault_domain;
  const grace = drain?.config.max_grace_period?.nanoseconds;
  return (
    <Panel>
      <Facts
        items={[
          ['Attributes', <Chips items={agent.attributes.map(({ name, text }) => `${name}:${text}`)} />],
          ['Address', <span class="mono">{message.pid ?? `${agent.hostname}:${agent.port}`}</span>],
          ['Version', agent.version],
          ['Registered', <Ago at={agent.registeredMs} />],
          domain && ['Fault domain', `${domain.region.name} / ${domain.zone.name}`],
          drain && [
            'Draining',
            `${drain.state.toLowerCase()}${drain.config.mark_gone ? ', then gone' : ''}${
              grace === undefined ? '' : `, tasks have ${formatDuration(grace / 1e6)}`
            }`,
          ],
        ]}
      />
    </Panel>
  );
}

function ResourcesPanel({ agent }: { agent: AgentRow }) {
  const { total, allocated, offered, message } = agent;
  const reservations = reservationsOf(
    { total: message.total_resources, used: message.allocated_resources, offered: message.offered_resources },
    quantitiesOf,
  );
  const names = namesIn([total]);
  return (
    <Panel title="Resources" class="capacity-panel" aside={<CapacityLegend />}>
      <div class="capacities">
        {capacities({ total, used: allocated, offered }).map((capacity) => (
          <CapacityBar key={capacity.name} capacity={capacity} />
        ))}
      </div>
      <div class="scroll-x">
        <table class="table small">
          <caption class="hidden">resources by reservation</caption>
          <thead>
            <tr>
              <th scope="col">Reserved to</th>
              {names.map((name) => (
                <th scope="col" class="number" key={name}>
                  {name} <span class="faint">used / total</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {reservations.map((reservation) => (
              <tr key={reservation.role}>
                <td>{reservation.role === '' ? <span class="faint">nobody</span> : <b>{reservation.role}</b>}</td>
                {names.map((name) => (
                  <td class="number" key={name}>
                    {formatAmount(name, reservation.used[name] ?? 0)}
                    <span class="faint"> / {formatAmount(name, reservation.total[name] ?? 0)}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function FrameworksPanel({ agentId }: { agentId: string }) {
  const counts = new Map<string, number>();
  for (const { agentId: at, frameworkId, group } of cluster.tasks.values()) {
    if (at === agentId && group === 'active') counts.set(frameworkId, (counts.get(frameworkId) ?? 0) + 1);
  }
  const all = (taskIndex.value.byAgent.get(agentId) ?? NO_TASKS).groups.active;
  return (
    <Panel title="Frameworks" isFlush>
      {counts.size === 0 ? (
        <Empty title="No framework has tasks here" />
      ) : (
        <table class="table small">
          <caption class="hidden">frameworks with tasks on this agent</caption>
          <tbody>
            {[...counts]
              .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
              .map(([id, count]) => (
                <tr key={id}>
                  <td>
                    <FrameworkLink id={id} />
                  </td>
                  <td class="number">
                    <a href={tasksHref({ agent: agentId, framework: id, group: 'active' })}>{plural(count, 'task')}</a>
                    <span class="faint"> {formatPercent(count / all)}</span>
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
