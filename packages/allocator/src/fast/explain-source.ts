// What the fast allocator tells about itself so that it can be explained.
import type { ExplainedAgent, ExplainSource } from '../explain/source.js';
import type { QuotaSource } from '../quota/quota-book.js';
import type { OfferTrace } from '../state/agent-state.js';
import type { FastCluster } from './cluster.js';
import type { FastAgent } from './fast-agent.js';

function explainedAgent(agent: FastAgent): ExplainedAgent {
  const { id, isActive, description, hasGpus, available, lastCycle } = agent;
  const lastOffers: OfferTrace[] = [];
  for (let offer = agent.lastOffer; offer !== undefined; offer = offer.earlier) {
    const { holding, bag, roleShare, frameworkShare } = offer;
    const { frameworkId, role } = holding;
    lastOffers.unshift({ frameworkId, role, resources: bag.resources, roleShare, frameworkShare });
  }
  const heldBy = (frameworkId: string) => agent.heldBy(frameworkId);
  return { id, isActive, description, hasGpus, available, held: () => agent.held, heldBy, lastCycle, lastOffers };
}

function quotaSourceOf(cluster: FastCluster): QuotaSource {
  const { roles, counted, reserved, settings } = cluster;
  const accounts = [...roles.values()].map(({ name, quota, row }) => {
    return { role: name, quota, consumed: reserved.quantities(row).plus(counted.quantities(row)) };
  });
  accounts.sort((a, b) => (a.role < b.role ? -1 : 1));
  return { accounts, available: () => cluster.headroom, isNested: settings.nestedLimits };
}

export function explainSourceOf(
  cluster: FastCluster,
  { cycle, pause }: Pick<ExplainSource, 'cycle' | 'pause'>,
): ExplainSource {
  const { settings, whitelist, frameworks, roles, roleSorter, book, fastFilters } = cluster;
  return {
    settings,
    cycle,
    pause,
    whitelist,
    frameworks,
    agentIds: cluster.agents.keys(),
    agent: (id) => {
      const agent = cluster.agents.get(id);
      return agent && explainedAgent(agent);
    },
    quota: quotaSourceOf(cluster),
    filtersAt: ({ frameworkId, role, agentId }) => {
      const client = cluster.client(frameworkId, role);
      const agent = cluster.agents.get(agentId);
      if (client === undefined || agent === undefined) return [];
      return [...fastFilters.at(client, agent)]
        .reverse()
        .map(({ bag, expiresAtMs }) => ({ refused: bag.resources, expiresAtMs }));
    },
    standingOf: (frameworkId, role) => ({
      frameworkId,
      role,
      roleShare: roleSorter.shareOf(role),
      roleWeight: roles.get(role)?.weight ?? 1,
      frameworkShare: book.dominantShare(cluster.client(frameworkId, role)!.row),
    }),
  };
}
