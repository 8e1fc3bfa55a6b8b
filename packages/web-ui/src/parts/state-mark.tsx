// The state of a task, an agent or a framework: shape, colour and word together, so that none is needed alone.
import type { ComponentChildren } from 'preact';
import type { AgentState, FrameworkState } from '../core/rows.js';
import { stateLabel, stateTone } from '../core/task-states.js';
import type { Tone } from '../core/task-states.js';

const SHAPES: { readonly [tone in Tone]: ComponentChildren } = {
  waiting: <path d="M6 1.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6zM6 3.4V6l1.8 1.3" class="outline" />,
  good: <path d="M2.6 1.4l8 4.6-8 4.6z" class="solid" />,
  done: <path d="M1.6 6.4l2.9 2.9 5.9-6.4" class="outline thick" />,
  stopping: <path d="M6 1.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6zM4.4 4v4M7.6 4v4" class="outline" />,
  bad: <path d="M2.2 2.2l7.6 7.6M9.8 2.2L2.2 9.8" class="outline thick" />,
  neutral: <path d="M2 2h8v8H2z" class="solid" />,
  doubt: <path d="M6 1.3l5 9.2H1zM6 4.7v2.6M6 9h.01" class="outline" />,
};

export function Shape({ tone }: { tone: Tone }) {
  return (
    <svg class={`mark mark-${tone}`} width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[tone]}
    </svg>
  );
}

export function Mark({ tone, label }: { tone: Tone; label: string }) {
  return (
    <span class={`state state-${tone}`}>
      <Shape tone={tone} />
      {label}
    </span>
  );
}

export function TaskStateMark({ state }: { state: string }) {
  return <Mark tone={stateTone(state)} label={stateLabel(state)} />;
}

const AGENT_TONES: { readonly [state in AgentState]: Tone } = {
  active: 'good',
  disconnected: 'doubt',
  deactivated: 'neutral',
  draining: 'stopping',
  drained: 'neutral',
};

export const AgentStateMark = ({ state }: { state: AgentState }) => <Mark tone={AGENT_TONES[state]} label={state} />;

const FRAMEWORK_TONES: { readonly [state in FrameworkState]: Tone } = {
  active: 'good',
  inactive: 'waiting',
  disconnected: 'doubt',
  recovered: 'doubt',
  completed: 'done',
};

export const FrameworkStateMark = ({ state }: { state: FrameworkState }) => (
  <Mark tone={FRAMEWORK_TONES[state]} label={state} />
);
