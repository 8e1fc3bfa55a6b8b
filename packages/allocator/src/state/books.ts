// What the handlers of commands need of an allocator's state, however it is kept: the plain books of state/ and the
// fast ones of fast/ both offer it, so that a command means the same to both.
import type { Unavailability } from '@mini-mesos/proto';
import type { Resources } from '@mini-mesos/resources';
import type { AgentDescription } from '../commands.js';
import type { Settings } from '../options.js';
import type { Quota } from '../quota/quota.js';
import type { FrameworkState } from './framework-state.js';

export interface AgentBook {
  readonly id: string;
  description: AgentDescription;
  isActive: boolean;
  unavailability: Unavailability | undefined;
  readonly total: Resources;
  readonly available: Resources;
  /** By framework id, with allocation. Also of frameworks that were not added yet. */
  readonly held: ReadonlyMap<string, Resources>;
  heldBy(frameworkId: string): Resources;
  hold(frameworkId: string, resources: Resources): void;
  release(frameworkId: string, resources: Resources): void;
}

/** Who holds, in which role, where. */
export interface BookHolder {
  readonly framework: FrameworkState;
  readonly role: string;
  readonly agent: AgentBook;
}

export interface FilterBook {
  add(
    place: { readonly frameworkId: string; readonly role: string; readonly agentId: string },
    filter: { refused: Resources; expiresAtMs: number },
  ): void;
  clearFramework(frameworkId: string, roles?: Iterable<string>): void;
  clearAgent(agentId: string): void;
}

export interface ClusterBook {
  readonly settings: Settings;
  readonly agents: ReadonlyMap<string, AgentBook>;
  readonly frameworks: Map<string, FrameworkState>;
  readonly filters: FilterBook;
  whitelist: ReadonlySet<string> | undefined;
  addAgent(id: string, description: AgentDescription): AgentBook;
  dropAgent(agent: AgentBook): void;
  /** Agents of which the framework, added or not, holds something. */
  agentsHeldBy(frameworkId: string): readonly AgentBook[];
  /** A new agent has nothing until it is told its total; one that goes has nothing again. */
  setTotal(agent: AgentBook, total: Resources): void;
  /** The framework was described anew. */
  described(framework: FrameworkState): void;
  /** Puts the framework under a role, if it is not there, and lets it take part if it wants offers. */
  enterRole(framework: FrameworkState, role: string): void;
  /** Takes the framework from under a role once nothing ties it. */
  leaveRole(framework: FrameworkState, role: string): void;
  /** The holder gives back `resources`, which he must hold. */
  release(holder: BookHolder, resources: Resources): void;
  /** Part of what the holder has turns into something else. */
  convert(holder: BookHolder, change: { from: Resources; to: Resources }): void;
  /** Counts what the agent has on record already. */
  enterInBooks(holder: BookHolder, resources: Resources): void;
  setWeight(role: string, weight: number): void;
  quotas(): readonly Quota[];
  setQuota(role: string, quota: Quota): void;
}
