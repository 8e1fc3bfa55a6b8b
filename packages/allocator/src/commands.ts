// What a master tells the allocator. Commands are data, so that they can be journalled, replayed, and sent to a thread.
// They are applied in order; none makes offers by itself, but some ask for a cycle as soon as possible (marked "Asks
// for a run"), and what the others change shows with the next batch. Ids are plain strings: the allocator is useful
// without Mesos.
import type { Attribute, DomainInfo, scheduler, FrameworkInfo, AgentInfo, Unavailability } from '@mini-mesos/proto';
import type { Limits, Quantities, Resources } from '@mini-mesos/resources';
import type { InverseOfferResponse } from './maintenance/inverse-offers.js';

/** What the allocator must know of a framework. */
export interface FrameworkDescription {
  /** Roles it is subscribed to, without duplicates. */
  roles: readonly string[];
  capabilities: readonly FrameworkInfo.Capability.Type[];
  /** Roles for which it wants no offers. */
  suppressedRoles: readonly string[];
  /** Minimum offer sizes by role, any one of which suffices; an empty list takes anything. Absent: the global rule. */
  minAllocatable: ReadonlyMap<string, readonly Quantities[]>;
  /** Must have passed `validateOfferConstraints`. */
  offerConstraints?: scheduler.OfferConstraints | undefined;
}

/** What the allocator must know of an agent besides its resources. Not to be changed once it was given. */
export interface AgentDescription {
  hostname: string;
  attributes: readonly Attribute[];
  capabilities: readonly AgentInfo.Capability.Type[];
  domain?: DomainInfo | undefined;
}

/** Resources by framework id, each allocated to a role. */
export type AllocatedByFramework = ReadonlyMap<string, Resources>;

export type AllocatorCommand =
  /**
   * Asks for a run over all agents if it is active. What agents were added with on its account is charged to it; `used`,
   * by agent id, must say the same of the agents that it names. Agents that are not added are passed over: they say
   * themselves what is used when they come.
   */
  | {
      type: 'add-framework';
      frameworkId: string;
      framework: FrameworkDescription;
      used: ReadonlyMap<string, Resources>;
      active: boolean;
    }
  /** Frees all that it holds. */
  | { type: 'remove-framework'; frameworkId: string }
  /** Asks for a run over all agents. What is suppressed stays suppressed. */
  | { type: 'activate-framework'; frameworkId: string }
  /** Drops its filters; what it holds stays charged. */
  | { type: 'deactivate-framework'; frameworkId: string }
  /**
   * Replaces the description. Filters end in roles that it leaves, and in roles that are suppressed no more. What it
   * holds in a role that it leaves stays charged there until it is recovered.
   */
  | { type: 'update-framework'; frameworkId: string; framework: FrameworkDescription }
  /** Asks for a run over the agent. `used` may hold resources of frameworks that are yet to come. */
  | {
      type: 'add-agent';
      agentId: string;
      agent: AgentDescription;
      total: Resources;
      used: AllocatedByFramework;
      unavailability?: Unavailability | undefined;
    }
  /** Frees all that is held there, and drops its filters. */
  | { type: 'remove-agent'; agentId: string }
  /**
   * Asks for a run over the agent if anything changed. Other attributes drop its filters. The total may shrink below
   * what is held; rescind offers first, or they offer what is gone.
   */
  | { type: 'update-agent'; agentId: string; agent: AgentDescription; total: Resources }
  | { type: 'activate-agent'; agentId: string }
  /** It is not offered; what is held there stays charged, and its total counts in shares. */
  | { type: 'deactivate-agent'; agentId: string }
  /**
   * Resources, as allocated, come back: from a decline, a rescinded offer, a finished task. `refuseSeconds` makes a
   * filter; absent or 0 makes none. Nothing happens where the agent or the framework is gone.
   */
  | {
      type: 'recover';
      frameworkId: string;
      agentId: string;
      resources: Resources;
      refuseSeconds?: number | undefined;
    }
  /**
   * A framework turned part of what it was offered into something else (a reservation, a volume) and keeps it. Both
   * sides are allocated to the same role. More copies of a shared volume are converted from nothing.
   */
  | {
      type: 'update-allocation';
      frameworkId: string;
      agentId: string;
      consumed: Resources;
      converted: Resources;
    }
  /** An operator turned free resources into something else. The master has recovered enough of them before. */
  | { type: 'update-available'; agentId: string; consumed: Resources; converted: Resources }
  /** No roles: all of the framework's. It must be subscribed to those that are named. */
  | { type: 'suppress'; frameworkId: string; roles: readonly string[] }
  /** The same, and asks for a run over all agents. Clears the filters of these roles. */
  | { type: 'revive'; frameworkId: string; roles: readonly string[] }
  /** Above zero; roles that are not named keep theirs, which is 1 unless it was set. */
  | { type: 'update-weights'; weights: ReadonlyMap<string, number> }
  /** Of a role without a role above it. Empty guarantees and limits: no quota. A limit of zero is a limit. */
  | { type: 'update-quota'; role: string; guarantees: Quantities; limits: Limits }
  /** Asks for a run over the agent. */
  | { type: 'update-unavailability'; agentId: string; unavailability?: Unavailability | undefined }
  /**
   * The answer of a framework to an inverse offer; without response it was taken back. Another one follows with a cycle
   * that looks at the agent, after `refuseSeconds` (as for `recover`).
   */
  | {
      type: 'answer-inverse-offer';
      frameworkId: string;
      agentId: string;
      response?: InverseOfferResponse | undefined;
      refuseSeconds?: number | undefined;
    }
  /**
   * After a failover, when weights and quota are set: so many agents are expected back. If anybody has quota, no offers
   * are made until the part of them (default 0.8) is added, or `timeoutMs` (default ten minutes) pass.
   */
  | { type: 'await-agents'; expected: number; part?: number | undefined; timeoutMs?: number | undefined }
  /** Hostnames of agents that may be offered; undefined lifts the whitelist. */
  | { type: 'update-whitelist'; hostnames?: ReadonlySet<string> | undefined };

/** One offer to make: `resources` are allocated to `role` and charged to the framework from now on. */
export interface Allocation {
  frameworkId: string;
  role: string;
  agentId: string;
  resources: Resources;
}
