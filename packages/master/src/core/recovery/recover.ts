// A new leader takes over what the registry holds. Tasks and frameworks are not in it: they come with the agents that
// register again, and with the schedulers that subscribe again.
import type { AgentInfo } from '@mini-mesos/proto';
import { Limits, Quantities } from '@mini-mesos/resources';
import type { AgentId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { Registry } from '../registry/registry.js';
import { scheduleRemoval } from './removals.js';

/** Before any other event but that of a timer. */
export function recover(ctx: Context, registry: Registry): void {
  const { state, config } = ctx;
  state.registry = registry;
  for (const [id, { info }] of registry.agents) state.recoveredAgents.set(id, info);
  for (const [id, { atMs }] of registry.unreachable) state.unreachableAgents.set(id, { id, unreachableAtMs: atMs });
  for (const [id, atMs] of registry.gone) state.goneAgents.set(id, atMs);
  state.agentsAtRecovery = registry.agents.size;
  if (registry.weights.size > 0) ctx.allocator({ type: 'update-weights', weights: new Map(registry.weights) });
  for (const [role, { guarantees, limits }] of registry.quotas) {
    ctx.allocator({
      type: 'update-quota',
      role,
      guarantees: Quantities.fromProto(guarantees),
      limits: Limits.fromProto(limits),
    });
  }
  // With quota nothing is offered before most are back: what runs on the others counts against limits and guarantees.
  if (registry.quotas.size > 0) {
    const { allocatorAgentRecoveryFactor: part, allocatorRecoveryTimeoutMs: timeoutMs } = config;
    ctx.allocator({ type: 'await-agents', expected: registry.agents.size, part, timeoutMs });
  }
  ctx.setTimer({ for: 'recovered-agents' }, config.agentReregisterTimeoutMs);
  ctx.setTimer({ for: 'registry-gc' }, config.registryGcIntervalMs);
  ctx.log('info', 'recovered the registry', {
    agents: registry.agents.size,
    unreachable: registry.unreachable.size,
    gone: registry.gone.size,
    quotas: registry.quotas.size,
    weights: registry.weights.size,
  });
}

/** The time for agents to come back after a failover is over. Too many missing mean that the fault is ours. */
export function recoveryTimedOut(ctx: Context): void {
  const { recoveredAgents, agentsAtRecovery } = ctx.state;
  const missing = recoveredAgents.size;
  if (missing === 0) return;
  const { recoveryAgentRemovalLimit } = ctx.config;
  if (missing / agentsAtRecovery > recoveryAgentRemovalLimit) {
    const [percent, limit] = [missing / agentsAtRecovery, recoveryAgentRemovalLimit].map((share) => share * 100);
    return ctx.abort(
      `${missing} of ${agentsAtRecovery} agents (${percent?.toFixed(0)}%) did not come back after the failover, which ` +
        `is more than --recovery_agent_removal_limit allows (${limit}%): see whether agents can reach the masters`,
    );
  }
  for (const id of recoveredAgents.keys()) {
    scheduleRemoval(ctx, id, 'did not re-register within the timeout after a failover of the master');
  }
}

/** Admitted, but its connection was gone when the registry said so. As after a failover it has some time to come back. */
export function awaitReturn(ctx: Context, id: AgentId, info: AgentInfo): void {
  if (ctx.state.agents.has(id)) return;
  ctx.state.recoveredAgents.set(id, info);
  ctx.state.unreachableAgents.delete(id);
  ctx.setTimer({ for: 'agent-reregister', agent: id }, ctx.config.agentReregisterTimeoutMs);
}
