// One framework: who it is, what it holds in each of its roles, what it is offered and what it runs.
import { useMemo } from 'preact/hooks';
import { formatDuration, formatNumber, formatQuantities, plural } from '../core/format.js';
import { roleHref, safeUrl, tasksHref } from '../core/links.js';
import { sortedNames } from '../core/quantities.js';
import { frameworkShares, heldPart } from '../core/roles.js';
import type { FrameworkShare } from '../core/roles.js';
import { routeTo } from '../core/route.js';
import type { FrameworkRow } from '../core/rows.js';
import { NO_TASKS } from '../core/task-index.js';
import { cluster, revision, taskIndex } from '../data/live.js';
import { usePoll } from '../data/poll.js';
import { frameworksPoll, rolesPoll } from '../data/polls.js';
import { TeardownButton } from '../parts/action-buttons.js';
import { ShareCell } from '../parts/bars.js';
import { CopyId } from '../parts/copy-id.js';
import { ExplanationView } from '../parts/explanation.js';
import { Icon } from '../parts/icons.js';
import { OfferTable } from '../parts/offer-table.js';
import { PageHead } from '../parts/page-head.js';
import { Chips, Empty, Facts, Panel } from '../parts/panel.js';
import { FrameworkStateMark } from '../parts/state-mark.js';
import { TaskSummary } from '../parts/task-summary.js';
import { TaskTable } from '../parts/task-table.js';
import { Ago } from '../parts/time.js';
import { clusterTotal } from './roles.js';

const CRUMBS = [{ label: 'Frameworks', href: routeTo(['frameworks']) }];

export function FrameworkPage({ id }: { id: string }) {
  void revision.value;
  usePoll(frameworksPoll);
  usePoll(rolesPoll);
  const framework = cluster.frameworks.get(id);
  const tasks = useMemo(
    () => [...cluster.tasks.values()].filter(({ frameworkId }) => frameworkId === id),
    [revision.value, id],
  );
  if (!framework) return <MissingFramework id={id} />;
  const url = safeUrl(framework.message.framework_info.webui_url);
  const counts = taskIndex.value.byFramework.get(id) ?? NO_TASKS;
  return (
    <div class="page">
      <PageHead
        title={framework.name === '' ? id : framework.name}
        crumbs={CRUMBS}
        badge={<FrameworkStateMark state={framework.state} />}
        sub={<CopyId id={id} isWhole />}
        actions={
          <>
            {url !== undefined && (
              <a class="button" href={url} rel="noreferrer">
                <Icon name="external" size={13} />
                Its web UI
              </a>
            )}
            <TeardownButton framework={framework} />
          </>
        }
      />
      <FrameworkFacts framework={framework} />
      {framework.state !== 'completed' && (
        <>
          <SharesPanel framework={framework} />
          <Panel title="Offers" aside={plural(framework.offers.length, 'offer')} isFlush>
            {framework.offers.length === 0 ? (
              <Empty title="No offers outstanding" />
            ) : (
              <OfferTable offers={framework.offers} without="framework" />
            )}
          </Panel>
          <Panel title="Why these offers, and no others?">
            <ExplanationView key={id} framework={id} />
          </Panel>
        </>
      )}
      <Panel title="Tasks" aside={<a href={tasksHref({ framework: id })}>{plural(counts.total, 'task')}</a>} isFlush>
        {counts.total === 0 ? (
          <Empty title="It has run no tasks so far" />
        ) : (
          <>
            <div class="panel-body">
              <TaskSummary counts={counts} query={{ framework: id }} />
            </div>
            <TaskTable tasks={tasks} caption={`tasks of ${framework.name}`} without={['framework']} />
          </>
        )}
      </Panel>
    </div>
  );
}

function MissingFramework({ id }: { id: string }) {
  return (
    <div class="page">
      <PageHead title="Framework" crumbs={CRUMBS} sub={<CopyId id={id} isWhole />} />
      <Panel>
        <Empty title="The master knows no framework with this id">
          <p>It remembers frameworks that ended only for a while, and none from before it led.</p>
        </Empty>
      </Panel>
    </div>
  );
}

function FrameworkFacts({ framework }: { framework: FrameworkRow }) {
  const { framework_info: info } = framework.message;
  const timeout = info.failover_timeout ?? 0;
  const labels = info.labels?.labels ?? [];
  return (
    <Panel>
      <Facts
        items={[
          ['User', info.user === '' ? <span class="faint">the agents' own</span> : info.user],
          ['Host', info.hostname ?? <span class="faint">not said</span>],
          info.principal !== undefined && ['Principal', info.principal],
          ['Registered', <Ago at={framework.registeredMs} />],
          framework.unregisteredMs !== undefined && ['Ended', <Ago at={framework.unregisteredMs} />],
          [
            'When it disconnects',
            timeout > 0 ? `its tasks go on for ${formatDuration(timeout * 1000)}` : 'its tasks end at once',
          ],
          ['Checkpointing', info.checkpoint ? 'tasks survive a restart of the agent' : 'off'],
          ['Capabilities', <Chips items={(info.capabilities ?? []).map(({ type }) => type ?? 'UNKNOWN')} />],
          labels.length > 0 && ['Labels', <Chips items={labels.map(({ key, value }) => `${key}=${value ?? ''}`)} />],
        ]}
      />
    </Panel>
  );
}

function SharesPanel({ framework }: { framework: FrameworkRow }) {
  const shares = frameworkShares(framework, clusterTotal());
  return (
    <Panel title="Shares" isFlush>
      <div class="scroll-x">
        <table class="table small">
          <caption class="hidden">what the framework holds in each of its roles</caption>
          <thead>
            <tr>
              <th scope="col">Role</th>
              <th scope="col" class="number">
                Weight
              </th>
              <th scope="col">Share of the cluster</th>
              <th scope="col">Allocated</th>
              <th scope="col">Offered</th>
            </tr>
          </thead>
          <tbody>
            {shares.map((share) => (
              <ShareLine key={share.role} share={share} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function ShareLine({ share: { role, share, allocated, offered } }: { share: FrameworkShare }) {
  const weight = rolesPoll.value.value?.roles.find(({ name }) => name === role)?.weight;
  const text = (quantities: FrameworkShare['allocated']) =>
    formatQuantities(quantities, sortedNames(Object.keys(quantities))) || <span class="faint">–</span>;
  return (
    <tr>
      <td>
        <a href={roleHref(role)}>{role}</a>
      </td>
      <td class="number">{weight === undefined ? '…' : formatNumber(weight, 3)}</td>
      <td>
        <ShareCell share={share} held={heldPart(share, allocated, clusterTotal())} />
      </td>
      <td class="amounts">{text(allocated)}</td>
      <td class="amounts">{text(offered)}</td>
    </tr>
  );
}
