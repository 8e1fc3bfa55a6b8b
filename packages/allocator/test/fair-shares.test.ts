// Goal: free resources go to the role, and in it to the framework, that holds least for its weight. Method: scripts of
// Mesos' allocator tests (named in brackets); each row lists the offers that what it does leads to.
import { describe, expect, test } from 'vitest';
import { Rig } from './support/rig.js';
import {
  agent,
  all,
  batch,
  check,
  decline,
  framework,
  frameworkCommand,
  run,
  settle,
  weights,
} from './support/script.js';

describe('shares', () => {
  test('decide between roles first, then between frameworks [UnreservedDRF]', () => {
    run([
      [agent('a1', 'cpus:2;mem:1024')],
      [framework('f1', 'role1'), 'f1 role1 a1 cpus:2;mem:1024'],
      [framework('f2', 'role2')],
      [agent('a2', 'cpus:1;mem:512'), 'f2 role2 a2 cpus:1;mem:512'],
      // role1 0.33, role2 0.16.
      [agent('a3', 'cpus:3;mem:2048'), 'f2 role2 a3 cpus:3;mem:2048'],
      [framework('f3', 'role1')],
      // role1 0.2 (f1 has it all), role2 0.4.
      [agent('a4', 'cpus:4;mem:4096'), 'f3 role1 a4 cpus:4;mem:4096'],
      [framework('f4', 'role1')],
      // f4 has nothing, but role2 has less than role1.
      [agent('a5', 'cpus:1;mem:512'), 'f2 role2 a5 cpus:1;mem:512'],
    ]);
  });

  test('count what is reserved [ReservedDRF]', () => {
    run([
      [agent('a1', 'cpus:1;mem:512;cpus(role1):100;mem(role1):1024')],
      [framework('f1', 'role1'), 'f1 role1 a1 cpus:1;mem:512;cpus(role1):100;mem(role1):1024'],
      [framework('f2', 'role2')],
      [agent('a2', 'cpus:2;mem:512'), 'f2 role2 a2 cpus:2;mem:512'],
      [agent('a3', 'cpus:2;mem:512'), 'f2 role2 a3 cpus:2;mem:512'],
      [framework('f3', 'role1')],
      [agent('a4', 'cpus(role1):2;mem(role1):1024'), 'f3 role1 a4 cpus(role1):2;mem(role1):1024'],
    ]);
  });

  test('do not count excluded names [DRFWithFairnessExclusion]', () => {
    run(
      [
        [agent('a1', 'cpus:2;mem:1024;gpus:1')],
        [framework('f1', 'role1', { capabilities: ['GPU_RESOURCES'] }), 'f1 role1 a1 cpus:2;mem:1024;gpus:1'],
        [framework('f2', 'role2')],
        [agent('a2', 'cpus:1;mem:512'), 'f2 role2 a2 cpus:1;mem:512'],
        [agent('a3', 'cpus:3;mem:2048'), 'f2 role2 a3 cpus:3;mem:2048'],
        [framework('f3', 'role1')],
        [agent('a4', 'cpus:4;mem:4096'), 'f3 role1 a4 cpus:4;mem:4096'],
        [framework('f4', 'role1')],
        [agent('a5', 'cpus:1;mem:512'), 'f2 role2 a5 cpus:1;mem:512'],
      ],
      { fairShareExcluded: ['gpus'] },
    );
  });

  test('are compared level by level [NestedRoleDRF]', () => {
    run([
      [agent('s1', 'cpus:2;mem:1024')],
      [framework('f1', 'a/b'), 'f1 a/b s1 cpus:2;mem:1024'],
      [all(framework('f2', 'a/c'), framework('f3', 'd/e'))],
      // d holds nothing; that a/c holds nothing either does not help it.
      [agent('s2', 'cpus:1;mem:512'), 'f3 d/e s2 cpus:1;mem:512'],
      [framework('f4', 'd/f')],
      [agent('s3', 'cpus:2;mem:1024'), 'f4 d/f s3 cpus:2;mem:1024'],
      [agent('s4', 'cpus:1;mem:512'), 'f2 a/c s4 cpus:1;mem:512'],
    ]);
  });

  test('are the same in whatever order agents and frameworks come [NoDoubleAccounting]', () => {
    const { allocator } = run([
      [framework('f1', 'R1', { used: { 'a1 R1': 'cpus:1' } })],
      [agent('a1', 'cpus:1', { used: { 'f1 R1': 'cpus:1' } })],
      [agent('a2', 'cpus:1', { used: { 'f2 R2': 'cpus:1' } })],
      [framework('f2', 'R2', { used: { 'a2 R2': 'cpus:1' } })],
    ]);
    expect([allocator.role('R1')?.dominantShare, allocator.role('R2')?.dominantShare]).toEqual([0.5, 0.5]);
  });

  test('are shown [DominantShareMetrics]', () => {
    const shares = (a: number | undefined, b: number | undefined) =>
      check(({ allocator }) =>
        expect([allocator.role('A')?.dominantShare, allocator.role('B')?.dominantShare]).toEqual([a, b]),
      );
    run([
      [agent('a1', 'cpus:1;mem:1024')],
      [framework('f1', 'A'), 'f1 A a1 cpus:1;mem:1024'],
      [shares(1, undefined)],
      [decline('f1 A a1', 5)],
      [shares(0, undefined)],
      [framework('f2', 'B'), 'f2 B a1 cpus:1;mem:1024'],
      [shares(0, 1)],
      [agent('a2', 'cpus:1;mem:1024'), 'f1 A a2 cpus:1;mem:1024'],
      [shares(0.5, 0.5)],
      // With its last framework the role is forgotten.
      [frameworkCommand('remove-framework', 'f2')],
      [shares(0.5, undefined)],
    ]);
  });

  test('are shown without excluded names [DominantShareMetricsWithFairnessExclusion]', () => {
    const { allocator } = run(
      [
        [agent('a1', 'cpus:1;mem:1024;gpus:1')],
        [framework('f1', 'A', { capabilities: ['GPU_RESOURCES'] }), 'f1 A a1 cpus:1;mem:1024;gpus:1'],
        [framework('f2', 'B')],
        [agent('a2', 'cpus:3;mem:3072'), 'f2 B a2 cpus:3;mem:3072'],
      ],
      { fairShareExcluded: ['gpus'] },
    );
    expect([allocator.role('A')?.dominantShare, allocator.role('B')?.dominantShare]).toEqual([0.25, 0.75]);
  });
});

describe('equal shares', () => {
  test('get one agent each [CoarseGrained]', () => {
    const rig = run([
      [all(agent('a1', 'cpus:2;mem:1024'), agent('a2', 'cpus:2;mem:1024'))],
      [framework('f1', 'role1'), 'f1 role1 a1 cpus:2;mem:1024', 'f1 role1 a2 cpus:2;mem:1024'],
      [all(decline('f1 role1 a1'), decline('f1 role1 a2'))],
    ]);
    framework('f2', 'role2')(rig);
    const offers = rig.run();
    expect(offers.map(({ frameworkId }) => frameworkId).sort()).toEqual(['f1', 'f2']);
    expect(offers.map(({ agentId }) => agentId).sort()).toEqual(['a1', 'a2']);
  });

  test('take turns [SameShareFairness]', () => {
    const rig = new Rig();
    all(framework('f1', '*'), framework('f2', '*'), agent('a', 'cpus:2;mem:1024'))(rig);
    const turns: string[] = [];
    for (let i = 0; i < 10; i += 1) {
      const [offer] = rig.run();
      turns.push(offer?.frameworkId ?? 'nobody');
      decline(`${offer?.frameworkId} * a`)(rig);
      rig.batch();
    }
    expect(turns).toEqual(['f1', 'f2', 'f1', 'f2', 'f1', 'f2', 'f1', 'f2', 'f1', 'f2']);
  });
});

describe('weights [UpdateWeight]', () => {
  const agents = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'];

  /** How many agents each framework is offered when all are free. */
  function deal(roleWeights: Readonly<Record<string, number>>, roles: readonly string[]): number[] {
    const rig = run([[all(...agents.map((id) => agent(id, 'cpus:2;mem:1024')), weights(roleWeights))]]);
    for (const role of roles) framework(`f-${role}`, role)(rig);
    const offers = rig.run();
    return roles.map((role) => offers.filter((offer) => offer.role === role).length);
  }

  test.each<[Readonly<Record<string, number>>, string[], number[]]>([
    [{}, ['role1', 'role2'], [3, 3]],
    [{ role2: 2 }, ['role1', 'role2'], [2, 4]],
    [{ role2: 2, role3: 3 }, ['role1', 'role2', 'role3'], [1, 2, 3]],
    [{ 'role2/x': 5 }, ['role1', 'role2/x'], [3, 3]],
    [{ role2: 5 }, ['role1', 'role2/x'], [1, 5]],
  ])('%j over %j gives %j', (roleWeights, roles, expected) => {
    expect(deal(roleWeights, roles)).toEqual(expected);
  });

  test('change the next offers, and ask for no run', () => {
    run([
      [all(agent('a1', 'cpus:1'), agent('a2', 'cpus:1'), framework('f1', 'r1'), framework('f2', 'r2'), settle())],
      [weights({ r1: 10 })],
      [agent('a3', 'cpus:2'), 'f1 r1 a3 cpus:2'],
      [agent('a4', 'cpus:1'), 'f1 r1 a4 cpus:1'],
      [batch()],
    ]);
  });
});
