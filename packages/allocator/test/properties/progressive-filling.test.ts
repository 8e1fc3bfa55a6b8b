// Goal: with frameworks that take one task at a time the allocator is the algorithm of the DRF paper (Ghodsi et al.,
// NSDI 2011), with its properties. Method: one agent; each framework takes one task of an offer and gives back the
// rest, and refuses the agent once no task fits. The outcome is compared with progressive filling written down here.
import fc from 'fast-check';
import { Quantities, Resources } from '@mini-mesos/resources';
import { describe, expect, test } from 'vitest';
import { at } from '../support/build.js';
import { Rig } from '../support/rig.js';
import { agent, framework, weights } from '../support/script.js';

interface Demand {
  readonly cpus: number;
  readonly mem: number;
  readonly weight: number;
}

const bundle = ({ cpus, mem }: { cpus: number; mem: number }): Resources =>
  Resources.of([
    { name: 'cpus', value: { type: 'SCALAR', milli: cpus } },
    { name: 'mem', value: { type: 'SCALAR', milli: mem } },
  ]);
/** More than there can be tasks and users. */
const OFFERS_MAX = 20_000;

const name = (i: number): string => `user-${String(i).padStart(2, '0')}`;

/** Tasks of each user by offers; a user is a framework in a role of its own. */
function byOffers(capacity: { cpus: number; mem: number }, demands: readonly Demand[]): number[] {
  const rig = new Rig({ minAllocatable: [] });
  weights(Object.fromEntries(demands.map(({ weight }, i) => [name(i), weight])))(rig);
  demands.forEach((_, i) => framework(name(i), name(i))(rig));
  agent('machine', bundle(capacity))(rig);
  const tasks = demands.map(() => 0);
  for (let offers = 0; offers < OFFERS_MAX; offers += 1) {
    const [offer] = rig.run();
    if (offer === undefined) return tasks;
    const i = demands.findIndex((_, index) => name(index) === offer.frameworkId);
    const { frameworkId, agentId } = offer;
    const task = bundle(at(demands, i)).allocate(offer.role);
    const fits = offer.resources.contains(task);
    if (fits) tasks[i] = at(tasks, i) + 1;
    rig.handle(
      fits
        ? { type: 'recover', frameworkId, agentId, resources: offer.resources.minus(task) }
        : { type: 'recover', frameworkId, agentId, resources: offer.resources, refuseSeconds: Infinity },
    );
    rig.batch();
  }
  throw new Error(`still offers after ${OFFERS_MAX}: a framework is offered again what it refused`);
}

/** The same by the paper: the user of the lowest share for his weight is next, as long as a task of his fits. */
function byTheBook(capacity: { cpus: number; mem: number }, demands: readonly Demand[]): number[] {
  const users = demands.map((demand, i) => ({ ...demand, i, tasks: 0, turns: 0, isDone: false }));
  const share = ({ cpus, mem, tasks, weight }: (typeof users)[number]) =>
    Math.max((tasks * cpus) / capacity.cpus, (tasks * mem) / capacity.mem) / weight;
  for (;;) {
    const open = users.filter(({ isDone }) => !isDone);
    const [next] = open.sort((a, b) => share(a) - share(b) || a.turns - b.turns || a.i - b.i);
    if (next === undefined) return users.map(({ tasks }) => tasks);
    const used = (of: 'cpus' | 'mem') => users.reduce((sum, user) => sum + user.tasks * user[of], 0);
    // With nothing at all left there is nobody to ask.
    if (used('cpus') === capacity.cpus && used('mem') === capacity.mem) return users.map(({ tasks }) => tasks);
    const fits = used('cpus') + next.cpus <= capacity.cpus && used('mem') + next.mem <= capacity.mem;
    next.turns += 1;
    if (fits) next.tasks += 1;
    else next.isDone = true;
  }
}

describe("the paper's examples", () => {
  const GB = 1_024;
  test.each<[string, number, number, [number, number, number][], number[]]>([
    [
      'capacity <9, 18>, A <1, 4>, B <3, 1>: three tasks and two',
      9,
      18,
      [
        [1, 4, 1],
        [3, 1, 1],
      ],
      [3, 2],
    ],
    ['one user alone takes what fits', 9, 18, [[1, 4, 1]], [4]],
    [
      'equal demands: equal parts',
      10,
      10,
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
      [5, 5],
    ],
    [
      'A weighs twice as much',
      12,
      12,
      [
        [1, 1, 2],
        [1, 1, 1],
      ],
      [8, 4],
    ],
    [
      'A weighs three times as much',
      9,
      18,
      [
        [1, 4, 3],
        [3, 1, 1],
      ],
      [4, 1],
    ],
    [
      'disjoint needs do not compete',
      4,
      8,
      [
        [1, 0, 1],
        [0, 2, 1],
      ],
      [4, 4],
    ],
  ])('%s', (_, cpus, mem, demands, tasks) => {
    const scaled = demands.map(([c, m, weight]) => ({ cpus: c * 1_000, mem: m * GB * 1_000, weight }));
    expect(byOffers({ cpus: cpus * 1_000, mem: mem * GB * 1_000 }, scaled)).toEqual(tasks);
  });

  test('both dominant shares of the first are two thirds', () => {
    const rig = new Rig();
    framework('A', 'A', { used: {} })(rig);
    framework('B', 'B')(rig);
    agent('machine', 'cpus:9;mem:18432', { used: { 'A A': 'cpus:3;mem:12288', 'B B': 'cpus:6;mem:2048' } })(rig);
    expect(['A', 'B'].map((role) => rig.allocator.role(role)?.dominantShare)).toEqual([2 / 3, 2 / 3]);
  });
});

const capacity = fc.record({ cpus: fc.integer({ min: 20, max: 400 }), mem: fc.integer({ min: 20, max: 400 }) });
const demand = fc.record({ cpus: fc.integer({ min: 1, max: 30 }), mem: fc.integer({ min: 1, max: 30 }) });
const weighted = fc.tuple(demand, fc.integer({ min: 1, max: 4 })).map(([each, weight]) => ({ ...each, weight }));

test('[property] offers of one task at a time are progressive filling, weighted or not', () => {
  fc.assert(
    fc.property(capacity, fc.array(weighted, { minLength: 1, maxLength: 6 }), (total, demands) => {
      expect(byOffers(total, demands)).toEqual(byTheBook(total, demands));
    }),
    { numRuns: 150 },
  );
}, 120_000);

describe('[property] with tasks that are small against the machine', () => {
  const large = { cpus: 4_000, mem: 4_000 };
  const users = fc.array(
    demand.map((each) => ({ ...each, weight: 1 })),
    { minLength: 2, maxLength: 4 },
  );
  /** The share that one task makes of the resource it needs most of. */
  const step = ({ cpus, mem }: Demand) => Math.max(cpus / large.cpus, mem / large.mem);

  test('nobody does worse than with an n-th of everything, up to one task of each (sharing incentive)', () => {
    fc.assert(
      fc.property(users, (demands) => {
        const tasks = byOffers(large, demands);
        const largest = Math.max(...demands.map(step));
        demands.forEach((each, i) => {
          expect(at(tasks, i) * step(each)).toBeGreaterThanOrEqual(1 / demands.length - 2 * largest);
        });
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  test('nothing is left that somebody could use (Pareto efficiency)', () => {
    fc.assert(
      fc.property(users, (demands) => {
        const tasks = byOffers(large, demands);
        const used = Quantities.sum(
          demands.flatMap((each, i) => Array.from({ length: at(tasks, i) }, () => bundle(each).quantities())),
        );
        const left = bundle(large).quantities().minus(used);
        expect(demands.filter((each) => left.contains(bundle(each).quantities()))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  /** Tasks that somebody with `demand` could run on what `tasks` tasks of `other` hold. */
  const worth = ({ cpus, mem }: Demand, other: Demand, tasks: number) =>
    Math.floor(Math.min((tasks * other.cpus) / cpus, (tasks * other.mem) / mem));
  /** What whole tasks make of equality: shares differ by the largest task of each of two. */
  const slack = (demands: readonly Demand[], own: Demand) =>
    Math.ceil((2 * Math.max(...demands.map(step))) / step(own)) + 1;

  test('nobody would rather have what somebody else has, up to the largest tasks (envy-freeness)', () => {
    fc.assert(
      fc.property(users, (demands) => {
        const tasks = byOffers(large, demands);
        demands.forEach((own, i) => {
          demands.forEach((other, j) => {
            expect(worth(own, other, at(tasks, j))).toBeLessThanOrEqual(at(tasks, i) + slack(demands, own));
          });
        });
      }),
      { numRuns: 10 },
    );
  }, 120_000);

  test('nobody gets more of what he needs by asking for something else (strategy-proofness)', () => {
    fc.assert(
      fc.property(users, demand, (demands, lie) => {
        const own = at(demands, 0);
        const said = { ...lie, weight: 1 };
        const honest = at(byOffers(large, demands), 0);
        const all = [said, ...demands.slice(1)];
        const lying = worth(own, said, at(byOffers(large, all), 0));
        expect(lying).toBeLessThanOrEqual(honest + slack([...demands, said], own));
      }),
      { numRuns: 10 },
    );
  }, 120_000);
});
