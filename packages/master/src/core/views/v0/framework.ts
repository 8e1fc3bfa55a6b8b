// A framework as /state, /state-summary and /frameworks show it (Mesos: FullFrameworkWriter and Summary<Framework> in
// src/master/readonly_handler.cpp).
import { resourcesToStateJson } from '@mini-mesos/resources';
import { toJsonValue } from '@mini-mesos/wire';
import type { AgentId } from '@mini-mesos/wire';
import { hasCapability } from '../../state/framework.js';
import type { FrameworkRecord } from '../../state/framework.js';
import type { OfferRecord } from '../../state/offer.js';
import type { MasterState } from '../../state/state.js';
import { Listing, listing } from '../listing.js';
import type { Usage } from '../usage.js';
import { executorJson } from './executor.js';
import { labelsJson } from './labels.js';
import { taskJson } from './task.js';
import { seconds } from './time.js';

/** What /state-summary shows, and what the full view begins with. */
export function frameworkSummaryJson(framework: FrameworkRecord, usage: Usage) {
  const { info, phase } = framework;
  return {
    id: framework.id,
    name: info.name,
    used_resources: resourcesToStateJson(usage.usedBy(framework.id)),
    offered_resources: resourcesToStateJson(usage.offeredTo(framework)),
    capabilities: (info.capabilities ?? []).map(({ type = 'UNKNOWN' }) => type),
    hostname: info.hostname ?? '',
    webui_url: info.webui_url ?? '',
    active: phase === 'connected',
    connected: phase === 'connected',
    recovered: phase === 'recovered',
  };
}

export function frameworkJson(framework: FrameworkRecord, { state, usage }: { state: MasterState; usage: Usage }) {
  const { info, phase, offerConstraints } = framework;
  const held = usage.usedBy(framework.id).plus(usage.offeredTo(framework));
  // Nobody knows when a framework registered that is only known from its agents.
  const registeredAtMs = phase === 'recovered' ? 0 : framework.registeredAtMs;
  const reregisteredAtMs = phase === 'recovered' ? 0 : framework.reregisteredAtMs;
  return {
    ...frameworkSummaryJson(framework, usage),
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    registered_time: seconds(registeredAtMs),
    unregistered_time: seconds(framework.unregisteredAtMs ?? 0),
    ...(info.principal !== undefined && { principal: info.principal }),
    resources: resourcesToStateJson(held),
    ...(reregisteredAtMs !== registeredAtMs && { reregistered_time: seconds(reregisteredAtMs) }),
    ...(hasCapability(info, 'MULTI_ROLE') ? { roles: info.roles ?? [] } : { role: info.role ?? '*' }),
    tasks: listing(framework.tasks.values(), taskJson),
    unreachable_tasks: listing(framework.unreachableTasks.values(), taskJson),
    completed_tasks: listing(framework.completedTasks.values(), taskJson),
    offers: listing(offersOf(state, framework), offerJson),
    executors: executorsOf(framework),
    ...(info.labels && { labels: labelsJson(info.labels) }),
    offer_constraints: toJsonValue('mesos.v1.scheduler.OfferConstraints', offerConstraints ?? {}),
  };
}

function offersOf(state: MasterState, { offers }: FrameworkRecord): OfferRecord[] {
  return [...offers].flatMap((id) => state.offers.get(id) ?? []);
}

function offerJson(offer: OfferRecord) {
  return {
    id: offer.id,
    framework_id: offer.frameworkId,
    allocation_info: { role: offer.role },
    slave_id: offer.agentId,
    resources: resourcesToStateJson(offer.resources),
  };
}

function executorsOf({ id: frameworkId, executors }: FrameworkRecord): Listing<object> {
  const all = [...executors].flatMap(([agentId, byId]) =>
    [...byId.values()].map((info) => [agentId, info] as [AgentId, typeof info]),
  );
  return listing(all, ([agentId, info]) => executorJson(info, { frameworkId, agentId }));
}
