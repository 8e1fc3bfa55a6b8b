// What each framework holds over all agents: added up once for a view, instead of once for each framework.
import { Resources } from '@mini-mesos/resources';
import type { FrameworkId } from '@mini-mesos/wire';
import type { AgentRecord } from '../state/agent.js';
import type { FrameworkRecord } from '../state/framework.js';
import type { MasterState } from '../state/state.js';

export interface Usage {
  /** By tasks and executors. */
  usedBy(id: FrameworkId): Resources;
  /** In its unanswered offers. */
  offeredTo(framework: FrameworkRecord): Resources;
}

export function usageOf(state: MasterState): Usage {
  const used = new Map<FrameworkId, Resources[]>();
  for (const agent of state.agents.values()) {
    for (const [id, resources] of agent.used) {
      const list = used.get(id);
      if (list) list.push(resources);
      else used.set(id, [resources]);
    }
  }
  return {
    usedBy: (id) => Resources.sum(used.get(id) ?? []),
    offeredTo: ({ offers }) => Resources.sum([...offers].flatMap((id) => state.offers.get(id)?.resources ?? [])),
  };
}

/** What tasks and executors of all frameworks hold on an agent: mostly of one, whose resources need no adding up. */
export function usedOn({ used }: AgentRecord): Resources {
  const [first, ...others] = used.values();
  if (first === undefined) return Resources.EMPTY;
  return others.length === 0 ? first : Resources.sum([first, ...others]);
}
