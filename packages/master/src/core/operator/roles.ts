// What operator calls ask about roles.
import { isStrictSubroleOf } from '@mini-mesos/resources';
import type { Context } from '../context.js';
import { rolesOf } from '../state/framework.js';

/** Whether --roles allows the role. `*` always is. */
export function isWhitelistedRole({ config: { roleWhitelist } }: Context, role: string): boolean {
  return role === '*' || roleWhitelist === undefined || roleWhitelist.has(role);
}

/** Whether a framework is subscribed to the role, or holds something in it. */
export function hasFrameworks({ state }: Context, role: string): boolean {
  for (const { info } of state.frameworks.values()) if (rolesOf(info).includes(role)) return true;
  for (const { used } of state.agents.values()) {
    for (const { items } of used.values()) if (items.some((item) => item.allocationRole === role)) return true;
  }
  return false;
}

/** Whether `role` is `top` or below it. */
export function isInSubtree(role: string, top: string): boolean {
  return role === top || isStrictSubroleOf(role, top);
}
