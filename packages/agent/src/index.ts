// The mini-mesos agent: start one, or drive its machine by hand.
export type { AgentConfig } from './core/config.js';
export { CheckpointBook } from './core/checkpoint/book.js';
export { isPromise } from './core/checkpoint/records.js';
export type { CheckpointRecord } from './core/checkpoint/records.js';
export { readRecord, recordText } from './core/checkpoint/text.js';
export type { ContainerConfig, Effect } from './core/effects.js';
export type { AgentEvent, ExecutorRequest, LaunchedStatus, Leader } from './core/events.js';
export { AgentMachine } from './core/machine.js';
export { containerPath } from './core/paths.js';
export type { Random } from './core/random.js';
export type { RememberedAgent } from './core/recovery.js';
export type { ContainerExit } from './core/signals.js';
export type { AgentFlags } from './configure.js';
export { agentFlags } from './flags.js';
export { EffectQueue } from './shell/effect-queue.js';
export { journalLine, parseJournal } from './shell/meta/journal-format.js';
export { startAgent } from './main.js';
export type { RunningAgent, StartAgentOptions } from './main.js';
