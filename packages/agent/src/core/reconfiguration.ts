// Whether an agent may go on under its old id although it was started with other flags (src/slave/compatibility.cpp).
//
//   equal     nothing may have changed
//   additive  more resources, more attributes, a domain where there was none
//   any       other resources, attributes, domain and port too
//
// The host name may never change: the master would tell such an agent to shut down.
import type { AgentInfo, Attribute } from '@mini-mesos/proto';
import { attributesEqual, attributesToStateJson, hasAttribute, Resources } from '@mini-mesos/resources';

export type ReconfigurationPolicy = 'equal' | 'additive' | 'any';

/** What the policy does not allow, one text for each thing that changed; empty where all is well. */
export function forbiddenChanges(before: AgentInfo, now: AgentInfo, policy: ReconfigurationPolicy): string[] {
  const out: string[] = [];
  if (before.hostname !== now.hostname) out.push(change('hostname', before.hostname, now.hostname));
  if (policy === 'any') return out;
  const isAdditive = policy === 'additive';
  if (portOf(before) !== portOf(now)) out.push(change('port', String(portOf(before)), String(portOf(now))));
  const [had, has] = [Resources.fromProto(before.resources), Resources.fromProto(now.resources)];
  if (isAdditive ? !has.contains(had) : !has.equals(had)) out.push(change('resources', had.toString(), has.toString()));
  const [old, fresh] = [before.attributes ?? [], now.attributes ?? []];
  const keepsAttributes = isAdditive
    ? old.every((attribute) => hasAttribute(fresh, attribute))
    : attributesEqual(old, fresh);
  if (!keepsAttributes) out.push(change('attributes', attributesText(old), attributesText(fresh)));
  const [region, newRegion] = [domainText(before), domainText(now)];
  const isNewDomain = isAdditive && before.domain === undefined;
  if (region !== newRegion && !isNewDomain) out.push(change('domain', region, newRegion));
  return out;
}

/** What to print for a person who started an agent with other flags than before. */
export function incompatibleText(
  changes: readonly string[],
  { policy, latest }: { policy: ReconfigurationPolicy; latest: string },
): string {
  const remedies = [
    'start it with the old values',
    ...(policy === 'equal' ? ['or allow what was added: --reconfiguration_policy=additive'] : []),
    ...(policy === 'any' ? [] : ['or allow every change of resources and attributes: --reconfiguration_policy=any']),
    `or start it as a new agent, which ends the tasks of the old one: rm -f ${latest}`,
  ];
  return [
    `this agent was started with other values before, and --reconfiguration_policy=${policy} does not allow the change:`,
    ...changes.map((text) => `  ${text}`),
    'what to do:',
    ...remedies.map((text) => `  ${text}`),
  ].join('\n');
}

function change(what: string, before: string, now: string): string {
  return `${what}: was '${before}', is '${now}'`;
}

/** Mesos' default, which a message may leave out. */
const portOf = ({ port }: AgentInfo): number => port ?? 5051;

function attributesText(attributes: readonly Attribute[]): string {
  return Object.entries(attributesToStateJson(attributes))
    .map(([name, value]) => `${name}:${value}`)
    .join(';');
}

function domainText({ domain }: AgentInfo): string {
  const { region, zone } = domain?.fault_domain ?? {};
  return domain ? `${region?.name ?? ''}/${zone?.name ?? ''}` : 'none';
}
