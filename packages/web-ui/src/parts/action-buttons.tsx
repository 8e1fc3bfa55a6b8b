// Kill and teardown: a button, and the question that says what will end.
import { useEffect, useState } from 'preact/hooks';
import { plural } from '../core/format.js';
import { stateLabel } from '../core/task-states.js';
import type { FrameworkRow, TaskRow } from '../core/rows.js';
import { isPodExecutor, killTask, tearDown } from '../data/actions.js';
import { cluster } from '../data/live.js';
import { ConfirmDialog } from './confirm-dialog.js';
import { Icon } from './icons.js';
import { agentTitle, names } from './names.js';
import { Since } from './time.js';

export function KillButton({ task }: { task: TaskRow }) {
  const [isAsking, setAsking] = useState(false);
  if (task.group === 'completed') return null;
  return (
    <>
      <button type="button" class="button button-danger-quiet" onClick={() => setAsking(true)}>
        <Icon name="stop" size={13} />
        Kill
      </button>
      {isAsking && <KillDialog task={task} onClose={() => setAsking(false)} />}
    </>
  );
}

function KillDialog({ task, onClose }: { task: TaskRow; onClose: () => void }) {
  const siblings = useSiblings(task);
  const name = task.name === '' ? task.id : task.name;
  return (
    <ConfirmDialog
      title={`Kill ${name}?`}
      what={`kill of ${name}`}
      action={siblings > 0 ? `Kill ${plural(siblings + 1, 'task')}` : 'Kill 1 task'}
      onConfirm={() => killTask(task.frameworkId, task.id)}
      onClose={onClose}
    >
      <p>
        1 task ends: <b>{name}</b>, {stateLabel(task.state)} on <b>{agentTitle(task.agentId)}</b> for{' '}
        <Since at={task.launchedMs} />. Its framework <b>{names.framework(task.frameworkId)}</b> is told, and may start
        another one.
      </p>
      {siblings > 0 && (
        <p>
          It is part of the pod <b>{task.executorId}</b>: {plural(siblings, 'other task')} of it{' '}
          {siblings === 1 ? 'ends' : 'end'} with it.
        </p>
      )}
    </ConfirmDialog>
  );
}

/** How many other tasks of its pod end with a task; none until the master has said that it is a pod. */
function useSiblings({ key, frameworkId, executorId, agentId }: TaskRow): number {
  const [isPod, setPod] = useState(false);
  useEffect(() => {
    if (executorId === '') return;
    isPodExecutor({ frameworkId, executorId, agentId }).then(
      (answer) => setPod(answer === true),
      // Without an answer the question stays what it is for every other task.
      () => setPod(false),
    );
  }, [key]);
  if (!isPod) return 0;
  return [...cluster.tasks.values()].filter(
    (other) =>
      other.key !== key &&
      other.group === 'active' &&
      other.frameworkId === frameworkId &&
      other.executorId === executorId &&
      other.agentId === agentId,
  ).length;
}

export function TeardownButton({ framework }: { framework: FrameworkRow }) {
  const [isAsking, setAsking] = useState(false);
  if (framework.state === 'completed') return null;
  const ending = [...cluster.tasks.values()].filter(
    ({ frameworkId, group }) => frameworkId === framework.id && group !== 'completed',
  );
  const agents = new Set(ending.map(({ agentId }) => agentId)).size;
  return (
    <>
      <button type="button" class="button button-danger-quiet" onClick={() => setAsking(true)}>
        <Icon name="stop" size={13} />
        Tear down
      </button>
      {isAsking && (
        <ConfirmDialog
          title={`Tear down ${framework.name}?`}
          what={`teardown of ${framework.name}`}
          action={ending.length === 0 ? 'Tear down' : `Tear down and end ${plural(ending.length, 'task')}`}
          onConfirm={() => tearDown(framework.id)}
          onClose={() => setAsking(false)}
        >
          <p>
            {ending.length === 0 ? (
              'It has no tasks at the moment.'
            ) : (
              <>
                <b>{plural(ending.length, 'task')}</b> on <b>{plural(agents, 'agent')}</b>{' '}
                {ending.length === 1 ? 'ends' : 'end'}.
              </>
            )}{' '}
            The framework is removed for good: it cannot come back under this id.
            {framework.offers.length > 0 &&
              ` ${plural(framework.offers.length, 'offer')} ${framework.offers.length === 1 ? 'goes' : 'go'} back to the cluster.`}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
