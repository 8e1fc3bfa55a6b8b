// Host names as short as they are still told apart: a domain that all agents share says nothing.

/** '.example.net' where every host is in that domain and has a name of its own in it; '' otherwise. */
export function sharedDomain(hostnames: readonly string[]): string {
  const [first] = hostnames;
  if (first === undefined || hostnames.length < 2 || /^[\d.:]+$/.test(first)) return '';
  const dot = first.indexOf('.');
  if (dot <= 0) return '';
  const domain = first.slice(dot);
  return hostnames.every((name) => name.endsWith(domain) && name.length > domain.length) ? domain : '';
}

/** Hosts with more than one agent: there the host alone does not tell which. */
export function sharedHosts(hostnames: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(hostnames.filter((name) => seen.size === seen.add(name).size));
}

/** 'S12': the count at the end of an agent's id. */
export function agentNumber(id: string): string {
  return /S\d+$/.exec(id)?.[0] ?? id.slice(-4);
}

export function shortHost(hostname: string, domain: string): string {
  return domain !== '' && hostname.endsWith(domain) ? hostname.slice(0, -domain.length) : hostname;
}
