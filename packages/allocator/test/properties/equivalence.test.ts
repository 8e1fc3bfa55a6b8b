// Goal: the fast allocator makes the offers, gives the answers and refuses the commands of the plain one, whatever
// happens. Method: random histories of every command go to both, under several settings; the twin compares each answer,
// each touched agent, and now and then all roles and reasons. More operations: ALLOCATOR_OPERATIONS=1000000; a seed that
// failed: ALLOCATOR_SEED=….
import type { AgentDescription, Allocation, AllocatorCommand, AllocatorOptions } from '@mini-mesos/allocator';
import type { AgentInfo, FrameworkInfo, scheduler } from '@mini-mesos/proto';
import { Limits, parseAttributes, Quantities, Resources } from '@mini-mesos/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { at, disk, dynamicTo, limits, must, quantities, res, revocable } from '../support/build.js';
import { AGENT_CAPABILITIES } from '../support/rig.js';
import { TwinAllocator } from '../support/twin.js';

const OPERATIONS = Number(process.env['ALLOCATOR_OPERATIONS'] ?? 100_000);
const SEED = Number(process.env['ALLOCATOR_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const HISTORY_LENGTH = 200;

const ROLES = ['*', 'a', 'a/x', 'a/x/y', 'b', 'b/z', 'c'];
const AGENTS = 8;
const FRAMEWORKS = 6;

const TOTALS: readonly Resources[] = [
  res('cpus:4;mem:512'),
  res('cpus:4;mem:512'),
  res('cpus:2;mem:256;ports:[1-10]'),
  res('cpus:4;mem:512;cpus(a):2;mem(a/x):64;disk(b):9'),
  res('cpus:3;mem:300').plus(revocable('cpus:2;mem:40')),
  res('cpus:4;mem:128;disk(a):20').plus(disk(10, { role: 'a', id: 'v', shared: true })),
  res('cpus:4;mem:128').plus(disk(10, { role: 'b', id: 'w' })),
  res('cpus:1;mem:64').plus(res('cpus:2').pushReservation(dynamicTo('a')).pushReservation(dynamicTo('a/x'))),
  res('cpus:2;mem:64;gpus:1'),
  res('mem:16;ports(b):[1-3];tags:{x,y}'),
  res('cpus:2;mem:64')
    .plus(disk(7, { mount: true }))
    .plus(disk(5, { mount: true })),
  res('cpus:0.005;mem:8'),
  Resources.EMPTY,
];
const FRAMEWORK_CAPABILITIES: readonly (readonly FrameworkInfo.Capability.Type[])[] = [
  ['MULTI_ROLE'],
  ['MULTI_ROLE', 'REVOCABLE_RESOURCES', 'SHARED_RESOURCES', 'RESERVATION_REFINEMENT', 'GPU_RESOURCES', 'REGION_AWARE'],
  ['MULTI_ROLE', 'SHARED_RESOURCES', 'RESERVATION_REFINEMENT'],
  ['REVOCABLE_RESOURCES'],
  [],
];
const CAPABILITIES_OF_AGENTS: readonly (readonly AgentInfo.Capability.Type[])[] = [
  AGENT_CAPABILITIES,
  AGENT_CAPABILITIES,
  ['MULTI_ROLE'],
  [],
];
const QUOTAS: readonly (readonly [string, string])[] = [
  ['', ''],
  ['cpus:2', ''],
  ['', 'cpus:3;mem:256'],
  ['cpus:1;mem:128', 'cpus:4;mem:256'],
  ['cpus:6;mem:512;disk:6', 'cpus:6;mem:512;disk:6'],
  ['', 'cpus:0'],
  ['cpus:100;mem:10', ''],
];
const REFUSALS = [undefined, undefined, 0, 0.5, 3, 100, -1, Number.NaN];
const MINIMA: readonly (readonly Quantities[])[] = [
  [],
  [quantities('cpus:2')],
  [quantities('mem:100;cpus:1'), quantities('disk:1')],
];
const ATTRIBUTES = ['', 'rack:r1', 'rack:r2;size:3', 'rack:r1;zone:z'];

const predicate = (which: number): scheduler.AttributeConstraint.Predicate =>
  at<scheduler.AttributeConstraint.Predicate>(
    [{ exists: {} }, { not_exists: {} }, { text_equals: { value: 'r1' } }, { text_not_matches: { regex: 'r[2-9]' } }],
    which,
  );
const onHost: scheduler.OfferConstraints.RoleConstraints.Group = {
  attribute_constraints: [
    { selector: { pseudoattribute_type: 'HOSTNAME' }, predicate: { text_equals: { value: 'a1' } } },
  ],
};
const constraintsOn = (roles: readonly string[], which: number): scheduler.OfferConstraints | undefined => {
  const [role] = roles;
  if (which % 3 !== 0 || role === undefined) return undefined;
  const selector =
    which % 5 === 0 ? { pseudoattribute_type: 'REGION' as const } : { attribute_name: at(['rack', 'size'], which) };
  const onAttribute = { attribute_constraints: [{ selector, predicate: predicate(which >> 2) }] };
  return { role_constraints: { [role]: { groups: which % 2 === 0 ? [onAttribute, onHost] : [onAttribute] } } };
};

const KINDS = {
  batch: 22,
  decline: 22,
  'decline-part': 12,
  run: 5,
  'add-agent': 7,
  'remove-agent': 1,
  'update-agent': 3,
  'toggle-agent': 2,
  'add-framework': 6,
  'remove-framework': 1,
  'toggle-framework': 2,
  'update-framework': 2,
  reserve: 3,
  copy: 1,
  'update-available': 2,
  suppress: 2,
  revive: 2,
  quota: 2,
  weight: 2,
  whitelist: 1,
  unavailability: 1,
  answer: 1,
  await: 1,
  wait: 3,
  ask: 6,
} as const;
type Kind = keyof typeof KINDS;

interface Operation {
  readonly kind: Kind;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const number = fc.nat(255);
const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.oneof(...Object.entries(KINDS).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as Kind) }))),
  a: number,
  b: number,
  c: number,
});

const subset = <T>(all: readonly T[], mask: number): T[] => all.filter((_, i) => (mask >> i) % 2 === 1);

class History {
  readonly twin: TwinAllocator;
  nowMs = 0;
  cycles = 0;
  offers = 0;
  readonly #held: Allocation[] = [];

  constructor(options: AllocatorOptions) {
    this.twin = new TwinAllocator(options);
  }

  apply(operation: Operation): void {
    const { kind, a, b, c } = operation;
    try {
      this.#perform(kind, { a, b, c });
    } catch (error) {
      // A command that contradicts the state: the twin has seen to it that both refuse it alike.
      if ((error as Error).name !== 'BrokenCommandError') throw error;
    }
  }

  #give(command: AllocatorCommand): void {
    this.twin.handle(command, this.nowMs);
  }

  #run(): void {
    const made = this.twin.allocate(this.nowMs);
    this.cycles += 1;
    this.offers += made.length;
    this.#held.push(...made);
    this.twin.takeInverseOffers();
  }

  #perform(kind: Kind, { a, b, c }: { a: number; b: number; c: number }): void {
    const agentId = `a${a % AGENTS}`;
    const frameworkId = `f${a % FRAMEWORKS}`;
    switch (kind) {
      case 'batch':
        this.nowMs += 1_000;
        this.twin.tick(this.nowMs);
        return this.#run();
      case 'run':
        return this.twin.isRunRequested ? this.#run() : undefined;
      case 'wait':
        this.nowMs += 20 * a;
        return;
      case 'ask':
        return this.#ask({ a, b, c });
      case 'add-agent':
        return this.#give({
          type: kind,
          agentId,
          agent: this.#describeAgent(agentId, c),
          total: at(TOTALS, b),
          used:
            c % 5 === 0 ? new Map([[`f${b % FRAMEWORKS}`, res('cpus:1;mem:32').allocate(at(ROLES, c))]]) : new Map(),
          unavailability: c % 11 === 0 ? { start: { nanoseconds: 5 } } : undefined,
        });
      case 'remove-agent':
        return this.#give({ type: kind, agentId });
      case 'update-agent':
        return this.#give({ type: kind, agentId, agent: this.#describeAgent(agentId, c), total: at(TOTALS, b) });
      case 'toggle-agent':
        return this.#give({ type: b % 3 === 0 ? 'deactivate-agent' : 'activate-agent', agentId });
      case 'add-framework':
        return this.#give({
          type: kind,
          frameworkId,
          framework: this.#describeFramework(b, c),
          used: new Map(),
          active: c % 7 !== 0,
        });
      case 'remove-framework':
        return this.#give({ type: kind, frameworkId });
      case 'toggle-framework':
        return this.#give({ type: b % 3 === 0 ? 'deactivate-framework' : 'activate-framework', frameworkId });
      case 'update-framework':
        return this.#give({ type: kind, frameworkId, framework: this.#describeFramework(b, c) });
      case 'suppress':
      case 'revive':
        return this.#give({ type: kind, frameworkId, roles: subset(ROLES, b).slice(0, c % 3) });
      case 'weight':
        return this.#give({ type: 'update-weights', weights: new Map([[at(ROLES, a), (b % 7) / 2]]) });
      case 'quota':
        return this.#setQuota(at(ROLES, a), at(QUOTAS, b));
      case 'whitelist':
        return this.#give({
          type: 'update-whitelist',
          hostnames: a % 2 === 0 ? undefined : new Set(['a0', 'a1', 'a2', 'a3', 'a4', 'a5'].slice(b % 4)),
        });
      case 'unavailability':
        return this.#give({
          type: 'update-unavailability',
          agentId,
          unavailability: b % 2 === 0 ? { start: { nanoseconds: b } } : undefined,
        });
      case 'answer':
        return this.#give({
          type: 'answer-inverse-offer',
          frameworkId: `f${b % FRAMEWORKS}`,
          agentId,
          response: (['ACCEPT', 'DECLINE', undefined] as const)[c % 3],
          refuseSeconds: REFUSALS[b % REFUSALS.length],
        });
      case 'await':
        return this.#give({ type: 'await-agents', expected: a % 10 });
      default:
        return this.#performOnHeld(kind, { a, b, c });
    }
  }

  #describeAgent(hostname: string, c: number): AgentDescription {
    const region = at(['near', 'near', 'far'], c);
    return {
      hostname,
      attributes: must(parseAttributes(at(ATTRIBUTES, c >> 2))),
      capabilities: at(CAPABILITIES_OF_AGENTS, c),
      ...(c % 4 === 0 ? { domain: { fault_domain: { region: { name: region }, zone: { name: 'z' } } } } : {}),
    };
  }

  #describeFramework(b: number, c: number) {
    const roles = subset(ROLES, b % 127 === 0 ? 2 : b);
    const role = roles[0];
    return {
      roles,
      capabilities: at(FRAMEWORK_CAPABILITIES, c),
      suppressedRoles: c % 6 === 0 ? roles.slice(0, 1) : [],
      minAllocatable: new Map(c % 5 === 0 && role !== undefined ? [[role, at(MINIMA, b)] as const] : []),
      offerConstraints: constraintsOn(roles, c),
    };
  }

  #setQuota(role: string, [guarantee, limit]: readonly [string, string]): void {
    this.#give({ type: 'update-quota', role, guarantees: quantities(guarantee), limits: limits(limit) });
  }

  #performOnHeld(kind: Kind, { a, b, c }: { a: number; b: number; c: number }): void {
    if (kind === 'update-available') {
      const agentId = `a${a % AGENTS}`;
      const free = this.twin.plain
        .agent(agentId)
        ?.available.scalars()
        .unreserved()
        .nonRevocable()
        .shrinkTo(quantities('cpus:1;mem:9'));
      if (free === undefined || free.isEmpty) return;
      this.#give({
        type: kind,
        agentId,
        consumed: free,
        converted: free.pushReservation(dynamicTo(at(['a', 'b'], b))),
      });
      return;
    }
    const index = a % Math.max(1, this.#held.length);
    const held = this.#held[index];
    if (held === undefined) return;
    const { frameworkId, agentId, role, resources } = held;
    if (kind === 'decline') {
      this.#held.splice(index, 1);
      this.#give({ type: 'recover', frameworkId, agentId, resources, refuseSeconds: REFUSALS[b % REFUSALS.length] });
    } else if (kind === 'decline-part') {
      const some = Resources.of(subset(resources.items, c));
      const half = Quantities.of(some.quantities().entries.map(({ name, milli }) => [name, milli >> 1] as const));
      const part = b % 2 === 0 ? some : some.shrinkTo(half);
      this.#held[index] = { ...held, resources: resources.minus(part) };
      this.#give({
        type: 'recover',
        frameworkId,
        agentId,
        resources: part,
        refuseSeconds: REFUSALS[b % REFUSALS.length],
      });
    } else {
      const bare = resources.unallocate();
      const from = kind === 'reserve' ? bare.scalars().unreserved().nonRevocable() : Resources.EMPTY;
      const to = kind === 'reserve' ? from.pushReservation(dynamicTo(role === '*' ? 'c' : role)) : bare.shared();
      this.#held[index] = { ...held, resources: bare.minus(from).plus(to).allocate(role) };
      const [consumed, converted] = [from.allocate(role), to.allocate(role)];
      this.#give({ type: 'update-allocation', frameworkId, agentId, consumed, converted });
    }
  }

  #ask({ a, b, c }: { a: number; b: number; c: number }): void {
    const frameworkId = `f${a % (FRAMEWORKS + 1)}`;
    this.twin.explain({ frameworkId, role: at(ROLES, b), agentId: `a${c % (AGENTS + 1)}` }, this.nowMs);
    if (c % 4 > 0) return;
    this.twin.explain({ frameworkId }, this.nowMs);
    expect([this.twin.roles, this.twin.activeFilters, this.twin.total, this.twin.offeredOrAllocated]).toHaveLength(4);
    this.twin.inverseOfferStatuses(`a${b % AGENTS}`);
  }
}

const SETTINGS: readonly (readonly [string, AllocatorOptions])[] = [
  ['as in Mesos', {}],
  ['with regions, all sizes, and gpus for all', { region: 'near', minAllocatable: [], filterGpuResources: false }],
  ['with cpus that do not count in shares', { fairShareExcluded: ['cpus'] }],
  ['by lot', { roleSorter: 'random', frameworkSorter: 'random' }],
  ['with roles by lot', { roleSorter: 'random', nestedLimits: true }],
  ['with hierarchical shares', { roleSorter: 'hdrf' }],
  ['with limits of nested roles, freed resources at once', { nestedLimits: true, offerFreedAtOnce: true }],
  ['chopped', { chopSize: Limits.of({ cpus: 1_000, mem: 100_000 }), offerFreedAtOnce: true }],
  [
    'chopped and by lot',
    { chopSize: Limits.of({ cpus: 1_000 }), roleSorter: 'random', frameworkSorter: 'random', nestedLimits: true },
  ],
];

test.each(SETTINGS)(
  '[property] both allocators do the same %s',
  (_, options) => {
    let cycles = 0;
    let offers = 0;
    const play = (operations: readonly Operation[], seed: number): void => {
      const history = new History({ ...options, seed });
      for (const each of operations) history.apply(each);
      cycles += history.cycles;
      offers += history.offers;
    };
    const numRuns = Math.ceil(OPERATIONS / SETTINGS.length / HISTORY_LENGTH);
    const histories = fc.array(operation, { minLength: 1, maxLength: 2 * HISTORY_LENGTH, size: 'max' });
    fc.assert(fc.property(histories, fc.nat(), play), { numRuns, seed: SEED });
    // The histories are worth something: cycles run and offers are made.
    expect([cycles > 10 * numRuns, offers > 10 * numRuns]).toEqual([true, true]);
  },
  300_000,
);
