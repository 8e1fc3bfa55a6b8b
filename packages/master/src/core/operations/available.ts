// What of an agent is neither offered nor used.
import type { Resources } from '@mini-mesos/resources';
import type { AgentRecord } from '../state/agent.js';
import { usedOn } from '../views/usage.js';

/** Allocated to nobody. Of a shared volume nothing is left where it is offered or used. */
export function availableOn(agent: AgentRecord): Resources {
  return agent.total.minus(usedOn(agent).unallocate()).minus(agent.offered.unallocate());
}

/** Whether the agent still has what the allocator gave away: it may not have known of the newest total. */
export function isStillThere(agent: AgentRecord, allocated: Resources): boolean {
  const resources = allocated.unallocate();
  return availableOn(agent).contains(resources.nonShared()) && agent.total.contains(resources.shared());
}
