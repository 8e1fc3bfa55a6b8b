// What every part of the machine shares: the state, the time of the event in hand, and where effects are collected.
import type { FrameworkInfo } from '@mini-mesos/proto';
import type { CheckpointRecord } from './checkpoint/records.js';
import type { AgentConfig } from './config.js';
import type { Effect, LogLevel } from './effects.js';
import type { AgentState, Framework } from './model.js';
import type { Random } from './random.js';

export interface Context {
  readonly config: AgentConfig;
  readonly state: AgentState;
  readonly random: Random;
  /** Milliseconds since the epoch; the same for everything that one event causes. */
  nowMs(): number;
  emit(effect: Effect): void;
}

export function log(context: Context, level: LogLevel, message: string, fields?: { [name: string]: unknown }): void {
  context.emit({ type: 'log', level, message, ...(fields ? { fields } : {}) });
}

/** Writes down what concerns a framework, where that asked for it (FrameworkInfo.checkpoint). */
export function checkpoint(context: Context, framework: FrameworkInfo | undefined, record: CheckpointRecord): void {
  if (framework?.checkpoint) context.emit({ type: 'checkpoint', record });
}

/** Writes a framework down where it is new or has changed. */
export function recordFramework(context: Context, framework: Framework): void {
  if (!framework.info.checkpoint) return;
  const text = JSON.stringify(framework.info);
  if (framework.recorded === text) return;
  framework.recorded = text;
  context.emit({ type: 'checkpoint', record: { type: 'framework', info: framework.info } });
}

/** The agent's id as a message; throws before the first registration, when no task can be here. */
export function agentIdOf(context: Context): { value: string } {
  const id = context.state.info.id;
  if (!id) throw new Error('the agent has no id yet');
  return id;
}
