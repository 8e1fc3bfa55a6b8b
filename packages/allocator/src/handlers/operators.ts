// Maintenance, and the time after a failover.
import { isNoQuota } from '../quota/quota.js';
import { refusalMs } from '../filters/refusal-time.js';
import { agentOf } from './desk.js';
import type { Command, Desk } from './desk.js';

export function updateUnavailability(
  { cluster, candidates, inverseOffers }: Desk,
  command: Command<'update-unavailability'>,
): void {
  const agent = agentOf(cluster, command);
  agent.unavailability = command.unavailability;
  inverseOffers.schedule(agent.id, command.unavailability);
  candidates.request(agent.id);
}

/** Nothing happens where the agent or the framework is gone. */
export function answerInverseOffer(
  { cluster, inverseOffers, nowMs }: Desk,
  command: Command<'answer-inverse-offer'>,
): void {
  const { frameworkId, agentId, response, refuseSeconds } = command;
  if (!cluster.frameworks.has(frameworkId)) return;
  // Unlike filters of offers these may be shorter than an interval.
  const lastsMs = refuseSeconds === undefined ? undefined : refusalMs(refuseSeconds, 0);
  const refusedUntilMs = lastsMs === undefined ? undefined : nowMs + lastsMs;
  inverseOffers.answered(agentId, frameworkId, { response, atMs: nowMs, refusedUntilMs });
}

/** Without quota nobody's guarantees are at stake, and offers go out at once. */
export function awaitAgents({ cluster, holdOff, nowMs }: Desk, awaited: Command<'await-agents'>): void {
  if (cluster.quotas().every(isNoQuota)) return;
  holdOff.begin(awaited, nowMs);
  holdOff.check(cluster.agents.size, nowMs);
}
