// SUBSCRIBE: a new framework, one that comes back, or another instance of one that is still connected.
// Refusals go down the stream as an ERROR event, because its HTTP status is already 200.
import type { FrameworkInfo, scheduler } from '@mini-mesos/proto';
import type { FrameworkId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import type { ConnectionId } from '../effects.js';
import { dropInverseOffers } from '../maintenance/inverse-offers.js';
import { discardOffers } from '../offers/remove.js';
import { countCall } from '../state/framework.js';
import type { FrameworkRecord } from '../state/framework.js';
import { frameworkEvent } from '../views/v1/framework.js';
import { createFramework } from './create.js';
import { describe } from './description.js';
import { sendFrameworkUpdate } from './update.js';
import { invalidFramework, invalidOptions, invalidUpdate } from './validate-info.js';

export function subscribe(
  ctx: Context,
  { connection, call, principal }: { connection: ConnectionId; call: scheduler.Call; principal?: string | undefined },
): void {
  const body = call.subscribe;
  if (!body) return refuse(ctx, connection, "Expecting 'subscribe' to be present");
  const info = withPrincipal(body.framework_info, principal);
  const suppressed = body.suppressed_roles ?? [];
  const refusal = invalidFramework(ctx, info) ?? invalidOptions(info, suppressed, body.offer_constraints);
  if (refusal !== undefined) return refuse(ctx, connection, refusal, info.name);

  const id = info.id?.value;
  const known = id ? ctx.framework(id as FrameworkId) : undefined;
  const next = known ? keepingImmutable(known, info) : info;
  const conflict = known && invalidUpdate(known, next);
  if (conflict !== undefined) return refuse(ctx, connection, conflict, info.name);

  const framework = known ?? createFramework(ctx, next);
  framework.info = { ...next, id: { value: framework.id } };
  framework.suppressedRoles = new Set(suppressed);
  framework.offerConstraints = body.offer_constraints;
  ctx.count(`master/messages_${known ? 'reregister' : 'register'}_framework`);
  countCall(framework, 'SUBSCRIBE');
  if (known) reopen(ctx, known);
  else announce(ctx, framework);
  attach(ctx, framework, connection);
  if (known) sendFrameworkUpdate(ctx, framework);
  ctx.publish(
    known
      ? { type: 'FRAMEWORK_UPDATED', framework_updated: { framework: frameworkEvent(framework) } }
      : { type: 'FRAMEWORK_ADDED', framework_added: { framework: frameworkEvent(framework) } },
  );
}

function withPrincipal(info: FrameworkInfo, principal: string | undefined): FrameworkInfo {
  return principal === undefined || info.principal !== undefined ? info : { ...info, principal };
}

/** A re-subscription silently keeps what cannot change (MESOS-703). */
function keepingImmutable({ info: old }: FrameworkRecord, next: FrameworkInfo): FrameworkInfo {
  return { ...next, user: old.user, checkpoint: old.checkpoint };
}

function refuse(ctx: Context, connection: ConnectionId, message: string, name?: string): void {
  ctx.log('warn', `refused the subscription of a framework: ${message}`, { framework: name });
  ctx.emit({ type: 'deliver', connection, event: { type: 'ERROR', error: { message } } });
  ctx.emit({ type: 'close-connection', connection });
}

function announce(ctx: Context, framework: FrameworkRecord): void {
  ctx.allocator({
    type: 'add-framework',
    frameworkId: framework.id,
    framework: describe(framework),
    used: new Map(),
    active: true,
  });
}

/** The old stream of a framework that subscribes again while connected is told and closed; its offers are void. */
function reopen(ctx: Context, framework: FrameworkRecord): void {
  ctx.cancelTimer({ for: 'framework-failover', framework: framework.id });
  framework.reregisteredAtMs = ctx.nowMs;
  ctx.allocator({ type: 'update-framework', frameworkId: framework.id, framework: describe(framework) });
  const old = framework.connection;
  if (old === undefined) {
    ctx.allocator({ type: 'activate-framework', frameworkId: framework.id });
    return;
  }
  ctx.log('info', 'framework failed over to a new connection', { framework: framework.id });
  ctx.deliver(framework, { type: 'ERROR', error: { message: 'Framework failed over' } });
  ctx.emit({ type: 'close-connection', connection: old });
  ctx.cancelTimer({ for: 'heartbeat', connection: old });
  ctx.state.connections.delete(old);
  discardOffers(ctx, framework);
  dropInverseOffers(ctx, framework);
}

function attach(ctx: Context, framework: FrameworkRecord, connection: ConnectionId): void {
  framework.phase = 'connected';
  framework.connection = connection;
  ctx.state.connections.set(connection, framework.id);
  ctx.deliver(framework, {
    type: 'SUBSCRIBED',
    subscribed: {
      framework_id: { value: framework.id },
      heartbeat_interval_seconds: ctx.config.heartbeatIntervalMs / 1000,
      master_info: ctx.config.info,
    },
  });
  heartbeat(ctx, framework);
}

/** The first one at once: some clients take the interval from the first two events. */
export function heartbeat(ctx: Context, framework: FrameworkRecord): void {
  if (framework.connection === undefined) return;
  ctx.deliver(framework, { type: 'HEARTBEAT' });
  ctx.setTimer({ for: 'heartbeat', connection: framework.connection }, ctx.config.heartbeatIntervalMs);
}
