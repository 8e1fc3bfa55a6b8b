// The mini-mesos master: start one, or drive its machine by hand.
export type { MasterConfig } from './core/config.js';
export { DEFAULTS } from './core/config.js';
export type { ConnectionId, Effect, LinkId, RequestId, Timer } from './core/effects.js';
export { timerKey } from './core/effects.js';
export type { MasterEvent } from './core/events.js';
export { MasterMachine } from './core/machine.js';
export type { RegistryOperation } from './core/registry/operations.js';
export { applyRegistryOperation, emptyRegistry } from './core/registry/registry.js';
export type { Registry } from './core/registry/registry.js';
export type { AgentRecord } from './core/state/agent.js';
export type { MasterState } from './core/state/state.js';
export { masterFlags } from './flags.js';
export { startMaster } from './main.js';
export type { MasterFlags, RunningMaster, StartMasterOptions } from './main.js';
