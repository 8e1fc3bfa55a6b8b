// What a master must remember beyond its own life. Every operation is stored before its consequences are told to anyone.
import type { AgentInfo } from '@mini-mesos/proto';
import type { AgentId } from '@mini-mesos/wire';

export type RegistryOperation =
  | { type: 'admit-agent'; agent: AgentInfo }
  /** Unregistered, or replaced by another at the same address. */
  | { type: 'remove-agent'; agent: AgentId }
  | { type: 'mark-unreachable'; agent: AgentId; atMs: number }
  | { type: 'mark-reachable'; agent: AgentInfo };
