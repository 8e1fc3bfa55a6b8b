// Weights of roles. Texts of refusals are Mesos' (src/master/weights_handler.cpp).
import type { WeightInfo } from '@mini-mesos/proto';
import { validateRole } from '@mini-mesos/resources';
import type { Context } from '../context.js';
import { rescindOffers } from '../offers/remove.js';
import type { Asked } from './calls.js';
import { hasFrameworks, isWhitelistedRole } from './roles.js';

/** Of the roles named; the others keep theirs. All or none are set. */
export function updateWeights(ctx: Context, infos: readonly WeightInfo[], { request }: Asked): void {
  const weights = new Map<string, number>();
  for (const info of infos) {
    const role = (info.role ?? '').trim();
    const invalid = invalidWeight(ctx, role, info.weight);
    if (invalid !== undefined) {
      return ctx.answer(request, 400, `Failed to validate update weights request JSON${invalid}`);
    }
    weights.set(role, info.weight);
  }
  if (weights.size === 0) return ctx.answer(request, 200);
  ctx.persist({ type: 'update-weights', weights }, () => {
    ctx.allocator({ type: 'update-weights', weights });
    ctx.log('info', 'updated weights', { weights: Object.fromEntries(weights) });
    // What was offered under the old weights may be due to others now.
    if ([...weights.keys()].some((role) => hasFrameworks(ctx, role))) {
      for (const agent of ctx.state.agents.values()) rescindOffers(ctx, agent);
    }
    ctx.answer(request, 200);
  });
}

function invalidWeight(ctx: Context, role: string, weight: number): string | undefined {
  const reason = validateRole(role);
  if (reason !== undefined) return `: Invalid role '${role}': ${reason}`;
  if (!isWhitelistedRole(ctx, role)) return `: Unknown role '${role}'`;
  return weight > 0 && weight < Infinity
    ? undefined
    : ` for role '${role}': Invalid weight '${weight}': Weights must be positive`;
}

/** --weights. Once weights are stored, by an operator or from here, the flag is passed over. */
export function initialWeights(ctx: Context, weights: ReadonlyMap<string, number>): void {
  if (ctx.state.registry.weights.size > 0) {
    return ctx.log('warn', '--weights was ignored: the registry has weights, which PUT /weights changes');
  }
  ctx.persist({ type: 'update-weights', weights }, () => ctx.allocator({ type: 'update-weights', weights }));
}
