// Reasons in words.
import type { Reason, Standing } from './explanation.js';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const seconds = (ms: number): string => `${Math.ceil(ms / 100) / 10} s`;

const listed = (words: readonly string[]): string => (words.length === 0 ? 'nobody' : words.join(', '));

const shares = ({ role, roleShare, frameworkId, frameworkShare }: Standing): string =>
  `role ${role} at ${percent(roleShare)}, ${frameworkId} in it at ${percent(frameworkShare)}`;

/** What is compared where two clients meet: roles, or frameworks of one role. */
function comparison(first: Standing, second: Standing): string {
  if (first.role === second.role) {
    return `${first.frameworkId} held ${percent(first.frameworkShare)} and ${second.frameworkId} holds ${percent(second.frameworkShare)}`;
  }
  return `role ${first.role} held ${percent(first.roleShare)} and role ${second.role} holds ${percent(second.roleShare)}`;
}

/** After "framework f, role r: " or "agent a: "; no capital letter and no full stop. */
export function sayReason(reason: Reason): string {
  switch (reason.kind) {
    case 'unknown-framework':
      return 'the allocator does not know the framework';
    case 'inactive-framework':
      return 'the framework is not connected';
    case 'not-subscribed':
      return `the framework is not subscribed to the role, but to ${listed(reason.roles)}`;
    case 'suppressed':
      return 'the framework suppressed offers for the role';
    case 'unknown-agent':
      return 'the allocator does not know the agent';
    case 'agent-inactive':
      return 'the agent is deactivated, draining or disconnected';
    case 'not-whitelisted':
      return `the whitelist does not name ${reason.hostname}`;
    case 'paused':
      return `no offers are made until ${reason.awaited} agents are back after the failover, of which ${reason.agents} are`;
    case 'no-agents':
      return 'there are no agents';
    case 'offered': {
      const [rival] = reason.rivals;
      const why = rival === undefined ? 'nobody else could take it' : `next was ${shares(rival)}`;
      return `${reason.resources} was offered in cycle ${reason.cycle} (${shares(reason.standing)}; ${why})`;
    }
    case 'nothing-free':
      return `nothing is free: ${listed(reason.holders.map(({ frameworkId, resources }) => `${frameworkId} holds ${resources}`))}`;
    case 'reserved':
      return `what is free (${reason.free}) is reserved for ${listed(reason.roles)}`;
    case 'constraint':
      return `the framework's offer constraints exclude the agent: not true that ${reason.failed.join(', nor that ')}`;
    case 'too-small':
      return `what is free (${reason.free}) is less than the minimum of ${reason.minima.join(' or ')}`;
    case 'capability':
      return `the ${reason.whose} does not have the capability ${reason.capability}, which ${reason.free} takes`;
    case 'region':
      return `the agent is in region ${reason.region}, the master in ${reason.own}, and the framework is not REGION_AWARE`;
    case 'limit':
      return `role ${reason.role} is at its limit: ${reason.consumed} of ${reason.limits} is consumed`;
    case 'headroom':
      return `what is free is held back for ${listed(reason.roles.map(({ role, missing }) => `role ${role}, which misses ${missing} of its guarantee`))}`;
    case 'filter':
      return `the framework refused ${reason.refused} there, for another ${seconds(reason.remainingMs)}`;
    case 'lower-share': {
      const { winner, own, resources, cycle } = reason;
      return `${winner.frameworkId} in role ${winner.role} came first and took ${resources} in cycle ${cycle}: ${comparison(winner, own)}`;
    }
    case 'next-cycle':
      return `nothing is in the way of ${reason.free}: the next cycle that looks at the agent can offer it`;
  }
}
