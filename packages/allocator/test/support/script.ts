// Scripts for allocators: each row does something, lets a cycle run if one is wanted, and says which offers it makes.
import type { AgentInfo, FrameworkInfo, scheduler, Unavailability } from '@mini-mesos/proto';
import type { AllocatorOptions } from '@mini-mesos/allocator';
import { Limits, parseAttributes, Quantities, Resources } from '@mini-mesos/resources';
import { expect } from 'vitest';
import { limits, must, quantities, res } from './build.js';
import { AGENT_CAPABILITIES, Rig } from './rig.js';

export type Step = (rig: Rig) => void;
/** `framework role agent resources`, the resources as text or apart from it. */
export type Offer = string | readonly [string, Resources];
export type Row = readonly [Step, ...Offer[]];
type Given = string | Resources;

const given = (resources: Given): Resources => (typeof resources === 'string' ? res(resources) : resources);

interface AgentOptions {
  capabilities?: readonly AgentInfo.Capability.Type[];
  attributes?: string;
  hostname?: string;
  region?: string;
  unavailability?: Unavailability;
  /** What frameworks use: `framework role` to resources. */
  used?: Readonly<Record<string, Given>>;
}

function describeAgent(id: string, { capabilities, attributes = '', hostname, region }: AgentOptions) {
  return {
    hostname: hostname ?? id,
    attributes: must(parseAttributes(attributes)),
    capabilities: capabilities ?? AGENT_CAPABILITIES,
    ...(region === undefined ? {} : { domain: { fault_domain: { region: { name: region }, zone: { name: 'z' } } } }),
  };
}

function usedOf(used: AgentOptions['used'] = {}): Map<string, Resources> {
  const result = new Map<string, Resources>();
  for (const [key, resources] of Object.entries(used)) {
    const [id = '', role = ''] = key.split(' ');
    result.set(id, (result.get(id) ?? Resources.EMPTY).plus(given(resources).allocate(role)));
  }
  return result;
}

export const agent =
  (agentId: string, total: Given, options: AgentOptions = {}): Step =>
  (rig) =>
    rig.handle({
      type: 'add-agent',
      agentId,
      agent: describeAgent(agentId, options),
      total: given(total),
      used: usedOf(options.used),
      unavailability: options.unavailability,
    });

export const updateAgent =
  (agentId: string, total: Given, options: AgentOptions = {}): Step =>
  (rig) =>
    rig.handle({ type: 'update-agent', agentId, agent: describeAgent(agentId, options), total: given(total) });

export const agentCommand =
  (type: 'remove-agent' | 'activate-agent' | 'deactivate-agent', agentId: string): Step =>
  (rig) =>
    rig.handle({ type, agentId });

interface FrameworkOptions {
  /** Besides MULTI_ROLE, which the default gives. */
  capabilities?: readonly FrameworkInfo.Capability.Type[];
  isMultiRole?: boolean;
  suppressed?: readonly string[];
  min?: Readonly<Record<string, readonly string[]>>;
  constraints?: scheduler.OfferConstraints;
  active?: boolean;
  /** By agent id and role: `agent role`. */
  used?: Readonly<Record<string, Given>>;
}

function describeFramework(roles: string, options: FrameworkOptions) {
  const { capabilities = [], isMultiRole = true, suppressed = [], min = {}, constraints } = options;
  return {
    roles: roles.split(' '),
    capabilities: isMultiRole ? (['MULTI_ROLE', ...capabilities] as const) : capabilities,
    suppressedRoles: suppressed,
    minAllocatable: new Map(Object.entries(min).map(([role, minima]) => [role, minima.map(quantities)])),
    offerConstraints: constraints,
  };
}

/** `roles` are separated by spaces. */
export const framework =
  (frameworkId: string, roles: string, options: FrameworkOptions = {}): Step =>
  (rig) =>
    rig.handle({
      type: 'add-framework',
      frameworkId,
      framework: describeFramework(roles, options),
      used: usedOf(options.used),
      active: options.active ?? true,
    });

export const updateFramework =
  (frameworkId: string, roles: string, options: FrameworkOptions = {}): Step =>
  (rig) =>
    rig.handle({ type: 'update-framework', frameworkId, framework: describeFramework(roles, options) });

export const frameworkCommand =
  (type: 'remove-framework' | 'activate-framework' | 'deactivate-framework', frameworkId: string): Step =>
  (rig) =>
    rig.handle({ type, frameworkId });

/** Gives back all that was offered: `framework role agent`. Without seconds no filter is made. */
export const decline =
  (offer: string, refuseSeconds?: number): Step =>
  (rig) => {
    const [frameworkId = '', role = '', agentId = ''] = offer.split(' ');
    rig.handle({
      type: 'recover',
      frameworkId,
      agentId,
      resources: rig.take(frameworkId, role, agentId),
      refuseSeconds,
    });
  };

/** Gives back `resources`, however the framework came by them. */
export const recover =
  (holder: string, resources: Given, refuseSeconds?: number): Step =>
  (rig) => {
    const [frameworkId = '', role = '', agentId = ''] = holder.split(' ');
    rig.handle({ type: 'recover', frameworkId, agentId, resources: given(resources).allocate(role), refuseSeconds });
  };

/** Turns part of what a framework holds into something else. */
export const convert =
  (holder: string, from: Given, to: Given): Step =>
  (rig) => {
    const [frameworkId = '', role = '', agentId = ''] = holder.split(' ');
    const [consumed, converted] = [given(from).allocate(role), given(to).allocate(role)];
    rig.handle({ type: 'update-allocation', frameworkId, agentId, consumed, converted });
  };

export const convertAvailable =
  (agentId: string, from: Given, to: Given): Step =>
  (rig) =>
    rig.handle({ type: 'update-available', agentId, consumed: given(from), converted: given(to) });

export const suppress =
  (frameworkId: string, ...roles: string[]): Step =>
  (rig) =>
    rig.handle({ type: 'suppress', frameworkId, roles });
export const revive =
  (frameworkId: string, ...roles: string[]): Step =>
  (rig) =>
    rig.handle({ type: 'revive', frameworkId, roles });

/** The limits are the guarantees unless they are given. */
export const quota =
  (role: string, guarantees: string, limit = guarantees): Step =>
  (rig) =>
    rig.handle({ type: 'update-quota', role, guarantees: quantities(guarantees), limits: limits(limit) });
export const noQuota =
  (role: string): Step =>
  (rig) =>
    rig.handle({ type: 'update-quota', role, guarantees: Quantities.EMPTY, limits: Limits.NONE });

export const weights =
  (byRole: Readonly<Record<string, number>>): Step =>
  (rig) =>
    rig.handle({ type: 'update-weights', weights: new Map(Object.entries(byRole)) });
export const whitelist =
  (...hostnames: string[]): Step =>
  (rig) =>
    rig.handle({ type: 'update-whitelist', hostnames: new Set(hostnames) });
export const noWhitelist = (): Step => (rig) => rig.handle({ type: 'update-whitelist' });

/** Lets an allocation interval pass. */
export const batch = (): Step => (rig) => rig.batch();
export const wait =
  (ms: number): Step =>
  (rig) => {
    rig.nowMs += ms;
  };
export const all =
  (...steps: Step[]): Step =>
  (rig) => {
    for (const step of steps) step(rig);
  };
/** Runs a cycle between the steps of a row. */
export const settle = (): Step => (rig) => void rig.run();
/** Something to be true between two rows. */
export const check =
  (assertion: (rig: Rig) => void): Step =>
  (rig) =>
    assertion(rig);

function print(offer: Offer): string {
  if (typeof offer !== 'string') return `${offer[0]} ${offer[1].unallocate()}`;
  const [frameworkId, role, agentId, ...resources] = offer.split(' ');
  return `${frameworkId} ${role} ${agentId} ${res(resources.join(' '))}`;
}

export function run(rows: readonly Row[], options: AllocatorOptions = {}): Rig {
  const rig = new Rig(options);
  rows.forEach(([step, ...offers], i) => {
    step(rig);
    const made = rig.run().map(({ frameworkId, role, agentId, resources }): Offer => {
      return [`${frameworkId} ${role} ${agentId}`, resources];
    });
    expect(made.map(print).sort(), `row ${i + 1}`).toEqual(offers.map(print).sort());
  });
  return rig;
}
