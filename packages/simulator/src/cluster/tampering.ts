// Where a mutant gets its hands in: what the processes want done, and what they are told. Nothing here is used by a run
// without a mutant.
import type { AgentEvent, Effect as AgentEffect } from '@mini-mesos/agent';
import type { Effect as MasterEffect, MasterEvent } from '@mini-mesos/master';

export interface Tampering {
  /** Changes the effects of one event. */
  masterEffects?(effects: MasterEffect[]): MasterEffect[];
  /** Changes an event on its way in; undefined drops it. */
  masterEvent?(event: MasterEvent): MasterEvent | undefined;
  agentEffects?(effects: AgentEffect[]): AgentEffect[];
  agentEvent?(event: AgentEvent): AgentEvent | undefined;
  /** The registry takes writes of leaders that were deposed. */
  isUnfenced?: boolean;
  /** A master is told that a write is durable before it is; true for those that never are. */
  losesWrite?: () => boolean;
  /** A leader whose session may be over goes on as if it were not. */
  neverGivesUp?: boolean;
}
