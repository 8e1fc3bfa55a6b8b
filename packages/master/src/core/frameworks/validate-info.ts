// Whether a framework may subscribe, or change into, what it says it is. Texts are Mesos'
// (src/master/validation.cpp, namespace framework, and Master::validateFramework).
import { validateOfferConstraints } from '@mini-mesos/allocator';
import type { FrameworkInfo, scheduler } from '@mini-mesos/proto';
import { validateRole } from '@mini-mesos/resources';
import { invalidId } from '@mini-mesos/wire';
import type { FrameworkId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { hasCapability, rolesOf } from '../state/framework.js';
import type { FrameworkRecord } from '../state/framework.js';
import { isRemoved } from './removed.js';

/** The largest duration that Mesos can hold: 2^63 nanoseconds, in seconds. */
const DURATION_MAX_SECONDS = 2 ** 63 / 1e9;

/** Why this framework is refused; undefined where it may subscribe. */
export function invalidFramework(ctx: Context, info: FrameworkInfo): string | undefined {
  const { roleWhitelist, rootSubmissions } = ctx.config;
  const forbidden = roleWhitelist ? rolesOf(info).filter((role) => !roleWhitelist.has(role) && role !== '*') : [];
  const id = info.id?.value;
  return (
    invalidRoles(info) ??
    (id === undefined || id === '' ? undefined : invalidId(id)) ??
    invalidFailoverTimeout(info) ??
    invalidOfferFilters(info) ??
    (forbidden.length > 0 ? `Roles ${set(forbidden)} are not present in the master's --roles` : undefined) ??
    (info.user === 'root' && !rootSubmissions
      ? "User 'root' is not allowed to run frameworks without --root_submissions set"
      : undefined) ??
    (id !== undefined && isRemoved(ctx.state, id as FrameworkId) ? 'Framework has been removed' : undefined)
  );
}

function invalidRoles(info: FrameworkInfo): string | undefined {
  if (!hasCapability(info, 'MULTI_ROLE')) {
    if ((info.roles ?? []).length > 0) {
      return "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable";
    }
    const reason = validateRole(info.role ?? '*');
    return reason === undefined ? undefined : `'FrameworkInfo.role' is not a valid role: ${reason}`;
  }
  if (info.role !== undefined) {
    return "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable";
  }
  const roles = info.roles ?? [];
  const duplicates = roles.filter((role, i) => roles.indexOf(role) !== i);
  if (duplicates.length > 0) return `'FrameworkInfo.roles' contains duplicate items: ${set(duplicates)}`;
  for (const role of roles) {
    const reason = validateRole(role);
    if (reason !== undefined) return `'FrameworkInfo.roles' contains invalid role: ${reason}`;
  }
  return undefined;
}

function invalidFailoverTimeout({ failover_timeout: seconds = 0 }: FrameworkInfo): string | undefined {
  return Math.abs(seconds) < DURATION_MAX_SECONDS
    ? undefined
    : `The framework failover_timeout (${seconds}) is invalid`;
}

function invalidOfferFilters(info: FrameworkInfo): string | undefined {
  for (const filters of Object.values(info.offer_filters ?? {})) {
    for (const { quantities } of filters.min_allocatable_resources?.quantities ?? []) {
      const values = Object.values(quantities ?? {});
      if (values.length === 0) return 'Resource quantities must contain at least one quantity';
      if (values.some(({ value }) => !(value >= 0 && value < Infinity))) {
        return 'Invalid resource quantity: values must be non-negative and finite';
      }
    }
  }
  return undefined;
}

/** Why suppressed roles or constraints do not go with the roles; undefined where they do. */
export function invalidOptions(
  info: FrameworkInfo,
  suppressedRoles: readonly string[],
  constraints: scheduler.OfferConstraints | undefined,
): string | undefined {
  const roles = new Set(rolesOf(info));
  const stray = suppressedRoles.filter((role) => !roles.has(role));
  if (stray.length > 0) return `Suppressed roles ${set(stray)} are not contained in the set of roles`;
  return constraints && validateOfferConstraints(constraints, rolesOf(info));
}

/** Why the known framework may not become `next`. User and checkpoint are compared by UPDATE_FRAMEWORK only. */
export function invalidUpdate(framework: FrameworkRecord, next: FrameworkInfo): string | undefined {
  const old = framework.info;
  if (old.principal !== next.principal) return "Changing framework's principal is not allowed.";
  if (old.user !== next.user) return unsupported('user', old.user, next.user);
  const [was, is] = [old.checkpoint ?? false, next.checkpoint ?? false];
  return was === is ? undefined : unsupported('checkpoint', String(was), String(is));
}

function unsupported(field: string, from: string, to: string): string {
  return `Updating 'FrameworkInfo.${field}' is unsupported; attempted to update from '${from}' to '${to}'`;
}

/** Names in the way Mesos prints a set. */
function set(names: readonly string[]): string {
  return `{ ${[...new Set(names)].sort().join(', ')} }`;
}
