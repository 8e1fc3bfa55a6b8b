// One task: how it went, what it has, and what it writes.
import { useState } from 'preact/hooks';
import type { Task, TaskStatus } from '@mini-mesos/proto';
import { formatDuration, formatQuantities } from '../core/format.js';
import { sandboxHref, tasksHref } from '../core/links.js';
import { sortedNames } from '../core/quantities.js';
import { routeTo } from '../core/route.js';
import { statusMs, taskKey } from '../core/rows.js';
import type { TaskRow } from '../core/rows.js';
import { reasonLabel, sourceLabel } from '../core/task-states.js';
import { cluster, revision } from '../data/live.js';
import { KillButton } from '../parts/action-buttons.js';
import { CopyId } from '../parts/copy-id.js';
import { Icon } from '../parts/icons.js';
import { LogView } from '../parts/log-view.js';
import { AgentLink, FrameworkLink, names } from '../parts/names.js';
import { PageHead } from '../parts/page-head.js';
import { Chips, Empty, Facts, Panel } from '../parts/panel.js';
import { SandboxGate } from '../parts/sandbox-gate.js';
import { TaskStateMark } from '../parts/state-mark.js';
import { Ago, Clock, Since } from '../parts/time.js';

export interface TaskAddress {
  readonly frameworkId: string;
  readonly taskId: string;
  /** Of an earlier task of the same id. */
  readonly run: string | undefined;
}

export const findTask = ({ frameworkId, taskId, run }: TaskAddress): TaskRow | undefined =>
  cluster.tasks.get(taskKey(frameworkId, taskId, run === undefined ? undefined : Number(run)));

export const taskCrumbs = (frameworkId: string) => [
  { label: 'Tasks', href: routeTo(['tasks']) },
  { label: names.framework(frameworkId), href: tasksHref({ framework: frameworkId }) },
];

export function TaskPage({ address }: { address: TaskAddress }) {
  void revision.value;
  const task = findTask(address);
  if (!task) return <MissingTask address={address} />;
  const name = task.name === '' ? task.id : task.name;
  return (
    <div class="page">
      <PageHead
        title={name}
        crumbs={taskCrumbs(task.frameworkId)}
        badge={<TaskStateMark state={task.state} />}
        sub={<CopyId id={task.id} isWhole />}
        actions={
          <>
            <a class="button" href={sandboxHref(task)}>
              <Icon name="folder" size={13} />
              Sandbox
            </a>
            <KillButton task={task} />
          </>
        }
      />
      <div class="columns columns-task">
        <Panel title="History" isFlush>
          <StatusHistory task={task} />
        </Panel>
        <Panel title="Task">
          <TaskFacts task={task} />
        </Panel>
      </div>
      <OutputPanel task={task} />
    </div>
  );
}

export function MissingTask({ address }: { address: TaskAddress }) {
  return (
    <div class="page">
      <PageHead title={address.taskId} crumbs={taskCrumbs(address.frameworkId)} />
      <Panel>
        <Empty title="The master knows no such task">
          <p>
            Completed tasks are remembered for a while only (--max_completed_tasks_per_framework), and none from before
            this master led.
          </p>
        </Empty>
      </Panel>
    </div>
  );
}

function StatusHistory({ task }: { task: TaskRow }) {
  if (task.statuses.length === 0) {
    return (
      <Empty title="Launched, no status so far">
        <p>
          The agent has <Ago at={task.launchedMs} /> been told to start it.
        </p>
      </Empty>
    );
  }
  return (
    <ol class="history">
      {task.statuses.map((status, index) => (
        <StatusLine key={index} status={status} before={task.statuses[index - 1]} />
      ))}
    </ol>
  );
}

function StatusLine({ status, before }: { status: TaskStatus; before: TaskStatus | undefined }) {
  const atMs = statusMs(status);
  const beforeMs = statusMs(before);
  const tookMs = atMs !== undefined && beforeMs !== undefined ? atMs - beforeMs : undefined;
  return (
    <li>
      <span class="history-when">
        {atMs === undefined ? '–' : <Clock at={atMs} />}
        {tookMs !== undefined && tookMs >= 1 && <span class="faint">+{formatDuration(tookMs)}</span>}
      </span>
      <span class="history-what">
        <TaskStateMark state={status.state} />
        {status.healthy !== undefined && (
          <span class={`chip${status.healthy ? '' : ' chip-bad'}`}>{status.healthy ? 'healthy' : 'unhealthy'}</span>
        )}
        {status.message !== undefined && status.message !== '' && <span class="history-message">{status.message}</span>}
        <span class="faint">
          {status.reason !== undefined && `${reasonLabel(status.reason)} · `}
          {status.source !== undefined && `from the ${sourceLabel(status.source)}`}
        </span>
      </span>
    </li>
  );
}

function TaskFacts({ task }: { task: TaskRow }) {
  const { message, resources } = task;
  const labels = message.labels?.labels ?? [];
  const grace = message.kill_policy?.grace_period?.nanoseconds;
  const container = task.statuses.findLast(({ container_status: status }) => status)?.container_status;
  const addresses = (container?.network_infos ?? [])
    .flatMap(({ ip_addresses: all }) => all ?? [])
    .flatMap(({ ip_address: address }) => address ?? []);
  const image = imageOf(message);
  return (
    <Facts
      items={[
        ['Framework', <FrameworkLink id={task.frameworkId} />],
        ['Agent', <AgentLink id={task.agentId} />],
        ['Role', task.role === '' ? <span class="faint">–</span> : task.role],
        ['Executor', task.executorId === '' ? <span class="faint">its own (command)</span> : task.executorId],
        ['Resources', formatQuantities(resources, sortedNames(Object.keys(resources)))],
        portsOf(message) !== '' && ['Ports', portsOf(message)],
        [task.group === 'completed' ? 'Ran for' : 'Running for', <RunTime task={task} />],
        message.user !== undefined && ['User', message.user],
        image !== undefined && ['Image', <span class="mono">{image}</span>],
        grace !== undefined && ['Grace period', formatDuration(grace / 1e6)],
        container?.container_id && ['Container', <CopyId id={container.container_id.value} />],
        container?.executor_pid !== undefined && ['Process', container.executor_pid],
        addresses.length > 0 && ['Addresses', addresses.join(', ')],
        message.health_check && ['Health check', (message.health_check.type ?? 'COMMAND').toLowerCase()],
        message.discovery && ['Discovery', message.discovery.name ?? message.discovery.visibility.toLowerCase()],
        labels.length > 0 && ['Labels', <Chips items={labels.map(({ key, value }) => `${key}=${value ?? ''}`)} />],
      ]}
    />
  );
}

function RunTime({ task }: { task: TaskRow }) {
  const started = statusMs(task.statuses.find(({ state }) => state === 'TASK_RUNNING'));
  if (started === undefined) return <span class="faint">not so far</span>;
  if (task.group === 'completed') return <span>{formatDuration(Math.max(0, task.updatedMs - started))}</span>;
  return <Since at={started} />;
}

/** '31000-31002, 31007'. */
function portsOf({ resources = [] }: Task): string {
  return resources
    .filter(({ name }) => name === 'ports')
    .flatMap(({ ranges }) => ranges?.range ?? [])
    .map(({ begin, end }) => (begin === end ? String(begin) : `${begin}-${end}`))
    .join(', ');
}

function imageOf({ container }: Task): string | undefined {
  return container?.docker?.image ?? container?.mesos?.image?.docker?.name;
}

/** The end of what it writes, right here: most people come for it. */
function OutputPanel({ task }: { task: TaskRow }) {
  const [file, setFile] = useState<'stdout' | 'stderr'>('stdout');
  const tabs = (
    <span class="segments" role="group" aria-label="output">
      {(['stdout', 'stderr'] as const).map((name) => (
        <button key={name} type="button" aria-pressed={file === name} onClick={() => setFile(name)}>
          {name}
        </button>
      ))}
    </span>
  );
  return (
    <Panel isFlush>
      <SandboxGate task={task}>
        {({ directory }) => (
          <LogView
            key={file}
            agentId={task.agentId}
            path={`${directory}/${file}`}
            lead={tabs}
            href={sandboxHref(task, { file })}
          />
        )}
      </SandboxGate>
    </Panel>
  );
}
