// Who would gain and lose what if weights or quota were different. Two questions are answered, each with and without the
// changes: what would be offered of what is free now, and how the cluster would be divided in the long run, when all
// that is used has come back and everybody who takes offers takes all that he is offered.
import { fail, fromMilli, Limits, ok, Quantities, Resources } from '@mini-mesos/resources';
import type { Result } from '@mini-mesos/resources';
import { BrokenCommandError } from '../broken-command.js';
import type { FrameworkDescription } from '../commands.js';
import { createAllocator } from '../create.js';
import type { OfferAllocator } from '../create.js';
import type { AllocatorOptions } from '../options.js';
import { dominantShare, ClusterTotal } from '../sorter/share.js';
import type { Amounts, Changes, ClusterSnapshot, SnapshotFramework } from './snapshot.js';

/** What somebody has, without and with the changes; amounts in units, shares from 0 up. */
export interface Difference {
  readonly role: string;
  /** Absent: all of the role together. */
  readonly frameworkId?: string | undefined;
  readonly name?: string | undefined;
  readonly before: Amounts;
  readonly after: Amounts;
  /** `after` less `before`; names that stay as they are are left out. */
  readonly change: Amounts;
  readonly shareBefore: number;
  readonly shareAfter: number;
}

export interface WhatIf {
  /** In the long run, with the roles in order of names, each followed by its frameworks. */
  readonly inTheLongRun: readonly Difference[];
  /** Of what is free now. */
  readonly nextOffers: readonly Difference[];
  /** One line for each role that gains or loses, the largest first; one line where nobody does. */
  readonly sentences: readonly string[];
}

/** So many portions an agent is divided into in the long run, at least, if there are so many who want some. */
const PORTIONS_PER_AGENT = 16;

/** Cycles until nothing is left to divide. */
const CYCLES_MAX = 64;

/** Holdings by role and framework. */
type Holdings = Map<string, { role: string; frameworkId: string; held: Quantities }>;

/** Fails where the snapshot contradicts itself, or a change means nothing (such as a weight of 0). */
export function whatIf(snapshot: ClusterSnapshot, changes: Changes, options: AllocatorOptions = {}): Result<WhatIf> {
  try {
    const changed = applyChanges(snapshot, changes);
    const total = new ClusterTotal(options.fairShareExcluded);
    total.replace(
      Quantities.EMPTY,
      Quantities.sum(snapshot.agents.map((agent) => Quantities.fromScalars(totalOf(agent)))),
    );
    const compare = (play: typeof divide): Difference[] =>
      differences({ snapshot, total }, play(snapshot, options), play(changed, options));
    const inTheLongRun = compare(divide);
    return ok({ inTheLongRun, nextOffers: compare(offerNext), sentences: sentencesOf(inTheLongRun) });
  } catch (error) {
    if (error instanceof BrokenCommandError || error instanceof RangeError) return fail(error.message);
    throw error;
  }
}

const totalOf = ({ total }: { total: ClusterSnapshot['agents'][number]['total'] }): Resources =>
  Resources.fromProto(total);

const milliOf = (amounts: Amounts = {}): [string, number][] =>
  Object.entries(amounts).map(([name, amount]) => [name, Math.round(amount * 1_000)]);

function applyChanges(snapshot: ClusterSnapshot, changes: Changes): ClusterSnapshot {
  const roles = new Map(snapshot.roles.map((role) => [role.role, role]));
  for (const [role, weight] of Object.entries(changes.weights ?? {})) {
    roles.set(role, { ...roles.get(role), role, weight });
  }
  for (const [role, { guarantees, limits }] of Object.entries(changes.quotas ?? {})) {
    roles.set(role, { ...roles.get(role), role, guarantees, limits });
  }
  const [lostAgents, lostFrameworks] = [new Set(changes.withoutAgents), new Set(changes.withoutFrameworks)];
  return {
    agents: snapshot.agents.filter(({ id }) => !lostAgents.has(id)),
    frameworks: snapshot.frameworks
      .filter(({ id }) => !lostFrameworks.has(id))
      .map((framework) => ({ ...framework, used: framework.used.filter(({ agentId }) => !lostAgents.has(agentId)) })),
    roles: [...roles.values()],
  };
}

function describe({
  roles,
  capabilities = [],
  suppressedRoles = [],
  offerConstraints,
}: SnapshotFramework): FrameworkDescription {
  return { roles, capabilities, suppressedRoles, minAllocatable: new Map(), offerConstraints };
}

const takesOffers = ({ isActive = true, roles, suppressedRoles = [] }: SnapshotFramework): boolean =>
  isActive && roles.some((role) => !suppressedRoles.includes(role));

/** An allocator with the cluster in it. `isUsed`: whether what the framework uses is still in use. */
function play(
  { agents, frameworks, roles }: ClusterSnapshot,
  options: AllocatorOptions,
  isUsed: (framework: SnapshotFramework) => boolean,
): OfferAllocator {
  const allocator = createAllocator(options);
  for (const { role, weight = 1, guarantees, limits } of roles) {
    allocator.handle({ type: 'update-weights', weights: new Map([[role, weight]]) }, 0);
    const quota = { guarantees: Quantities.of(milliOf(guarantees)), limits: Limits.of(milliOf(limits)) };
    if (!quota.guarantees.isEmpty || !quota.limits.isEmpty)
      allocator.handle({ type: 'update-quota', role, ...quota }, 0);
  }
  for (const framework of frameworks) {
    const { id: frameworkId, isActive = true } = framework;
    const description = { frameworkId, framework: describe(framework), used: new Map() };
    allocator.handle({ type: 'add-framework', ...description, active: isActive }, 0);
  }
  const used = new Map<string, Map<string, Resources>>();
  for (const framework of frameworks.filter(isUsed)) {
    for (const { agentId, resources } of framework.used) {
      const onAgent = used.get(agentId) ?? new Map<string, Resources>();
      used.set(agentId, onAgent.set(framework.id, Resources.fromProto(resources)));
    }
  }
  for (const agent of agents) {
    const { id: agentId, hostname, attributes = [], domain, isActive = true } = agent;
    const { capabilities = ['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT'] } = agent;
    const description = { hostname, attributes, capabilities, domain };
    const inUse = used.get(agentId) ?? new Map<string, Resources>();
    allocator.handle({ type: 'add-agent', agentId, agent: description, total: totalOf(agent), used: inUse }, 0);
    if (!isActive) allocator.handle({ type: 'deactivate-agent', agentId }, 0);
  }
  return allocator;
}

function add(holdings: Holdings, frameworkId: string, resources: Resources): void {
  for (const [role, part] of resources.allocatedByRole()) {
    const key = JSON.stringify([role, frameworkId]);
    const before = holdings.get(key)?.held ?? Quantities.EMPTY;
    holdings.set(key, { role, frameworkId, held: before.plus(Quantities.fromScalars(part)) });
  }
}

/** Who takes no offers keeps what he uses. */
function divide(snapshot: ClusterSnapshot, options: AllocatorOptions): Holdings {
  const allocator = play(
    snapshot,
    { ...options, chopSize: portionOf(snapshot) },
    (framework) => !takesOffers(framework),
  );
  const holdings: Holdings = new Map();
  for (const framework of snapshot.frameworks) {
    if (takesOffers(framework)) continue;
    for (const { resources } of framework.used) add(holdings, framework.id, Resources.fromProto(resources));
  }
  for (let cycle = 1; cycle <= CYCLES_MAX; cycle += 1) {
    allocator.tick(cycle);
    const made = allocator.allocate(cycle);
    if (made.length === 0) break;
    for (const { frameworkId, resources } of made) add(holdings, frameworkId, resources);
  }
  return holdings;
}

function offerNext(snapshot: ClusterSnapshot, options: AllocatorOptions): Holdings {
  const allocator = play(snapshot, options, () => true);
  const holdings: Holdings = new Map();
  allocator.tick(0);
  for (const { frameworkId, resources } of allocator.allocate(0)) add(holdings, frameworkId, resources);
  return holdings;
}

/** A part of what an agent has on average. */
function portionOf({ agents }: ClusterSnapshot): Limits {
  const sum = Quantities.sum(agents.map((agent) => Quantities.fromScalars(totalOf(agent))));
  const portions = Math.max(1, agents.length * PORTIONS_PER_AGENT);
  return Limits.of(sum.entries.map(({ name, milli }) => [name, Math.max(1, Math.ceil(milli / portions))] as const));
}

interface Frame {
  readonly snapshot: ClusterSnapshot;
  readonly total: ClusterTotal;
}

function differences({ snapshot, total }: Frame, before: Holdings, after: Holdings): Difference[] {
  const names = new Map(snapshot.frameworks.map(({ id, name }) => [id, name]));
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const byRole = new Map<string, Difference[]>();
  for (const key of keys) {
    const { role, frameworkId } = (before.get(key) ?? after.get(key))!;
    const [had, has] = [before.get(key)?.held ?? Quantities.EMPTY, after.get(key)?.held ?? Quantities.EMPTY];
    const rows = byRole.get(role) ?? [];
    rows.push({ role, frameworkId, name: names.get(frameworkId), ...difference(had, has, total) });
    byRole.set(role, rows);
  }
  return [...byRole.keys()].sort().flatMap((role) => {
    const sumOf = (holdings: Holdings): Quantities =>
      Quantities.sum([...holdings.values()].filter((each) => each.role === role).map(({ held }) => held));
    return [{ role, ...difference(sumOf(before), sumOf(after), total) }, ...byRole.get(role)!];
  });
}

function difference(before: Quantities, after: Quantities, total: ClusterTotal) {
  const names = new Set([...before.names(), ...after.names()]);
  const changes = Array.from(names, (name) => [name, fromMilli(after.get(name) - before.get(name))] as const);
  return {
    before: before.toJson(),
    after: after.toJson(),
    change: Object.fromEntries(changes.filter(([, amount]) => amount !== 0)),
    shareBefore: dominantShare(before, total),
    shareAfter: dominantShare(after, total),
  };
}

function sentencesOf(rows: readonly Difference[]): string[] {
  const changed = rows.filter(({ frameworkId, change }) => frameworkId === undefined && Object.keys(change).length > 0);
  if (changed.length === 0) return ['nobody gains or loses anything in the long run'];
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const movement = ({ shareAfter, shareBefore }: Difference): number => Math.abs(shareAfter - shareBefore);
  return changed
    .sort((a, b) => movement(b) - movement(a) || (a.role < b.role ? -1 : 1))
    .map(({ role, change, shareBefore, shareAfter }) => {
      const amounts = Object.entries(change).map(([name, amount]) => `${amount > 0 ? '+' : ''}${amount} ${name}`);
      return `role ${role}: ${percent(shareBefore)} of the cluster before, ${percent(shareAfter)} after (${amounts.join(', ')})`;
    });
}
