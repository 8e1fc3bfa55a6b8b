// A cluster at random: operations that mean something whatever the state, and a model that knows, by the simplest
// bookkeeping, what an allocator may offer. After every cycle the offers are judged by it.
import type { Allocation, AllocatorOptions } from '@mini-mesos/allocator';
import type { FrameworkInfo } from '@mini-mesos/proto';
import {
  isRefined,
  isShared,
  isStrictSubroleOf,
  Limits,
  Quantities,
  reservationRole,
  Resources,
} from '@mini-mesos/resources';
import fc from 'fast-check';
import { expect } from 'vitest';
import { refusalMs } from '../../src/filters/refusal-time.js';
import { at, disk, dynamicTo, limits, quantities, res, revocable } from '../support/build.js';
import { AGENT_CAPABILITIES, Rig } from '../support/rig.js';

const KINDS = [
  'add-agent',
  'remove-agent',
  'toggle-agent',
  'resize-agent',
  'add-framework',
  'remove-framework',
  'toggle-framework',
  'update-framework',
  'decline',
  'decline-part',
  'reserve',
  'suppress',
  'revive',
  'quota',
  'weight',
  'whitelist',
  'wait',
  'batch',
] as const;

/** What an operation is done to is picked by its numbers from what there is. */
export interface Operation {
  readonly kind: (typeof KINDS)[number];
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const often = (kind: Operation['kind'], weight: number) => ({ weight, arbitrary: fc.constant(kind) });
const kind = fc.oneof(
  often('batch', 10),
  often('decline', 8),
  often('decline-part', 6),
  often('add-agent', 4),
  often('add-framework', 4),
  ...KINDS.map((each) => often(each, 1)),
);
const number = fc.nat(255);
export const operations = (maxLength: number): fc.Arbitrary<Operation[]> =>
  fc.array(fc.record({ kind, a: number, b: number, c: number }), { maxLength, size: 'max' });

const ROLES = ['r1', 'r1/x', 'r2', 'r3/y'];
const TOTALS: readonly Resources[] = [
  res('cpus:4;mem:512'),
  res('cpus:2;mem:256;ports:[1-10]'),
  res('cpus:4;mem:512;cpus(r1):2;mem(r1/x):64'),
  res('cpus:3;mem:300').plus(revocable('cpus:2')),
  res('cpus:4;mem:128;disk(r1):20').plus(disk(10, { role: 'r1', id: 'v', shared: true })),
  res('cpus:1;mem:64').plus(res('cpus:2').pushReservation(dynamicTo('r1')).pushReservation(dynamicTo('r1/x'))),
  res('cpus:2;mem:64;gpus:1'),
  res('mem:16;ports(r2):[1-3]'),
];
const CAPABILITIES: readonly (readonly FrameworkInfo.Capability.Type[])[] = [
  ['MULTI_ROLE'],
  ['MULTI_ROLE', 'REVOCABLE_RESOURCES', 'SHARED_RESOURCES', 'RESERVATION_REFINEMENT', 'GPU_RESOURCES'],
  ['SHARED_RESOURCES'],
  [],
];
const QUOTAS: readonly (readonly [string, string])[] = [
  ['', ''],
  ['cpus:2', ''],
  ['', 'cpus:3;mem:256'],
  ['cpus:1;mem:128', 'cpus:4;mem:256'],
  ['', 'cpus:0'],
  ['cpus:100;mem:10', ''],
];
const REFUSALS = [undefined, 0, 0.5, 3, 100, -1];
const MINIMA = [quantities('cpus:0.01'), quantities('mem:32')];

interface ModelAgent {
  total: Resources;
  isActive: boolean;
}
interface ModelFramework {
  roles: readonly string[];
  suppressed: Set<string>;
  isActive: boolean;
  capabilities: readonly FrameworkInfo.Capability.Type[];
}
interface ModelFilter {
  readonly place: string;
  readonly refused: Resources;
  readonly expiresAtMs: number;
  isSeen: boolean;
}

const roleOf = (place: string): string => at(place.split(' '), 1);
const isWithin = (role: string, top: string): boolean => role === top || isStrictSubroleOf(role, top);
/** Unreserved scalars that are not revocable. */
const counted = (resources: Resources): Quantities => resources.scalars().unreserved().nonRevocable().quantities();
const subset = <T>(all: readonly T[], mask: number): T[] => all.filter((_, i) => (mask >> i) % 2 === 1);

export class World {
  readonly rig: Rig;
  readonly agents = new Map<string, ModelAgent>();
  readonly frameworks = new Map<string, ModelFramework>();
  /** Without allocation, by `framework role agent`. */
  readonly held = new Map<string, Resources>();
  readonly #filters = new Set<ModelFilter>();
  readonly #quotas = new Map<string, { guarantees: Quantities; limits: Limits }>();
  #whitelist: ReadonlySet<string> | undefined;

  constructor(options: AllocatorOptions = {}) {
    this.rig = new Rig(options);
  }

  /** Does one operation, and runs a cycle if one is wanted. */
  apply(operation: Operation): readonly Allocation[] {
    this.#perform(operation);
    const isBatch = operation.kind === 'batch';
    if (isBatch) this.rig.batch();
    const before = { free: this.#freeCounted(), required: this.#required() };
    const offers = this.rig.run();
    this.#judge(offers);
    this.#judgeHeadroom(before);
    if (isBatch) this.#judgeLeftovers();
    if (isBatch) for (const filter of this.#filters) filter.isSeen = true;
    if (operation.c % 4 === 0) this.#ask(operation);
    return offers;
  }

  /** Both allocators have to give the same reasons. */
  #ask({ a, b, c }: Operation): void {
    const frameworkId = `f${a % 6}`;
    const { allocator, nowMs } = this.rig;
    allocator.explain({ frameworkId, role: at(ROLES, b), agentId: `a${c % 7}` }, nowMs);
    if (c % 8 === 0) allocator.explain({ frameworkId }, nowMs);
  }

  /** Gives back all that is held, and takes everything away. */
  end(): void {
    for (const key of [...this.held.keys()]) this.#recover(key, this.#heldAt(key), undefined);
    expect(String(this.rig.allocator.offeredOrAllocated)).toBe('{}');
    for (const frameworkId of this.frameworks.keys()) this.rig.handle({ type: 'remove-framework', frameworkId });
    for (const agentId of this.agents.keys()) this.rig.handle({ type: 'remove-agent', agentId });
    for (const role of this.#quotas.keys()) this.#setQuota(role, at(QUOTAS, 0));
    this.rig.handle({ type: 'update-weights', weights: new Map(ROLES.map((role) => [role, 1])) });
    expect(this.rig.allocator.roles).toEqual([]);
    expect(this.rig.allocator.activeFilters.size).toBe(0);
    expect(String(this.rig.allocator.total)).toBe('{}');
  }

  #pick<T>(all: Iterable<T>, number: number): T | undefined {
    const list = [...all];
    return list[number % Math.max(1, list.length)];
  }

  #perform({ kind, a, b, c }: Operation): void {
    switch (kind) {
      case 'add-agent':
      case 'remove-agent':
      case 'toggle-agent':
      case 'resize-agent':
        return this.#performOnAgent(kind, `a${a % 6}`, at(TOTALS, b));
      case 'add-framework':
      case 'remove-framework':
      case 'toggle-framework':
      case 'update-framework':
        return this.#performOnFramework(kind, `f${a % 5}`, { b, c });
      case 'decline':
      case 'decline-part':
      case 'reserve':
        return this.#performOnHolding(kind, { a, b, c });
      case 'suppress':
      case 'revive':
        return this.#suppressOrRevive(kind, { a, b });
      case 'quota':
        return this.#setQuota(at(['r1', 'r2', 'r3'], a), at(QUOTAS, b));
      case 'weight':
        return this.rig.handle({ type: 'update-weights', weights: new Map([[at(ROLES, a), (b % 5) + 0.5]]) });
      case 'whitelist':
        this.#whitelist = a % 2 === 0 ? undefined : new Set(subset(['a0', 'a1', 'a2', 'a3', 'a4', 'a5'], b));
        return this.rig.handle({ type: 'update-whitelist', hostnames: this.#whitelist });
      case 'wait':
        this.rig.nowMs += a * 4;
        return;
      case 'batch':
    }
  }

  #performOnAgent(
    kind: 'add-agent' | 'remove-agent' | 'toggle-agent' | 'resize-agent',
    agentId: string,
    total: Resources,
  ) {
    const known = this.agents.get(agentId);
    const agent = { hostname: agentId, attributes: [], capabilities: AGENT_CAPABILITIES };
    if (known === undefined) {
      if (kind !== 'add-agent') return;
      this.agents.set(agentId, { total, isActive: true });
      this.rig.handle({ type: 'add-agent', agentId, agent, total, used: new Map() });
    } else if (kind === 'remove-agent') {
      this.agents.delete(agentId);
      for (const key of this.held.keys()) if (key.endsWith(` ${agentId}`)) this.held.delete(key);
      this.#dropFilters((place) => place.endsWith(` ${agentId}`));
      this.rig.handle({ type: 'remove-agent', agentId });
    } else if (kind === 'toggle-agent') {
      known.isActive = !known.isActive;
      this.rig.handle({ type: known.isActive ? 'activate-agent' : 'deactivate-agent', agentId });
    } else if (kind === 'resize-agent') {
      known.total = total;
      this.rig.handle({ type: 'update-agent', agentId, agent, total });
    }
  }

  #performOnFramework(kind: string, frameworkId: string, { b, c }: { b: number; c: number }): void {
    const known = this.frameworks.get(frameworkId);
    const roles = subset(ROLES, b % 15 === 0 ? 1 : b);
    const suppressed = new Set(subset(roles, c % 3 === 0 ? c >> 2 : 0));
    const capabilities = at(CAPABILITIES, c);
    const framework = { roles, capabilities, suppressedRoles: [...suppressed], minAllocatable: new Map() };
    if (known === undefined) {
      if (kind !== 'add-framework') return;
      const isActive = c % 5 !== 0;
      this.frameworks.set(frameworkId, { roles, suppressed, isActive, capabilities });
      this.rig.handle({ type: 'add-framework', frameworkId, framework, used: new Map(), active: isActive });
    } else if (kind === 'remove-framework') {
      this.frameworks.delete(frameworkId);
      for (const key of this.held.keys()) if (key.startsWith(`${frameworkId} `)) this.held.delete(key);
      this.#dropFilters((place) => place.startsWith(`${frameworkId} `));
      this.rig.handle({ type: 'remove-framework', frameworkId });
    } else if (kind === 'toggle-framework') {
      known.isActive = !known.isActive;
      if (!known.isActive) this.#dropFilters((place) => place.startsWith(`${frameworkId} `));
      this.rig.handle({ type: known.isActive ? 'activate-framework' : 'deactivate-framework', frameworkId });
    } else if (kind === 'update-framework') {
      const isCleared = (role: string) =>
        !roles.includes(role) || (known.suppressed.has(role) && !suppressed.has(role));
      this.#dropFilters((place) => place.startsWith(`${frameworkId} `) && isCleared(roleOf(place)));
      Object.assign(known, { roles, suppressed, capabilities });
      this.rig.handle({ type: 'update-framework', frameworkId, framework });
    }
  }

  #performOnHolding(kind: string, { a, b, c }: { a: number; b: number; c: number }): void {
    const key = this.#pick(this.held.keys(), a);
    if (key === undefined) return;
    const held = this.#heldAt(key);
    if (kind === 'decline') this.#recover(key, held, REFUSALS[b % REFUSALS.length]);
    if (kind === 'decline-part') {
      const part = Resources.of(subset(held.items, c));
      const half = part.shrinkTo(Quantities.of(part.quantities().entries.map(({ name, milli }) => [name, milli >> 1])));
      this.#recover(key, b % 2 === 0 ? part : half, REFUSALS[b % REFUSALS.length]);
    }
    if (kind === 'reserve') this.#reserve(key, held.scalars().unreserved().nonRevocable());
  }

  #recover(key: string, resources: Resources, refuseSeconds: number | undefined): void {
    const [frameworkId = '', role = '', agentId = ''] = key.split(' ');
    const left = this.#heldAt(key).minus(resources);
    if (left.isEmpty) this.held.delete(key);
    else this.held.set(key, left);
    const lastsMs = refuseSeconds === undefined ? undefined : refusalMs(refuseSeconds, this.rig.intervalMs);
    if (lastsMs !== undefined && !resources.isEmpty && this.frameworks.get(frameworkId)!.roles.includes(role)) {
      this.#filters.add({ place: key, refused: resources, expiresAtMs: this.rig.nowMs + lastsMs, isSeen: false });
    }
    this.rig.handle({ type: 'recover', frameworkId, agentId, resources: resources.allocate(role), refuseSeconds });
  }

  #reserve(key: string, from: Resources): void {
    const [frameworkId = '', role = '', agentId = ''] = key.split(' ');
    const to = from.pushReservation(dynamicTo(role));
    this.held.set(key, this.#heldAt(key).minus(from).plus(to));
    const agent = this.agents.get(agentId)!;
    if (agent.total.contains(from)) agent.total = agent.total.minus(from).plus(to);
    const [consumed, converted] = [from.allocate(role), to.allocate(role)];
    this.rig.handle({ type: 'update-allocation', frameworkId, agentId, consumed, converted });
  }

  #suppressOrRevive(type: 'suppress' | 'revive', { a, b }: { a: number; b: number }): void {
    const picked = this.#pick(this.frameworks, a);
    if (picked === undefined) return;
    const [frameworkId, framework] = picked;
    const roles = subset(framework.roles, b);
    for (const role of roles.length > 0 ? roles : framework.roles) {
      if (type === 'suppress') framework.suppressed.add(role);
      else framework.suppressed.delete(role);
      if (type === 'revive') this.#dropFilters((place) => place.startsWith(`${frameworkId} ${role} `));
    }
    this.rig.handle({ type, frameworkId, roles });
  }

  #setQuota(role: string, [guarantee, limit]: readonly [string, string]): void {
    const quota = { guarantees: quantities(guarantee), limits: limits(limit) };
    this.#quotas.set(role, quota);
    this.rig.handle({ type: 'update-quota', role, ...quota });
  }

  #dropFilters(isDropped: (place: string) => boolean): void {
    for (const filter of this.#filters) if (isDropped(filter.place)) this.#filters.delete(filter);
  }

  #heldAt(key: string): Resources {
    return this.held.get(key) ?? Resources.EMPTY;
  }

  #freeOn(agentId: string): Resources {
    const { total } = this.agents.get(agentId)!;
    const used = [...this.held].filter(([key]) => key.endsWith(` ${agentId}`)).map(([, resources]) => resources);
    return total.nonShared().minus(Resources.sum(used).nonShared()).plus(total.shared());
  }

  #freeCounted(): Quantities {
    return Quantities.sum([...this.agents.keys()].map((agentId) => counted(this.#freeOn(agentId))));
  }

  #consumed(top: string): Quantities {
    const reserved = [...this.agents.values()].flatMap(({ total }) =>
      [...total.scalars().reservedByRole()]
        .filter(([role]) => isWithin(role, top))
        .map(([, part]) => part.quantities()),
    );
    const used = [...this.held].filter(([key]) => isWithin(roleOf(key), top)).map(([, part]) => counted(part));
    return Quantities.sum([...reserved, ...used]);
  }

  #required(): Quantities {
    return Quantities.sum([...this.#quotas].map(([role, { guarantees }]) => guarantees.minus(this.#consumed(role))));
  }

  #judge(offers: readonly Allocation[]): void {
    const shared = new Set<string>();
    for (const { frameworkId, role, agentId, resources } of offers) {
      const key = `${frameworkId} ${role} ${agentId}`;
      const offered = resources.unallocate();
      expect(resources.equals(offered.allocate(role)), `${key} is allocated to its role`).toBe(true);
      expect(this.#freeOn(agentId).contains(offered), `${key} is offered what is free`).toBe(true);
      this.#judgeParties(key, offered);
      for (const item of offered.shared().items) {
        expect(shared.has(`${agentId} ${item.key}`), `${key}: a shared volume goes out once`).toBe(false);
        shared.add(`${agentId} ${item.key}`);
      }
      const limit = this.#quotas.get(role)?.limits;
      const after = this.#consumed(role).plus(counted(offered));
      // What is over the limit already may not grow; names that are not in the offer do not matter.
      for (const { name } of counted(offered).entries) {
        expect(after.get(name), `${key} is within its limit of ${name}`).toBeLessThanOrEqual(
          limit?.get(name) ?? Infinity,
        );
      }
      this.held.set(key, this.#heldAt(key).plus(offered));
    }
  }

  #judgeParties(key: string, offered: Resources): void {
    const [frameworkId = '', role = '', agentId = ''] = key.split(' ');
    const framework = this.frameworks.get(frameworkId)!;
    const agent = this.agents.get(agentId)!;
    const can = (capability: FrameworkInfo.Capability.Type) => framework.capabilities.includes(capability);
    expect(framework.isActive && framework.roles.includes(role), `${key} takes part`).toBe(true);
    expect(framework.suppressed.has(role), `${key} is suppressed`).toBe(false);
    expect(agent.isActive && this.#whitelist?.has(agentId) !== false, `${key}: the agent may be offered`).toBe(true);
    expect(
      MINIMA.some((minimum) => offered.containsQuantities(minimum)),
      `${key} is large enough`,
    ).toBe(true);
    expect(agent.total.scalarMilli('gpus') > 0 && !can('GPU_RESOURCES'), `${key} knows of gpus`).toBe(false);
    for (const item of offered.items) {
      const owner = reservationRole(item);
      expect(owner === undefined || isWithin(role, owner), `${key} may have what is reserved to ${owner}`).toBe(true);
      expect(item.revocable && !can('REVOCABLE_RESOURCES')).toBe(false);
      expect(isShared(item) && !can('SHARED_RESOURCES')).toBe(false);
      expect(isRefined(item) && !can('RESERVATION_REFINEMENT')).toBe(false);
    }
    expect(this.#isRefused(key, offered), `${key} refused ${offered}`).toBe(false);
  }

  /** Nothing that is needed for guarantees is given to others: where there was enough to hold back, there still is. */
  #judgeHeadroom(before: { free: Quantities; required: Quantities }): void {
    const [free, required] = [this.#freeCounted(), this.#required()];
    for (const { name, milli } of before.required.entries) {
      if (before.free.get(name) < milli) continue;
      expect(free.get(name), `enough ${name} is held back`).toBeGreaterThanOrEqual(required.get(name));
    }
  }

  /** Without quota a batch leaves nothing over that somebody could have been offered. */
  #judgeLeftovers(): void {
    const isLimited = [...this.#quotas.values()].some((quota) => !quota.guarantees.isEmpty || !quota.limits.isEmpty);
    if (isLimited) return;
    for (const [agentId, agent] of this.agents) {
      if (!agent.isActive || this.#whitelist?.has(agentId) === false) continue;
      const left = this.#freeOn(agentId).nonShared();
      for (const [frameworkId, framework] of this.frameworks) {
        for (const role of framework.roles) {
          if (!framework.isActive || framework.suppressed.has(role)) continue;
          const can = (capability: FrameworkInfo.Capability.Type) => framework.capabilities.includes(capability);
          if (agent.total.scalarMilli('gpus') > 0 && !can('GPU_RESOURCES')) continue;
          const offerable = left.allocatableTo(role).filter((item) => {
            if (item.revocable) return can('REVOCABLE_RESOURCES');
            return !isRefined(item) || can('RESERVATION_REFINEMENT');
          });
          if (!MINIMA.some((minimum) => offerable.containsQuantities(minimum))) continue;
          const key = `${frameworkId} ${role} ${agentId}`;
          expect(this.#isRefused(key, offerable), `${key} could have been offered ${offerable}`).toBe(true);
        }
      }
    }
  }

  #isRefused(key: string, resources: Resources): boolean {
    return [...this.#filters].some(
      ({ place, refused, expiresAtMs, isSeen }) =>
        place === key && !(isSeen && expiresAtMs <= this.rig.nowMs) && refused.contains(resources),
    );
  }
}
