// UPDATE_FRAMEWORK, SUPPRESS and REVIVE: what a framework changes about itself while it is subscribed.
import type { scheduler } from '@mini-mesos/proto';
import type { Context } from '../context.js';
import type { RequestId } from '../effects.js';
import { rolesOf } from '../state/framework.js';
import type { FrameworkRecord } from '../state/framework.js';
import { frameworkEvent } from '../views/v1/framework.js';
import { describe } from './description.js';
import { invalidFramework, invalidOptions, invalidUpdate } from './validate-info.js';

export function updateFramework(
  ctx: Context,
  framework: FrameworkRecord,
  { call, request }: { call: scheduler.Call.UpdateFramework; request: RequestId },
): void {
  const suppressed = call.suppressed_roles ?? [];
  const next = {
    ...call.framework_info,
    ...(call.framework_info.principal === undefined && framework.info.principal !== undefined
      ? { principal: framework.info.principal }
      : {}),
  };
  const invalid = invalidFramework(ctx, next);
  if (invalid !== undefined) {
    return ctx.answer(request, 400, `Supplied FrameworkInfo is not valid: ${invalid}`);
  }
  const conflict = invalidUpdate(framework, next);
  if (conflict !== undefined) return ctx.answer(request, 400, `FrameworkInfo update is not valid: ${conflict}`);
  const options = invalidOptions(next, suppressed, call.offer_constraints);
  if (options !== undefined) return ctx.answer(request, 400, `'UpdateFramework' call is not valid: ${options}`);

  framework.info = { ...next, id: { value: framework.id } };
  framework.suppressedRoles = new Set(suppressed);
  framework.offerConstraints = call.offer_constraints;
  ctx.allocator({ type: 'update-framework', frameworkId: framework.id, framework: describe(framework) });
  sendFrameworkUpdate(ctx, framework);
  ctx.publish({
    type: 'FRAMEWORK_UPDATED',
    framework_updated: { framework: frameworkEvent(framework) },
  });
  ctx.answer(request, 200);
}

/** Tells the agents that run something of the framework what it is like now. */
export function sendFrameworkUpdate(ctx: Context, framework: FrameworkRecord): void {
  for (const agent of ctx.state.agents.values()) {
    if (agent.tasks.has(framework.id) || agent.executors.has(framework.id)) {
      ctx.tell(agent, { type: 'UPDATE_FRAMEWORK', update_framework: { framework: framework.info } });
    }
  }
}

/** An unknown role drops the whole call, as in Mesos; the log says so. */
function rolesOfCall(
  ctx: Context,
  framework: FrameworkRecord,
  { roles = [], name }: { roles?: string[] | undefined; name: string },
) {
  const stray = roles.find((role) => !rolesOf(framework.info).includes(role));
  if (stray === undefined) return roles.length > 0 ? roles : [...rolesOf(framework.info)];
  ctx.log('warn', `ignored ${name}: the framework is not subscribed to role '${stray}'`, { framework: framework.id });
  return undefined;
}

export function suppress(ctx: Context, framework: FrameworkRecord, call: scheduler.Call.Suppress | undefined): void {
  const roles = rolesOfCall(ctx, framework, { roles: call?.roles, name: 'SUPPRESS' });
  if (!roles) return;
  for (const role of roles) framework.suppressedRoles.add(role);
  ctx.allocator({ type: 'suppress', frameworkId: framework.id, roles });
}

export function revive(ctx: Context, framework: FrameworkRecord, call: scheduler.Call.Revive | undefined): void {
  const roles = rolesOfCall(ctx, framework, { roles: call?.roles, name: 'REVIVE' });
  if (!roles) return;
  for (const role of roles) framework.suppressedRoles.delete(role);
  ctx.allocator({ type: 'revive', frameworkId: framework.id, roles });
}
