// Whole clusters on virtual time, with faults, by seed; and the SDK's test kit.
export { Violation } from './checks/violation.js';
export type { Invariant } from './checks/violation.js';
export { TestCluster } from './kit/test-cluster.js';
export type { TestClusterOptions } from './kit/test-cluster.js';
export type { TestAgent } from './kit/test-agent.js';
export type { TaskOutcome, TestTask } from './kit/test-task.js';
export { MUTANTS, mutantNamed } from './mutants/mutants.js';
export type { Mutant } from './mutants/mutants.js';
export { simulate } from './run/command.js';
export type { Output } from './run/command.js';
export { failureReport, replayCommand } from './run/report.js';
export { runSeed } from './run/run-seed.js';
export type { SeedOptions } from './run/run-seed.js';
export type { RunResult } from './run/simulation.js';
