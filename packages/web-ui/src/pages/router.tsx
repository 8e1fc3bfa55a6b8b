// Which page an address shows.
import { hasSnapshot } from '../data/live.js';
import { route } from '../data/router.js';
import { ErrorBoundary } from '../parts/error-boundary.js';
import { PageHead } from '../parts/page-head.js';
import { Empty, Panel } from '../parts/panel.js';
import { AgentPage } from './agent.js';
import { AgentsPage } from './agents.js';
import { FrameworkPage } from './framework.js';
import { FrameworksPage } from './frameworks.js';
import { OffersPage } from './offers.js';
import { OverviewPage } from './overview.js';
import { RolesPage } from './roles.js';
import { AgentFilesPage, SandboxPage } from './sandbox.js';
import { TaskPage } from './task.js';
import { TasksPage } from './tasks.js';

export function CurrentPage() {
  const { path } = route.value;
  if (!hasSnapshot.value) return <p class="loading loading-page">waiting for the master…</p>;
  // A page that failed is not asked to show another address.
  return <ErrorBoundary key={path.join('/')}>{pageOf(path, route.value.query.get('run'))}</ErrorBoundary>;
}

function pageOf([section, id, name, part]: readonly string[], run: string | undefined) {
  switch (section) {
    case undefined:
      return <OverviewPage />;
    case 'roles':
      return <RolesPage />;
    case 'agents':
      if (id === undefined) return <AgentsPage />;
      return name === 'files' ? <AgentFilesPage agentId={id} /> : <AgentPage id={id} />;
    case 'frameworks':
      return id === undefined ? <FrameworksPage /> : <FrameworkPage id={id} />;
    case 'offers':
      return <OffersPage />;
    case 'tasks':
      if (id === undefined || name === undefined) return <TasksPage />;
      return part === 'sandbox' ? (
        <SandboxPage address={{ frameworkId: id, taskId: name, run }} />
      ) : (
        <TaskPage address={{ frameworkId: id, taskId: name, run }} />
      );
    default:
      return <NoPage />;
  }
}

function NoPage() {
  return (
    <div class="page">
      <PageHead title="Not here" />
      <Panel>
        <Empty title="There is no page at this address">
          <p>
            <a href="#/">Back to the cluster</a>
          </p>
        </Empty>
      </Panel>
    </div>
  );
}
