// What the registry need not remember any longer: agents that have been unreachable or gone for very long, or that are
// too many, and frameworks that were removed long ago. Oldest first, as in Mesos (src/master/master.cpp, doRegistryGc).
import type { Context } from '../context.js';

export function collectGarbage(ctx: Context): void {
  const { registry, unreachableAgents, goneAgents } = ctx.state;
  ctx.setTimer({ for: 'registry-gc' }, ctx.config.registryGcIntervalMs);
  const unreachable = outdated(
    ctx,
    [...registry.unreachable].map(([id, { atMs }]) => [id, atMs] as const),
  );
  const gone = outdated(ctx, [...registry.gone]);
  if (unreachable.length + gone.length > 0) {
    ctx.persist({ type: 'prune-agents', unreachable, gone }, () => {
      for (const id of unreachable) unreachableAgents.delete(id);
      for (const id of gone) goneAgents.delete(id);
      ctx.log('info', 'forgot agents', { unreachable: unreachable.length, gone: gone.length });
    });
  }
  const frameworks = outdated(ctx, [...registry.removedFrameworks]);
  if (frameworks.length > 0) {
    ctx.persist({ type: 'prune-frameworks', frameworks }, () =>
      ctx.log('info', 'forgot removed frameworks', { frameworks: frameworks.length }),
    );
  }
}

function outdated<Id>(ctx: Context, entries: readonly (readonly [id: Id, atMs: number])[]): Id[] {
  const { registryMaxAgentAgeMs, registryMaxAgentCount } = ctx.config;
  const tooMany = entries.length - registryMaxAgentCount;
  const tooOldMs = ctx.nowMs - registryMaxAgentAgeMs;
  return entries
    .toSorted(([, a], [, b]) => a - b)
    .filter(([, atMs], index) => index < tooMany || atMs < tooOldMs)
    .map(([id]) => id);
}
