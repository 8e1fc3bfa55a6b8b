// The command line as a library: for whoever starts it, or clusters of its daemons, from a program of their own.
export { Daemon, freePort } from './cluster/daemon.js';
export type { DaemonEnd, DaemonOptions } from './cluster/daemon.js';
export { agentDaemon, leaderAmong, masterDaemon } from './cluster/daemon-commands.js';
export type { DaemonPlace } from './cluster/daemon-commands.js';
export { findZookeeper, ZookeeperEnsemble } from './cluster/zookeeper.js';
export type { EnsembleOptions, FoundZookeeper } from './cluster/zookeeper.js';
export { COMMANDS } from './commands/registry.js';
export type { CommandEntry } from './commands/registry.js';
export { main } from './main.js';
export type { MainOptions } from './main.js';
