// Finds a task's sandbox on its agent, and says why when there is none.
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { findSandbox } from '../core/sandbox.js';
import type { Sandbox } from '../core/sandbox.js';
import type { TaskRow } from '../core/rows.js';
import { createAgentStatePoll } from '../data/agent-polls.js';
import { cluster } from '../data/live.js';
import { Empty, ErrorNote } from './panel.js';

export function SandboxGate({ task, children }: { task: TaskRow; children: (sandbox: Sandbox) => ComponentChildren }) {
  const { agentId, key } = task;
  const poll = useMemo(() => createAgentStatePoll(agentId), [agentId]);
  useEffect(() => poll.watch(), [poll]);
  const state = poll.value.value;
  const error = poll.error.value;
  const sandbox = state && findSandbox(state, task);
  // A task that has just been launched is not in the agent's last answer.
  const statusCount = task.statuses.length;
  useEffect(() => {
    if (state && !sandbox) poll.refresh();
  }, [key, statusCount]);

  if (sandbox) return <>{children(sandbox)}</>;
  if (!cluster.agents.has(agentId)) {
    return (
      <Empty title="Its agent is not registered">
        <p>The sandbox is on the agent, so it can be read only while the agent is connected to this master.</p>
      </Empty>
    );
  }
  if (error !== undefined) return <ErrorNote>agent: {error}</ErrorNote>;
  if (!state) return <p class="loading">asking the agent…</p>;
  return (
    <Empty title={task.group === 'completed' ? 'The sandbox is gone' : 'No sandbox yet'}>
      <p>
        {task.group === 'completed'
          ? 'The agent does not remember this task any more, or it never reached the agent.'
          : 'The agent has not begun to start it.'}
      </p>
    </Empty>
  );
}
