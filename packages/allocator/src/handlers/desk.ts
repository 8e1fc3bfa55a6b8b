// What a handler of commands works on, and how it looks up what a command names.
import { BrokenCommandError } from '../broken-command.js';
import type { AllocatorCommand } from '../commands.js';
import type { Candidates } from '../cycle/candidates.js';
import type { InverseOffers } from '../maintenance/inverse-offers.js';
import type { HoldOff } from '../recovery/hold-off.js';
import type { AgentBook, ClusterBook } from '../state/books.js';
import type { FrameworkState } from '../state/framework-state.js';

export interface Desk {
  readonly cluster: ClusterBook;
  readonly candidates: Candidates;
  readonly inverseOffers: InverseOffers;
  readonly holdOff: HoldOff;
  readonly nowMs: number;
}

export type Command<T extends AllocatorCommand['type']> = Extract<AllocatorCommand, { type: T }>;

/** @throws {BrokenCommandError} */
export function agentOf(cluster: ClusterBook, command: AllocatorCommand & { agentId: string }): AgentBook {
  const agent = cluster.agents.get(command.agentId);
  if (agent === undefined) throw new BrokenCommandError(command, `agent ${command.agentId} was not added`);
  return agent;
}

/** @throws {BrokenCommandError} */
export function frameworkOf(cluster: ClusterBook, command: AllocatorCommand & { frameworkId: string }): FrameworkState {
  const framework = cluster.frameworks.get(command.frameworkId);
  if (framework === undefined) throw new BrokenCommandError(command, `framework ${command.frameworkId} was not added`);
  return framework;
}
