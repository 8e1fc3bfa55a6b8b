// Names of agents and frameworks by id, as text and as links to their pages.
import { computed } from '@preact/signals';
import { agentNumber, sharedDomain, sharedHosts, shortHost } from '../core/host-names.js';
import type { Names } from '../core/task-filter.js';
import { agentHref, frameworkHref } from '../core/links.js';
import { shortId } from '../core/format.js';
import { cluster, revision } from '../data/live.js';

/** What is known at the moment; a short id where nothing is. */
export const names: Names = {
  framework: (id) => cluster.frameworks.get(id)?.name ?? shortId(id),
  agent: (id) => cluster.agents.get(id)?.hostname ?? shortId(id),
};

const hosts = computed(() => {
  void revision.value;
  const all = [...cluster.agents.values()].map(({ hostname }) => hostname);
  return { domain: sharedDomain([...new Set(all)]), shared: sharedHosts(all) };
});

/** The host; of several agents on one host, which of them. */
export function agentTitle(id: string): string {
  const host = names.agent(id);
  return hosts.value.shared.has(host) ? `${host} ${agentNumber(id)}` : host;
}

/** For the eye: without the domain that all agents share. */
export const agentLabel = (id: string): string => {
  const host = names.agent(id);
  return agentTitle(id).replace(host, shortHost(host, hosts.value.domain));
};

export const AgentLink = ({ id }: { id: string }) => (
  <a href={agentHref(id)} title={`${names.agent(id)} · ${id}`}>
    {agentLabel(id)}
  </a>
);

export const FrameworkLink = ({ id }: { id: string }) => (
  <a href={frameworkHref(id)} title={id}>
    {names.framework(id)}
  </a>
);
