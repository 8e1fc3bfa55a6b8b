// With quota, nothing is offered after a failover until most agents are back: what runs on the others counts against
// limits and guarantees, and nobody knows of it yet (Mesos, hierarchical.cpp, recover). The allocator is told that no
// host may be offered.
import type { Context } from '../context.js';

const NO_HOST: ReadonlySet<string> = new Set();

export function holdOffers(ctx: Context): void {
  const { state, config } = ctx;
  const { quotas, agents } = state.registry;
  const awaited = Math.floor(agents.size * config.allocatorAgentRecoveryFactor);
  if (quotas.size === 0 || awaited === 0) return;
  state.agentsAwaited = awaited;
  ctx.allocator({ type: 'update-whitelist', hostnames: NO_HOST });
  ctx.setTimer({ for: 'offers-held' }, config.allocatorRecoveryTimeoutMs);
  ctx.log('info', `no offers until ${awaited} of ${agents.size} agents are back, because there is quota`);
}

/** When enough agents are there; `isLate`: however many there are. */
export function releaseOffers(ctx: Context, { isLate = false } = {}): void {
  const { state } = ctx;
  if (state.agentsAwaited === 0 || (state.agents.size < state.agentsAwaited && !isLate)) return;
  state.agentsAwaited = 0;
  ctx.cancelTimer({ for: 'offers-held' });
  ctx.allocator({ type: 'update-whitelist', hostnames: state.whitelist });
  ctx.log('info', `offers begin with ${state.agents.size} agents`);
}

/** Hosts whose agents may be offered; undefined: all. */
export function updateWhitelist(ctx: Context, hostnames: ReadonlySet<string> | undefined): void {
  ctx.state.whitelist = hostnames;
  if (ctx.state.agentsAwaited === 0) ctx.allocator({ type: 'update-whitelist', hostnames });
}
