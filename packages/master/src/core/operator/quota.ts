// Quota of roles: what a role is sure to get, and what it gets at most.
import type { master, quota } from '@mini-mesos/proto';
import { Limits, Quantities } from '@mini-mesos/resources';
import type { Context } from '../context.js';
import { offersOf, rescindOffer, rescindOffers } from '../offers/remove.js';
import { isActive } from '../state/agent.js';
import { rolesOf } from '../state/framework.js';
import { rolesView } from '../views/roles.js';
import type { Asked } from './calls.js';
import { invalidRequest, invalidUpdate, normalised, overcommitment } from './quota-rules.js';
import { isInSubtree } from './roles.js';

/** UPDATE_QUOTA: replaces the quota of each role named, all or none. */
export function updateQuota(ctx: Context, call: master.Call.UpdateQuota, { request }: Asked): void {
  const invalid = invalidUpdate(ctx, call);
  if (invalid !== undefined) return ctx.answer(request, 400, invalid);
  const configs = (call.quota_configs ?? []).map(normalised);
  if (configs.length === 0) return ctx.answer(request, 200);
  ctx.persist({ type: 'update-quota', configs }, () => {
    for (const config of configs) tellAllocator(ctx, config);
    for (const config of configs) {
      rescindAboveLimits(ctx, config);
      rescindForGuarantees(ctx, config);
    }
    ctx.answer(request, 200);
  });
}

/** SET_QUOTA and POST /quota: one list that is guarantee and limit at once, for a role that has no quota. */
export function setQuota(ctx: Context, asked: quota.QuotaRequest, { request }: Asked): void {
  const invalid = invalidRequest(ctx, asked);
  if (invalid !== undefined) return ctx.answer(request, 400, invalid);
  const amounts = Object.fromEntries(
    (asked.guarantee ?? []).map(({ name, scalar }) => [name, { value: scalar?.value ?? 0 }]),
  );
  const config = normalised({ role: asked.role ?? '', guarantees: amounts, limits: amounts });
  const excess = asked.force === true ? undefined : overcommitment(ctx, [config]);
  if (excess !== undefined) {
    const text = `Quota guarantees overcommit the cluster (use 'force' to bypass this check): ${excess}`;
    return ctx.answer(request, 409, text);
  }
  ctx.persist({ type: 'update-quota', configs: [config] }, () => {
    tellAllocator(ctx, config);
    rescindAgents(ctx, config);
    ctx.answer(request, 200);
  });
}

/** REMOVE_QUOTA and DELETE /quota/ROLE. */
export function removeQuota(ctx: Context, role: string, { request }: Asked): void {
  if (!ctx.state.registry.quotas.has(role)) {
    return ctx.answer(request, 400, `Failed to remove quota: Role '${role}' has no quota set`);
  }
  const config = { role };
  ctx.persist({ type: 'update-quota', configs: [config] }, () => {
    tellAllocator(ctx, config);
    ctx.answer(request, 200);
  });
}

function tellAllocator(ctx: Context, { role, guarantees, limits }: quota.QuotaConfig): void {
  const bounds = { guarantees: Quantities.fromProto(guarantees), limits: Limits.fromProto(limits) };
  ctx.log('info', 'updated quota', { role, guarantees: `${bounds.guarantees}`, limits: `${bounds.limits}` });
  ctx.allocator({ type: 'update-quota', role, ...bounds });
}

function consumedAndOffered(ctx: Context, role: string): Quantities {
  const view = rolesView(ctx.state, ctx.config).roles.find(({ name }) => name === role);
  return view ? view.consumed.plus(view.offered) : Quantities.EMPTY;
}

/** Offers to the role and those below it go until the rest is within the limits. */
function rescindAboveLimits(ctx: Context, { role, limits }: quota.QuotaConfig): void {
  const bounds = Limits.fromProto(limits);
  let rest = consumedAndOffered(ctx, role);
  for (const framework of ctx.state.frameworks.values()) {
    for (const offer of offersOf(ctx, framework.offers)) {
      if (bounds.allows(rest)) return;
      if (!isInSubtree(offer.role, role)) continue;
      rest = rest.minus(offer.resources.quantities());
      rescindOffer(ctx, offer);
    }
  }
}

/** Offers to other roles go until what came back, with what the role has, makes up its guarantees. */
function rescindForGuarantees(ctx: Context, { role, guarantees }: quota.QuotaConfig): void {
  const wanted = Quantities.fromProto(guarantees);
  let found = consumedAndOffered(ctx, role);
  for (const agent of ctx.state.agents.values()) {
    for (const offer of offersOf(ctx, agent.offers)) {
      if (found.contains(wanted)) return;
      if (isInSubtree(offer.role, role)) continue;
      found = found.plus(offer.resources.quantities());
      rescindOffer(ctx, offer);
    }
  }
}

/** All offers of one agent after the other, until there is enough, and an agent for each framework of the role. */
function rescindAgents(ctx: Context, { role, guarantees }: quota.QuotaConfig): void {
  const wanted = Quantities.fromProto(guarantees);
  const frameworks = [...ctx.state.frameworks.values()].filter(
    ({ info, phase }) => phase === 'connected' && rolesOf(info).includes(role),
  ).length;
  let found = Quantities.EMPTY;
  let visited = 0;
  for (const agent of ctx.state.agents.values()) {
    if (found.contains(wanted) && visited >= frameworks) return;
    if (!isActive(agent) || agent.offers.size === 0) continue;
    found = found.plus(agent.offered.quantities());
    visited += 1;
    rescindOffers(ctx, agent);
  }
}
