// Files on an agent: the sandbox of a task, or any directory that an agent's page led to.
import { filesHref, agentHref, sandboxHref, taskHref } from '../core/links.js';
import { routeTo } from '../core/route.js';
import { revision } from '../data/live.js';
import { route } from '../data/router.js';
import { FileBrowser } from '../parts/file-browser.js';
import { agentTitle } from '../parts/names.js';
import { PageHead } from '../parts/page-head.js';
import { Empty, Panel } from '../parts/panel.js';
import { SandboxGate } from '../parts/sandbox-gate.js';
import { TaskStateMark } from '../parts/state-mark.js';
import { findTask, MissingTask, taskCrumbs } from './task.js';
import type { TaskAddress } from './task.js';

export function SandboxPage({ address }: { address: TaskAddress }) {
  void revision.value;
  const task = findTask(address);
  const { query } = route.value;
  if (!task) return <MissingTask address={address} />;
  const name = task.name === '' ? task.id : task.name;
  return (
    <div class="page page-tall">
      <PageHead
        title={`Sandbox of ${name}`}
        crumbs={[...taskCrumbs(task.frameworkId), { label: name, href: taskHref(task) }]}
        badge={<TaskStateMark state={task.state} />}
      />
      <SandboxGate task={task}>
        {({ directory }) => (
          <FileBrowser
            agentId={task.agentId}
            root={directory}
            rootLabel="sandbox"
            directory={query.get('dir') ?? ''}
            file={query.get('file')}
            href={(at) => sandboxHref(task, at)}
          />
        )}
      </SandboxGate>
    </div>
  );
}

export function AgentFilesPage({ agentId }: { agentId: string }) {
  void revision.value;
  const { query } = route.value;
  const root = query.get('root');
  return (
    <div class="page page-tall">
      <PageHead
        title="Files"
        crumbs={[
          { label: 'Agents', href: routeTo(['agents']) },
          { label: agentTitle(agentId), href: agentHref(agentId) },
        ]}
        sub={root !== undefined && <span class="mono">{root}</span>}
      />
      {root === undefined ? (
        <Panel>
          <Empty title="No directory named">
            <p>
              Choose the files of an executor on <a href={agentHref(agentId)}>the agent's page</a>.
            </p>
          </Empty>
        </Panel>
      ) : (
        <FileBrowser
          agentId={agentId}
          root={root}
          rootLabel={root.slice(root.lastIndexOf('/') + 1)}
          directory={query.get('dir') ?? ''}
          file={query.get('file')}
          href={(at) => filesHref(agentId, { root, ...at })}
        />
      )}
    </div>
  );
}
