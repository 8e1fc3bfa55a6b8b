// What a master must remember beyond its own life. Every operation is stored before its consequences are told to anyone.
import type { AgentInfo, DrainConfig, MachineID, maintenance, quota } from '@mini-mesos/proto';
import type { AgentId, FrameworkId } from '@mini-mesos/wire';

export type RegistryOperation =
  | { type: 'admit-agent'; agent: AgentInfo }
  /** A registered agent came back with other resources, attributes or capabilities. */
  | { type: 'update-agent'; agent: AgentInfo }
  /** Unregistered, or replaced by another at the same address. */
  | { type: 'remove-agent'; agent: AgentId }
  | { type: 'mark-unreachable'; agent: AgentId; atMs: number }
  | { type: 'mark-reachable'; agent: AgentInfo }
  /** May never come back. */
  | { type: 'mark-gone'; agent: AgentId; atMs: number }
  | { type: 'drain-agent'; agent: AgentId; config: DrainConfig }
  | { type: 'mark-drained'; agent: AgentId }
  | { type: 'deactivate-agent'; agent: AgentId }
  /** Ends a drain too. */
  | { type: 'reactivate-agent'; agent: AgentId }
  /** Forgets agents that are unreachable or gone, in the order given. */
  | { type: 'prune-agents'; unreachable: readonly AgentId[]; gone: readonly AgentId[] }
  /** Of the roles named; the others keep theirs. */
  | { type: 'update-weights'; weights: ReadonlyMap<string, number> }
  /** Of the roles named. A configuration without guarantees and limits removes the role's quota. */
  | { type: 'update-quota'; configs: readonly quota.QuotaConfig[] }
  /** Machines of the schedule that were up become draining; draining ones that are not in it are up again. */
  | { type: 'update-maintenance'; schedule: maintenance.Schedule }
  /** From draining to down. */
  | { type: 'start-maintenance'; machines: readonly MachineID[] }
  /** From down to up, and out of the schedule. */
  | { type: 'stop-maintenance'; machines: readonly MachineID[] }
  /** Torn down by an operator or by itself: may not subscribe again. */
  | { type: 'remove-framework'; framework: FrameworkId; atMs: number }
  | { type: 'prune-frameworks'; frameworks: readonly FrameworkId[] };
