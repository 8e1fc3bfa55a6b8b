// Everything the leading master knows. Handlers change it in place, views read it.
import type { AgentInfo, FrameworkInfo } from '@mini-mesos/proto';
import type { AgentId, FrameworkId, OfferId } from '@mini-mesos/wire';
import type { ConnectionId, LinkId } from '../effects.js';
import { emptyRegistry } from '../registry/registry.js';
import type { Registry } from '../registry/registry.js';
import type { AgentRecord } from './agent.js';
import { BoundedMap } from './bounded-map.js';
import type { FrameworkRecord } from './framework.js';
import type { OfferRecord } from './offer.js';

export interface UnreachableAgent {
  readonly id: AgentId;
  readonly unreachableAtMs: number;
}

export interface MasterState {
  /** What is durable: what operators laid down (weights, quota, maintenance, drains), and which agents are admitted. */
  registry: Registry;
  readonly frameworks: Map<FrameworkId, FrameworkRecord>;
  readonly completedFrameworks: BoundedMap<FrameworkId, FrameworkRecord>;
  /** Which framework a scheduler's connection belongs to. */
  readonly connections: Map<ConnectionId, FrameworkId>;
  readonly agents: Map<AgentId, AgentRecord>;
  readonly links: Map<LinkId, AgentId>;
  /** Links whose agent waits for the registry. */
  readonly openingLinks: Map<LinkId, AgentId>;
  readonly unreachableAgents: Map<AgentId, UnreachableAgent>;
  /** Agents that unregistered or were replaced; some clients still ask for their tasks. */
  readonly removedAgents: BoundedMap<AgentId, true>;
  /** Admitted agents that have not come back since this master became the leader. */
  readonly recoveredAgents: Map<AgentId, AgentInfo>;
  /** How many there were then. */
  agentsAtRecovery: number;
  /** Agents that wait for their turn to be declared unreachable, with the reason, oldest first. */
  readonly removals: Map<AgentId, string>;
  /** When the next of them may be. */
  nextRemovalAtMs: number;
  /** Marked gone by an operator: may never come back. */
  readonly goneAgents: Map<AgentId, number>;
  /** Their way to being gone is on its way to the registry. */
  readonly markingGone: Set<AgentId>;
  readonly offers: Map<OfferId, OfferRecord>;
  readonly counters: Map<string, number>;
  nextFrameworkNumber: number;
  nextAgentNumber: number;
  nextOfferNumber: number;
}

/** How many removed agents are remembered. Mesos keeps 100,000 of them (src/master/constants.hpp). */
const REMOVED_AGENTS_MAX = 100_000;

export function newState({ completedFrameworksMax }: { completedFrameworksMax: number }): MasterState {
  return {
    registry: emptyRegistry(),
    frameworks: new Map(),
    completedFrameworks: new BoundedMap(completedFrameworksMax),
    connections: new Map(),
    agents: new Map(),
    links: new Map(),
    openingLinks: new Map(),
    unreachableAgents: new Map(),
    removedAgents: new BoundedMap(REMOVED_AGENTS_MAX),
    recoveredAgents: new Map(),
    agentsAtRecovery: 0,
    removals: new Map(),
    nextRemovalAtMs: 0,
    goneAgents: new Map(),
    markingGone: new Set(),
    offers: new Map(),
    counters: new Map(),
    nextFrameworkNumber: 0,
    nextAgentNumber: 0,
    nextOfferNumber: 0,
  };
}

/** The FrameworkInfo of a framework, live or completed. */
export function frameworkInfo(state: MasterState, id: FrameworkId): FrameworkInfo | undefined {
  return (state.frameworks.get(id) ?? state.completedFrameworks.get(id))?.info;
}
