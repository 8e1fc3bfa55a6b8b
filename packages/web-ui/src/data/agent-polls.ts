// What is asked of one agent through the master.
import type { ContainerMessage } from '../core/statistics.js';
import type { AgentStateMessage } from '../core/sandbox.js';
import { createPoll } from './poll.js';
import type { Poll } from './poll.js';
import { agentPath, getJson } from './requests.js';

/** Agents measure their containers anew when they are asked, at most twice a second. */
const STATISTICS_EVERY_MS = 3000;
/** Where files are hardly ever changes. */
const STATE_EVERY_MS = 10_000;

/** Two answers, because processor use is a difference. */
export interface Statistics {
  readonly now: readonly ContainerMessage[];
  readonly before: readonly ContainerMessage[] | undefined;
}

export function createStatisticsPoll(agentId: string): Poll<Statistics> {
  let last: readonly ContainerMessage[] | undefined;
  return createPoll<Statistics>({
    everyMs: STATISTICS_EVERY_MS,
    request: async (signal) => {
      const now = await getJson<ContainerMessage[]>(agentPath(agentId, 'monitor/statistics'), signal);
      const before = last;
      last = now;
      return { now, before };
    },
  });
}

export function createAgentStatePoll(agentId: string): Poll<AgentStateMessage> {
  return createPoll<AgentStateMessage>({
    everyMs: STATE_EVERY_MS,
    request: (signal) => getJson(agentPath(agentId, 'state'), signal),
  });
}
