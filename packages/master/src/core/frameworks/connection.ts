// A scheduler's stream ended: its framework has `failover_timeout` to come back.
import type { Context } from '../context.js';
import type { ConnectionId } from '../effects.js';
import { dropInverseOffers } from '../maintenance/inverse-offers.js';
import { rescindOffers } from '../offers/remove.js';
import type { FrameworkRecord } from '../state/framework.js';
import { endFramework } from './remove.js';

export function connectionClosed(ctx: Context, connection: ConnectionId): void {
  const id = ctx.state.connections.get(connection);
  ctx.state.connections.delete(connection);
  ctx.cancelTimer({ for: 'heartbeat', connection });
  const framework = id === undefined ? undefined : ctx.framework(id);
  // A stream that was replaced by a newer one of the same framework says nothing about the framework.
  if (!framework || framework.connection !== connection) return;
  disconnect(ctx, framework);
  const timeoutMs = (framework.info.failover_timeout ?? 0) * 1000;
  if (timeoutMs <= 0) return endFramework(ctx, framework);
  ctx.log('info', 'framework disconnected', { framework: framework.id, failoverTimeoutMs: timeoutMs });
  ctx.setTimer({ for: 'framework-failover', framework: framework.id }, timeoutMs);
}

function disconnect(ctx: Context, framework: FrameworkRecord): void {
  framework.connection = undefined;
  framework.phase = 'disconnected';
  ctx.allocator({ type: 'deactivate-framework', frameworkId: framework.id });
  rescindOffers(ctx, framework);
  dropInverseOffers(ctx, framework);
}

/** The timer is cancelled when a framework comes back, so one that fires means what it says. */
export function failoverTimedOut(ctx: Context, framework: FrameworkRecord): void {
  if (framework.phase === 'connected') return;
  ctx.log('info', 'framework did not come back within its failover timeout', { framework: framework.id });
  endFramework(ctx, framework);
}
