// Commands and resources for the workloads.
import { Limits, Quantities, Resources } from '@mini-mesos/resources';

/** All that an agent of today can do. */
const AGENT_CAPABILITIES = ['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT'];

export function resources(text) {
  const parsed = Resources.parse(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

export const amounts = (record) => Quantities.of(Object.entries(record).map(([name, value]) => [name, value * 1000]));
export const bounds = (record) => Limits.of(Object.entries(record).map(([name, value]) => [name, value * 1000]));

export const addFramework = (frameworkId, role, capabilities = [], more = {}) => ({
  type: 'add-framework',
  frameworkId,
  framework: {
    roles: [role],
    capabilities: ['MULTI_ROLE', ...capabilities],
    suppressedRoles: [],
    minAllocatable: new Map(),
    ...more,
  },
  used: new Map(),
  active: true,
});

export const describeAgent = (hostname, attributes = []) => ({
  hostname,
  attributes,
  capabilities: AGENT_CAPABILITIES,
});

export const addAgent = (agentId, total, used = new Map(), attributes = []) => ({
  type: 'add-agent',
  agentId,
  agent: describeAgent(agentId, attributes),
  total,
  used,
});

export const recover = ({ frameworkId, agentId, resources: offered }, refuseSeconds) => ({
  type: 'recover',
  frameworkId,
  agentId,
  resources: offered,
  refuseSeconds,
});

/** `[31000-31000,31002-31002,…,31030-32000]`: single even ports, the last range to the end. */
export function portFragments(count) {
  const singles = Array.from({ length: count - 1 }, (_, i) => `${31000 + 2 * i}-${31000 + 2 * i}`);
  return `ports:[${[...singles, `${31000 + 2 * (count - 1)}-32000`].join(',')}]`;
}

export const revocable = (text) => Resources.of(resources(text).items.map((item) => ({ ...item, revocable: true })));
